import {fitTail, returnLevel, type Tail} from './tail.ts';

/** Minutes below the threshold that part one peak from the next. */
const QUIET_MINUTES = 60;
/** Shares of the minutes below the threshold, tried from the top. */
const LEVELS = [0.99, 0.98, 0.95, 0.9];
const ENOUGH_PEAKS = 20;
const FEWEST_PEAKS = 5;

/** The peaks of a series above a threshold, and the tail fitted to them. */
export interface PeakTail extends Tail {
  /** Peaks found: runs above the threshold, an hour apart at least. */
  readonly peaks: number;
  /** Share of the minutes at or below the threshold. */
  readonly level: number;
}

/**
 * Fits the tail of a series of per-minute counts by peaks over threshold: the highest of the usual thresholds that
 * leaves 20 peaks, the lowest if none does. `exceedances` are peaks a day. Undefined with fewer than 5 peaks.
 */
export function peakTail(counts: Float64Array): PeakTail | undefined {
  const ascending = counts.slice().sort();
  let best: {level: number; threshold: number; excesses: number[]} | undefined;
  for (const level of LEVELS) {
    const threshold = ascending[Math.max(0, Math.ceil(level * counts.length) - 1)]!;
    best = {level, threshold, excesses: peakExcesses(counts, threshold)};
    if (best.excesses.length >= ENOUGH_PEAKS) break;
  }
  if (!best || best.excesses.length < FEWEST_PEAKS) return undefined;
  const {level, threshold, excesses} = best;
  const peaksPerDay = excesses.length / (counts.length / 1440);
  return {
    threshold,
    level,
    peaks: excesses.length,
    exceedances: peaksPerDay,
    ...fitTail(excesses.sort((a, b) => a - b)),
  };
}

/** The count per minute that a peak exceeds once in that many days; NaN where peaks above the threshold are rarer. */
export function peakOnceIn(days: number, tail: PeakTail): number {
  return returnLevel(tail, 1 / days);
}

function peakExcesses(counts: Float64Array, threshold: number): number[] {
  const excesses: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < counts.length; i++) {
    const excess = counts[i]! - threshold;
    if (excess <= 0) continue;
    if (i - last > QUIET_MINUTES) excesses.push(excess);
    else excesses[excesses.length - 1] = Math.max(excesses.at(-1)!, excess);
    last = i;
  }
  return excesses;
}
