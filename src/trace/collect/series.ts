import {US_PER_MINUTE} from '../../base/units.ts';

/** Numbers at times, in no particular order. */
export interface TimeSeries {
  readonly timesUs: readonly number[];
  readonly values: readonly number[];
}

/** The places of a series' points, by time. */
export function byTime({timesUs}: Pick<TimeSeries, 'timesUs'>): number[] {
  return timesUs.map((_, k) => k).sort((a, b) => timesUs[a]! - timesUs[b]!);
}

/** The smallest gap between two times of a series; a minute if there is none. */
export function smallestGapUs(series: Iterable<Pick<TimeSeries, 'timesUs'>>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const {timesUs} of series) {
    const ascending = [...timesUs].sort((a, b) => a - b);
    for (let k = 1; k < ascending.length; k++) {
      const gap = ascending[k]! - ascending[k - 1]!;
      if (gap > 0 && gap < least) least = gap;
    }
  }
  return Number.isFinite(least) ? least : US_PER_MINUTE;
}

/** What a running total rose by over all its points, where it may begin anew. */
export function riseOf(series: TimeSeries): number {
  const order = byTime(series);
  let rise = 0;
  for (let n = 1; n < order.length; n++) {
    const step = series.values[order[n]!]! - series.values[order[n - 1]!]!;
    rise += step < 0 ? series.values[order[n]!]! : step;
  }
  return rise;
}
