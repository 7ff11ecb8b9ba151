import * as job from '../parts/attempts/job-fields.ts';
import type {Jobs} from '../parts/attempts/jobs.ts';
import type {Contention} from '../parts/contention/contention.ts';
import type {FaultRule} from '../parts/faults/fault-rule.ts';
import {Outages, SCHEDULER} from '../parts/faults/outages.ts';
import type {KeepAlive} from '../parts/keep-alive/keep-alive.ts';
import type {Timeouts} from '../parts/limits/timeouts.ts';
import {Backlog} from '../parts/queue/backlog.ts';
import type {Sessions} from '../parts/sessions/sessions.ts';
import {ARRIVAL_US, ATTEMPT, NOW_US} from './at-hand.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {EventHeap} from './event-heap.ts';
import {DOWN, MINIMUM, UP, WAKE} from './events.ts';
import type {Fleet} from './fleet.ts';
import {DOUBLES, FN, HOST, INTS, NONE, SINCE_US, STATE, State} from './instances.ts';
import type {LateTally} from './late-tally.ts';
import type {CellPool} from './pool-control.ts';
import type {Sharing} from './sharing.ts';

/** What it works with. */
export interface FailingParts {
  readonly fleet: Fleet;
  readonly dispatcher: Dispatcher;
  readonly jobs: Jobs;
  readonly tally: LateTally;
  readonly timers: EventHeap;
  readonly atHand: Float64Array;
  readonly sharing: Sharing | undefined;
  readonly contention: Contention | undefined;
  readonly timeouts: Timeouts | undefined;
  readonly sessions: Sessions | undefined;
  readonly control: CellPool;
}

/** Times from the beginning of an outage until nobody waits any more because of it, us. */
export interface Recoveries {
  readonly outages: number;
  /** Of them, those after which somebody waited until the end. */
  readonly open: number;
  readonly longestUs: number;
}

/**
 * Hosts that fail with all that is on them, and are back empty; a scheduler that fails, so that running calls go on and new
 * ones wait, and finds out from the hosts what there is when it is back.
 */
export class Failing {
  readonly outages: Outages;
  private readonly parts: FailingParts;
  private readonly keepAlive: KeepAlive;
  /** Finishes in the timing wheel of calls that are no more: their rows are not used again before. [instance or call] */
  private readonly rows: {stale: Uint8Array | undefined; recycle(id: number): void};
  /** Functions whose kept instances found no room when their host failed. */
  private readonly lacking: number[] = [];
  /** Beginnings of outages after which somebody waits still. */
  private readonly since: number[] = [];
  /** When the host of a kept instance of a function failed last. */
  private readonly goneUs = new Map<number, number>();
  private longestUs = 0;
  private count = 0;

  constructor(parts: FailingParts, rule: FaultRule, keepAlive: KeepAlive) {
    this.parts = parts;
    this.keepAlive = keepAlive;
    const {fleet, timers, sharing, dispatcher} = parts;
    this.rows = sharing === undefined ? fleet.pool : sharing.calls;
    this.rows.stale = new Uint8Array(1024);
    fleet.hosts.mayFail();
    dispatcher.retrying.fail(rule, parts.tally);
    this.outages = new Outages(rule, fleet.hosts.count, timers, {
      down: (host, nowUs) => this.down(host, nowUs),
      up: (host) => this.up(host),
    });
  }

  /** True if what is filed as `id` and would be over now is no more; then its row may be used again. */
  isStale(id: number): boolean {
    const {rows} = this;
    if (rows.stale![id] !== 1) return false;
    rows.stale![id] = 0;
    rows.recycle(id);
    return true;
  }

  /** True if a timer is an outage's, or its policy has to wait until the scheduler is back. */
  takes(kind: number, id: number, nowUs: number, order: number): boolean {
    const {outages} = this;
    if (kind === DOWN || kind === UP) {
      outages.fires(kind, id, nowUs);
      return true;
    }
    const {dispatcher, timers, control} = this.parts;
    if (!dispatcher.asleep || (kind !== WAKE && kind !== MINIMUM)) return false;
    const {schedulerUpUs} = outages;
    if (kind === WAKE) {
      // Stale when the policy has asked for another time since.
      if (control.wakeUs[id] !== nowUs) return true;
      control.wakeUs[id] = schedulerUpUs;
    }
    if (schedulerUpUs < Number.POSITIVE_INFINITY) timers.push(schedulerUpUs, order, id);
    return true;
  }

  /** Somebody may wait because of an outage. */
  get isRecovering(): boolean {
    return this.since.length > 0;
  }

  /** Something has happened: whether anybody waits still. */
  look(): void {
    const {dispatcher, atHand} = this.parts;
    if (dispatcher.asleep || !dispatcher.backlog.empty || dispatcher.retrying.waits) return;
    const nowUs = atHand[NOW_US]!;
    let k = 0;
    for (const beganUs of this.since) {
      // What is down still may yet make somebody wait.
      if (this.anyDown()) this.since[k++] = beganUs;
      else this.longestUs = Math.max(this.longestUs, nowUs - beganUs);
    }
    this.since.length = k;
  }

  private anyDown(): boolean {
    return this.parts.fleet.hosts.down > 0;
  }

  get recoveries(): Recoveries {
    return {outages: this.count, open: this.since.length, longestUs: this.longestUs};
  }

  /** The scheduler is back: who waits takes what is there, then calls that came meanwhile arrive. */
  private wake(): void {
    const {dispatcher, atHand} = this.parts;
    const {backlog, retrying} = dispatcher;
    dispatcher.asleep = false;
    for (const fn of this.lacking.splice(0)) this.replaceKept(fn);
    if (backlog instanceof Backlog) backlog.rejoin(atHand[NOW_US]!, dispatcher.joinWaiting);
    dispatcher.roomAppeared();
    for (const id of retrying.takeHeld()) {
      const fn = retrying.take(id);
      if (!backlog.isOver(fn, atHand)) dispatcher.arriveWithin(fn);
    }
  }

  /** The run is over: calls that go on are served, those outside wait. */
  settle(): void {
    const {jobs, tally, fleet, sharing, dispatcher, atHand} = this.parts;
    const {backlog, retrying} = dispatcher;
    for (const id of retrying.takeHeld()) {
      const fn = retrying.take(id);
      if (!backlog.isOver(fn, atHand)) tally.leaveWaiting(fn, atHand[ARRIVAL_US]!, atHand[ATTEMPT]!);
    }
    for (let id = 0; id < jobs.filedBelow; id++) {
      const ticket = jobs.ticketAt(id);
      if (ticket === NONE) continue;
      const i = sharing === undefined ? id : sharing.calls.instanceOf(id);
      tally.served(ticket * job.FIELDS, fleet.pool.ints[i * INTS + FN]!);
    }
  }

  private down(host: number, nowUs: number): void {
    this.since.push(nowUs);
    this.count++;
    if (host === SCHEDULER) this.parts.dispatcher.asleep = true;
    else this.lose(host, nowUs);
  }

  private up(host: number): void {
    const {fleet, dispatcher} = this.parts;
    if (host === SCHEDULER) {
      this.wake();
    } else {
      fleet.hosts.reopen(host);
      fleet.placement.changed?.(host);
      for (const fn of this.lacking.splice(0)) this.replaceKept(fn);
      dispatcher.roomAppeared();
    }
    this.look();
  }

  /** Everything on `host` is lost. */
  private lose(host: number, nowUs: number): void {
    const {fleet, jobs, dispatcher, timeouts, sharing, contention, sessions} = this.parts;
    const {pool} = fleet;
    fleet.hosts.close(host);
    dispatcher.starting.lose(host);
    fleet.placement.changed?.(host);
    const calls = this.callsOn(host);
    for (const id of calls) {
      const i = sharing === undefined ? id : sharing.calls.instanceOf(id);
      const fn = pool.ints[i * INTS + FN]!;
      timeouts?.take(id);
      if (contention === undefined) this.leaveInWheel(id);
      else contention.forget(id, nowUs);
      jobs.fail(id);
      dispatcher.ended(fn);
      this.keepAlive.onFinish?.(fn, nowUs);
      sessions?.isCut(id);
      const comesAgain = dispatcher.retrying.fails(fn, id);
      if (!comesAgain) sessions?.isLost();
    }
    const instances: number[] = [];
    for (let i = 0; i < pool.used; i++) {
      if (pool.ints[i * INTS + STATE] !== State.free && pool.ints[i * INTS + HOST] === host) instances.push(i);
    }
    instances.sort((a, b) => pool.createdSequence[a]! - pool.createdSequence[b]!);
    for (const i of instances) this.destroy(i, nowUs);
    if (sharing !== undefined && contention !== undefined) for (const id of calls) sharing.calls.end(id);
    dispatcher.roomAppeared();
  }

  /** Calls on that host, by what they are filed as, in the order in which they were given to their instances. */
  private callsOn(host: number): number[] {
    const {jobs, sharing, fleet} = this.parts;
    const found: number[] = [];
    for (let id = 0; id < jobs.filedBelow; id++) {
      if (jobs.ticketAt(id) === NONE) continue;
      const i = sharing === undefined ? id : sharing.calls.instanceOf(id);
      if (fleet.pool.ints[i * INTS + HOST] === host) found.push(id);
    }
    const given = (id: number): number => jobs.kept[jobs.ticketAt(id) * job.FIELDS + job.GIVEN]!;
    return found.sort((a, b) => given(a) - given(b));
  }

  private leaveInWheel(id: number): void {
    const {rows} = this;
    if (id >= rows.stale!.length) {
      const larger = new Uint8Array(2 * (id + 1));
      larger.set(rows.stale!);
      rows.stale = larger;
    }
    rows.stale![id] = 1;
  }

  /** `i` is no more; the state that it was in ends now. */
  private destroy(i: number, nowUs: number): void {
    const {fleet, sharing} = this.parts;
    const {ints, doubles, createdUs, readyUs} = fleet.pool;
    const fn = ints[i * INTS + FN]!;
    const state = ints[i * INTS + STATE]!;
    const isKept = fleet.kept?.holds(i) === true;
    this.parts.sessions?.lose(i);
    const sinceUs = doubles[i * DOUBLES + SINCE_US]!;
    const idled = sharing?.forget(i, fn) === true;
    if (state === State.idle && !isKept) {
      fleet.destroyIdle(i, nowUs);
      return;
    }
    if (state === State.idle || idled) fleet.leftIdle(i, fn, sinceUs, nowUs);
    else if (state === State.starting || (state === State.claimed && readyUs[i]! > nowUs)) {
      if (state === State.starting && sharing === undefined) fleet.unclaimed.remove(i);
      fleet.account.leftStarting(fn, Math.min(createdUs[i]!, nowUs), nowUs);
    } else {
      if (state === State.claimed) fleet.started(i, fn, createdUs[i]!, sinceUs);
      fleet.served(i, fn, sinceUs, nowUs);
    }
    if (isKept && state === State.idle) {
      fleet.kept!.remove(i, fn);
      fleet.watch?.used(fn, true);
    }
    fleet.destroy(i, nowUs);
    if (!isKept) return;
    fleet.kept!.lose(i, fn);
    this.goneUs.set(fn, nowUs);
    this.replaceKept(fn);
  }

  /** For how much longer nobody knows that an instance of `fn` is no more. */
  private unnoticedUs(fn: number): number {
    const {sessions, atHand} = this.parts;
    return sessions === undefined ? 0 : Math.max(0, this.goneUs.get(fn)! + sessions.detectUs - atHand[NOW_US]!);
  }

  /** An instance of `fn` that it keeps whatever happens starts elsewhere, or when there is room. */
  private replaceKept(fn: number): void {
    const {fleet, dispatcher} = this.parts;
    if (fleet.kept!.missing(fn) <= 0) return;
    const host = fleet.findRoom(fn);
    if (host === NONE || dispatcher.asleep) this.lacking.push(fn);
    else dispatcher.replaceKept(fn, host, this.unnoticedUs(fn));
  }
}
