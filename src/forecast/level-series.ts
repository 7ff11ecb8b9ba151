import {US_PER_MINUTE} from '../base/units.ts';
import type {Clock, MinuteSeries} from '../demand/calls/minute-series.ts';

/** What comes of instances that are started within minutes, told of the first rise to a level's class in each minute. */
export interface RiseObserver {
  /** Functions come in any order, each one's rises in order of time. */
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
  /** Place in `knownTriggers`, or UNKNOWN_TRIGGER. */
  readonly trigger: Uint8Array; // [function]
  /** Calls that an instance serves at once: calls that find a place beside others reach no level. Undefined: 1. [function] */
  readonly places?: Int32Array | undefined;
  readonly observer?: RiseObserver | undefined;
}

/** How many minutes of that length begin before the span ends, the last of which begins early. */
export function minutesOf({spanUs, shiftUs}: Pick<LevelOptions, 'spanUs' | 'shiftUs'>): number {
  const latest = shiftUs.reduce((most, us) => Math.max(most, us), 0);
  return Math.ceil((spanUs + latest) / US_PER_MINUTE);
}

/** Numbers by minute, those of 0 left out. */
export interface Entries {
  readonly minute: number[];
  readonly count: number[];
  /** As `LevelReactions` has them; empty where nobody observes. */
  readonly lost: number[];
  readonly nextAhead: number[];
}

export function noEntries(): Entries {
  return {minute: [], count: [], lost: [], nextAhead: []};
}

export function reactionsOf(rows: readonly Entries[]): LevelReactions {
  return {
    lost: Float32Array.from(rows.flatMap(({lost}) => lost)),
    nextAhead: Float32Array.from(rows.flatMap(({nextAhead}) => nextAhead)),
  };
}

/** Rows one after the other, as series have them: row r holds entries [start[r], start[r + 1]). */
export function concatenate(rows: readonly Entries[]): {start: Float64Array; minute: Uint32Array; count: Uint32Array} {
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
