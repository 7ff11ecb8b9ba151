import {Jobs} from '../parts/attempts/jobs.ts';
import {type Contention, contentionOf} from '../parts/contention/contention.ts';
import type {EvictionRank} from '../parts/eviction/eviction-rank.ts';
import type {KeepAlive} from '../parts/keep-alive/keep-alive.ts';
import {Timeouts} from '../parts/limits/timeouts.ts';
import {Sessions} from '../parts/sessions/sessions.ts';
import type {Account} from './account.ts';
import {ARRIVAL_US, AT_HAND, ATTEMPT, CALL, COLD_US, DURATION_US, NOW_US, UNTIL_US} from './at-hand.ts';
import {Tickets} from './attempts.ts';
import {CallLog} from './call-log.ts';
import {CallWorth} from './call-worth.ts';
import type {CallBatch, CellSetup} from './cell-setup.ts';
import {chargeBy} from './charge-state.ts';
import {Completions} from './completions.ts';
import {Dispatcher} from './dispatcher.ts';
import {disruptionsOf} from './disruptions.ts';
import {Endings} from './endings.ts';
import {EventHeap} from './event-heap.ts';
import {comesAfterArrivals, kindOf, LEAVE, MINIMUM, PATIENCE, READY, RESTART, RESTED, RETRY, WAKE} from './events.ts';
import {Expiry} from './expiry.ts';
import type {Failing} from './failing.ts';
import {Fleet} from './fleet.ts';
import {F_INTS, IDLE_HEAD} from './functions.ts';
import {FN, INTS, LINK, NONE} from './instances.ts';
import {isolatedHosts} from './isolated-hosts.ts';
import {LateTally} from './late-tally.ts';
import {type Minimums, minimumsOf} from './minimums.ts';
import {CellPool} from './pool-control.ts';
import type {Restarting} from './restarting.ts';
import {Serving} from './serving.ts';
import {type Sharing, sharingOf} from './sharing.ts';
import {Tally} from './tally.ts';
import {EARLIEST_US, LIMIT_US, POPPED_US, TimingWheel} from './timing-wheel.ts';

/** How many calls ahead rows are fetched: enough work to hide a cache miss behind, few enough to stay in the first level. */
const AHEAD = 12;

/**
 * One independent slice of a fleet with its scheduler, event-exact: the order of events is (time, class,
 * sequence) and nothing else, so the same calls give the same tally on any machine. Feed it batches of calls in
 * order of time with `run`, then `finish`. Reads no clock, file or random source of the machine.
 */
export class Cell {
  readonly tally: Tally;
  readonly fleet: Fleet;
  readonly account: Account;
  private keepAlive!: KeepAlive;
  readonly wheel: TimingWheel;
  readonly timers = new EventHeap();
  private readonly backlog: Dispatcher['backlog'];
  readonly serving: Serving;
  /** Set where calls may be cut, and where those on one host slow each other down. */
  readonly timeouts: Timeouts | undefined;
  readonly contention: Contention | undefined;
  /** Set where calls are written down one by one. */
  readonly log: CallLog | undefined;
  /** Set where calls may come back: long ones run in slices, or hosts fail. */
  readonly jobs: Jobs | undefined;
  /** Set where calls are of sessions. */
  readonly sessions: Sessions | undefined;
  /** Set where it is told what comes of the time that calls take. */
  readonly completions: Completions | undefined;
  /** The tally where hosts or the scheduler fail, what does, and what restarts. */
  private readonly late: LateTally | undefined;
  failing: Failing | undefined;
  restarting: Restarting | undefined;
  /** Single functions have limits, calls come again, or are logged. */
  private readonly limited: boolean;
  private readonly minimums: Minimums | undefined;
  readonly dispatcher: Dispatcher;
  readonly endings: Endings;
  /** Set where an instance may have several calls. */
  readonly sharing: Sharing | undefined;
  /** What the keep-alive policy may do to this cell. */
  readonly control: CellPool;
  private readonly arrivalsFirst: boolean;
  private arrivalsOver: boolean; // all those at UNTIL_US have been served
  readonly expiry: Expiry;
  private batch!: CallBatch;
  private learns = false;
  /** A call that arrives or ends concerns nobody but its own function. */
  private plain = false;
  touched = 0; // see TimingWheel.touched
  readonly atHand = new Float64Array(AT_HAND);
  readonly tickets = new Tickets();

  constructor(setup: CellSetup) {
    const {semantics, checkpoint, limits, retry, log, restart, longCalls, maxWaitUs} = setup;
    this.fleet = new Fleet(setup, this.atHand, isolatedHosts(setup));
    chargeBy(this.fleet, setup);
    this.account = this.fleet.account;
    this.late = setup.faults && new LateTally(setup.memoryMib.length);
    this.tally = this.late ?? new Tally(setup.memoryMib.length);
    this.tally.worth = setup.worth && new CallWorth(setup.worth);
    this.sharing = sharingOf(this.fleet, setup, this.atHand, this.timers);
    this.wheel = new TimingWheel(this.sharing?.calls ?? this.fleet.pool, this.fleet.functions, setup.callsPerSecond);
    this.expiry = new Expiry(this.fleet, this.timers, this.tally, semantics);
    this.timeouts = setup.limits?.timeoutUs && new Timeouts(setup.limits.timeoutUs);
    const {atHand, timeouts, tickets, late} = this;
    const jobs = (this.jobs = checkpoint || late ? new Jobs(checkpoint, late, tickets, atHand) : undefined);
    const {pool} = this.fleet;
    this.sessions = setup.sessions && new Sessions(setup.sessions, {pool, atHand, jobs});
    const logged = {pool, atHand, timeouts, maxWaitUs, tickets, givesTickets: jobs === undefined, jobs};
    this.tally.log = this.log = log && new CallLog(log, logged);
    this.completions = longCalls && new Completions(longCalls, jobs, atHand);
    this.contention = contentionOf(this, setup, (row, fn) => this.onFinish(row, fn));
    this.fleet.classHosts = this.contention?.classHosts;
    this.tally.waiting = this.contention?.held;
    this.serving = new Serving(this, setup);
    this.dispatcher = new Dispatcher(this, setup);
    this.endings = new Endings(this);
    this.limited = [limits, retry, log, restart, jobs, longCalls, setup.sessions].some((part) => part !== undefined);
    this.minimums = minimumsOf(this, limits, this.dispatcher);
    this.backlog = this.dispatcher.backlog;
    this.control = new CellPool(this, setup.memoryMib.length);
    this.arrivalsOver = this.arrivalsFirst = semantics.ties === 'arrivals-first';
  }

  get nowUs(): number {
    return this.atHand[NOW_US]!;
  }

  /** No call waits, none stands still or goes on that others slow down, and no instance is starting on its own. */
  get calm(): boolean {
    if (this.dispatcher.retrying.waits || this.failing?.standsStill || this.contention?.running) return false;
    return this.backlog.empty && this.dispatcher.late === undefined;
  }

  /** Sets the keep-alive policy, before the first call. Apart from the constructor because a policy needs the cell. */
  use(keepAlive: KeepAlive, eviction: EvictionRank | undefined = keepAlive.eviction): void {
    this.keepAlive = keepAlive;
    this.dispatcher.startsOnDemand = keepAlive.ordersStarts === undefined;
    this.endings.use(keepAlive);
    this.expiry.use(keepAlive);
    if (eviction) this.fleet.rankBy(eviction);
    this.serving.begin();
    Object.assign(this, disruptionsOf(this, this.late, keepAlive));
    this.dispatcher.begin(eviction);
    this.plain = this.dispatcher.plain && !this.limited && this.contention === undefined;
    this.learns = keepAlive.onArrival !== undefined || keepAlive.onFinish !== undefined || this.log !== undefined;
  }

  /** Serves the calls of a batch, none earlier than those before. */
  run(batch: CallBatch): void {
    const {length, timeUs, fn} = batch;
    const {atHand} = this;
    const [finishes, timers] = [this.wheel.times, this.timers.top];
    const step = this.arrivalsFirst ? 1 : 0;
    this.batch = batch;
    this.tally.arrivals += length;
    let touched = 0;
    for (let k = 0; k < length; k++) {
      if (k + AHEAD < length) touched ^= this.touch(fn[k + AHEAD]!);
      const untilUs = timeUs[k]! - step;
      if (finishes[EARLIEST_US]! <= untilUs || timers[0]! <= untilUs) {
        atHand[UNTIL_US] = untilUs;
        this.advance();
      }
      atHand[NOW_US] = timeUs[k]!;
      this.call(fn[k]!, k);
    }
    this.touched = touched;
  }

  /** Fetches the rows that a call of `fn` will need soon, while there is other work to do. */
  private touch(fn: number): number {
    const head = this.fleet.functions.ints[fn * F_INTS + IDLE_HEAD]!;
    return head === NONE ? 0 : this.fleet.pool.ints[head * INTS + LINK]!;
  }

  /** Starts the counted part: events before `fromUs` happen first, what they tallied no longer counts. */
  beginCounting(fromUs: number): void {
    this.advanceTo(fromUs);
    this.tally.beginCounting(fromUs);
    this.fleet.beginCounting(fromUs);
    this.dispatcher.meter?.reset();
    this.dispatcher.admission?.quotas?.beginCounting(fromUs);
    this.contention?.beginCounting(fromUs);
    this.jobs?.beginCounting();
    this.sessions?.beginCounting(fromUs);
    this.completions?.beginCounting(fromUs);
  }

  /** A stage ends: events before `atUs` happen, and what is there is charged up to it. Counting must begin anew. */
  cut(atUs: number): void {
    this.advanceTo(atUs);
    this.fleet.cut(atUs);
    this.tally.evictions = this.fleet.evictions;
    this.tally.finish();
  }

  /** Ends the run: events before `endUs` happen, charging stops there, waiting calls are settled. */
  finish(endUs: number): void {
    this.advanceTo(endUs);
    this.fleet.cut(endUs);
    this.tally.evictions = this.fleet.evictions;
    if (this.log?.runsOn) this.tally.log = undefined;
    this.failing?.settle();
    this.sessions?.settle(endUs);
    this.dispatcher.settle(endUs);
    this.tally.finish();
    if (this.log?.runsOn !== false) return;
    this.failing?.tellStanding();
    this.log.finish();
  }

  /** Everything before `timeUs` happens; then it is that time. */
  advanceTo(timeUs: number): void {
    this.atHand[UNTIL_US] = timeUs - 1;
    this.arrivalsOver = true;
    this.advance();
    this.arrivalsOver = this.arrivalsFirst;
    this.contention?.advanceAll(timeUs);
    this.atHand[NOW_US] = timeUs;
  }

  /** Lets everything happen that is due at or before UNTIL_US. */
  private advance(): void {
    const {wheel, timers, atHand, backlog} = this;
    for (;;) {
      const timerUs = timers.top[0]!;
      const untilUs = atHand[UNTIL_US]!;
      wheel.times[LIMIT_US] = timerUs < untilUs ? timerUs : untilUs;
      const at = wheel.pop();
      if (at !== NONE) {
        const i = wheel.runInstance[at]!;
        if (!backlog.empty) this.touched ^= backlog.touch(wheel.runFn[at + AHEAD]!);
        atHand[NOW_US] = wheel.times[POPPED_US]!;
        this.onFinish(i, wheel.runFn[at]!);
        continue;
      }
      if (timerUs > untilUs) return;
      const order = timers.topOrder;
      if (timerUs === untilUs && !this.arrivalsOver && comesAfterArrivals(order)) return;
      const id = timers.topPayload;
      timers.pop();
      atHand[NOW_US] = timerUs;
      this.onTimer(kindOf(order), id, timerUs, order);
    }
  }

  private onTimer(kind: number, id: number, nowUs: number, order: number): void {
    const {failing} = this;
    if (!failing?.takes(kind, id, nowUs, order)) this.happen(kind, id, nowUs, order);
    if (failing?.isRecovering) failing.look();
  }

  private happen(kind: number, id: number, nowUs: number, order: number): void {
    if (kind === READY) this.onReady(id, order);
    else if (kind === RESTED) this.onRested(this.sharing!, id);
    else if (kind === PATIENCE) this.dispatcher.onPatience(nowUs);
    else if (kind === LEAVE) this.dispatcher.onLeave(nowUs);
    else if (kind === WAKE) this.onWake(id, nowUs);
    else if (kind === RETRY) this.dispatcher.retry(id);
    else if (kind === RESTART) this.restarting!.fires(id);
    else if (kind === MINIMUM) this.minimums!.fire(id, nowUs);
    else if (this.contention?.fires(kind, id, nowUs, order)) return;
    else if (this.expiry.fire(id, nowUs, order)) this.dispatcher.roomAppeared();
  }

  /** Call `k` of the batch, of function `called`, arrives now. */
  private call(called: number, k: number): void {
    const {batch, atHand, sessions} = this;
    let fn = called;
    if (sessions !== undefined) {
      atHand[CALL] = batch.call![k]!;
      fn = sessions.arrives(fn);
    }
    this.account.called(fn);
    if (this.learns) this.keepAlive.onArrival?.(fn, atHand[NOW_US]!);
    if (this.expiry.byLookup && this.expiry.purge(fn, atHand[NOW_US]!)) this.dispatcher.roomAppeared();
    atHand[DURATION_US] = batch.durationUs[k]!;
    atHand[COLD_US] = batch.coldUs === undefined ? -1 : batch.coldUs[k]!;
    if (this.plain) this.arrive(fn);
    else if (!this.limited) this.dispatcher.arrive(fn);
    else {
      atHand[ARRIVAL_US] = atHand[NOW_US]!;
      atHand[ATTEMPT] = 1;
      this.dispatcher.arriveWithin(fn);
    }
  }

  /** An idle instance serves the call at hand, of `fn`, or the dispatcher sees to it. */
  private arrive(fn: number): void {
    const i = this.fleet.takeIdle(fn);
    if (i === NONE) {
      this.dispatcher.arriveWithoutIdle(fn);
      return;
    }
    this.tally.warm++;
    this.serving.wake(i, fn);
  }

  private onFinish(id: number, fn: number): void {
    if (!this.plain) {
      this.onEnd(id, fn);
      if (this.failing?.isRecovering) this.failing.look();
      return;
    }
    this.serving.finish(id, fn);
    if (this.learns) this.keepAlive.onFinish?.(fn, this.atHand[NOW_US]!);
    if (this.backlog.empty || !this.dispatcher.serveNext(id, fn)) this.endings.retire(id, fn, false);
  }

  /** What ends is the call of an instance, or one of several, or a slice of it. */
  private onEnd(id: number, fn: number): void {
    const {jobs, timeouts, failing} = this;
    if (failing?.isStale(id) || this.serving.finishesLater(id, fn)) return;
    if (jobs?.goesOn(id) && !timeouts?.willCut(id)) {
      this.onSlice(jobs, id, fn);
      return;
    }
    const i = this.endCall(id, fn);
    if (this.learns) this.follow(id, fn, jobs?.isOver(id));
    this.completions?.over(id, fn, timeouts?.willCut(id) === true);
    const isCut = timeouts !== undefined && this.wasCut(timeouts, id, fn);
    jobs?.over(id, fn);
    if (isCut) this.endings.abandon(this.sharing, i, fn);
    else this.release(i, fn);
    this.dispatcher.served(true);
  }

  /** The place that the call filed as `id` had is nobody's until it is released; the instance. */
  private endCall(id: number, fn: number): number {
    this.sessions?.ends(id);
    const i = this.sharing === undefined ? id : this.sharing.end(id, fn);
    if (this.sharing === undefined) this.serving.finish(i, fn);
    this.dispatcher.ended(fn);
    return i;
  }

  private release(i: number, fn: number, prewarmed = false): void {
    if (this.sharing === undefined) this.endings.release(i, fn, prewarmed);
    else this.endings.releasePlaces(this.sharing, i, fn, prewarmed);
  }

  /** A slice of the call filed as `id` is over: it goes on where it is, or gives its place back and comes again. */
  private onSlice(jobs: Jobs, id: number, fn: number): void {
    jobs.save(id);
    const isAwaited = this.backlog.awaits(fn, this.nowUs);
    if (!isAwaited && !jobs.yieldsAlways && !this.restarting?.holds(this.sharing?.calls.instanceOf(id) ?? id)) {
      this.serving.goOn(id, fn, jobs.nextUs(id));
      return;
    }
    const i = this.endCall(id, fn);
    this.keepAlive.onFinish?.(fn, this.atHand[NOW_US]!);
    this.dispatcher.retrying.comesAgain(jobs, id, fn);
    if (isAwaited) this.endings.giveBack(this.sharing, i, fn);
    else this.release(i, fn);
    this.dispatcher.served(true);
  }

  /** What is filed as `id`, of `fn`, is over now, for the policy and the log. */
  private follow(id: number, fn: number, isDuplicate: boolean | undefined): void {
    this.keepAlive.onFinish?.(fn, this.atHand[NOW_US]!);
    this.log?.over(id, isDuplicate);
  }

  /** True if the call filed as `id`, over now, was cut. */
  private wasCut(timeouts: Timeouts, id: number, fn: number): boolean {
    const arrivalUs = timeouts.take(id);
    if (Number.isNaN(arrivalUs)) return false;
    this.dispatcher.retrying.cut(fn, arrivalUs, timeouts.attemptOf(id), id);
    return true;
  }

  private onReady(id: number, order: number): void {
    const i = this.dispatcher.starting.ready(id, order);
    if (i === NONE) return;
    const fn = this.fleet.pool.ints[i * INTS + FN]!;
    this.keepAlive.onReady?.(fn, this.atHand[NOW_US]!);
    const offers = this.sharing === undefined || this.sharing.hasPlace(i, fn);
    this.release(i, fn, true);
    this.dispatcher.served(offers);
  }

  private onRested(sharing: Sharing, i: number): void {
    const fn = this.fleet.pool.ints[i * INTS + FN]!;
    if (!sharing.restEnds(i, fn) || sharing.starts(i)) return;
    this.endings.releasePlaces(sharing, i, fn, false);
    this.dispatcher.served(true);
  }

  /** Nothing is there that a timer could concern. */
  clearTimers(): void {
    this.timers.clear();
    this.expiry.clear();
    this.dispatcher.forgetTimers();
  }

  private onWake(fn: number, nowUs: number): void {
    if (this.control.wakeUs[fn] !== nowUs) return; // stale: the policy has asked for another time since
    this.control.wakeUs[fn] = Number.POSITIVE_INFINITY;
    this.keepAlive.onWake?.(fn, nowUs);
    this.dispatcher.roomAppeared();
  }
}
