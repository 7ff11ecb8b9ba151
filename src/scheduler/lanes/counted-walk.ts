import type {WindowOfCalls} from '../core/window-of-calls.ts';
import type {EventLog} from './event-log.ts';
import type {Finishes} from './finishes.ts';
import type {LaneKernel} from './lane-kernel.ts';
import {BAG, BOTTOM, BUSY, LANE_INTS, type Lanes, TOP} from './lanes.ts';
import {LevelCount, type Levels, MOST_COUNTED} from './level-count.ts';
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
  type Visits,
} from './visits.ts';

/** Fewer calls are sooner walked than counted. */
const LEAST_COUNTED = 24;

/**
 * Takes lanes through a window by counting (`LevelCount`) where nothing is created and no call takes an instance whose
 * time to live ends in the window, which is nearly always so with lanes that are called often.
 */
export class CountedWalk {
  private readonly lanes: Lanes;
  private readonly visits: Visits;
  private readonly ttlUs: number;
  /** It may be asked later what was taken when. */
  private readonly revocable: boolean;
  private readonly expired: EventLog;
  private readonly levels = new LevelCount();

  constructor(lanes: Lanes, visits: Visits, expired: EventLog, ttlUs: number, revocable: boolean) {
    this.expired = expired;
    this.lanes = lanes;
    this.visits = visits;
    this.ttlUs = ttlUs;
    this.revocable = revocable;
  }

  /** True if visit `v`, which has so many calls, may be counted: enough of them, and what goes idle now cannot expire. */
  suits(v: number, calls: number, {lowUs, highUs}: WindowOfCalls): boolean {
    const {lanes, ttlUs} = this;
    const lane = this.visits.ints[v * VISIT_INTS + FN]! * LANE_INTS;
    if (calls < LEAST_COUNTED || calls > MOST_COUNTED || lowUs + ttlUs < highUs) return false;
    // What is idle for longest must not be all that there is.
    const top = lanes.ints[lane + TOP]!;
    return top > lanes.ints[lane + BOTTOM]! && lanes.times[top - 1]! + ttlUs >= highUs;
  }

  /** How many instances at the bottom of visit `v`'s stack expire in the window if no call takes them. */
  private expiring(v: number, {highUs}: WindowOfCalls): number {
    const {lanes, ttlUs} = this;
    const lane = this.visits.ints[v * VISIT_INTS + FN]! * LANE_INTS;
    const bottom = lanes.ints[lane + BOTTOM]!;
    let place = bottom;
    while (lanes.times[place]! + ttlUs < highUs) place++;
    return place - bottom;
  }

  /**
   * Takes visit `v` through the window, its calls loaded and what finishes of earlier ones taken out of its bag; false,
   * with nothing changed, when an instance must be created.
   */
  take(v: number, window: WindowOfCalls, finishes: Finishes): boolean {
    const {visits, lanes, levels, revocable} = this;
    const {arrivalUs, durationUs, lowUs, highUs} = window;
    const r = v * VISIT_INTS;
    const calls = visits.ints[r + CALLS]!;
    const lane = visits.ints[r + FN]! * LANE_INTS;
    const expiring = this.expiring(v, window);
    const idle = lanes.ints[lane + TOP]! - lanes.ints[lane + BOTTOM]! - expiring;
    const earlier = finishes.count;
    if (earlier + calls > MOST_COUNTED) return false;
    if (!levels.run(arrivalUs, durationUs, calls, highUs - lowUs, finishes.takenOut, earlier, idle, revocable))
      return false;
    this.settle(v, levels, lowUs, highUs - lowUs, expiring);
    return true;
  }

  /** The same in the kernel, which draws the calls itself: none are loaded. */
  takeDrawn(v: number, window: Required<WindowOfCalls>, finishes: Finishes, kernel: LaneKernel): boolean {
    const {visits, lanes, revocable} = this;
    const {lowUs, highUs} = window;
    const r = v * VISIT_INTS;
    const calls = visits.ints[r + CALLS]!;
    const lane = visits.ints[r + FN]! * LANE_INTS;
    const expiring = this.expiring(v, window);
    const idle = lanes.ints[lane + TOP]! - lanes.ints[lane + BOTTOM]! - expiring;
    if (finishes.count + calls > MOST_COUNTED) return false;
    kernel.begin(calls, highUs - lowUs, finishes.takenOut, finishes.count);
    window.drawInto(visits.ints[r + PLACE]!, kernel);
    if (!kernel.settle(idle, revocable)) return false;
    this.settle(v, kernel, lowUs, highUs - lowUs, expiring);
    return true;
  }

  /** Writes what the count came to into lane and visit; the first `expiring` of its stack go, untouched. */
  private settle(v: number, levels: Levels, lowUs: number, lengthUs: number, expiring: number): void {
    const {visits, lanes} = this;
    const {level, pushed, pushedAt, taken, takenAt, beyond, beyondAt} = levels;
    const r = v * VISIT_INTS;
    const u = v * VISIT_US;
    const fn = visits.ints[r + FN]!;
    const lane = fn * LANE_INTS;
    visits.beginWalk(v);
    const top = lanes.ints[lane + TOP]!;
    for (let k = 0; k < taken; k++) visits.pop(v, lanes.times[top - 1 - k]!, takenAt[k]!);
    visits.us[u + ALIVE_US] = visits.aliveBefore(v) * lengthUs;
    this.expire(v, lowUs, lengthUs, expiring);
    visits.ints[r + BASE]! += lanes.fitStack(fn, visits.ints[r + BASE]!, level + expiring);
    const kept = visits.ints[r + KEPT]!;
    if (beyond > 0) lanes.growBag(fn, kept, kept + beyond);
    const {ints, times} = lanes;
    const end = ints[lane + BOTTOM]! + level;
    for (let k = 1; k <= pushed; k++) times[end - k] = lowUs + pushedAt[k]!;
    ints[lane + TOP] = end;
    const bag = ints[lane + BAG]! + kept;
    let beyondUs = 0;
    for (let k = 0; k < beyond; k++) {
      times[bag + k] = lowUs + beyondAt[k]!;
      beyondUs += beyondAt[k]! - lengthUs;
    }
    ints[lane + BUSY] = kept + beyond;
    visits.us[u + STARTING_US] = 0;
    visits.us[u + BUSY_US]! += levels.sumUs - beyondUs;
  }

  /** The first `expiring` of the stack go when their time to live ends. */
  private expire(v: number, lowUs: number, lengthUs: number, expiring: number): void {
    const {visits, lanes, ttlUs, expired} = this;
    const r = v * VISIT_INTS;
    const lane = visits.ints[r + FN]! * LANE_INTS;
    const bottom = lanes.ints[lane + BOTTOM]!;
    for (let k = bottom; k < bottom + expiring; k++) {
      const at = lanes.times[k]! + ttlUs - lowUs;
      expired.add(at, v, visits.ints[r + VERSION]!, 0, 0);
      visits.us[v * VISIT_US + ALIVE_US]! -= lengthUs - at;
    }
    visits.ints[r + EXPIRED] = expiring;
    lanes.ints[lane + BOTTOM] = bottom + expiring;
  }
}
