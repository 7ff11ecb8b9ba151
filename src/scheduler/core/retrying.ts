import * as job from '../parts/attempts/job-fields.ts';
import type {Jobs} from '../parts/attempts/jobs.ts';
import type {FaultRule} from '../parts/faults/fault-rule.ts';
import type {RetryRule} from '../parts/limits/function-limits.ts';
import {IS_HELD, IS_NEXT_SLICE, IS_TRIED, Retries, RUNS_AGAIN} from '../parts/limits/retries.ts';
import {ARRIVAL_US, ATTEMPT, COLD_US, DURATION_US, NOW_US} from './at-hand.ts';
import {arrivalAgain, type Tickets} from './attempts.ts';
import type {EventHeap} from './event-heap.ts';
import {orderOf, RETRY} from './events.ts';
import {NONE} from './instances.ts';
import type {LateTally} from './late-tally.ts';
import type {Tally} from './tally.ts';

/** What it works with. */
export interface RetryingParts {
  readonly tally: Tally;
  readonly timers: EventHeap;
  readonly atHand: Float64Array;
  readonly tickets: Tickets;
  /** Set where long calls run in slices. */
  readonly jobs: Jobs | undefined;
}

/** What becomes of calls that are throttled or cut: counted, or tried again. And calls that come again for their next slice. */
export class Retrying {
  private readonly rule: RetryRule | undefined;
  private readonly coming = new Retries();
  private readonly tally: Tally;
  private readonly timers: EventHeap;
  private readonly atHand: Float64Array;
  private readonly tickets: Tickets;
  private readonly jobs: Jobs | undefined;
  /** Set where hosts fail. */
  private faults: FaultRule | undefined;
  private lateTally!: LateTally;
  /** Calls that a failure has ended and that have not come again. */
  private ended = 0;
  /** Calls that wait outside, in the order in which they came. */
  private held: number[] = [];
  private sequence = 0;

  /** Without a `rule` nothing is tried again. */
  constructor(rule: RetryRule | undefined, {tally, timers, atHand, tickets, jobs}: RetryingParts) {
    this.rule = rule;
    this.tally = tally;
    this.timers = timers;
    this.atHand = atHand;
    this.tickets = tickets;
    this.jobs = jobs;
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
    // Another attempt of it was over before.
    if (this.jobs?.isOver(filed)) return;
    this.tally.timeout(arrivalUs);
    const ticket = this.mayTryAgain(fn, attempt) ? this.ticketFor(filed, arrivalUs) : NONE;
    this.tally.log?.cut(filed, ticket);
    this.atHand[DURATION_US] = Number.POSITIVE_INFINITY;
    this.atHand[COLD_US] = -1;
    if (ticket !== NONE) this.again(fn, attempt, arrivalAgain(attempt + 1, ticket));
  }

  private ticketFor(filed: number, arrivalUs: number): number {
    if (this.jobs !== undefined) return this.jobs.ticketFor(filed, arrivalUs);
    return this.tally.log === undefined ? 0 : this.tickets.take();
  }

  /** A call of `fn`, filed as `filed`, gives its place back now and comes again at once. */
  comesAgain(jobs: Jobs, filed: number, fn: number): void {
    const {atHand, tally} = this;
    const ticket = jobs.leave(filed);
    tally.log?.keep(filed, ticket);
    this.comeAt(atHand[NOW_US]!, this.coming.add(fn, atHand[ATTEMPT]!, atHand[ARRIVAL_US]!, IS_NEXT_SLICE, atHand));
  }

  /** Hosts fail, and what was on them comes again by that rule. */
  fail(faults: FaultRule, tally: LateTally): void {
    this.faults = faults;
    this.lateTally = tally;
  }

  /** The host of the call of `fn` filed as `filed` has failed: true if it comes again, else it is lost. */
  fails(fn: number, filed: number): boolean {
    const {atHand, tally} = this;
    const jobs = this.jobs!;
    const {leaseUs, async, idempotent} = this.faults!;
    const ticket = jobs.leave(filed);
    const row = ticket * job.FIELDS;
    if (jobs.kept[row + job.IS_OVER] === 1 || jobs.hasOthers(ticket)) {
      tally.log?.drop(filed);
      jobs.forget(ticket);
      return true;
    }
    const again = async[fn] === 1 || (idempotent[fn] === 1 && jobs.kept[row + job.FAILURES] === 1);
    if (!again) {
      tally.log?.lost(filed);
      this.lateTally.loses(row, fn);
      jobs.forget(ticket);
      return false;
    }
    tally.log?.keep(filed, ticket);
    const afterUs = async[fn] === 1 ? leaseUs : 0;
    this.ended++;
    this.comeAt(
      atHand[NOW_US]! + afterUs,
      this.coming.add(fn, atHand[ATTEMPT]!, atHand[ARRIVAL_US]!, RUNS_AGAIN, atHand),
    );
    return true;
  }

  /** Somebody waits because of a failure, outside or until he comes again. */
  get waits(): boolean {
    return this.ended > 0 || this.held.length > 0;
  }

  /** The call at hand, of `fn`, waits outside. */
  hold(fn: number): void {
    const {atHand} = this;
    this.held.push(this.coming.add(fn, atHand[ATTEMPT]!, atHand[ARRIVAL_US]!, IS_HELD, atHand));
  }

  /** Those that wait outside, in the order in which they came, who are to be taken now. */
  takeHeld(): readonly number[] {
    const {held} = this;
    this.held = [];
    return held;
  }

  private mayTryAgain(fn: number, attempt: number): boolean {
    return this.rule !== undefined && this.rule.async[fn] === 1 && attempt < this.rule.attempts;
  }

  /** Has the call at hand come again after its attempt of that number; by then it counts by `arrivalUs`. */
  private again(fn: number, attempt: number, arrivalUs: number): void {
    const {atHand} = this;
    this.comeAt(atHand[NOW_US]! + this.rule!.afterUs, this.coming.add(fn, attempt, arrivalUs, IS_TRIED, atHand));
  }

  private comeAt(atUs: number, id: number): void {
    this.timers.push(atUs, orderOf(RETRY, this.sequence++), id);
  }

  /** The call kept under `id` comes again now and is the one at hand; its function. */
  take(id: number): number {
    const fn = this.coming.fnOf(id);
    const kind = this.coming.take(id, this.atHand);
    if (kind === RUNS_AGAIN) this.ended--;
    if (kind === IS_TRIED || kind === RUNS_AGAIN) this.tally.retry(this.atHand[NOW_US]!);
    return fn;
  }

  /** Visits the calls whose time to come again has not come. */
  visit(visitor: (fn: number, arrivalUs: number) => void): void {
    this.coming.settle(visitor);
  }

  /** The run is over: whose time has not come still waits. */
  settle(): void {
    this.coming.settle((fn, arrivalUs, attempts) => this.tally.leaveWaiting(fn, arrivalUs, attempts));
  }
}
