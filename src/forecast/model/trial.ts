import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import {BATCH_ROWS, countQuantile, type ForecastColumns, type Forecaster} from '../forecaster.ts';
import {CallHistory} from '../history.ts';

/** Rows that a model is tried on, and minutes that they are spread over. */
const MOST_ROWS = 2000;
const ORIGINS = 8;
/** Functions that are shown, and windows of each. */
const SHOWN = 5;
const WINDOWS = 40;
/** Two runs of the same row beside other rows differ by rounding and no more. */
const SAME = 1e-4;

/** How a forecaster does on rows of a workload. */
export interface Trial {
  readonly rows: number;
  /** Least and largest forecast of the shortest window, and the largest number of calls that one had. */
  readonly mean: readonly [number, number];
  readonly active: readonly [number, number];
  readonly largestForecast: number;
  readonly largestSeen: number;
  /** Whether a second run gave the same bytes. */
  readonly repeats: boolean;
  /** Whether rows are forecast alike whatever rows are beside them. */
  readonly rowsApart: boolean;
  /** Of both runs; undefined where nothing ran. */
  readonly microsecondsPerRow: number;
}

/** One row to forecast: a function as of a minute. */
interface Row {
  readonly f: number;
  readonly minute: number;
}

/** Runs a forecaster on functions of a workload at several minutes of its second half, twice. */
export async function tryForecaster(series: MinuteSeries, forecaster: Forecaster): Promise<Trial> {
  const rows = sampleRows(series, forecaster.horizons[0]!);
  const startedMs = performance.now();
  const first = await forecastRows(series, forecaster, rows);
  const elapsedMs = performance.now() - startedMs;
  const again = await forecastRows(series, forecaster, rows);
  // One row less at the front: all others have other neighbours and other places.
  const moved = await forecastRows(series, forecaster, rows.slice(1));
  return {
    rows: rows.length,
    mean: rangeOf(first.mean),
    active: rangeOf(first.active),
    largestForecast: rangeOf(first.top)[1],
    largestSeen: largestWindow(series, forecaster.horizons[0]!),
    repeats: sameWithin(first.mean, again.mean, 0, 0) && sameWithin(first.active, again.active, 0, 0),
    rowsApart: sameWithin(first.mean, moved.mean, 1, SAME) && sameWithin(first.active, moved.active, 1, SAME),
    microsecondsPerRow: rows.length > 0 ? (1000 * elapsedMs) / rows.length : 0,
  };
}

/** Every so many functions at a few minutes, all but one window before the end; those that were called before. */
function sampleRows(series: MinuteSeries, windowMinutes: number): Row[] {
  const until = series.span - windowMinutes;
  const rows: Row[] = [];
  const step = Math.max(1, Math.ceil((series.rows * ORIGINS) / MOST_ROWS));
  for (let k = 0; k < ORIGINS; k++) {
    const minute = Math.max(1, Math.floor(until / 2 + ((until - until / 2) * (k + 1)) / ORIGINS));
    for (let f = k % step; f < series.rows; f += step) {
      if (series.length[f]! > 0 && series.minute[series.start[f]!]! < minute) rows.push({f, minute});
    }
  }
  return rows;
}

/** Forecasts of the shortest window, by row. */
interface RowForecasts {
  readonly mean: Float32Array;
  readonly active: Float32Array;
  /** The highest quantile, in calls. */
  readonly top: Float32Array;
}

async function forecastRows(series: MinuteSeries, forecaster: Forecaster, rows: readonly Row[]): Promise<RowForecasts> {
  const history = new CallHistory(series.span, series.clock);
  const [mean, active, top] = [0, 1, 2].map(() => new Float32Array(rows.length)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const batch = forecaster.batchRows ?? BATCH_ROWS;
  for (let from = 0; from < rows.length; from += batch) {
    const some = rows.slice(from, from + batch);
    for (const {f, minute} of some) {
      history.load(series, f);
      history.seek(minute);
      forecaster.add(history);
    }
    const columns = await forecaster.flush();
    for (let i = 0; i < some.length; i++) {
      mean[from + i] = columns.mean[i * columns.horizons.length]!;
      active[from + i] = columns.active[i * columns.horizons.length]!;
      top[from + i] = topOf(columns, i);
    }
  }
  return {mean, active, top};
}

/** The highest quantile of the shortest window, in calls. */
function topOf({horizons, jittered, quantiles}: ForecastColumns, row: number): number {
  return countQuantile(jittered[row * horizons.length * quantiles.length + quantiles.length - 1]!);
}

function rangeOf(values: Float32Array): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return values.length > 0 ? [least, most] : [0, 0];
}

/** Whether `b` is `a` from its element `skip` on, within a share. */
function sameWithin(a: Float32Array, b: Float32Array, skip: number, share: number): boolean {
  for (let i = skip; i < a.length; i++) {
    const [x, y] = [a[i]!, b[i - skip]!];
    if (Math.abs(x - y) > share * (1e-3 + Math.abs(x))) return false;
  }
  return true;
}

/** The most calls that any function had in a window that begins at a multiple of its length. */
function largestWindow({count, countStart, length, minute, rows, start}: MinuteSeries, minutes: number): number {
  let largest = 0;
  for (let f = 0; f < rows; f++) {
    let [window, calls] = [-1, 0];
    for (let i = 0; i < length[f]!; i++) {
      const at = Math.floor(minute[start[f]! + i]! / minutes);
      calls = at === window ? calls + count[countStart[f]! + i]! : count[countStart[f]! + i]!;
      window = at;
      largest = Math.max(largest, calls);
    }
  }
  return largest;
}

/** What came of one function, window after window, and what forecasters expected of it. */
export interface Course {
  /** Row of the workload. */
  readonly f: number;
  readonly came: readonly number[];
  readonly expected: readonly {readonly name: string; readonly mean: readonly number[]; readonly meanError: number}[];
}

/** The last windows of a few functions, from the busiest to one that is rarely called, each forecast from what came before. */
export async function coursesOf(series: MinuteSeries, forecasters: readonly Forecaster[]): Promise<Course[]> {
  const minutes = forecasters[0]!.horizons[0]!;
  const windows = Math.min(WINDOWS, Math.floor(series.span / minutes) - 1);
  const history = new CallHistory(series.span, series.clock);
  const courses: Course[] = [];
  for (const f of shownFunctions(series, minutes * windows)) {
    const all = Array.from({length: windows}, (_, k) => ({f, minute: series.span - (windows - k) * minutes}));
    history.load(series, f);
    const rows = all.filter(({minute}) => minute > history.firstMinute());
    const came = rows.map(({minute}) => history.callsBetween(minute, minute + minutes));
    const expected = [];
    for (const forecaster of forecasters) {
      const {mean} = await forecastRows(series, forecaster, rows);
      const error = came.reduce((sum, calls, k) => sum + Math.abs(calls - mean[k]!), 0) / Math.max(1, came.length);
      expected.push({name: forecaster.name, mean: [...mean], meanError: error});
    }
    courses.push({f, came, expected});
  }
  return courses;
}

/** Functions called in the last minutes, evenly spread over their ranks by calls, busiest first. */
function shownFunctions(series: MinuteSeries, lastMinutes: number): number[] {
  const from = series.span - lastMinutes;
  const calls = Array.from({length: series.rows}, (_, f) => {
    let sum = 0;
    for (let i = series.length[f]! - 1; i > 0 && series.minute[series.start[f]! + i]! >= from; i--) {
      sum += series.count[series.countStart[f]! + i]!;
    }
    return {f, sum};
  });
  const ranked = calls.filter(({sum}) => sum > 0).sort((a, b) => b.sum - a.sum || a.f - b.f);
  const shown = Math.min(SHOWN, ranked.length);
  return Array.from(
    {length: shown},
    (_, k) => ranked[Math.floor((k * (ranked.length - 1)) / Math.max(1, shown - 1))]!.f,
  );
}
