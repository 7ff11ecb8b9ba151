import type {RetryRule} from '../parts/limits/function-limits.ts';
import {Retries} from '../parts/limits/retries.ts';
import {ARRIVAL_US, ATTEMPT, COLD_US, DURATION_US, NOW_US} from './at-hand.ts';
import {arrivalAfterCut} from './attempts.ts';
import type {EventHeap} from './event-heap.ts';
import {orderOf, RETRY} from './events.ts';
import type {Tally} from './tally.ts';

/** What becomes of calls that are throttled or cut: counted, or tried again. */
export class Retrying {
  private readonly retries: Retries | undefined;
  private readonly tally: Tally;
  private readonly timers: EventHeap;
  private readonly atHand: Float64Array;
  private sequence = 0;

  /** Without a `rule` nothing is tried again. */
  constructor(rule: RetryRule | undefined, tally: Tally, timers: EventHeap, atHand: Float64Array) {
    this.retries = rule && new Retries(rule);
    this.tally = tally;
    this.timers = timers;
    this.atHand = atHand;
  }

  /** The call at hand, of `fn`, is beyond what it may have. */
  throttle(fn: number): void {
    const {atHand} = this;
    const attempt = atHand[ATTEMPT]!;
    if (this.mayTryAgain(fn, attempt)) this.again(fn, attempt, atHand[ARRIVAL_US]!);
    else this.tally.throttle(fn, atHand[ARRIVAL_US]!, attempt);
  }

  /**
   * A call of `fn` that arrived at `arrivalUs` and was filed as `filed` was cut now. It keeps what it was counted as, so its
   * next attempt counts for nothing.
   */
  cut(fn: number, arrivalUs: number, attempt: number, filed: number): void {
    const isTriedAgain = this.mayTryAgain(fn, attempt);
    this.tally.timeout(arrivalUs);
    const ticket = this.tally.log?.cut(filed, isTriedAgain) ?? 0;
    this.atHand[DURATION_US] = Number.POSITIVE_INFINITY;
    this.atHand[COLD_US] = -1;
    if (isTriedAgain) this.again(fn, attempt, arrivalAfterCut(attempt + 1, ticket));
  }

  private mayTryAgain(fn: number, attempt: number): boolean {
    return this.retries?.allows(fn, attempt) === true;
  }

  /** Has the call at hand come again after its attempt of that number; by then it counts by `arrivalUs`. */
  private again(fn: number, attempt: number, arrivalUs: number): void {
    const {atHand} = this;
    const retries = this.retries!;
    const id = retries.add(fn, attempt, arrivalUs, atHand);
    this.timers.push(atHand[NOW_US]! + retries.afterUs, orderOf(RETRY, this.sequence++), id);
  }

  /** The call kept under `id` comes again now and is the one at hand; its function. */
  take(id: number): number {
    const retries = this.retries!;
    const fn = retries.fnOf(id);
    this.atHand[ATTEMPT] = retries.attemptOf(id) + 1;
    retries.take(id, this.atHand);
    this.tally.retry(this.atHand[NOW_US]!);
    return fn;
  }

  /** Visits the calls whose time to come again has not come. */
  visit(visitor: (fn: number, arrivalUs: number) => void): void {
    this.retries?.settle(visitor);
  }

  /** The run is over: whose time has not come still waits. */
  settle(): void {
    this.retries?.settle((fn, arrivalUs, attempts) => this.tally.leaveWaiting(fn, arrivalUs, attempts));
  }
}
