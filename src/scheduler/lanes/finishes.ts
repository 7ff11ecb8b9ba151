import {sortSpread} from '../../base/sort.ts';
import type {WindowOfCalls} from '../core/window-of-calls.ts';
import {doubled} from './event-log.ts';
import {BAG, BUSY, LANE_INTS, type Lanes} from './lanes.ts';
import {OffsetHeap} from './offset-heap.ts';
import {BUSY_US, CALLS, FN, KEPT, MOVED, MOVED_COUNT, VISIT_INTS, VISIT_US, type Visits} from './visits.ts';

/**
 * When calls of the lane at hand finish within a window: those that it was busy with before, and those of the window as
 * if all were warm, sorted at once; and beside them what a walk finds to be otherwise.
 */
export class Finishes {
  /** Ascending, since the window's start. */
  at = new Int32Array(1 << 12);
  count = 0;
  /** Finishes that do not happen as filed, because their calls were cold, and when they really do. */
  readonly cancelled = new OffsetHeap();
  readonly delayed = new OffsetHeap();
  private readonly lanes: Lanes;
  private readonly visits: Visits;
  private unsorted = new Int32Array(1 << 12);
  /** What was taken out of bags that may have to be filled again. */
  private moved = new Int32Array(256);
  private movedCount = 0;

  constructor(lanes: Lanes, visits: Visits) {
    this.lanes = lanes;
    this.visits = visits;
  }

  clear(): void {
    this.movedCount = 0;
  }

  /** What was taken out of the lane's bag, `count` times since the window's start, and room for its calls' finishes. */
  get takenOut(): Int32Array {
    return this.unsorted;
  }

  /** Takes what finishes within the window out of the bag of visit `v`'s lane. */
  takeOut(v: number, {lowUs, highUs}: WindowOfCalls): void {
    const {visits, lanes} = this;
    const r = v * VISIT_INTS;
    const lane = visits.ints[r + FN]! * LANE_INTS;
    const busy = lanes.ints[lane + BUSY]!;
    const most = busy + visits.ints[r + CALLS]!;
    if (this.unsorted.length < most) this.unsorted = new Int32Array(2 * most);
    const {unsorted} = this;
    const {times} = lanes;
    const bag = lanes.ints[lane + BAG]!;
    let n = 0;
    let kept = 0;
    let busyUs = 0;
    for (let k = bag; k < bag + busy; k++) {
      const finishUs = times[k]!;
      if (finishUs < highUs) {
        unsorted[n++] = finishUs - lowUs;
        busyUs += finishUs - lowUs;
      } else {
        times[bag + kept++] = finishUs;
      }
    }
    visits.ints[r + KEPT] = kept;
    visits.ints[r + MOVED_COUNT] = n;
    visits.us[v * VISIT_US + BUSY_US] = busyUs + kept * (highUs - lowUs);
    this.count = n;
  }

  /** Notes what was taken out, in case that it is to be put back. */
  note(v: number): void {
    const n = this.count;
    while (this.movedCount + n > this.moved.length) this.moved = doubled(this.moved);
    this.visits.ints[v * VISIT_INTS + MOVED] = this.movedCount;
    for (let k = 0; k < n; k++) this.moved[this.movedCount++] = this.unsorted[k]!;
  }

  /** Fills the bag as it was before the visit, in a window that begins at `lowUs`. */
  putBack(v: number, lowUs: number): void {
    const {visits, lanes} = this;
    const r = v * VISIT_INTS;
    const fn = visits.ints[r + FN]!;
    lanes.ints[fn * LANE_INTS + BUSY] = visits.ints[r + KEPT]!;
    const first = visits.ints[r + MOVED]!;
    for (let k = 0; k < visits.ints[r + MOVED_COUNT]!; k++) lanes.addBusy(fn, lowUs + this.moved[first + k]!);
  }

  /** Adds to what was taken out when the calls, as if all were warm, finish within the window, and sorts it. */
  sort(v: number, {lowUs, highUs, arrivalUs, durationUs}: WindowOfCalls): void {
    const {unsorted} = this;
    const lengthUs = highUs - lowUs;
    const calls = this.visits.ints[v * VISIT_INTS + CALLS]!;
    let n = this.count;
    let busyUs = 0;
    for (let row = 0; row < calls; row++) {
      const takesUs = durationUs[row]!;
      const at = arrivalUs[row]! + takesUs;
      if (at < lengthUs) {
        busyUs += takesUs;
        // A call that takes no time must not finish before it has begun: the walk files it.
        if (takesUs > 0) unsorted[n++] = at;
      } else {
        busyUs += lengthUs - arrivalUs[row]!;
      }
    }
    this.visits.us[v * VISIT_US + BUSY_US]! += busyUs;
    this.count = n;
    if (this.at.length < n) this.at = new Int32Array(2 * n);
    sortSpread(unsorted, n, 0, lengthUs, this.at, 0);
  }
}
