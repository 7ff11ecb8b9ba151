import {US_PER_MINUTE} from '../base/units.ts';
import {type Clock, type MinuteSeries, UNKNOWN_TRIGGER} from '../demand/calls/minute-series.ts';
import {finishedBy} from '../demand/levels/finished-by.ts';
import {classOfLevel} from '../demand/levels/level-classes.ts';

/** Calls by function: those of f are elements [start[f], start[f + 1]), in order of arrival. */
export interface CallsByFunction {
  readonly start: Float64Array; // [function + 1]
  readonly arrivalUs: Float64Array;
  readonly durationUs: Float64Array;
}

/** What comes of instances that are started within minutes, told of the first rise to a level's class in each minute. */
export interface RiseObserver {
  /** Functions come one after the other, each one's rises in order of time. */
  rise(fn: number, level: number, minute: number, nowUs: number): void;
  /** Of the rise told last, as `LevelReactions` has them. */
  readonly lost: number;
  readonly nextAhead: number;
}

/** What starts within a minute spare of being ready as it begins. Beside `series.minute`. */
export interface LevelReactions {
  /** Share of a start that the minute's first rise to the level loses if its instance was not ready as the minute began. */
  readonly lost: Float32Array;
  /** Share of the minute for which an instance of the next level is there all the same, as this rise or one before it starts it. */
  readonly nextAhead: Float32Array;
}

/**
 * Every level of every function's concurrency as a series of its own: level k is called in the minutes in which a
 * call finds k - 1 others running. The k-th instance is needed just then, so whoever can forecast a function can
 * forecast each of its instances. High levels are taken together in classes (`classOfLevel`). Rows of a function are
 * consecutive, class 0 first; rare levels are rare functions.
 */
export interface LevelSeries {
  readonly series: MinuteSeries;
  /** Rows of function f: [firstRow[f], firstRow[f + 1]); row firstRow[f] + c is class c of its levels. */
  readonly firstRow: Int32Array; // [function + 1]
  /** Undefined: nothing is started within minutes. */
  readonly reactions: LevelReactions | undefined;
  /** Instances that are busy as a minute begins, where there are any: those of f are entries [start[f], start[f + 1]). */
  readonly running: {
    readonly start: Float64Array; // [function + 1]
    readonly minute: Uint32Array;
    readonly calls: Uint32Array;
  };
}

export interface LevelOptions {
  readonly spanUs: number;
  /** By how much earlier each function's minutes begin, so that what is decided at their beginning is ready in time. */
  readonly shiftUs: Float64Array; // [function]
  readonly clock: Clock;
  readonly trigger?: Uint8Array | undefined; // [function]
  /** Calls that an instance serves at once: calls that find a place beside others reach no level. Undefined: 1. [function] */
  readonly places?: Int32Array | undefined;
  readonly observer?: RiseObserver | undefined;
}

/** The levels of those calls, as if none had to wait for an instance. */
export function levelSeriesOf(calls: CallsByFunction, options: LevelOptions): LevelSeries {
  const {clock, shiftUs, spanUs} = options;
  const functions = calls.start.length - 1;
  const firstRow = new Int32Array(functions + 1);
  const rows: Entries[] = [];
  const running: Entries[] = [];
  const trigger: number[] = [];
  for (let f = 0; f < functions; f++) {
    const [from, to] = [calls.start[f]!, calls.start[f + 1]!];
    const [arrivalUs, durationUs] = [calls.arrivalUs.subarray(from, to), calls.durationUs.subarray(from, to)];
    const places = options.places?.[f] ?? 1;
    const own = {f, arrivalUs, durationUs, places};
    rows.push(...levelsOf(own, shiftUs[f]!, options.observer));
    running.push(runningOf(own, shiftUs[f]!));
    while (trigger.length < rows.length) trigger.push(options.trigger?.[f] ?? UNKNOWN_TRIGGER);
    firstRow[f + 1] = rows.length;
  }
  const levels = concatenate(rows);
  const counts = concatenate(running);
  const latest = shiftUs.reduce((most, us) => Math.max(most, us), 0);
  const series: MinuteSeries = {
    rows: rows.length,
    span: Math.ceil((spanUs + latest) / US_PER_MINUTE),
    minute: levels.minute,
    count: levels.count,
    start: levels.start.subarray(0, rows.length),
    countStart: levels.start.subarray(0, rows.length),
    length: Float64Array.from(rows, (row) => row.minute.length),
    trigger: Uint8Array.from(trigger),
    clock,
  };
  return {
    series,
    firstRow,
    reactions: options.observer && reactionsOf(rows),
    running: {start: counts.start, minute: counts.minute, calls: counts.count},
  };
}

/** Numbers by minute, those of 0 left out. */
interface Entries {
  readonly minute: number[];
  readonly count: number[];
  /** As `LevelReactions` has them; empty where nobody observes. */
  readonly lost: number[];
  readonly nextAhead: number[];
}

function noEntries(): Entries {
  return {minute: [], count: [], lost: [], nextAhead: []};
}

function reactionsOf(rows: readonly Entries[]): LevelReactions {
  return {
    lost: Float32Array.from(rows.flatMap(({lost}) => lost)),
    nextAhead: Float32Array.from(rows.flatMap(({nextAhead}) => nextAhead)),
  };
}

function concatenate(rows: readonly Entries[]): {start: Float64Array; minute: Uint32Array; count: Uint32Array} {
  const start = new Float64Array(rows.length + 1);
  rows.forEach((row, r) => {
    start[r + 1] = start[r]! + row.minute.length;
  });
  const minute = new Uint32Array(start[rows.length]!);
  const count = new Uint32Array(start[rows.length]!);
  rows.forEach((row, r) => {
    minute.set(row.minute, start[r]!);
    count.set(row.count, start[r]!);
  });
  return {start, minute, count};
}

/** The calls of one function, and how many of them an instance serves at once. */
interface OwnCalls {
  readonly f: number;
  readonly arrivalUs: Float64Array;
  readonly durationUs: Float64Array;
  readonly places: number;
}

/** The minutes of one function's levels, class by class; calls are taken to fill as few instances as they can. */
function levelsOf(
  {f, arrivalUs, durationUs, places}: OwnCalls,
  shiftUs: number,
  observer: RiseObserver | undefined,
): Entries[] {
  const levels: Entries[] = [];
  const endUs = arrivalUs.map((us, i) => us + durationUs[i]!);
  const finished = finishedBy(arrivalUs, endUs, endUs.slice().sort());
  for (let i = 0; i < arrivalUs.length; i++) {
    const others = i - finished[i]!;
    if (others % places !== 0) continue;
    const level = others / places + 1;
    const place = classOfLevel(level);
    levels[place] ??= noEntries();
    const {count, lost, minute, nextAhead} = levels[place];
    const at = Math.floor((arrivalUs[i]! + shiftUs) / US_PER_MINUTE);
    if (minute.at(-1) === at) count[count.length - 1]!++;
    else {
      minute.push(at);
      count.push(1);
      if (observer === undefined) continue;
      observer.rise(f, level, at, arrivalUs[i]!);
      lost.push(observer.lost);
      nextAhead.push(observer.nextAhead);
    }
  }
  return levels;
}

/** Instances busy as a minute begins: a call that finishes just then is gone, one that arrives is to come. */
function runningOf({arrivalUs: arrivals, durationUs: durations, places}: OwnCalls, shiftUs: number): Entries {
  const entries = noEntries();
  // Calls without duration never run; one that arrives just then would count as gone before it had come.
  const arrivalUs = arrivals.filter((_, i) => durations[i]! > 0);
  const lasting = durations.filter((us) => us > 0);
  const finishUs = arrivalUs.map((us, i) => us + lasting[i]!).sort();
  for (let begun = 0, ended = 0; ended < finishUs.length; ) {
    // The first beginning of a minute at which the next of those still to finish may run.
    const first = begun > ended ? entries.minute.at(-1)! + 1 : minuteAfter(arrivalUs[begun]! + shiftUs);
    const beginUs = first * US_PER_MINUTE - shiftUs;
    while (begun < arrivalUs.length && arrivalUs[begun]! < beginUs) begun++;
    while (ended < finishUs.length && finishUs[ended]! <= beginUs) ended++;
    if (begun === ended) continue;
    entries.minute.push(first);
    entries.count.push(Math.ceil((begun - ended) / places));
  }
  return entries;
}

/** The first minute that begins after that time. */
function minuteAfter(us: number): number {
  return Math.floor(us / US_PER_MINUTE) + 1;
}
