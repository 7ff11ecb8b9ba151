import {sortSpread} from '../../base/sort.ts';
import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import type {WindowOfCalls} from '../core/window-of-calls.ts';
import {doubled, doubledTimes, EventLog} from './event-log.ts';
import {BAG, BAG_ROOM, BOTTOM, BUSY, LANE_INTS, type Lanes, TOP} from './lanes.ts';
import {NEVER, OffsetHeap} from './offset-heap.ts';

/** A visit's row in `LaneWalk.visits`: which lane, its calls, and what it was before. */
export const VISIT_INTS = 16;
export const FN = 0;
const PLACE = 1; // of its function in the window, or NONE without calls
export const CALLS = 2;
const MOVED = 5; // busy before, finished within the window: first, and how many
export const MOVED_COUNT = 6;
export const KEPT = 7; // busy before and beyond the window
export const BASE = 8; // where the stack as it was before begins
export const HEIGHT = 9; // and how high it was
export const POPPED = 10; // what was taken of it: first, and how many
export const POPPED_COUNT = 11;
export const VERSION = 12; // walks so far
export const EVICTED = 13; // first eviction, a list
const LAST_EVICTED = 14;
/** Instances that left at the bottom, as far as whoever reads the events in order has come. */
export const LEFT = 15;

const NONE = -1;

/**
 * Takes lanes through a window one by one, as if each function were alone. A walk can be taken back, or taken again
 * with evictions; what it does to its lane is all that it changes. Only one lane's calls are loaded at a time, so that
 * all of them together never leave the first-level cache; a walk taken again loads its calls again.
 */
export class LaneWalk {
  readonly lanes: Lanes;
  visits = new Int32Array(64 * VISIT_INTS);
  visitCount = 0;
  busyUs = new Float64Array(64); // [visit] of its calls
  readonly created = new EventLog();
  readonly expired = new EventLog();
  /** Times taken from the stacks as they were before, highest first, and when. */
  poppedUs = new Float64Array(256);
  poppedAt = new Int32Array(256);
  private popped = 0;
  /** Evictions: when, whether before the lane's own call of that time, and the lane's next one. */
  private readonly evictionAt: number[] = [];
  private readonly evictionFirst: boolean[] = [];
  private readonly evictionNext: number[] = [];
  private window!: WindowOfCalls;
  /** Finishes within the window of the lane at hand, were all its calls warm. */
  private finishes = new Int32Array(1 << 12);
  private finishCount = 0;
  private moved = new Int32Array(256);
  private movedCount = 0;
  private unsorted = new Int32Array(1 << 12);
  /** Finishes that did not happen as filed, because their calls were cold, and when they really do. */
  private readonly cancelled = new OffsetHeap();
  private readonly delayed = new OffsetHeap();
  private readonly ttlUs: number;
  private readonly coldTime: ColdTime;
  /** Walks may be taken back or again. */
  private readonly revocable: boolean;

  constructor(lanes: Lanes, ttlUs: number, coldTime: ColdTime, revocable: boolean) {
    this.lanes = lanes;
    this.ttlUs = ttlUs;
    this.coldTime = coldTime;
    this.revocable = revocable;
  }

  begin(window: WindowOfCalls): void {
    this.window = window;
    this.visitCount = this.created.count = this.expired.count = 0;
    this.popped = this.movedCount = 0;
    this.evictionAt.length = this.evictionFirst.length = this.evictionNext.length = 0;
  }

  /** Takes lane `fn` through the window, at place `place` of it, or without calls. Nothing of it lies before. */
  visit(fn: number, place: number): void {
    const v = this.visitCount++;
    if ((v + 1) * VISIT_INTS > this.visits.length) this.growVisits();
    const r = v * VISIT_INTS;
    const {visits, lanes} = this;
    const lane = fn * LANE_INTS;
    visits[r + FN] = fn;
    visits[r + PLACE] = place;
    visits[r + BASE] = lanes.ints[lane + BOTTOM]!;
    visits[r + HEIGHT] = lanes.ints[lane + TOP]! - lanes.ints[lane + BOTTOM]!;
    visits[r + VERSION] = 0;
    visits[r + EVICTED] = visits[r + LAST_EVICTED] = NONE;
    visits[r + LEFT] = 0;
    this.loadCalls(v);
    visits[r + MOVED] = this.movedCount;
    this.moveFinishes(v);
    if (this.revocable) this.noteMoved();
    this.sortFinishes(v);
    this.walk(v);
  }

  private loadCalls(v: number): void {
    const {window, visits} = this;
    const r = v * VISIT_INTS;
    window.rows = 0;
    visits[r + CALLS] = visits[r + PLACE] === NONE ? 0 : window.load(visits[r + PLACE]!);
  }

  /** Takes what finishes within the window out of the lane's bag. */
  private moveFinishes(v: number): void {
    const {visits, lanes, window} = this;
    const r = v * VISIT_INTS;
    const lane = visits[r + FN]! * LANE_INTS;
    const {lowUs, highUs} = window;
    const busy = lanes.ints[lane + BUSY]!;
    const most = busy + visits[r + CALLS]!;
    if (this.unsorted.length < most) this.unsorted = new Int32Array(2 * most);
    const {unsorted} = this;
    const {times} = lanes;
    const bag = lanes.ints[lane + BAG]!;
    let n = 0;
    let kept = 0;
    for (let k = bag; k < bag + busy; k++) {
      const finishUs = times[k]!;
      if (finishUs < highUs) unsorted[n++] = finishUs - lowUs;
      else times[bag + kept++] = finishUs;
    }
    visits[r + KEPT] = kept;
    visits[r + MOVED_COUNT] = n;
    this.finishCount = n;
  }

  private noteMoved(): void {
    const n = this.finishCount;
    while (this.movedCount + n > this.moved.length) this.moved = doubled(this.moved);
    for (let k = 0; k < n; k++) this.moved[this.movedCount++] = this.unsorted[k]!;
  }

  /** Adds to what was moved when the calls, as if all were warm, finish within the window, and sorts it. */
  private sortFinishes(v: number): void {
    const {unsorted, window} = this;
    const {arrivalUs, durationUs} = window;
    const lengthUs = window.highUs - window.lowUs;
    const calls = this.visits[v * VISIT_INTS + CALLS]!;
    let n = this.finishCount;
    let busyUs = 0;
    for (let row = 0; row < calls; row++) {
      const takesUs = durationUs[row]!;
      const at = arrivalUs[row]! + takesUs;
      busyUs += takesUs;
      // A call that takes no time must not finish before it has begun: the walk files it.
      if (at < lengthUs && takesUs > 0) unsorted[n++] = at;
    }
    this.busyUs[v] = busyUs;
    this.finishCount = n;
    if (this.finishes.length < n) this.finishes = new Int32Array(2 * n);
    sortSpread(unsorted, n, 0, lengthUs, this.finishes, 0);
  }

  private walk(v: number): void {
    const {visits, lanes, finishes, delayed, cancelled, ttlUs, revocable, window} = this;
    const {lowUs, highUs, arrivalUs, durationUs} = window;
    const {ints} = lanes;
    const r = v * VISIT_INTS;
    const fn = visits[r + FN]!;
    const lane = fn * LANE_INTS;
    const lengthUs = highUs - lowUs;
    const calls = visits[r + CALLS]!;
    const version = visits[r + VERSION]!;
    const finishEnd = this.finishCount;
    let finish = 0;
    let {times} = lanes;
    let bottom = ints[lane + BOTTOM]!;
    let top = ints[lane + TOP]!;
    let end = lanes.stackEnd(fn);
    let least = top; // below it the stack is as it was before
    let busy = visits[r + KEPT]!;
    let bag = ints[lane + BAG]!;
    let bagRoom = bag === NONE ? 0 : 1 << ints[lane + BAG_ROOM]!;
    let eviction = visits[r + EVICTED]!;
    visits[r + POPPED] = this.popped;
    // The oldest time decides: if that one outlives the window, all do.
    const changes = eviction !== NONE || (bottom < top ? times[bottom]! : lowUs) + ttlUs < highUs;
    let due = finishEnd > 0 ? finishes[0]! : NEVER; // next filed finish
    let late = NEVER; // next delayed one
    let gone = NEVER; // next filed finish that does not happen
    for (let k = 0; k <= calls; k++) {
      const at = k < calls ? arrivalUs[k]! : lengthUs - 1;
      while (due <= at || late <= at) {
        let idleAt = due;
        if (late < due) {
          idleAt = late;
          delayed.pop();
          late = delayed.first;
        } else {
          finish++;
          due = finish < finishEnd ? finishes[finish]! : NEVER;
          if (gone === idleAt) {
            cancelled.pop();
            gone = cancelled.first;
            continue;
          }
        }
        if (top === end) {
          const moved = lanes.growStack(fn, revocable ? visits[r + BASE]! : bottom, top);
          times = lanes.times;
          end = lanes.stackEnd(fn);
          bottom += moved;
          top += moved;
          least += moved;
          visits[r + BASE]! += moved;
        }
        times[top++] = lowUs + idleAt;
      }
      if (changes) {
        for (;;) {
          const expiry = bottom < top ? times[bottom]! + ttlUs - lowUs : Number.POSITIVE_INFINITY;
          const evictionAt = eviction === NONE ? Number.POSITIVE_INFINITY : this.evictionAt[eviction]!;
          if (expiry <= at && expiry <= evictionAt) this.expired.add(expiry, v, version, 0, 0);
          else if (
            evictionAt < at ||
            (evictionAt === at && this.evictionFirst[eviction]!) ||
            (evictionAt <= at && k === calls)
          )
            eviction = this.evictionNext[eviction]!;
          else break;
          bottom++;
        }
      }
      if (k === calls) break;
      const warmFinish = at + durationUs[k]!;
      let realFinish = warmFinish;
      if (bottom < top) {
        top--;
        if (top < least) {
          least = top;
          if (revocable) this.notePopped(times[top]!, at);
        }
        if (warmFinish < lengthUs) {
          if (warmFinish === at) {
            delayed.push(at);
            late = delayed.first;
          }
          continue;
        }
      } else {
        const tookUs = this.coldTime.drawUs(fn, lowUs + at);
        if (warmFinish < lengthUs && warmFinish > at) {
          cancelled.push(warmFinish);
          gone = cancelled.first;
        }
        realFinish += tookUs;
        this.created.add(at, v, version, tookUs, realFinish);
        if (realFinish < lengthUs) {
          delayed.push(realFinish);
          late = delayed.first;
          continue;
        }
      }
      if (busy === bagRoom) {
        lanes.growBag(fn, busy);
        times = lanes.times;
        bag = ints[lane + BAG]!;
        bagRoom = 1 << ints[lane + BAG_ROOM]!;
      }
      times[bag + busy++] = lowUs + realFinish;
    }
    ints[lane + BOTTOM] = bottom;
    ints[lane + TOP] = top;
    ints[lane + BUSY] = busy;
    visits[r + POPPED_COUNT] = this.popped - visits[r + POPPED]!;
  }

  /** Takes a visit back: its lane is as it was before. */
  revoke(v: number): void {
    this.restoreStack(v);
    const {visits, lanes} = this;
    const r = v * VISIT_INTS;
    const fn = visits[r + FN]!;
    lanes.ints[fn * LANE_INTS + BUSY] = visits[r + KEPT]!;
    const first = visits[r + MOVED]!;
    for (let k = 0; k < visits[r + MOVED_COUNT]!; k++) lanes.addBusy(fn, this.window.lowUs + this.moved[first + k]!);
  }

  /**
   * Takes the visit's lane through the window again, with one more eviction: of its oldest instance at `at`, before
   * or after its own calls of that time.
   */
  again(v: number): void {
    this.revoke(v);
    this.visits[v * VISIT_INTS + VERSION]! += 1;
    this.loadCalls(v);
    this.moveFinishes(v);
    this.sortFinishes(v);
    this.walk(v);
  }

  noteEviction(v: number, at: number, beforeCalls: boolean): void {
    const {visits} = this;
    const r = v * VISIT_INTS;
    const k = this.evictionAt.length;
    this.evictionAt.push(at);
    this.evictionFirst.push(beforeCalls);
    this.evictionNext.push(NONE);
    if (visits[r + EVICTED] === NONE) visits[r + EVICTED] = k;
    else this.evictionNext[visits[r + LAST_EVICTED]!] = k;
    visits[r + LAST_EVICTED] = k;
  }

  /** Since when entry `entry` of the stack as it was before, counted from the bottom, was idle. */
  idleSinceUs(v: number, entry: number): number {
    const {visits} = this;
    const r = v * VISIT_INTS;
    const fromTop = visits[r + HEIGHT]! - 1 - entry;
    return fromTop < visits[r + POPPED_COUNT]!
      ? this.poppedUs[visits[r + POPPED]! + fromTop]!
      : this.lanes.times[visits[r + BASE]! + entry]!;
  }

  /** When a call took that entry; Infinity when none did. */
  takenAt(v: number, entry: number): number {
    const {visits} = this;
    const r = v * VISIT_INTS;
    const fromTop = visits[r + HEIGHT]! - 1 - entry;
    return fromTop < visits[r + POPPED_COUNT]!
      ? this.poppedAt[visits[r + POPPED]! + fromTop]!
      : Number.POSITIVE_INFINITY;
  }

  /** True when a call took that entry within the window, or its time to live ended there. */
  needs(v: number, entry: number): boolean {
    const endsUs = this.idleSinceUs(v, entry) + this.ttlUs;
    return endsUs < this.window.highUs || this.takenAt(v, entry) < Number.POSITIVE_INFINITY;
  }

  private restoreStack(v: number): void {
    const {visits, lanes} = this;
    const r = v * VISIT_INTS;
    const lane = visits[r + FN]! * LANE_INTS;
    const base = visits[r + BASE]!;
    const height = visits[r + HEIGHT]!;
    const first = visits[r + POPPED]!;
    for (let k = 0; k < visits[r + POPPED_COUNT]!; k++) lanes.times[base + height - 1 - k] = this.poppedUs[first + k]!;
    lanes.ints[lane + BOTTOM] = base;
    lanes.ints[lane + TOP] = base + height;
  }

  private notePopped(sinceUs: number, at: number): void {
    if (this.popped === this.poppedAt.length) {
      this.poppedAt = doubled(this.poppedAt);
      this.poppedUs = doubledTimes(this.poppedUs);
    }
    this.poppedUs[this.popped] = sinceUs;
    this.poppedAt[this.popped++] = at;
  }

  private growVisits(): void {
    this.visits = doubled(this.visits);
    this.busyUs = doubledTimes(this.busyUs);
  }
}
