import type {Forecaster} from './forecaster.ts';
import type {LevelSeries} from './level-series.ts';
import {walkForward} from './walk-forward.ts';

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
  const {span} = series;
  const functionOf = new Int32Array(series.rows);
  for (let f = 0; f < functions; f++) functionOf.fill(f, firstRow[f]!, firstRow[f + 1]!);
  const start = new Float64Array(functions + 1);
  const minutes: number[] = [];
  const slots: number[] = [];
  const wanted = new Uint16Array(span);
  let current = 0;
  const close = (until: number) => {
    for (; current < until; current++) {
      let last = 0;
      for (let t = 0; t < span; t++) {
        if (wanted[t] === last) continue;
        minutes.push(t);
        slots.push((last = wanted[t]!));
      }
      start[current + 1] = minutes.length;
      wanted.fill(0);
    }
  };
  const horizons = forecaster.horizons.length;
  await walkForward(series, forecaster, {from: 0, until: span, every: 1}, (columns, rows) => {
    for (let row = 0; row < rows.count; row++) {
      const r = rows.seriesOf[row]!;
      const f = functionOf[r]!;
      if (f !== current) close(f);
      // Rows come level by level, so the highest level that pays is written last.
      if (columns.active[row * horizons]! > threshold[f]!) wanted[rows.minuteOf[row]!] = r - firstRow[f]! + 1;
    }
  });
  close(functions);
  return {start, minute: Uint32Array.from(minutes), slots: Uint16Array.from(slots)};
}
