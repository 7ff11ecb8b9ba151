import {Backlog} from './backlog.ts';
import type {ColdTime} from './cold-time/cold-time.ts';
import {EventHeap} from './event-heap.ts';
import {Fleet} from './fleet.ts';
import {BUSY_US, CALLS, COLD, F_DOUBLES, F_INTS, IDLE_HEAD} from './functions.ts';
import type {HostShape} from './hosts.ts';
import {
  DEADLINE_US,
  DOUBLES,
  FN,
  IDLE_NEXT,
  IDLE_SEQUENCE,
  INTS,
  LAST_START_US,
  NONE,
  STATE,
  State,
  TIME_US,
} from './instances.ts';
import type {KeepAlive} from './keep-alive/keep-alive.ts';
import {LateBinding} from './late-binding.ts';
import type {PlacementName} from './placement/registry.ts';
import {CellPool} from './pool-control.ts';
import type {Semantics} from './semantics.ts';
import {StartGate} from './start-gate.ts';
import {Tally} from './tally.ts';
import {TimingWheel} from './timing-wheel.ts';

/** Calls in order of time, as columns; only the first `length` rows count. */
export interface CallBatch {
  length: number;
  readonly timeUs: Float64Array;
  readonly fn: Int32Array;
  readonly durationUs: Float64Array;
  /** Cold time of each call if it is cold; undefined: the cell's cold-time model decides. */
  readonly coldUs: Float64Array | undefined;
}

export interface CellSetup {
  readonly memoryMib: Float64Array; // [function]
  readonly team: Int32Array; // [function], or empty
  readonly hosts: HostShape;
  readonly placement: PlacementName;
  readonly semantics: Semantics;
  readonly coldTime: ColdTime;
  /** How long a call waits for room before it gives up; Infinity: for good. */
  readonly maxWaitUs: number;
  /** Concurrent starts on one host and starts a second in the cell; Infinity: no limit. */
  readonly startsPerHost: number;
  readonly startsPerSecond: number;
  readonly seed: number;
}

// Timers of one time go off in this order; an inclusive expiry comes after the arrivals of its time.
const READY = 1;
const EXPIRY = 2;
const WAKE = 3;
const EXPIRY_AFTER_ARRIVALS = 5;
const CLASS = 2 ** 48;

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
  private readonly wheel: TimingWheel;
  private readonly timers = new EventHeap();
  private readonly backlog: Backlog;
  private readonly gate: StartGate | undefined;
  /** Set with late binding only. */
  private readonly late: LateBinding | undefined;
  /** What the keep-alive policy may do to this cell. */
  readonly control: CellPool;
  private readonly arrivalsFirst: boolean;
  private readonly expiryAfterArrivals: boolean;
  private readonly expiryClass: number;
  private readonly purges: boolean;
  private sequence = 0;
  private fromUs = 0;
  nowUs = 0;

  constructor(setup: CellSetup) {
    const {semantics, hosts} = setup;
    this.setup = setup;
    this.fleet = new Fleet(setup.memoryMib, hosts, setup.placement, semantics, setup.seed);
    this.tally = new Tally(setup.team);
    this.wheel = new TimingWheel(this.fleet.pool);
    this.backlog = new Backlog(this.fleet, this.tally, setup.maxWaitUs);
    this.late = semantics.lateBinding ? new LateBinding(this.fleet) : undefined;
    this.control = new CellPool(this, setup.memoryMib.length);
    const gated =
      setup.startsPerHost !== Number.POSITIVE_INFINITY || setup.startsPerSecond !== Number.POSITIVE_INFINITY;
    this.gate = gated ? new StartGate(hosts.count, setup.startsPerHost, setup.startsPerSecond) : undefined;
    this.arrivalsFirst = semantics.ties === 'arrivals-first';
    this.expiryAfterArrivals = semantics.ttlInclusive && !this.arrivalsFirst;
    this.expiryClass = this.expiryAfterArrivals ? EXPIRY_AFTER_ARRIVALS : EXPIRY;
    this.purges = semantics.expiry === 'lookup';
  }

  /** Sets the keep-alive policy, before the first call. Apart from the constructor because a policy needs the cell. */
  use(keepAlive: KeepAlive): void {
    this.keepAlive = keepAlive;
    this.constantUs = keepAlive.constantUs;
  }

  /** Serves the calls of a batch, none earlier than those before. */
  run(batch: CallBatch): void {
    const {length, timeUs, fn, durationUs, coldUs} = batch;
    const {wheel, timers} = this;
    const step = this.arrivalsFirst ? 1 : 0;
    for (let k = 0; k < length; k++) {
      const callUs = timeUs[k]!;
      const untilUs = callUs - step;
      if (wheel.earliestUs <= untilUs || timers.topUs <= untilUs) this.advance(untilUs);
      this.nowUs = callUs;
      this.call(fn[k]!, callUs, durationUs[k]!, coldUs === undefined ? -1 : coldUs[k]!);
    }
  }

  /** Starts the counted part: events before `fromUs` happen first, what they tallied no longer counts. */
  beginCounting(fromUs: number): void {
    this.advance(fromUs - 1);
    this.nowUs = fromUs;
    this.fromUs = fromUs;
    this.backlog.fromUs = fromUs;
    this.tally.reset();
    this.fleet.beginCounting(fromUs);
  }

  /** Ends the run: events before `endUs` happen, charging stops there, waiting calls are settled. */
  finish(endUs: number): void {
    this.advance(endUs - 1);
    this.nowUs = endUs;
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

  /** Lets everything happen that is due at or before `untilUs`. */
  private advance(untilUs: number): void {
    const {wheel, timers} = this;
    for (;;) {
      const timerUs = timers.topUs;
      const i = wheel.pop(timerUs < untilUs ? timerUs : untilUs);
      if (i !== NONE) {
        this.nowUs = this.fleet.pool.doubles[i * DOUBLES + TIME_US]!;
        this.onFinish(i, this.nowUs);
        continue;
      }
      if (timerUs > untilUs) return;
      const order = timers.topOrder;
      if (timerUs === untilUs && order >= EXPIRY_AFTER_ARRIVALS * CLASS) return;
      const payload = timers.topPayload;
      timers.pop();
      this.nowUs = timerUs;
      const kind = payload & 3;
      if (kind === READY) this.onReady(payload >> 2, timerUs);
      else if (kind === EXPIRY) this.onExpiry(payload >> 2, timerUs);
      else this.onWake(payload >> 2, timerUs);
    }
  }

  private call(fn: number, nowUs: number, durationUs: number, coldUs: number): void {
    this.tally.arrivals++;
    this.fleet.functions.doubles[fn * F_DOUBLES + CALLS]! += 1;
    this.keepAlive.onArrival?.(fn, nowUs);
    if (this.purges) this.purge(fn, nowUs);
    const i = this.fleet.takeIdle(fn);
    if (i === NONE) {
      this.callWithoutIdle(fn, nowUs, durationUs, coldUs);
      return;
    }
    this.tally.warm++;
    this.serve(i, fn, nowUs, nowUs, durationUs);
  }

  /** `i`, in no list, serves a call of `fn` from `readyUs` on. */
  private serve(i: number, fn: number, nowUs: number, readyUs: number, durationUs: number): void {
    const {ints, doubles} = this.fleet.pool;
    ints[i * INTS + STATE] = State.busy;
    doubles[i * DOUBLES + LAST_START_US] = nowUs;
    this.fleet.functions.doubles[fn * F_DOUBLES + BUSY_US]! += durationUs;
    this.wheel.insert(i, readyUs + durationUs);
  }

  private callWithoutIdle(fn: number, nowUs: number, durationUs: number, givenColdUs: number): void {
    if (this.joinStarting(fn, nowUs, durationUs)) return;
    const coldUs = givenColdUs >= 0 ? givenColdUs : this.setup.coldTime.drawUs(fn, nowUs);
    const ordinal = this.fleet.functions.doubles[fn * F_DOUBLES + CALLS]!;
    if (!this.fleet.hosts.couldFit(this.fleet.functions.memoryMib[fn]!)) {
      this.countDropped(fn);
      return;
    }
    const host = this.fleet.makeRoom(fn, nowUs);
    if (host !== NONE) {
      this.startCold(fn, host, nowUs, nowUs, durationUs, coldUs, ordinal);
    } else if (this.setup.semantics.full === 'queue') {
      this.backlog.add(fn, nowUs, durationUs, coldUs, ordinal);
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
      this.serve(i, fn, nowUs, readyUs, durationUs);
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
    ordinal: number,
  ): void {
    const beginUs = this.gate ? this.gate.begin(host, nowUs, coldUs) : nowUs;
    const readyUs = beginUs + coldUs;
    const i = this.fleet.create(fn, host, nowUs, readyUs);
    if (arrivalUs >= this.fromUs) {
      this.fleet.functions.doubles[fn * F_DOUBLES + COLD]! += 1;
      this.tally.cold++;
      if (ordinal === 1) this.tally.firstStarts++;
      this.tally.coldTime.add(coldUs);
      if (beginUs > arrivalUs) this.tally.queueWait.add(beginUs - arrivalUs);
      if (readyUs > arrivalUs && !this.late) this.tally.recordDelay(fn, readyUs - arrivalUs);
    }
    if (this.late) {
      this.late.add(fn, arrivalUs, durationUs);
      this.awaitReady(i, fn, readyUs);
    } else {
      this.serve(i, fn, nowUs, readyUs, durationUs);
    }
  }

  /** Starts an instance on `host` that no call has asked for. */
  startPrewarm(fn: number, host: number): void {
    const {nowUs} = this;
    const coldUs = this.setup.coldTime.drawUs(fn, nowUs);
    const readyUs = (this.gate ? this.gate.begin(host, nowUs, coldUs) : nowUs) + coldUs;
    this.tally.prewarms++;
    this.awaitReady(this.fleet.create(fn, host, nowUs, readyUs), fn, readyUs);
  }

  private awaitReady(i: number, fn: number, readyUs: number): void {
    this.late?.instanceStarts(fn);
    this.fleet.addStarting(i);
    this.timers.push(readyUs, READY * CLASS + this.sequence++, (i << 2) | READY);
  }

  private onFinish(i: number, nowUs: number): void {
    const fn = this.fleet.pool.ints[i * INTS + FN]!;
    this.keepAlive.onFinish?.(fn, nowUs);
    this.release(i, fn, nowUs, false);
  }

  private onReady(i: number, nowUs: number): void {
    const {ints, readyUs} = this.fleet.pool;
    // Stale when a call has claimed it meanwhile, or the row lives another life.
    if (ints[i * INTS + STATE] !== State.starting || readyUs[i] !== nowUs) return;
    const fn = ints[i * INTS + FN]!;
    this.late?.instanceReady(fn);
    // Unclaimed instances of a function are filed by the time they are ready: this one is the first.
    this.release(this.fleet.takeStarting(fn), fn, nowUs, true);
  }

  /** `i` has nothing to do from now on: a waiting call of its function takes it, or it goes idle or away. */
  private release(i: number, fn: number, nowUs: number, prewarmed: boolean): void {
    if (this.late && this.serveLate(i, fn, nowUs)) return;
    if (!this.backlog.empty && this.serveWaiting(i, fn, nowUs)) return;
    const keepUs = this.constantUs ?? this.keepAlive.keepAliveUs(fn, nowUs, prewarmed);
    const deadlineUs = keepUs === 0 ? nowUs : this.deadline(i, nowUs, keepUs);
    if (deadlineUs < nowUs || (deadlineUs === nowUs && !(this.expiryAfterArrivals && keepUs > 0))) {
      this.tally.expirations++;
      this.fleet.destroy(i, nowUs);
    } else {
      this.fleet.goIdle(i, nowUs, deadlineUs);
      if (!this.purges && this.fleet.pool.timerUs[i]! > deadlineUs) this.armExpiry(i, deadlineUs);
    }
    if (!this.backlog.empty) this.backlog.dispatch(nowUs, this.startWaiting);
  }

  private deadline(i: number, nowUs: number, keepUs: number): number {
    const {ttlFrom} = this.setup.semantics;
    if (ttlFrom === 'finish') return nowUs + keepUs;
    if (ttlFrom === 'start') return this.fleet.pool.doubles[i * DOUBLES + LAST_START_US]! + keepUs;
    const first = this.fleet.pool.firstIdleUs;
    if (Number.isNaN(first[i]!)) first[i] = nowUs;
    return first[i]! + keepUs;
  }

  /** One pending timer an instance: when it fires early it is set again, nothing is ever taken out of the heap. */
  private armExpiry(i: number, deadlineUs: number): void {
    if (deadlineUs === Number.POSITIVE_INFINITY) return;
    this.fleet.pool.timerUs[i] = deadlineUs;
    const order = this.expiryClass * CLASS + this.fleet.pool.doubles[i * DOUBLES + IDLE_SEQUENCE]!;
    this.timers.push(deadlineUs, order, (i << 2) | EXPIRY);
  }

  private onExpiry(i: number, nowUs: number): void {
    const {doubles, ints, timerUs} = this.fleet.pool;
    if (timerUs[i] !== nowUs) return;
    timerUs[i] = Number.POSITIVE_INFINITY;
    if (ints[i * INTS + STATE] !== State.idle) return;
    const deadlineUs = doubles[i * DOUBLES + DEADLINE_US]!;
    if (deadlineUs > nowUs) {
      this.armExpiry(i, deadlineUs);
      return;
    }
    this.tally.expirations++;
    this.fleet.destroyIdle(i, nowUs);
    if (!this.backlog.empty) this.backlog.dispatch(nowUs, this.startWaiting);
  }

  /** FaasCache: what has expired leaves only when its own function is looked up. */
  private purge(fn: number, nowUs: number): void {
    const {doubles, ints} = this.fleet.pool;
    let i = this.fleet.functions.ints[fn * F_INTS + IDLE_HEAD]!;
    while (i !== NONE) {
      const next = ints[i * INTS + IDLE_NEXT]!;
      const deadlineUs = doubles[i * DOUBLES + DEADLINE_US]!;
      if (deadlineUs < nowUs || (deadlineUs === nowUs && !this.setup.semantics.ttlInclusive)) {
        this.tally.expirations++;
        this.fleet.destroyIdle(i, nowUs);
      }
      i = next;
    }
  }

  private serveLate(i: number, fn: number, nowUs: number): boolean {
    const {calls} = this.late!;
    const call = this.late!.take(fn);
    if (call === NONE) return false;
    const arrivalUs = calls.arrivalUs[call]!;
    if (arrivalUs >= this.fromUs && nowUs > arrivalUs) this.tally.recordDelay(fn, nowUs - arrivalUs);
    this.serve(i, fn, nowUs, nowUs, calls.durationUs[call]!);
    return true;
  }

  private serveWaiting(i: number, fn: number, nowUs: number): boolean {
    const call = this.backlog.takeOf(fn, nowUs);
    if (call === NONE) return false;
    this.serve(i, fn, nowUs, nowUs, this.backlog.calls.durationUs[call]!);
    return true;
  }

  private readonly startWaiting = (call: number, host: number, nowUs: number): void => {
    const {fn, arrivalUs, durationUs, coldUs, ordinal} = this.backlog.calls;
    this.startCold(fn[call]!, host, arrivalUs[call]!, nowUs, durationUs[call]!, coldUs[call]!, ordinal[call]!);
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
    if (!this.backlog.empty) this.backlog.dispatch(nowUs, this.startWaiting);
  }

  setWake(fn: number, atUs: number): void {
    this.timers.push(atUs, WAKE * CLASS + this.sequence++, (fn << 2) | WAKE);
  }
}
