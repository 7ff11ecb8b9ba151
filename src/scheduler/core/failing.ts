import * as job from '../parts/attempts/job-fields.ts';
import type {Jobs} from '../parts/attempts/jobs.ts';
import type {Contention} from '../parts/contention/contention.ts';
import type {FaultRule} from '../parts/faults/fault-rule.ts';
import {type Down, Outages, SCHEDULER} from '../parts/faults/outages.ts';
import type {KeepAlive} from '../parts/keep-alive/keep-alive.ts';
import type {Timeouts} from '../parts/limits/timeouts.ts';
import {Backlog} from '../parts/queue/backlog.ts';
import type {Sessions} from '../parts/sessions/sessions.ts';
import {ARRIVAL_US, ATTEMPT, NOW_US} from './at-hand.ts';
import {arrivalAgain} from './attempts.ts';
import type {CallLog} from './call-log.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {Endings} from './endings.ts';
import type {EventHeap} from './event-heap.ts';
import {DOWN, LEASE, MINIMUM, UP, WAKE} from './events.ts';
import type {Fleet} from './fleet.ts';
import {Freezing} from './freezing.ts';
import {DOUBLES, FN, HOST, INTS, NONE, SINCE_US, STATE, State} from './instances.ts';
import type {KeptElsewhere} from './kept-elsewhere.ts';
import type {LateTally} from './late-tally.ts';
import type {CellPool} from './pool-control.ts';
import {outageRow, type Recoveries} from './recoveries.ts';
import type {Sharing} from './sharing.ts';
import {StaleFinishes} from './stale-finishes.ts';
import type {TimingWheel} from './timing-wheel.ts';

/** What it works with. */
export interface FailingParts {
  readonly fleet: Fleet;
  readonly dispatcher: Dispatcher;
  readonly endings: Endings;
  readonly wheel: TimingWheel;
  readonly jobs: Jobs;
  readonly tally: LateTally;
  readonly timers: EventHeap;
  readonly atHand: Float64Array;
  readonly sharing: Sharing | undefined;
  readonly contention: Contention | undefined;
  readonly timeouts: Timeouts | undefined;
  readonly sessions: Sessions | undefined;
  readonly control: CellPool;
  readonly log: CallLog | undefined;
  readonly elsewhere: KeptElsewhere;
}

/** An outage after which somebody waits still. */
interface Felt {
  readonly what: Down;
  readonly beganUs: number;
}

/**
 * Hosts that fail with all that is on them, and are back empty, or stand still for a while; a scheduler that fails, so that running calls go on and new
 * ones wait, and finds out from the hosts what there is when it is back.
 */
export class Failing {
  readonly outages: Outages;
  private readonly parts: FailingParts;
  private readonly keepAlive: KeepAlive;
  private readonly stale: StaleFinishes;
  private readonly freezing: Freezing;
  private readonly felt: Felt[] = [];
  /** Rows of outages that are felt no more. */
  private readonly over: number[] = [];
  private inFlight = 0;

  constructor(parts: FailingParts, rule: FaultRule, keepAlive: KeepAlive) {
    this.parts = parts;
    this.keepAlive = keepAlive;
    const {fleet, timers, sharing, dispatcher} = parts;
    this.stale = new StaleFinishes(sharing === undefined ? fleet.pool : sharing.calls);
    this.freezing = new Freezing(parts, rule, this.stale);
    fleet.hosts.mayFail();
    dispatcher.retrying.fail(rule, parts.tally);
    this.outages = new Outages(rule, fleet.hosts.count, timers, {
      down: (what, nowUs) => this.down(what, nowUs),
      worsens: (host, nowUs) => this.worsens(host, nowUs),
      up: (host) => this.up(host),
    });
  }

  /** True if what is filed as `id` and would be over now is no more; then its row may be used again. */
  isStale(id: number): boolean {
    return this.stale.takes(id);
  }

  /** True if a timer is an outage's, or its policy has to wait until the scheduler is back. */
  takes(kind: number, id: number, nowUs: number, order: number): boolean {
    const {outages} = this;
    if (kind === DOWN || kind === UP) {
      outages.fires(kind, id, nowUs);
      return true;
    }
    if (kind === LEASE) {
      this.freezing.fires(id, order, this.callsOn(id));
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
    return this.felt.length > 0;
  }

  /** Something has happened: whether anybody waits still. */
  look(): void {
    const {dispatcher, atHand} = this.parts;
    if (dispatcher.asleep || !dispatcher.backlog.empty || dispatcher.retrying.waits) return;
    // What is down still may yet make somebody wait.
    if (this.outages.hostsDown > 0) return;
    for (const {what, beganUs} of this.felt.splice(0))
      this.over.push(...outageRow(what, beganUs, atHand[NOW_US]! - beganUs));
  }

  get recoveries(): Recoveries {
    const open = this.felt.flatMap(({what, beganUs}) => outageRow(what, beganUs, Number.POSITIVE_INFINITY));
    return {inFlight: this.inFlight, rows: Float64Array.from([...this.over, ...open])};
  }

  /** The scheduler is back: who waits takes what is there, then calls that came meanwhile arrive. */
  private wake(): void {
    const {dispatcher, atHand} = this.parts;
    const {backlog, retrying} = dispatcher;
    dispatcher.asleep = false;
    this.parts.elsewhere.again();
    if (backlog instanceof Backlog) backlog.rejoin(atHand[NOW_US]!, dispatcher.joinWaiting);
    dispatcher.roomAppeared();
    for (const id of retrying.takeHeld()) {
      const fn = retrying.take(id);
      if (!backlog.isOver(fn, atHand)) dispatcher.arriveWithin(fn);
    }
  }

  /** The run is over: calls that go on are served, those outside wait. */
  settle(): void {
    const {tally, dispatcher, atHand, log} = this.parts;
    const {backlog, retrying} = dispatcher;
    this.settleFiled();
    for (const id of retrying.takeHeld()) {
      const fn = retrying.take(id);
      if (!backlog.isOver(fn, atHand)) tally.leaveWaiting(fn, atHand[ARRIVAL_US]!, atHand[ATTEMPT]!);
      // The log follows it on.
      if (log?.runsOn) retrying.hold(fn);
    }
  }

  /** Calls stand still. */
  get standsStill(): boolean {
    return this.freezing.stands;
  }

  /** Nobody knows when calls will be over that stand still as the run is told. */
  tellStanding(): void {
    const {log} = this.parts;
    for (const id of this.callsWhere((each) => this.freezing.holds(this.hostOf(each)))) log?.standsStill(id);
  }

  /** Of each call the attempt that was given to its instance first and has begun, or will as far as is known, counts. */
  private settleFiled(): void {
    const {jobs, tally, fleet} = this.parts;
    const still: number[] = [];
    for (const id of this.callsWhere(() => true)) {
      const host = this.hostOf(id);
      const fn = fleet.pool.ints[this.instanceOf(id) * INTS + FN]!;
      const ticket = jobs.ticketAt(id);
      if (jobs.isOver(id)) tally.log?.drop(id);
      else if (!this.freezing.hasBegun(id, host)) still.push(id);
      else {
        jobs.endOthers(ticket);
        tally.served(ticket * job.FIELDS, fn);
      }
    }
    for (const id of still) {
      tally.log?.drop(id);
      const fn = fleet.pool.ints[this.instanceOf(id) * INTS + FN]!;
      const attempt = jobs.kept[jobs.ticketAt(id) * job.FIELDS + job.ATTEMPT]!;
      tally.leaveWaiting(fn, arrivalAgain(attempt, jobs.ticketAt(id)), attempt);
    }
  }

  private down(what: Down, nowUs: number): void {
    this.felt.push({what, beganUs: nowUs});
    const {host} = what;
    if (host === SCHEDULER) {
      this.parts.dispatcher.asleep = true;
      return;
    }
    const {fleet, dispatcher} = this.parts;
    fleet.hosts.close(host);
    fleet.placement.changed?.(host);
    this.inFlight += this.callsOn(host).length;
    if (what.keeps) this.freezing.freeze(host, this.contentsOf(host), nowUs);
    else this.lose(host, nowUs);
    dispatcher.roomAppeared();
  }

  /** `host` is down already. */
  private worsens(host: number, nowUs: number): void {
    if (!this.freezing.holds(host)) return;
    const contents = this.contentsOf(host);
    this.freezing.thaw(host, contents, nowUs);
    for (const i of contents.instances) this.freezing.restore(i);
    this.lose(host, nowUs);
    this.parts.dispatcher.roomAppeared();
  }

  private up(host: number): void {
    const {fleet, dispatcher, atHand} = this.parts;
    if (host === SCHEDULER) {
      this.wake();
    } else {
      fleet.hosts.reopen(host);
      fleet.placement.changed?.(host);
      if (this.freezing.holds(host)) {
        const ready = this.freezing.thaw(host, this.contentsOf(host), atHand[NOW_US]!);
        for (const i of ready) this.freezing.offer(i);
      }
      this.parts.elsewhere.again();
      dispatcher.roomAppeared();
    }
    this.look();
  }

  /** Everything on `host` is lost. */
  private lose(host: number, nowUs: number): void {
    const {fleet, jobs, dispatcher, timeouts, sharing, contention, sessions} = this.parts;
    const {pool} = fleet;
    dispatcher.starting.lose(host);
    const {calls, instances} = this.contentsOf(host);
    for (const id of calls) {
      const fn = pool.ints[this.instanceOf(id) * INTS + FN]!;
      timeouts?.take(id);
      if (contention === undefined) this.stale.add(id, true);
      else contention.forget(id, nowUs);
      jobs.fail(id);
      dispatcher.ended(fn);
      this.keepAlive.onFinish?.(fn, nowUs);
      sessions?.isCut(id);
      const comesAgain = dispatcher.retrying.fails(fn, id);
      if (!comesAgain) sessions?.isLost();
    }
    for (const i of instances) this.destroy(i, nowUs);
    if (sharing !== undefined && contention !== undefined) for (const id of calls) sharing.calls.end(id);
  }

  /** What is on that host. */
  private contentsOf(host: number): {calls: number[]; instances: number[]} {
    const {pool} = this.parts.fleet;
    const instances: number[] = [];
    for (let i = 0; i < pool.used; i++) {
      if (pool.ints[i * INTS + STATE] !== State.free && pool.ints[i * INTS + HOST] === host) instances.push(i);
    }
    instances.sort((a, b) => pool.createdSequence[a]! - pool.createdSequence[b]!);
    return {calls: this.callsOn(host), instances};
  }

  private instanceOf(id: number): number {
    const {sharing} = this.parts;
    return sharing === undefined ? id : sharing.calls.instanceOf(id);
  }

  private hostOf(id: number): number {
    return this.parts.fleet.pool.ints[this.instanceOf(id) * INTS + HOST]!;
  }

  private callsOn(host: number): number[] {
    return this.callsWhere((id) => this.hostOf(id) === host);
  }

  /** Calls, by what they are filed as, in the order in which they were given to their instances. */
  private callsWhere(holds: (id: number) => boolean): number[] {
    const {jobs} = this.parts;
    const found: number[] = [];
    for (let id = 0; id < jobs.filedBelow; id++) if (jobs.ticketAt(id) !== NONE && holds(id)) found.push(id);
    const given = (id: number): number => jobs.kept[jobs.ticketAt(id) * job.FIELDS + job.GIVEN]!;
    return found.sort((a, b) => given(a) - given(b));
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
    this.parts.elsewhere.lost(fn);
    this.parts.elsewhere.replace(fn);
  }
}
