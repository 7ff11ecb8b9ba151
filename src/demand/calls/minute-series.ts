import {US_PER_DAY, US_PER_MINUTE} from '../../base/units.ts';
import {MinuteCursor} from '../../workload/call-cursor.ts';
import type {Arrivals, MinuteArrivals, Workload} from '../../workload/workload.ts';

/** The triggers a forecaster knows, by their place in this list; others count as unknown. */
export const knownTriggers = ['http', 'timer', 'queue', 'event', 'storage', 'orchestration', 'others'] as const;
export const UNKNOWN_TRIGGER = 255;

/** Where minute 0 lies in the day and the week, so far as the trace says. */
export interface Clock {
  /** Minutes since midnight of minute 0. */
  readonly minuteOfDay: number;
  /** Days since Monday of minute 0; NaN when only the time of day is known. */
  readonly dayOfWeek: number;
}

/**
 * Calls by minute, a row a series: what every forecaster reads. A series is a function, or anything else that is
 * counted by the minute (one level of a function's concurrency, say). Row f holds the entries
 * `start[f] .. start[f] + length[f]` of `minute` (ascending, from 0) and `count` (each at least 1).
 */
export interface MinuteSeries {
  readonly rows: number;
  /** Minutes covered: forecasts for minute `span` look at everything there is. */
  readonly span: number;
  readonly minute: Uint32Array;
  readonly count: Uint32Array | Float64Array;
  readonly start: Float64Array; // [row]
  /** Where the row's counts begin in `count`: the same as `start` unless the file keeps the two lists apart. */
  readonly countStart: Float64Array; // [row]
  readonly length: Float64Array; // [row]
  /** Place in `knownTriggers`, or UNKNOWN_TRIGGER. */
  readonly trigger: Uint8Array; // [row]
  readonly clock: Clock;
}

/**
 * A workload as minute series, a row a function: views where the trace is per minute, counted where it is events.
 * `shiftUs` > 0 lets each minute begin that much earlier, so that a decision taken at the end of minute t - 1 is
 * ready, after `shiftUs` of preparation, when the clock's minute t begins. Only event traces can be shifted.
 */
export function minuteSeriesOf(workload: Workload, shiftUs = 0): MinuteSeries {
  const {arrivals, meta} = workload;
  const common = {
    rows: workload.functions,
    span: Math.ceil((meta.spanUs + shiftUs) / US_PER_MINUTE),
    trigger: triggerCodes(workload),
    clock: clockOf(meta.originUs, meta.startTime),
  };
  if (arrivals.kind === 'minute') return {...common, ...viewsOf(arrivals)};
  return {...common, ...countedLists(arrivals, workload.functions, shiftUs)};
}

/** Series [from, to) of them, as views. */
export function rowsOf(series: MinuteSeries, from: number, to: number): MinuteSeries {
  if (from === 0 && to >= series.rows) return series;
  const end = Math.min(to, series.rows);
  return {
    ...series,
    rows: end - from,
    start: series.start.subarray(from, end),
    countStart: series.countStart.subarray(from, end),
    length: series.length.subarray(from, end),
    trigger: series.trigger.subarray(from, end),
  };
}

/** Place of minute 0 in day and week. The weekday is taken only from a trace that names its date. */
export function clockOf(originUs: number, startTime: string): Clock {
  const date = startTime === '' ? Number.NaN : Date.parse(startTime);
  const dayUs = ((originUs % US_PER_DAY) + US_PER_DAY) % US_PER_DAY;
  const fromDate = new Date(date);
  return {
    minuteOfDay: Number.isNaN(date)
      ? Math.floor(dayUs / US_PER_MINUTE)
      : fromDate.getUTCHours() * 60 + fromDate.getUTCMinutes(),
    dayOfWeek: Number.isNaN(date) ? Number.NaN : (fromDate.getUTCDay() + 6) % 7,
  };
}

type Lists = Pick<MinuteSeries, 'minute' | 'count' | 'start' | 'countStart' | 'length'>;

function viewsOf({minute, count}: MinuteArrivals): Lists {
  return {
    minute: minute.values,
    count: count.values,
    start: minute.start,
    countStart: count.start,
    length: minute.length,
  };
}

/** Calls counted by minute, function after function. */
function countedLists(arrivals: Arrivals, rows: number, shiftUs: number): Lists {
  const cursor = new MinuteCursor(arrivals, shiftUs);
  let most = 0;
  for (let f = 0; f < rows; f++) most += cursor.atMost(f);
  const minute = new Uint32Array(most);
  const count = new Uint32Array(most);
  const start = new Float64Array(rows);
  const length = new Float64Array(rows);
  let used = 0;
  for (let f = 0; f < rows; f++) {
    start[f] = used;
    for (cursor.open(f); cursor.next(); used++) {
      minute[used] = cursor.minute;
      count[used] = cursor.calls;
    }
    length[f] = used - start[f]!;
  }
  return {minute: minute.slice(0, used), count: count.slice(0, used), start, countStart: start, length};
}

/** Place of each row's trigger in `knownTriggers`. */
export function triggerCodes(workload: Workload): Uint8Array {
  const byId = workload.trigger.values.map((value) => {
    const place = (knownTriggers as readonly string[]).indexOf(value.toLowerCase());
    return place < 0 ? UNKNOWN_TRIGGER : place;
  });
  return Uint8Array.from(workload.trigger.id, (id) => byId[id] ?? UNKNOWN_TRIGGER);
}
