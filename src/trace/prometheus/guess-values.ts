import {byTime, type TimeSeries} from '../collect/series.ts';
import type {SeriesValues} from '../format.ts';

/** Increases of at least one call are hardly below this: they are estimated upwards. */
const LEAST_INCREASE = 0.9;

/**
 * What the numbers of a query are that does not say it: whole ones that only rise are running totals, ones below a call
 * are rates, others calls since the step before.
 */
export function guessValues(series: readonly TimeSeries[]): SeriesValues {
  if (series.some(({values}) => values.length > 2) && series.every(isTotal) && series.some(rises)) return 'counter';
  const called = series.flatMap(({values}) => values.filter((value) => value > 0));
  return called.some((value) => value < LEAST_INCREASE) ? 'rate' : 'increase';
}

/** Whole numbers that fall only where they begin anew, from near 0. */
function isTotal(series: TimeSeries): boolean {
  const {values} = series;
  const order = byTime(series);
  let falls = 0;
  for (let n = 0; n < order.length; n++) {
    const value = values[order[n]!]!;
    if (!Number.isInteger(value) || value < 0) return false;
    const before = n === 0 ? 0 : values[order[n - 1]!]!;
    if (value < before) falls++;
    if (value < before && value > before / 2) return false;
  }
  return falls <= order.length / 10;
}

function rises({values}: TimeSeries): boolean {
  return Math.max(...values) > Math.min(...values) && Math.min(...values) >= 0;
}
