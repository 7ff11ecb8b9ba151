import type {KeepAlive} from '../parts/keep-alive/keep-alive.ts';
import type {EventHeap} from './event-heap.ts';
import {EXPIRY, INCLUSIVE_EXPIRY, orderOf, sequenceOf} from './events.ts';
import type {Fleet} from './fleet.ts';
import {F_INTS, IDLE_HEAD} from './functions.ts';
import {DOUBLES, FN, IDLE_SEQUENCE, INTS, LINK, NONE, SINCE_US, STATE, State} from './instances.ts';
import {type Semantics, stacksIdle} from './semantics.ts';
import type {Tally} from './tally.ts';

/**
 * When idle instances expire, and how that is noticed: by lookup of their function, by one timer a function where
 * they expire in the order in which they went idle, else by one timer an instance. A timer that fires early is set
 * again; nothing is ever taken out of the heap.
 */
export class Expiry {
  /** Expired instances leave only when their own function is looked up (FaasCache). */
  readonly byLookup: boolean;
  readonly fromStart: boolean;
  readonly fromFinish: boolean;
  readonly inclusive: boolean;
  /** Set when every instance is kept for the same time from its finish on, and for longer than 0. */
  constantUs: number | undefined;
  /** See KeepAlive.renewUs. */
  private renewUs: KeepAlive['renewUs'];
  private readonly kind: number;
  /** 1: the function's timer is set. */
  private readonly armed: Uint8Array; // [function]
  private readonly reuse: Semantics['reuse'];
  private readonly fleet: Fleet;
  private readonly timers: EventHeap;
  private readonly tally: Tally;

  constructor(fleet: Fleet, timers: EventHeap, tally: Tally, semantics: Semantics) {
    this.fleet = fleet;
    this.timers = timers;
    this.tally = tally;
    this.armed = new Uint8Array(fleet.functions.count);
    this.byLookup = semantics.expiry === 'lookup';
    this.fromStart = semantics.ttlFrom === 'start';
    this.fromFinish = semantics.ttlFrom === 'finish';
    this.inclusive = semantics.ttlInclusive;
    this.reuse = semantics.reuse;
    this.kind = this.inclusive ? INCLUSIVE_EXPIRY : EXPIRY;
  }

  /** Tells whether the policy keeps every instance for the same time, and renews any. */
  use(keepAlive: KeepAlive): void {
    const inOrder = this.fromFinish && !this.byLookup && (stacksIdle(this.reuse) || this.reuse === 'lru');
    this.constantUs = inOrder && keepAlive.constantUs !== 0 ? keepAlive.constantUs : undefined;
    this.renewUs = keepAlive.renewUs?.bind(keepAlive);
  }

  /** No instance is idle, and all timers are gone. */
  clear(): void {
    this.armed.fill(0);
  }

  /** When instance `i`, idle from `nowUs` on, expires if it is kept for `keepUs`. May lie in the past. */
  deadlineUs(i: number, nowUs: number, keepUs: number): number {
    if (this.fromFinish) return nowUs + keepUs;
    const {lastStartUs, firstIdleUs} = this.fleet.pool;
    if (this.fromStart) return lastStartUs[i]! + keepUs;
    if (Number.isNaN(firstIdleUs[i]!)) firstIdleUs[i] = nowUs;
    return firstIdleUs[i]! + keepUs;
  }

  /** `i`, just gone idle, will expire at `deadlineUs`. */
  arm(i: number, deadlineUs: number): void {
    const {doubles, timerUs} = this.fleet.pool;
    this.fleet.pool.deadlineUs[i] = deadlineUs;
    if (this.byLookup || deadlineUs === Number.POSITIVE_INFINITY || timerUs[i]! <= deadlineUs) return;
    timerUs[i] = deadlineUs;
    // Equal deadlines expire in the order in which their instances went idle.
    this.timers.push(deadlineUs, orderOf(this.kind, doubles[i * DOUBLES + IDLE_SEQUENCE]!), i);
  }

  /** An instance of `fn` has gone idle for the constant time: the function's timer runs, or is set. */
  armFunction(fn: number): void {
    if (this.armed[fn] === 0 && this.constantUs! < Number.POSITIVE_INFINITY) this.setFunction(fn);
  }

  private setFunction(fn: number): void {
    const {doubles} = this.fleet.pool;
    const i = this.fleet.idle.oldest(fn);
    this.armed[fn] = i === NONE ? 0 : 1;
    if (i === NONE) return;
    const deadlineUs = doubles[i * DOUBLES + SINCE_US]! + this.constantUs!;
    this.timers.push(deadlineUs, orderOf(this.kind, doubles[i * DOUBLES + IDLE_SEQUENCE]!), fn);
  }

  /**
   * The timer of `id` with that order fires, a function's where every instance is kept for the same time, else an
   * instance's; true when an instance was destroyed.
   */
  fire(id: number, nowUs: number, order: number): boolean {
    return this.constantUs === undefined ? this.fireInstance(id, nowUs, order) : this.fireFunction(id, nowUs, order);
  }

  private fireFunction(fn: number, nowUs: number, order: number): boolean {
    const {doubles} = this.fleet.pool;
    const i = this.fleet.idle.oldest(fn);
    const row = i * DOUBLES;
    const due =
      i !== NONE &&
      doubles[row + SINCE_US]! + this.constantUs! === nowUs &&
      sequenceOf(order) === doubles[row + IDLE_SEQUENCE];
    if (due) {
      this.tally.expirations++;
      this.fleet.destroyIdle(i, nowUs);
    }
    this.setFunction(fn);
    return due;
  }

  private fireInstance(i: number, nowUs: number, order: number): boolean {
    const {doubles, ints, timerUs, deadlineUs} = this.fleet.pool;
    if (timerUs[i] !== nowUs) return false;
    timerUs[i] = Number.POSITIVE_INFINITY;
    if (ints[i * INTS + STATE] !== State.idle) return false;
    if (deadlineUs[i]! > nowUs || sequenceOf(order) !== doubles[i * DOUBLES + IDLE_SEQUENCE]) {
      this.arm(i, deadlineUs[i]!);
      return false;
    }
    if (this.renewed(i, nowUs)) return false;
    this.tally.expirations++;
    this.fleet.destroyIdle(i, nowUs);
    return true;
  }

  /** The time of idle instance `i` is up: true when the policy lets it stay all the same. */
  private renewed(i: number, nowUs: number): boolean {
    const moreUs = this.renewUs === undefined ? 0 : this.renewUs(this.fleet.pool.ints[i * INTS + FN]!, nowUs);
    if (moreUs > 0) this.arm(i, nowUs + moreUs);
    return moreUs > 0;
  }

  /** Destroys the idle instances of `fn` that are past their deadline; true when there were any. */
  purge(fn: number, nowUs: number): boolean {
    const {deadlineUs, ints} = this.fleet.pool;
    const head = fn * F_INTS + IDLE_HEAD;
    let purged = false;
    for (let i = this.fleet.functions.ints[head]!; i !== NONE; ) {
      const next = ints[i * INTS + LINK]!;
      if (deadlineUs[i]! > nowUs || (deadlineUs[i] === nowUs && this.inclusive)) {
        i = next;
        continue;
      }
      if (this.renewed(i, nowUs)) {
        i = next;
        continue;
      }
      this.tally.expirations++;
      this.fleet.destroyIdle(i, nowUs);
      purged = true;
      // Closing the gap of an index set moves its last instance forward: look again from the front.
      i = this.reuse === 'index-set' ? this.fleet.functions.ints[head]! : next;
    }
    return purged;
  }
}
