import type {EvictionRank} from '../parts/eviction/eviction-rank.ts';
import type {KeepAlive} from '../parts/keep-alive/keep-alive.ts';
import {StartGate} from '../parts/limits/start-gate.ts';
import {Backlog} from '../parts/queue/backlog.ts';
import {LateBinding} from '../parts/queue/late-binding.ts';
import type {CallBatch, CellSetup} from './cell-setup.ts';
import {EventHeap} from './event-heap.ts';
import {comesAfterArrivals, kindOf, orderOf, READY, WAKE} from './events.ts';
import {Expiry} from './expiry.ts';
import {Fleet} from './fleet.ts';
import {BUSY_US, CALLS, F_DOUBLES, F_INTS, IDLE_HEAD} from './functions.ts';
import {DOUBLES, FN, INTS, LINK, NONE, STATE, State, TIME_US} from './instances.ts';
import {CellPool} from './pool-control.ts';
import {Tally} from './tally.ts';
import {EARLIEST_US, LIMIT_US, POPPED_US, TimingWheel} from './timing-wheel.ts';

// Elements of a cell's clock.
const NOW_US = 0;
const UNTIL_US = 1;

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
  private readonly setup: CellSetup;
  private keepAlive!: KeepAlive;
  private constantUs: number | undefined;
  readonly wheel: TimingWheel;
  readonly timers = new EventHeap();
  private readonly backlog: Backlog;
  private readonly gate: StartGate | undefined;
  /** Set with late binding only. */
  private readonly late: LateBinding | undefined;
  /** What the keep-alive policy may do to this cell. */
  readonly control: CellPool;
  private readonly arrivalsFirst: boolean;
  /** All arrivals at UNTIL_US have been served. */
  private arrivalsOver: boolean;
  readonly expiry: Expiry;
  private sequence = 0;
  private fromUs = 0;
  private batch!: CallBatch;
  private learns = false;
  /** See TimingWheel.touched. */
  touched = 0;
  /** The eviction order hears of every start. */
  private ranks = false;
  /** [NOW_US] and [UNTIL_US], in an array for the reason given at TimingWheel.times. */
  private readonly clock = new Float64Array(2);

  constructor(setup: CellSetup) {
    const {semantics, hosts} = setup;
    this.setup = setup;
    this.fleet = new Fleet(setup.memoryMib, hosts, setup.placement, semantics, setup.seed);
    this.tally = new Tally(setup.team);
    this.wheel = new TimingWheel(this.fleet.pool, this.fleet.functions, setup.callsPerSecond);
    this.backlog = new Backlog(this.fleet, this.tally, setup.maxWaitUs);
    this.late = semantics.lateBinding ? new LateBinding(this.fleet) : undefined;
    this.control = new CellPool(this, setup.memoryMib.length);
    const gated =
      setup.startsPerHost !== Number.POSITIVE_INFINITY || setup.startsPerSecond !== Number.POSITIVE_INFINITY;
    this.gate = gated ? new StartGate(hosts.count, setup.startsPerHost, setup.startsPerSecond) : undefined;
    this.arrivalsFirst = semantics.ties === 'arrivals-first';
    this.arrivalsOver = this.arrivalsFirst;
    this.expiry = new Expiry(this.fleet, this.timers, this.tally, semantics);
  }

  get nowUs(): number {
    return this.clock[NOW_US]!;
  }

  /** No call waits and no instance is starting on its own. */
  get calm(): boolean {
    return this.backlog.empty && this.late === undefined;
  }

  /** Sets the keep-alive policy, before the first call. Apart from the constructor because a policy needs the cell. */
  use(keepAlive: KeepAlive, eviction: EvictionRank | undefined = keepAlive.eviction): void {
    this.keepAlive = keepAlive;
    this.constantUs = keepAlive.constantUs;
    this.expiry.use(keepAlive);
    if (eviction) this.fleet.rankBy(eviction);
    this.ranks = this.fleet.ranked !== undefined;
    this.learns = keepAlive.onArrival !== undefined || keepAlive.onFinish !== undefined;
  }

  /** Serves the calls of a batch, none earlier than those before. */
  run(batch: CallBatch): void {
    const {length, timeUs, fn} = batch;
    const {clock} = this;
    const finishes = this.wheel.times;
    const timers = this.timers.top;
    const step = this.arrivalsFirst ? 1 : 0;
    this.batch = batch;
    let touched = 0;
    for (let k = 0; k < length; k++) {
      if (k + AHEAD < length) touched ^= this.touch(fn[k + AHEAD]!);
      const untilUs = timeUs[k]! - step;
      if (finishes[EARLIEST_US]! <= untilUs || timers[0]! <= untilUs) {
        clock[UNTIL_US] = untilUs;
        this.advance();
      }
      clock[NOW_US] = timeUs[k]!;
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
    this.fromUs = fromUs;
    this.backlog.fromUs = fromUs;
    this.tally.reset();
    this.fleet.beginCounting(fromUs);
  }

  /** Ends the run: events before `endUs` happen, charging stops there, waiting calls are settled. */
  finish(endUs: number): void {
    this.advanceTo(endUs);
    this.fleet.close(endUs);
    this.tally.evictions = this.fleet.evictions;
    const {tally} = this;
    this.backlog.settle(endUs);
    this.late?.settle((fn, arrivalUs, readyUs) => {
      if (arrivalUs >= this.fromUs) tally.recordDelay(fn, readyUs - arrivalUs);
    });
    const delayed = tally.startDelay.count;
    tally.startDelay.addZeros(tally.warm + tally.cold - delayed);
  }

  /** Everything before `timeUs` happens; then it is that time. */
  advanceTo(timeUs: number): void {
    this.clock[UNTIL_US] = timeUs - 1;
    this.arrivalsOver = true;
    this.advance();
    this.arrivalsOver = this.arrivalsFirst;
    this.clock[NOW_US] = timeUs;
  }

  /** Lets everything happen that is due at or before UNTIL_US. */
  private advance(): void {
    const {wheel, timers, clock, backlog} = this;
    for (;;) {
      const timerUs = timers.top[0]!;
      const untilUs = clock[UNTIL_US]!;
      wheel.times[LIMIT_US] = timerUs < untilUs ? timerUs : untilUs;
      const at = wheel.pop();
      if (at !== NONE) {
        const i = wheel.runInstance[at]!;
        if (!backlog.empty) this.touched ^= backlog.calls.touch(wheel.runFn[at + AHEAD]!);
        clock[NOW_US] = wheel.times[POPPED_US]!;
        this.onFinish(i, wheel.runFn[at]!);
        continue;
      }
      if (timerUs > untilUs) return;
      const order = timers.topOrder;
      if (timerUs === untilUs && !this.arrivalsOver && comesAfterArrivals(order)) return;
      const id = timers.topPayload;
      timers.pop();
      clock[NOW_US] = timerUs;
      this.onTimer(kindOf(order), id, timerUs, order);
    }
  }

  private onTimer(kind: number, id: number, nowUs: number, order: number): void {
    if (kind === READY) this.onReady(id, nowUs);
    else if (kind === WAKE) this.onWake(id, nowUs);
    else if (this.expiry.fire(id, nowUs, order)) this.roomAppeared();
  }

  /** Call `k` of the batch, of function `fn`, arrives now. */
  private call(fn: number, k: number): void {
    const {fleet, clock, batch} = this;
    const tallies = fleet.functions.doubles;
    this.tally.arrivals++;
    tallies[fn * F_DOUBLES + CALLS]! += 1;
    if (this.learns) this.keepAlive.onArrival?.(fn, clock[NOW_US]!);
    if (this.expiry.byLookup) this.purge(fn);
    const i = fleet.takeIdle(fn);
    const durationUs = batch.durationUs[k]!;
    if (i === NONE) {
      this.callWithoutIdle(fn, clock[NOW_US]!, durationUs, batch.coldUs === undefined ? -1 : batch.coldUs[k]!);
      return;
    }
    this.tally.warm++;
    tallies[fn * F_DOUBLES + BUSY_US]! += durationUs;
    fleet.pool.doubles[i * DOUBLES + TIME_US] = clock[NOW_US]! + durationUs;
    if (this.ranks) this.rankStart(i, fn, durationUs, batch.coldUs === undefined ? -1 : batch.coldUs[k]!);
    this.occupy(i, fn);
  }

  /** Tells the eviction order that `i` was given a call now; `coldUs` below 0: the function's typical cold time. */
  private rankStart(i: number, fn: number, durationUs: number, coldUs: number): void {
    const typicalUs = coldUs >= 0 ? coldUs : this.setup.coldTime.meanUs(fn);
    this.fleet.ranked!.started(i, fn, this.clock[NOW_US]!, durationUs, typicalUs);
  }

  /** `i`, in no list, is busy until its TIME_US. */
  private occupy(i: number, fn: number): void {
    this.fleet.pool.ints[i * INTS + STATE] = State.busy;
    if (this.expiry.fromStart) this.fleet.pool.lastStartUs[i] = this.clock[NOW_US]!;
    this.wheel.insert(i, fn);
  }

  /** `i`, in no list, serves a call of `fn` from `readyUs` on. */
  private serve(i: number, fn: number, readyUs: number, durationUs: number): void {
    this.fleet.functions.doubles[fn * F_DOUBLES + BUSY_US]! += durationUs;
    this.fleet.pool.doubles[i * DOUBLES + TIME_US] = readyUs + durationUs;
    this.occupy(i, fn);
  }

  private callWithoutIdle(fn: number, nowUs: number, durationUs: number, givenColdUs: number): void {
    if (this.joinStarting(fn, nowUs, durationUs)) return;
    const coldUs = givenColdUs >= 0 ? givenColdUs : this.setup.coldTime.drawUs(fn, nowUs);
    const first = this.fleet.functions.doubles[fn * F_DOUBLES + CALLS] === 1;
    if (!this.fleet.hosts.couldFit(this.fleet.functions.memoryMib[fn]!)) {
      // FaasCache evicts for it all the same.
      if (this.setup.semantics.evictUntil === 'newcomer-size') this.fleet.makeRoom(fn, nowUs);
      this.countDropped(fn);
      return;
    }
    const host = this.fleet.makeRoom(fn, nowUs);
    if (host !== NONE) {
      this.startCold(fn, host, nowUs, nowUs, durationUs, coldUs, first);
    } else if (this.setup.semantics.full === 'queue') {
      this.backlog.add(fn, nowUs, durationUs, coldUs, first);
    } else {
      this.countDropped(fn);
    }
  }

  /** A pre-warm that is still starting takes the call if no other has claimed it: warm, with a delay. */
  private joinStarting(fn: number, nowUs: number, durationUs: number): boolean {
    if (this.late) {
      if (!this.late.hasSpare(fn)) return false;
      this.late.add(fn, nowUs, durationUs);
    } else {
      const i = this.fleet.takeStarting(fn);
      if (i === NONE) return false;
      const readyUs = this.fleet.pool.readyUs[i]!;
      if (readyUs > nowUs) this.tally.recordDelay(fn, readyUs - nowUs);
      if (this.ranks) this.rankStart(i, fn, durationUs, -1);
      this.serve(i, fn, readyUs, durationUs);
    }
    this.tally.warm++;
    return true;
  }

  private startCold(
    fn: number,
    host: number,
    arrivalUs: number,
    nowUs: number,
    durationUs: number,
    coldUs: number,
    first: boolean,
  ): void {
    const beginUs = this.gate ? this.gate.begin(host, nowUs, coldUs) : nowUs;
    const readyUs = beginUs + coldUs;
    const i = this.fleet.create(fn, host, nowUs, readyUs);
    if (arrivalUs >= this.fromUs) {
      this.fleet.functions.cold[fn]! += 1;
      this.tally.cold++;
      if (first) this.tally.firstStarts++;
      this.tally.coldTime.add(coldUs);
      // A call that is not tied to its instance does not wait for that one's start to begin.
      const waitUs = (this.late ? nowUs : beginUs) - arrivalUs;
      if (waitUs > 0) this.tally.queueWait.add(waitUs);
      if (readyUs > arrivalUs && !this.late) this.tally.recordDelay(fn, readyUs - arrivalUs);
    }
    if (this.late) {
      this.late.add(fn, arrivalUs, durationUs);
      this.awaitReady(i, fn, readyUs);
    } else {
      if (this.ranks) this.rankStart(i, fn, durationUs, coldUs);
      this.serve(i, fn, readyUs, durationUs);
    }
  }

  /** Starts an instance on `host` that no call has asked for; without `coldUs` the cold-time model says how long it takes. */
  startPrewarm(fn: number, host: number, givenColdUs?: number): void {
    const {nowUs} = this;
    const coldUs = givenColdUs ?? this.setup.coldTime.drawUs(fn, nowUs);
    const readyUs = (this.gate ? this.gate.begin(host, nowUs, coldUs) : nowUs) + coldUs;
    this.tally.prewarms++;
    this.awaitReady(this.fleet.create(fn, host, nowUs, readyUs), fn, readyUs);
  }

  private awaitReady(i: number, fn: number, readyUs: number): void {
    this.late?.instanceStarts(fn);
    this.fleet.addStarting(i);
    this.timers.push(readyUs, orderOf(READY, this.sequence++), i);
  }

  private onFinish(i: number, fn: number): void {
    if (this.learns) this.keepAlive.onFinish?.(fn, this.clock[NOW_US]!);
    this.release(i, fn, false);
  }

  private onReady(i: number, nowUs: number): void {
    const {ints, readyUs} = this.fleet.pool;
    // Stale when a call has claimed it meanwhile, or the row lives another life.
    if (ints[i * INTS + STATE] !== State.starting || readyUs[i] !== nowUs) return;
    const fn = ints[i * INTS + FN]!;
    this.late?.instanceReady(fn);
    // Unclaimed instances of a function are filed by the time they are ready: this one is the first.
    this.release(this.fleet.takeStarting(fn), fn, true);
  }

  /** `i` has nothing to do from now on: a waiting call of its function takes it, or it goes idle or away. */
  private release(i: number, fn: number, prewarmed: boolean): void {
    const nowUs = this.clock[NOW_US]!;
    const {fleet, backlog} = this;
    if (this.late && this.serveLate(i, fn, nowUs)) return;
    if (!backlog.empty && this.serveWaiting(i, fn, nowUs)) return;
    const keepUs = this.constantUs ?? this.keepAlive.keepAliveUs(fn, nowUs, prewarmed);
    const {expiry} = this;
    const deadlineUs = expiry.fromFinish ? nowUs + keepUs : expiry.deadlineUs(i, nowUs, keepUs);
    const expired = deadlineUs < nowUs || (deadlineUs === nowUs && !expiry.inclusive);
    if (keepUs === 0 || (expired && !expiry.byLookup)) {
      this.tally.expirations++;
      fleet.destroy(i, nowUs);
    } else {
      fleet.pool.doubles[i * DOUBLES + TIME_US] = nowUs;
      fleet.goIdle(i, fn);
      if (expiry.constantUs === undefined) expiry.arm(i, deadlineUs);
      else expiry.armFunction(fn);
    }
    this.roomAppeared();
  }

  private roomAppeared(): void {
    if (!this.backlog.empty) this.backlog.dispatch(this.nowUs, this.startWaiting);
  }

  private purge(fn: number): void {
    if (this.expiry.purge(fn, this.nowUs)) this.roomAppeared();
  }

  private serveLate(i: number, fn: number, nowUs: number): boolean {
    const {calls} = this.late!;
    const call = this.late!.take(fn);
    if (call === NONE) return false;
    const arrivalUs = calls.arrivalUsOf(call);
    if (arrivalUs >= this.fromUs && nowUs > arrivalUs) this.tally.recordDelay(fn, nowUs - arrivalUs);
    if (this.ranks) this.rankStart(i, fn, calls.durationUsOf(call), -1);
    this.serve(i, fn, nowUs, calls.durationUsOf(call));
    return true;
  }

  private serveWaiting(i: number, fn: number, nowUs: number): boolean {
    const call = this.backlog.takeOf(fn, nowUs);
    if (call === NONE) return false;
    const {calls} = this.backlog;
    if (this.ranks) this.rankStart(i, fn, calls.durationUsOf(call), calls.coldUsOf(call));
    this.serve(i, fn, nowUs, calls.durationUsOf(call));
    return true;
  }

  private readonly startWaiting = (call: number, host: number, nowUs: number): void => {
    const {calls} = this.backlog;
    const fn = calls.fnOf(call);
    const durationUs = calls.durationUsOf(call);
    const coldUs = calls.coldUsOf(call);
    this.startCold(fn, host, calls.arrivalUsOf(call), nowUs, durationUs, coldUs, calls.isFirstOf(call));
  };

  private countDropped(fn: number): void {
    this.tally.dropped++;
    this.fleet.functions.dropped[fn]! += 1;
  }

  private onWake(fn: number, nowUs: number): void {
    // Stale when the policy has asked for another time since.
    if (this.control.wakeUs[fn] !== nowUs) return;
    this.control.wakeUs[fn] = Number.POSITIVE_INFINITY;
    this.keepAlive.onWake?.(fn, nowUs);
    this.roomAppeared();
  }

  setWake(fn: number, atUs: number): void {
    this.timers.push(atUs, orderOf(WAKE, this.sequence++), fn);
  }
}
