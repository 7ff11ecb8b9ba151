import type {Forecaster} from './forecaster.ts';
import type {LevelSeries} from './level-series.ts';
import {walkForward} from './walk-forward.ts';

/**
 * Of the minutes that reach a level, the share that reaches the next one, before any did: as if this many had among
 * one more than were seen.
 */
const UNSEEN = 0.3;
/** The lowest level whose successor is expected unseen: a single instance says nothing of concurrency. */
const UNSEEN_FROM = 2;

/**
 * How many instances each function is to have ready in each minute: steps that hold until the next one. Function f has
 * the steps [start[f], start[f + 1]); before its first it has 0.
 */
export interface SlotForecast {
  readonly start: Float64Array; // [function + 1]
  readonly minute: Uint32Array; // [step], ascending within a function
  readonly slots: Uint16Array; // [step]
}

/**
 * Forecasts every level of every function minute by minute, from the past only and in batches, and keeps the levels
 * that pay: instance k is ready in a minute iff the chance that it is needed then exceeds w / C, the price of a warm
 * minute over that of a cold start (METHODS E1.3). `threshold` is w / C of each function.
 */
export async function forecastSlots(
  {firstRow, series}: LevelSeries,
  forecaster: Forecaster,
  threshold: Float64Array,
): Promise<SlotForecast> {
  const functions = firstRow.length - 1;
  const steps = new SlotSteps(functions, series.span);
  const functionOf = new Int32Array(series.rows);
  for (let f = 0; f < functions; f++) functionOf.fill(f, firstRow[f]!, firstRow[f + 1]!);
  const horizons = forecaster.horizons.length;
  let row = -1;
  let seen = 0;
  await walkForward(series, forecaster, {from: 0, until: series.span, every: 1}, (columns, batch) => {
    for (let i = 0; i < batch.count; i++) {
      const f = functionOf[batch.seriesOf[i]!]!;
      if (batch.seriesOf[i] !== row) [row, seen] = [batch.seriesOf[i]!, 0];
      const [minute, start] = [batch.minuteOf[i]!, series.start[row]!];
      while (seen < series.length[row]! && series.minute[start + seen]! < minute) seen++;
      steps.add(f, row - firstRow[f]! + 1, minute, columns.active[i * horizons]!, seen, threshold[f]!);
    }
  });
  return steps.finish();
}

/** Gathers the levels wanted, function by function and level by level, as steps. */
class SlotSteps {
  private readonly start: Float64Array;
  private readonly minutes: number[] = [];
  private readonly slots: number[] = [];
  private readonly wanted: Uint16Array; // [minute]
  private f = 0;

  constructor(functions: number, span: number) {
    this.start = new Float64Array(functions + 1);
    this.wanted = new Uint16Array(span);
  }

  /** The chance of needing `level` in a minute, after `seen` minutes that reached it. Levels of a function ascend. */
  add(f: number, level: number, minute: number, chance: number, seen: number, threshold: number): void {
    if (f !== this.f) this.closeUntil(f);
    const {wanted} = this;
    // What the level below expected of this one is void: it has been seen.
    if (chance > threshold) wanted[minute] = level;
    else if (wanted[minute]! >= level) wanted[minute] = level - 1;
    const next = (chance * UNSEEN) / (seen + 1);
    if (level >= UNSEEN_FROM && next > threshold && chance > threshold) wanted[minute] = level + 1;
  }

  finish(): SlotForecast {
    this.closeUntil(this.start.length - 1);
    return {start: this.start, minute: Uint32Array.from(this.minutes), slots: Uint16Array.from(this.slots)};
  }

  private closeUntil(f: number): void {
    for (; this.f < f; this.f++) {
      let last = 0;
      for (let minute = 0; minute < this.wanted.length; minute++) {
        if (this.wanted[minute] === last) continue;
        last = this.wanted[minute]!;
        this.minutes.push(minute);
        this.slots.push(last);
      }
      this.start[this.f + 1] = this.minutes.length;
      this.wanted.fill(0);
    }
  }
}
