import {doubled, doubledTimes} from './event-log.ts';
import {BOTTOM, LANE_INTS, type Lanes, TOP} from './lanes.ts';

/** A visit's row in `Visits.ints`: which lane, its calls, and what it was before. */
export const VISIT_INTS = 16;
export const FN = 0;
export const PLACE = 1; // of its function in the window, or NONE without calls
export const CALLS = 2;
export const EXPIRED = 3; // instances whose time to live ended
export const MOVED = 5; // busy before, finished within the window: first, and how many
export const MOVED_COUNT = 6;
export const KEPT = 7; // busy before and beyond the window
export const BASE = 8; // where the stack as it was before begins
export const HEIGHT = 9; // and how high it was
export const POPPED = 10; // what was taken of it: first, and how many
export const POPPED_COUNT = 11;
export const VERSION = 12; // walks so far
const EVICTED = 13; // first eviction, a list
const LAST_EVICTED = 14;
/** Instances that left at the bottom, as far as whoever reads the events in order has come. */
export const LEFT = 15;

/** A visit's row in `Visits.us`: how much time the lane's instances spent in the window, us. */
export const VISIT_US = 3;
export const ALIVE_US = 0;
export const STARTING_US = 1; // those created in it
export const BUSY_US = 2; // the others as well while they start, see PendingStarts

const NONE = -1;

/** The lanes that are taken through a window: what each of them was before, and what its last walk came to. */
export class Visits {
  count = 0;
  ints = new Int32Array(64 * VISIT_INTS);
  us = new Float64Array(64 * VISIT_US);
  private readonly lanes: Lanes;
  /** Times taken from the stacks as they were before, highest first, and when. */
  private poppedUs = new Float64Array(256);
  private poppedAt = new Int32Array(256);
  private popped = 0;
  /** Evictions: when, whether before the lane's own call of that time, and the lane's next one. */
  readonly evictionAt: number[] = [];
  readonly evictionFirst: boolean[] = [];
  readonly evictionNext: number[] = [];

  constructor(lanes: Lanes) {
    this.lanes = lanes;
  }

  clear(): void {
    this.count = this.popped = 0;
    this.evictionAt.length = this.evictionFirst.length = this.evictionNext.length = 0;
  }

  /** A visit to lane `fn`, at place `place` of the window. */
  add(fn: number, place: number): number {
    const v = this.count++;
    if ((v + 1) * VISIT_INTS > this.ints.length) {
      this.ints = doubled(this.ints);
      this.us = doubledTimes(this.us);
    }
    const {ints, lanes} = this;
    const r = v * VISIT_INTS;
    const lane = fn * LANE_INTS;
    ints[r + FN] = fn;
    ints[r + PLACE] = place;
    ints[r + BASE] = lanes.ints[lane + BOTTOM]!;
    ints[r + HEIGHT] = lanes.ints[lane + TOP]! - lanes.ints[lane + BOTTOM]!;
    ints[r + VERSION] = 0;
    ints[r + EVICTED] = ints[r + LAST_EVICTED] = NONE;
    ints[r + LEFT] = 0;
    return v;
  }

  /** A walk of visit `v` begins: nothing is taken of its stack yet. */
  beginWalk(v: number): void {
    this.ints[v * VISIT_INTS + POPPED] = this.popped;
    this.ints[v * VISIT_INTS + POPPED_COUNT] = 0;
  }

  /** A call of visit `v` at `at` takes the highest entry left of its stack as it was before, idle since `sinceUs`. */
  pop(v: number, sinceUs: number, at: number): void {
    if (this.popped === this.poppedAt.length) {
      this.poppedAt = doubled(this.poppedAt);
      this.poppedUs = doubledTimes(this.poppedUs);
    }
    this.poppedUs[this.popped] = sinceUs;
    this.poppedAt[this.popped++] = at;
    this.ints[v * VISIT_INTS + POPPED_COUNT]! += 1;
  }

  /** How many instances visit `v`'s lane had as the window began. */
  aliveBefore(v: number): number {
    const r = v * VISIT_INTS;
    return this.ints[r + HEIGHT]! + this.ints[r + KEPT]! + this.ints[r + MOVED_COUNT]!;
  }

  /** Since when entry `entry` of the stack as it was before, counted from the bottom, was idle. */
  idleSinceUs(v: number, entry: number): number {
    const r = v * VISIT_INTS;
    const fromTop = this.ints[r + HEIGHT]! - 1 - entry;
    return fromTop < this.ints[r + POPPED_COUNT]!
      ? this.poppedUs[this.ints[r + POPPED]! + fromTop]!
      : this.lanes.times[this.ints[r + BASE]! + entry]!;
  }

  /** When a call took that entry; Infinity when none did. */
  takenAt(v: number, entry: number): number {
    const r = v * VISIT_INTS;
    const fromTop = this.ints[r + HEIGHT]! - 1 - entry;
    return fromTop < this.ints[r + POPPED_COUNT]!
      ? this.poppedAt[this.ints[r + POPPED]! + fromTop]!
      : Number.POSITIVE_INFINITY;
  }

  /** The stack of the visit's lane is as it was before. */
  restoreStack(v: number): void {
    const {ints, lanes} = this;
    const r = v * VISIT_INTS;
    const lane = ints[r + FN]! * LANE_INTS;
    const base = ints[r + BASE]!;
    const height = ints[r + HEIGHT]!;
    const first = ints[r + POPPED]!;
    for (let k = 0; k < ints[r + POPPED_COUNT]!; k++) lanes.times[base + height - 1 - k] = this.poppedUs[first + k]!;
    lanes.ints[lane + BOTTOM] = base;
    lanes.ints[lane + TOP] = base + height;
  }

  /** The oldest instance of visit `v` goes at `at`, before or after the lane's own call of that time. */
  noteEviction(v: number, at: number, beforeCalls: boolean): void {
    const {ints} = this;
    const r = v * VISIT_INTS;
    const k = this.evictionAt.length;
    this.evictionAt.push(at);
    this.evictionFirst.push(beforeCalls);
    this.evictionNext.push(NONE);
    if (ints[r + EVICTED] === NONE) ints[r + EVICTED] = k;
    else this.evictionNext[ints[r + LAST_EVICTED]!] = k;
    ints[r + LAST_EVICTED] = k;
  }

  /** The first eviction of visit `v`, or NONE; the others follow in order of time. */
  firstEviction(v: number): number {
    return this.ints[v * VISIT_INTS + EVICTED]!;
  }
}
