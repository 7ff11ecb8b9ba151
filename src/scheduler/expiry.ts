import type {EventHeap} from './event-heap.ts';
import type {Fleet} from './fleet.ts';
import {F_INTS, IDLE_HEAD} from './functions.ts';
import {DEADLINE_US, DOUBLES, IDLE_NEXT, IDLE_SEQUENCE, INTS, NONE, STATE, State, TIMER_US} from './instances.ts';
import type {Semantics} from './semantics.ts';
import type {Tally} from './tally.ts';

/** Classes of timers: those of one time go off in this order. An inclusive expiry comes after its time's arrivals. */
export const READY = 1;
export const EXPIRY = 2;
export const WAKE = 3;
export const EXPIRY_AFTER_ARRIVALS = 5;
/** A timer's order is `class * CLASS + sequence`. */
export const CLASS = 2 ** 48;

/** When idle instances expire, and how that is noticed. */
export class Expiry {
  /** Expired instances leave only when their own function is looked up (FaasCache). */
  readonly byLookup: boolean;
  readonly fromStart: boolean;
  readonly fromFinish: boolean;
  readonly inclusive: boolean;
  private readonly class: number;
  private readonly indexSet: boolean;
  private readonly fleet: Fleet;
  private readonly timers: EventHeap;
  private readonly tally: Tally;

  constructor(fleet: Fleet, timers: EventHeap, tally: Tally, semantics: Semantics) {
    this.fleet = fleet;
    this.timers = timers;
    this.tally = tally;
    this.byLookup = semantics.expiry === 'lookup';
    this.fromStart = semantics.ttlFrom === 'start';
    this.fromFinish = semantics.ttlFrom === 'finish';
    this.inclusive = semantics.ttlInclusive;
    this.indexSet = semantics.reuse === 'index-set';
    this.class = this.inclusive ? EXPIRY_AFTER_ARRIVALS : EXPIRY;
  }

  /** When instance `i`, idle from `nowUs` on, expires if it is kept for `keepUs`. May lie in the past. */
  deadlineUs(i: number, nowUs: number, keepUs: number): number {
    if (this.fromFinish) return nowUs + keepUs;
    const {lastStartUs, firstIdleUs} = this.fleet.pool;
    if (this.fromStart) return lastStartUs[i]! + keepUs;
    if (Number.isNaN(firstIdleUs[i]!)) firstIdleUs[i] = nowUs;
    return firstIdleUs[i]! + keepUs;
  }

  /**
   * Sees to it that a timer fires by the deadline of `i`, just gone idle. One pending timer an instance: when it
   * fires early it is set again, and nothing is ever taken out of the heap.
   */
  arm(i: number): void {
    const {doubles} = this.fleet.pool;
    const deadlineUs = doubles[i * DOUBLES + DEADLINE_US]!;
    if (deadlineUs === Number.POSITIVE_INFINITY || doubles[i * DOUBLES + TIMER_US]! <= deadlineUs) return;
    doubles[i * DOUBLES + TIMER_US] = deadlineUs;
    // Equal deadlines expire in the order in which their instances went idle.
    const order = this.class * CLASS + doubles[i * DOUBLES + IDLE_SEQUENCE]!;
    this.timers.push(deadlineUs, order, (i << 2) | EXPIRY);
  }

  /** The timer of `i` with that order fires; true when the instance was destroyed. */
  fire(i: number, nowUs: number, order: number): boolean {
    const {doubles, ints} = this.fleet.pool;
    const row = i * DOUBLES;
    if (doubles[row + TIMER_US] !== nowUs) return false;
    doubles[row + TIMER_US] = Number.POSITIVE_INFINITY;
    if (ints[i * INTS + STATE] !== State.idle) return false;
    if (doubles[row + DEADLINE_US]! > nowUs || order % CLASS !== doubles[row + IDLE_SEQUENCE]) {
      this.arm(i);
      return false;
    }
    this.tally.expirations++;
    this.fleet.destroyIdle(i, nowUs);
    return true;
  }

  /** Destroys the idle instances of `fn` that are past their deadline; true when there were any. */
  purge(fn: number, nowUs: number): boolean {
    const {doubles, ints} = this.fleet.pool;
    const head = fn * F_INTS + IDLE_HEAD;
    let purged = false;
    for (let i = this.fleet.functions.ints[head]!; i !== NONE; ) {
      const next = ints[i * INTS + IDLE_NEXT]!;
      const deadlineUs = doubles[i * DOUBLES + DEADLINE_US]!;
      if (deadlineUs > nowUs || (deadlineUs === nowUs && this.inclusive)) {
        i = next;
        continue;
      }
      this.tally.expirations++;
      this.fleet.destroyIdle(i, nowUs);
      purged = true;
      // Closing the gap of an index set moves its last instance forward: look again from the front.
      i = this.indexSet ? this.fleet.functions.ints[head]! : next;
    }
    return purged;
  }
}
