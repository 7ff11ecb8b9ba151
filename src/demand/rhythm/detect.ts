import {type Fold, fold, spreadSeconds} from './fold.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Periods that people give their timers, ascending, seconds. */
const USUAL = [10, 15, 20, 30]
  .concat([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 30, 45].map((minutes) => minutes * MINUTE))
  .concat(
    [1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR),
    [DAY, 7 * DAY],
  );

/** From here on a folded period is a timer's stroke, below it a preference for some phase. */
export const TIMER_STRENGTH = 0.8;

/** Periods needed to speak of one. */
const MIN_CYCLES = 4;

/** A period found in a function's calls, and the chance of finding one as strong in random calls. */
export interface Detection {
  readonly fold: Fold;
  /** Corrected for the periods tried. */
  readonly p: number;
}

/**
 * The period at which a function's call times show most order: phase folding over the usual periods and the most
 * frequent gap between calls. A timer of an hour is as orderly folded at 20 minutes; its own is the period that nearly
 * always has a call. `resolutionSeconds` is how exactly times are known (60 for per-minute counts); a
 * period needs two of them. Undefined with fewer than four periods between first and last call.
 */
export function detectPeriod(times: Float64Array, length: number, resolutionSeconds: number): Detection | undefined {
  if (length < MIN_CYCLES) return undefined;
  const span = times[length - 1]! - times[0]!;
  const own = frequentGap(times, length, Math.max(1, resolutionSeconds));
  const usual = USUAL.filter((period) => period >= 2 * resolutionSeconds && period * (MIN_CYCLES - 1) <= span);
  const fits = own >= 2 * resolutionSeconds && own * (MIN_CYCLES - 1) <= span && !usual.includes(own);
  const folds = (fits ? [...usual, own] : usual)
    .map((period) => fold(times, length, period))
    .filter((one) => one.cycles >= MIN_CYCLES);
  if (folds.length === 0) return undefined;
  const most = Math.max(...folds.map((one) => one.surprise));
  // At a fraction of the period the order is as great, or greater with random calls among the timer's; but most
  // periods then lack a call.
  const fullness = (one: Fold): number => one.strength * one.kept;
  const best = folds.filter((one) => one.surprise >= most / 5).reduce((a, b) => (fullness(b) >= fullness(a) ? b : a));
  // A gap picked from the data had as many chances as there are calls.
  const tried = folds.length + (fits ? length : 0);
  return {fold: phaseAtResolution(best, resolutionSeconds), p: Math.min(1, tried * Math.exp(-best.surprise))};
}

/** A phase that calls keep closer to than times are known is known no closer than that. */
function phaseAtResolution(one: Fold, resolution: number): Fold {
  if (spreadSeconds(one) >= resolution) return one;
  return {...one, phaseSeconds: (Math.round(one.phaseSeconds / resolution) * resolution) % one.periodSeconds};
}

/** The most frequent gap between neighbouring times, in whole resolutions; the longer of equals. 0 without gaps. */
function frequentGap(times: Float64Array, length: number, resolution: number): number {
  const seen = new Map<number, number>();
  for (let i = 1; i < length; i++) {
    const gap = Math.round((times[i]! - times[i - 1]!) / resolution);
    if (gap > 1) seen.set(gap, (seen.get(gap) ?? 0) + 1);
  }
  let best = 0;
  let most = 1;
  for (const [gap, count] of seen) if (count > most || (count === most && gap > best)) [best, most] = [gap, count];
  return best * resolution;
}
