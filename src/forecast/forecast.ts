import type {MinuteSeries} from '../demand/calls/minute-series.ts';
import {countQuantile, type Forecaster} from './forecaster.ts';
import {walkForward} from './walk-forward.ts';

/**
 * What is expected of every function from one minute on: for each horizon of h minutes, the chance of at least one
 * call in [minute, minute + h), their mean and quantiles of how many. A longer window holds the shorter ones, so neither
 * its chance nor its mean is less. Columns only; a *cell* is a function and a horizon:
 * `cell = f * horizons.length + h`.
 */
export interface Forecast {
  readonly functions: number;
  /** Name of the model or baseline. */
  readonly model: string;
  /** The first minute ahead, counted from time 0 of the workload: everything before it was seen. */
  readonly minute: number;
  /** Lengths of the windows, minutes, ascending. */
  readonly horizons: readonly number[];
  readonly quantiles: readonly number[];
  /** P(at least one call). [cell] */
  readonly active: Float32Array;
  /** Mean calls. [cell] */
  readonly mean: Float32Array;
  /** Quantiles of the calls, whole numbers: `calls[cell * quantiles.length + q]`. */
  readonly calls: Float32Array;
}

/**
 * Forecasts every function once, as of `minute`. Functions that were not called before it: no call at all, unless the
 * forecaster has something to say of them.
 */
export async function forecastAt(series: MinuteSeries, forecaster: Forecaster, minute: number): Promise<Forecast> {
  const {horizons, name, quantiles} = forecaster;
  const width = horizons.length;
  const levels = quantiles.length;
  const active = new Float32Array(series.rows * width);
  const mean = new Float32Array(series.rows * width);
  const calls = new Float32Array(series.rows * width * levels);
  const range = {from: minute, until: minute + 1, every: 1, uncalled: forecaster.forecastsUncalled};
  await walkForward(series, forecaster, range, (columns, rows) => {
    for (let row = 0; row < rows.count; row++) {
      const to = rows.seriesOf[row]! * width;
      copyRising(columns.active, row * width, active, to, width);
      copyRising(columns.mean, row * width, mean, to, width);
      for (let k = 0; k < width * levels; k++) {
        calls[to * levels + k] = countQuantile(columns.jittered[row * width * levels + k]!);
      }
    }
  });
  return {functions: series.rows, model: name, minute, horizons, quantiles, active, mean, calls};
}

/** Forecasts of functions that follow each other, as one. */
export function joinForecasts(ranges: readonly Forecast[]): Forecast {
  const [first] = ranges;
  if (ranges.length === 1) return first!;
  const joined = (name: 'active' | 'mean' | 'calls'): Float32Array => {
    const all = new Float32Array(ranges.reduce((sum, range) => sum + range[name].length, 0));
    let at = 0;
    for (const range of ranges) {
      all.set(range[name], at);
      at += range[name].length;
    }
    return all;
  };
  const functions = ranges.reduce((sum, range) => sum + range.functions, 0);
  return {...first!, functions, active: joined('active'), mean: joined('mean'), calls: joined('calls')};
}

/** Copies `width` values; none is less than the one before it. */
function copyRising(from: Float32Array, at: number, to: Float32Array, start: number, width: number): void {
  for (let h = 0; h < width; h++) to[start + h] = Math.max(from[at + h]!, h === 0 ? 0 : to[start + h - 1]!);
}
