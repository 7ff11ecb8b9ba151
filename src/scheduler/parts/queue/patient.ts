import {ARRIVAL_US, COLD_US, NOW_US} from '../../core/at-hand.ts';
import type {EventHeap} from '../../core/event-heap.ts';
import {orderOf, PATIENCE} from '../../core/events.ts';
import type {Fleet} from '../../core/fleet.ts';
import {NONE} from '../../core/instances.ts';
import {Patience} from './patience.ts';
import type {Waiting} from './waiting.ts';

/** What the queue does for it. */
export interface PatientQueue {
  readonly calls: Waiting;
  /** True when `call` has given up meanwhile; it no longer waits then. */
  gone(call: number, nowUs: number): boolean;
  /** Starts `call`, for which there is room after eviction. */
  start(call: number): void;
}

/**
 * Patient eviction: an idle instance is given up for a newcomer only if it has been idle for the newcomer's cold time, or
 * the newcomer has waited that long. A call that evicts what the next call would have used costs a cold start to save a
 * shorter wait, and keeps a full fleet in that state. First come, first served among those that may; the moment at
 * which the next one may has a timer.
 */
export class Patient {
  private readonly fleet: Fleet;
  private readonly queue: PatientQueue;
  private readonly timers: EventHeap;
  /** Starts of at least so long are worth waiting for, us. */
  private readonly longUs: Float64Array; // [function]
  /** Set where whatever goes for one call would go for any. */
  private readonly tree: Patience | undefined;
  private renumbered = 0;
  private timerUs = Number.POSITIVE_INFINITY;
  private sequence = 0;
  // By kind of room that a function needs: since when the youngest of its victims is idle, as far as this round has looked.
  private readonly kindOf: Int32Array; // [function]
  private readonly youngestUs: Float64Array; // [kind]
  private readonly lookedIn: Float64Array; // [kind] the round
  private round = 0;

  constructor(fleet: Fleet, queue: PatientQueue, timers: EventHeap, longUs: Float64Array) {
    this.fleet = fleet;
    this.longUs = longUs;
    this.queue = queue;
    this.timers = timers;
    this.kindOf = fleet.roomKinds();
    const kinds = this.kindOf.reduce((most, kind) => Math.max(most, kind + 1), 1);
    this.tree = kinds > 1 ? undefined : new Patience();
    this.youngestUs = new Float64Array(kinds);
    this.lookedIn = new Float64Array(kinds);
  }

  /** True when the call at hand, of `fn`, may start at once if there is room, after eviction if need be. */
  lets(fn: number, atHand: Float64Array): boolean {
    const coldUs = atHand[COLD_US]!;
    if (coldUs < this.longUs[fn]! || atHand[NOW_US]! - atHand[ARRIVAL_US]! >= coldUs) return true;
    this.fleet.lookForRoom(fn);
    return this.fleet.youngestUs[0]! <= atHand[NOW_US]! - coldUs;
  }

  /** `call` waits from `nowUs` on. */
  added(call: number, nowUs: number): void {
    const {calls} = this.queue;
    if (this.tree !== undefined) this.note(call);
    const [fn, coldUs] = [calls.fnOf(call), this.patienceUs(call)];
    this.fleet.lookForRoom(fn);
    const youngestUs = this.fleet.youngestUs[0]!;
    if (youngestUs < Number.POSITIVE_INFINITY) this.wakeAt(Math.min(nowUs, youngestUs) + coldUs);
  }

  /** `call` no longer waits. */
  removed(call: number): void {
    this.tree?.remove(call);
  }

  /** The timer for `atUs` fires; false when another has been set since. */
  fires(atUs: number): boolean {
    if (atUs !== this.timerUs) return false;
    this.timerUs = Number.POSITIVE_INFINITY;
    return true;
  }

  /** All timers are gone. */
  forgetTimer(): void {
    this.timerUs = Number.POSITIVE_INFINITY;
  }

  /** Starts whoever may start now. */
  dispatch(nowUs: number): void {
    if (this.tree !== undefined) this.dispatchAlike(this.tree, nowUs);
    else while (this.startFirst(nowUs));
  }

  /** Whatever goes for one call would go for any. */
  private dispatchAlike(tree: Patience, nowUs: number): void {
    const {queue, fleet} = this;
    const {calls} = queue;
    while (calls.count > 0) {
      fleet.lookForRoom(0);
      const youngestUs = fleet.youngestUs[0]!;
      if (youngestUs === Number.POSITIVE_INFINITY) return;
      const call = youngestUs < 0 ? calls.first : tree.first(nowUs - youngestUs, nowUs);
      if (call === NONE) {
        this.wakeAt(tree.nextUs(youngestUs));
        return;
      }
      if (!queue.gone(call, nowUs)) queue.start(call);
    }
  }

  /** Goes through the queue and starts the first that may; false when nobody may. */
  private startFirst(nowUs: number): boolean {
    const {fleet, queue} = this;
    const {calls} = queue;
    let nextUs = Number.POSITIVE_INFINITY;
    this.round++;
    for (let call = calls.first; call !== NONE && !fleet.stuck; ) {
      const next = calls.after(call);
      if (!queue.gone(call, nowUs)) {
        const youngestUs = this.youngestFor(calls.fnOf(call));
        const coldUs = this.patienceUs(call);
        const fromUs = Math.min(calls.arrivalUsOf(call), youngestUs) + coldUs;
        if (youngestUs < Number.POSITIVE_INFINITY && fromUs <= nowUs) {
          queue.start(call);
          return true;
        }
        if (youngestUs < Number.POSITIVE_INFINITY) nextUs = Math.min(nextUs, fromUs);
      }
      call = next;
    }
    this.wakeAt(nextUs);
    return false;
  }

  /** For how long something must have been idle, or `call` have waited. */
  private patienceUs(call: number): number {
    const {calls} = this.queue;
    const coldUs = calls.coldUsOf(call);
    return coldUs < this.longUs[calls.fnOf(call)]! ? 0 : coldUs;
  }

  private youngestFor(fn: number): number {
    const {fleet, kindOf, youngestUs, lookedIn, round} = this;
    const kind = kindOf[fn]!;
    if (lookedIn[kind] !== round) {
      lookedIn[kind] = round;
      fleet.lookForRoom(fn);
      youngestUs[kind] = fleet.youngestUs[0]!;
    }
    return youngestUs[kind]!;
  }

  private note(call: number): void {
    const {calls} = this.queue;
    const tree = this.tree!;
    if (this.renumbered === calls.renumbered) {
      tree.add(call, this.patienceUs(call), calls.arrivalUsOf(call) + this.patienceUs(call));
      return;
    }
    this.renumbered = calls.renumbered;
    tree.clear();
    for (let each = calls.first; each !== NONE; each = calls.after(each)) {
      tree.add(each, this.patienceUs(each), calls.arrivalUsOf(each) + this.patienceUs(each));
    }
  }

  private wakeAt(atUs: number): void {
    if (atUs >= this.timerUs || atUs === Number.POSITIVE_INFINITY) return;
    this.timerUs = atUs;
    this.timers.push(atUs, orderOf(PATIENCE, this.sequence++), 0);
  }
}
