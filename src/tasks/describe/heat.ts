import {US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import {MinuteCursor} from '../../workload/call-cursor.ts';
import {withRows} from '../../workload/parts/paged.ts';
import type {CallSummary} from '../../workload/summarise.ts';
import type {Workload} from '../../workload/workload.ts';

/** When calls come: by day and hour, and by function over time. */
export interface Heat {
  /** Calls by hour of the day; null for traces of less than two days. */
  readonly days: DaysHeat | null;
  readonly functions: {
    /** Length of a step, ms; the last may be cut. */
    readonly everyMs: number;
    /** The busiest functions. */
    readonly rows: readonly FunctionHeat[];
  };
}

export interface DaysHeat {
  /** Hours are those of UTC; false: the trace does not say when it began, and they count from its beginning. */
  readonly utc: boolean;
  /** A row a day, or a day of the week where there are more than 31: then calls are means of its days. */
  readonly by: 'day' | 'weekday';
  /** `calls` by hour; null where the trace has nothing of that hour. */
  readonly rows: readonly {readonly day: string; readonly calls: readonly (number | null)[]}[];
}

export interface FunctionHeat {
  readonly function: string;
  readonly app: string;
  readonly owner: string;
  /** Calls in each step. */
  readonly calls: readonly number[];
}

const MINUTES_PER_HOUR = 60;
const MINUTES_PER_DAY = 1440;
const HOURS = 24;
/** Rows that can still be looked at. */
const MOST_DAYS = 31;
const FUNCTIONS = 12;
/** Steps of functions, at most. */
const MOST_STEPS = 120;

/** `order`: the functions, the busiest first; they may be more than are shown. */
export function heatOf(workload: Workload, {perMinute, calls}: CallSummary, order: Uint32Array): Heat {
  const minutes = Math.max(1, Math.ceil(perMinute.length / MOST_STEPS));
  const everyMs = (minutes * US_PER_MINUTE) / US_PER_MS;
  const busiest = [...order.subarray(0, FUNCTIONS)].filter((f) => calls[f]! > 0);
  const steps = Math.ceil(perMinute.length / minutes);
  const cursor = new MinuteCursor(
    withRows(
      workload,
      busiest.toSorted((a, b) => a - b),
    ).arrivals,
  );
  const {name, app, owner} = workload;
  const rows = busiest.map((f): FunctionHeat => {
    const counts = new Array<number>(steps).fill(0);
    cursor.open(f);
    while (steps > 0 && cursor.next()) counts[Math.floor(cursor.minute / minutes)]! += cursor.calls;
    return {function: name.at(f), app: app.values[app.id[f]!]!, owner: owner.values[owner.id[f]!]!, calls: counts};
  });
  return {days: daysOf(perMinute, workload.meta.startTime), functions: {everyMs, rows}};
}

function daysOf(perMinute: Float64Array, startTime: string): DaysHeat | null {
  if (perMinute.length < 2 * MINUTES_PER_DAY) return null;
  const startMs = Date.parse(startTime);
  const utc = Number.isFinite(startMs);
  const first = utc ? Math.floor(startMs / 60_000) : 0;
  const firstDay = Math.floor(first / MINUTES_PER_DAY);
  const days = Math.floor((first + perMinute.length - 1) / MINUTES_PER_DAY) - firstDay + 1;
  const weekly = days > MOST_DAYS;
  const rows = weekly ? 7 : days;
  const sums = new Float64Array(rows * HOURS);
  /** Minutes that the trace has of it. */
  const known = new Float64Array(rows * HOURS);
  for (let minute = 0; minute < perMinute.length; minute++) {
    const at = first + minute;
    const day = Math.floor(at / MINUTES_PER_DAY) - firstDay;
    const cell =
      (weekly ? weekdayOf(firstDay + day, utc) : day) * HOURS + Math.floor((at % MINUTES_PER_DAY) / MINUTES_PER_HOUR);
    sums[cell]! += perMinute[minute]!;
    known[cell]! += 1;
  }
  const callsOf = (cell: number): number | null => {
    if (known[cell] === 0) return null;
    return weekly ? (sums[cell]! / known[cell]!) * MINUTES_PER_HOUR : sums[cell]!;
  };
  return {
    utc,
    by: weekly ? 'weekday' : 'day',
    rows: Array.from({length: rows}, (_, row) => ({
      day: weekly ? weekdayName(row, utc) : dayName(firstDay + row, utc),
      calls: Array.from({length: HOURS}, (_, hour) => callsOf(row * HOURS + hour)),
    })),
  };
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
/** The first of January 1970 was a Thursday. */
const FIRST_WEEKDAY = 3;

function weekdayOf(day: number, utc: boolean): number {
  return (((day + (utc ? FIRST_WEEKDAY : 0)) % 7) + 7) % 7;
}

function weekdayName(row: number, utc: boolean): string {
  return utc ? weekdays[row]! : `day ${row + 1} of 7`;
}

function dayName(day: number, utc: boolean): string {
  if (!utc) return `day ${day + 1}`;
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
