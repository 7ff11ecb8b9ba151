import {US_PER_MINUTE} from '../base/units.ts';
import {type Clock, type MinuteSeries, UNKNOWN_TRIGGER} from './minute-series.ts';

/** Calls by function: those of f are elements [start[f], start[f + 1]), in order of arrival. */
export interface CallsByFunction {
  readonly start: Float64Array; // [function + 1]
  readonly arrivalUs: Float64Array;
  readonly durationUs: Float64Array;
}

/**
 * Every level of every function's concurrency as a series of its own: level k is called in the minutes in which a
 * call finds k - 1 others running. The k-th instance is needed just then, so whoever can forecast a function can
 * forecast each of its instances. Rows of a function are consecutive, level 1 first; rare levels are rare functions.
 */
export interface LevelSeries {
  readonly series: MinuteSeries;
  /** Rows of function f: [firstRow[f], firstRow[f + 1]); row firstRow[f] + k - 1 is level k. */
  readonly firstRow: Int32Array; // [function + 1]
}

export interface LevelOptions {
  readonly spanUs: number;
  /** Each minute begins so much earlier, so that what is decided at its beginning is ready in time. */
  readonly shiftUs: number;
  /** Levels above this are left out. */
  readonly maxLevel: number;
  readonly clock: Clock;
  readonly trigger?: Uint8Array | undefined; // [function]
}

/** The levels of those calls, as if none had to wait for an instance. */
export function levelSeriesOf(calls: CallsByFunction, options: LevelOptions): LevelSeries {
  const {clock, maxLevel, shiftUs, spanUs} = options;
  const functions = calls.start.length - 1;
  const firstRow = new Int32Array(functions + 1);
  const rows: {minute: number[]; count: number[]}[] = [];
  const trigger: number[] = [];
  for (let f = 0; f < functions; f++) {
    const [from, to] = [calls.start[f]!, calls.start[f + 1]!];
    const levels = levelsOf(calls.arrivalUs.subarray(from, to), calls.durationUs.subarray(from, to), shiftUs, maxLevel);
    for (const level of levels) {
      rows.push(level);
      trigger.push(options.trigger?.[f] ?? UNKNOWN_TRIGGER);
    }
    firstRow[f + 1] = rows.length;
  }
  const start = new Float64Array(rows.length);
  for (let r = 1; r < rows.length; r++) start[r] = start[r - 1]! + rows[r - 1]!.minute.length;
  const entries = rows.reduce((sum, {minute}) => sum + minute.length, 0);
  const minute = new Uint32Array(entries);
  const count = new Uint32Array(entries);
  for (let r = 0; r < rows.length; r++) {
    minute.set(rows[r]!.minute, start[r]!);
    count.set(rows[r]!.count, start[r]!);
  }
  const series: MinuteSeries = {
    rows: rows.length,
    span: Math.ceil((spanUs + shiftUs) / US_PER_MINUTE),
    minute,
    count,
    start,
    countStart: start,
    length: Float64Array.from(rows, (row) => row.minute.length),
    trigger: Uint8Array.from(trigger),
    clock,
  };
  return {series, firstRow};
}

/** The minutes of one function's levels, from level 1 up. */
function levelsOf(
  arrivalUs: Float64Array,
  durationUs: Float64Array,
  shiftUs: number,
  maxLevel: number,
): {minute: number[]; count: number[]}[] {
  const levels: {minute: number[]; count: number[]}[] = [];
  // As many calls finish as begin, so sorted finishing times tell how many run at any arrival.
  const finishUs = arrivalUs.map((us, i) => us + durationUs[i]!).sort();
  // Calls from here on that arrive now and take no time: their end is among those sorted, but still to come.
  let momentary = 0;
  for (let i = 0, ended = 0; i < arrivalUs.length; i++) {
    const nowUs = arrivalUs[i]!;
    while (ended < finishUs.length && finishUs[ended]! <= nowUs) ended++;
    if (i === 0 || arrivalUs[i - 1] !== nowUs) momentary = countMomentary(arrivalUs, durationUs, i);
    const finished = ended - momentary;
    if (durationUs[i] === 0) momentary--;
    const below = i - finished;
    if (below >= maxLevel) continue;
    levels[below] ??= {minute: [], count: []};
    const {count, minute} = levels[below];
    const at = Math.floor((nowUs + shiftUs) / US_PER_MINUTE);
    if (minute.at(-1) === at) count[count.length - 1]!++;
    else {
      minute.push(at);
      count.push(1);
    }
  }
  return levels;
}

/** Calls without duration among those that arrive together with call `from`, which is their first. */
function countMomentary(arrivalUs: Float64Array, durationUs: Float64Array, from: number): number {
  let count = 0;
  for (let i = from; i < arrivalUs.length && arrivalUs[i] === arrivalUs[from]; i++) if (durationUs[i] === 0) count++;
  return count;
}
