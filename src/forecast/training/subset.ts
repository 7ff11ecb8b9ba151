import type {MinuteSeries} from '../../demand/calls/minute-series.ts';

/** Every so-manieth row, so that about `wanted` row-minutes of `minutes` each are left; the rows taken, by number. */
export function rowSubset(series: MinuteSeries, minutes: number, wanted: number): Uint32Array {
  const step = Math.max(1, Math.ceil((series.rows * minutes) / wanted));
  return Uint32Array.from({length: Math.ceil(series.rows / step)}, (_, i) => i * step);
}

/** The series with just those rows; counts are shared, not copied. */
export function takeRows(series: MinuteSeries, rows: Uint32Array): MinuteSeries {
  const take = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  return {
    ...series,
    rows: rows.length,
    start: take(series.start),
    countStart: take(series.countStart),
    length: take(series.length),
    trigger: Uint8Array.from(rows, (row) => series.trigger[row]!),
  };
}
