import {sortPairs} from '../../base/sort.ts';
import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import type {WindowOfCalls} from '../core/window-of-calls.ts';
import {CountedWalk} from './counted-walk.ts';
import {EventLog} from './event-log.ts';
import {Finishes} from './finishes.ts';
import type {LaneKernel} from './lane-kernel.ts';
import {BAG, BAG_ROOM, BOTTOM, BUSY, LANE_INTS, type Lanes, TOP} from './lanes.ts';
import {NEVER} from './offset-heap.ts';
import {
  ALIVE_US,
  BASE,
  BUSY_US,
  CALLS,
  EXPIRED,
  FN,
  KEPT,
  PLACE,
  STARTING_US,
  VERSION,
  VISIT_INTS,
  VISIT_US,
  Visits,
} from './visits.ts';

const NONE = -1;

/**
 * Takes lanes through a window one by one, as if each function were alone. A walk can be taken back, or taken again
 * with evictions; what it does to its lane is all that it changes. Only one lane's calls are loaded at a time, so that
 * all of them together never leave the first-level cache; a walk taken again loads its calls again.
 */
export class LaneWalk {
  readonly lanes: Lanes;
  readonly visits: Visits;
  readonly created = new EventLog();
  readonly expired = new EventLog();
  private window!: WindowOfCalls;
  private readonly finishes: Finishes;
  private readonly counted: CountedWalk;
  /** Gives one that draws and counts; undefined: both are done here. */
  private readonly kernels: (() => LaneKernel) | undefined;
  /** Taken when there are calls for it: making one takes longer than many a replay. */
  private kernel: LaneKernel | undefined;
  private readonly ttlUs: number;
  private readonly coldTime: ColdTime;
  /** Walks may be taken back or again. */
  private readonly revocable: boolean;
  /** The next eviction of the lane at hand, or NONE. */
  private eviction = NONE;
  /** Nothing leaves the lane at hand at the bottom before it, since the window's start. */
  private leavesAt = 0;

  constructor(
    lanes: Lanes,
    ttlUs: number,
    coldTime: ColdTime,
    revocable: boolean,
    kernels: (() => LaneKernel) | undefined,
  ) {
    this.lanes = lanes;
    this.kernels = kernels;
    this.visits = new Visits(lanes);
    this.finishes = new Finishes(lanes, this.visits);
    this.counted = new CountedWalk(lanes, this.visits, this.expired, ttlUs, revocable);
    this.ttlUs = ttlUs;
    this.coldTime = coldTime;
    this.revocable = revocable;
  }

  begin(window: WindowOfCalls): void {
    this.window = window;
    this.created.count = this.expired.count = 0;
    this.visits.clear();
    this.finishes.clear();
  }

  /** Takes lane `fn` through the window, at place `place` of it, or without calls. Nothing of it lies before. */
  visit(fn: number, place: number): void {
    const {window, finishes, counted, kernels, visits} = this;
    const v = visits.add(fn, place);
    const drawable = kernels === undefined || place === NONE ? NONE : (window.drawable?.(place) ?? NONE);
    const drawn = counted.suits(v, drawable, window);
    if (drawn) visits.ints[v * VISIT_INTS + CALLS] = drawable;
    else this.load(v);
    finishes.takeOut(v, window);
    if (this.revocable) finishes.note(v);
    if (drawn) {
      this.kernel ??= kernels!();
      if (counted.takeDrawn(v, window as Required<WindowOfCalls>, finishes, this.kernel)) return;
      this.load(v);
    } else if (counted.suits(v, visits.ints[v * VISIT_INTS + CALLS]!, window) && counted.take(v, window, finishes))
      return;
    this.walkInOrder(v);
  }

  /** There is no further window. */
  finish(): void {
    this.kernel?.giveBack();
    this.kernel = undefined;
  }

  /** Loads the visit's calls, in any order. */
  private load(v: number): void {
    const {window} = this;
    const {ints} = this.visits;
    const r = v * VISIT_INTS;
    window.rows = 0;
    ints[r + CALLS] = ints[r + PLACE] === NONE ? 0 : window.load(ints[r + PLACE]!);
  }

  private walkInOrder(v: number): void {
    const {window} = this;
    sortPairs(window.arrivalUs, window.durationUs, window.rows, window.highUs - window.lowUs);
    this.finishes.sort(v, window);
    this.walk(v);
  }

  private walk(v: number): void {
    const {lanes, finishes, window, visits, revocable} = this;
    const {delayed, cancelled, at: filed, count: filedCount} = finishes;
    const {lowUs, arrivalUs, durationUs} = window;
    const {ints} = lanes;
    const r = v * VISIT_INTS;
    const fn = visits.ints[r + FN]!;
    const lane = fn * LANE_INTS;
    const lengthUs = window.highUs - lowUs;
    const calls = visits.ints[r + CALLS]!;
    let {times} = lanes;
    let bottom = ints[lane + BOTTOM]!;
    let top = ints[lane + TOP]!;
    let end = lanes.stackEnd(fn);
    let least = top; // below it the stack is as it was before
    let busy = visits.ints[r + KEPT]!;
    let bag = ints[lane + BAG]!;
    let bagRoom = bag === NONE ? 0 : 1 << ints[lane + BAG_ROOM]!;
    let leavesAt = this.beginWalk(v);
    let finish = 0;
    let due = filedCount > 0 ? filed[0]! : NEVER; // next filed finish
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
          due = finish < filedCount ? filed[finish]! : NEVER;
          if (gone === idleAt) {
            cancelled.pop();
            gone = cancelled.first;
            continue;
          }
        }
        if (top === end) {
          const moved = this.growStack(v, bottom, top);
          times = lanes.times;
          end = lanes.stackEnd(fn);
          bottom += moved;
          top += moved;
          least += moved;
        }
        times[top++] = lowUs + idleAt;
      }
      if (leavesAt <= at) {
        bottom = this.leaveBottom(v, at, k === calls, bottom, top);
        leavesAt = this.leavesAt;
      }
      if (k === calls) break;
      const warmFinish = at + durationUs[k]!;
      let realFinish = warmFinish;
      if (bottom < top) {
        top--;
        if (top < least) {
          least = top;
          if (revocable) visits.pop(v, times[top]!, at);
        }
        if (warmFinish < lengthUs) {
          if (warmFinish === at) {
            delayed.push(at);
            late = delayed.first;
          }
          continue;
        }
      } else {
        realFinish += this.startCold(v, at, warmFinish);
        gone = cancelled.first;
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
  }

  /** Nothing has happened yet; returns when, at the earliest, an instance leaves at the bottom. */
  private beginWalk(v: number): number {
    const {visits, lanes, window} = this;
    const r = v * VISIT_INTS;
    const u = v * VISIT_US;
    visits.us[u + ALIVE_US] = visits.aliveBefore(v) * (window.highUs - window.lowUs);
    visits.us[u + STARTING_US] = 0;
    visits.ints[r + EXPIRED] = 0;
    visits.beginWalk(v);
    this.eviction = visits.firstEviction(v);
    const lane = visits.ints[r + FN]! * LANE_INTS;
    this.waitForBottom(lanes.ints[lane + BOTTOM]!, lanes.ints[lane + TOP]!, 0);
    return this.leavesAt;
  }

  /** It is `at`: when something leaves next at the earliest. What is not idle yet cannot expire sooner than the bottom. */
  private waitForBottom(bottom: number, top: number, at: number): void {
    const {lanes, window, ttlUs, eviction} = this;
    const expiry = (bottom < top ? lanes.times[bottom]! - window.lowUs : at) + ttlUs;
    const evictionAt = eviction === NONE ? Number.POSITIVE_INFINITY : this.visits.evictionAt[eviction]!;
    this.leavesAt = Math.min(expiry, evictionAt);
  }

  /**
   * Lets go what has expired or is evicted by `at`, at which the lane has a call, unless that is the window's `last`
   * moment; returns where the bottom is then.
   */
  private leaveBottom(v: number, at: number, last: boolean, bottom: number, top: number): number {
    const {visits, lanes, window, ttlUs} = this;
    const lengthUs = window.highUs - window.lowUs;
    const r = v * VISIT_INTS;
    let left = bottom;
    for (; ; left++) {
      const expiry = left < top ? lanes.times[left]! + ttlUs - window.lowUs : Number.POSITIVE_INFINITY;
      const {eviction} = this;
      const evictionAt = eviction === NONE ? Number.POSITIVE_INFINITY : visits.evictionAt[eviction]!;
      if (expiry <= at && expiry <= evictionAt) {
        this.expired.add(expiry, v, visits.ints[r + VERSION]!, 0, 0);
        visits.ints[r + EXPIRED]! += 1;
        visits.us[v * VISIT_US + ALIVE_US]! -= lengthUs - expiry;
      } else if (evictionAt < at || (evictionAt === at && (last || visits.evictionFirst[eviction]!))) {
        this.eviction = visits.evictionNext[eviction]!;
        visits.us[v * VISIT_US + ALIVE_US]! -= lengthUs - evictionAt;
      } else break;
    }
    this.waitForBottom(left, top, at);
    return left;
  }

  /** The call at `at`, which would finish at `warmFinish`, finds no instance: returns how long its own takes to start. */
  private startCold(v: number, at: number, warmFinish: number): number {
    const {window, visits} = this;
    const {ints, us} = visits;
    const r = v * VISIT_INTS;
    const u = v * VISIT_US;
    const lengthUs = window.highUs - window.lowUs;
    const tookUs = this.coldTime.drawUs(ints[r + FN]!, window.lowUs + at);
    if (warmFinish < lengthUs && warmFinish > at) this.finishes.cancelled.push(warmFinish);
    this.created.add(at, v, ints[r + VERSION]!, tookUs, warmFinish + tookUs);
    const readyAt = Math.min(at + tookUs, lengthUs);
    us[u + ALIVE_US]! += lengthUs - at;
    us[u + STARTING_US]! += readyAt - at;
    // It was taken to be busy at once.
    us[u + BUSY_US]! += Math.min(warmFinish + tookUs, lengthUs) - readyAt - (Math.min(warmFinish, lengthUs) - at);
    return tookUs;
  }

  private growStack(v: number, bottom: number, top: number): number {
    const {visits, lanes} = this;
    const r = v * VISIT_INTS;
    const moved = lanes.growStack(visits.ints[r + FN]!, this.revocable ? visits.ints[r + BASE]! : bottom, top);
    visits.ints[r + BASE]! += moved;
    return moved;
  }

  /** Takes a visit back: its lane is as it was before. */
  revoke(v: number): void {
    this.visits.restoreStack(v);
    this.finishes.putBack(v, this.window.lowUs);
  }

  /** Takes the visit's lane through the window again, with the evictions that were noted since. */
  again(v: number): void {
    this.revoke(v);
    this.visits.ints[v * VISIT_INTS + VERSION]! += 1;
    this.load(v);
    this.finishes.takeOut(v, this.window);
    this.walkInOrder(v);
  }

  /** True when a call took entry `entry` of the stack within the window, or its time to live ended there. */
  needs(v: number, entry: number): boolean {
    const endsUs = this.visits.idleSinceUs(v, entry) + this.ttlUs;
    return endsUs < this.window.highUs || this.visits.takenAt(v, entry) < Number.POSITIVE_INFINITY;
  }
}
