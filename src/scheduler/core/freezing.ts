import * as job from '../parts/attempts/job-fields.ts';
import type {Jobs} from '../parts/attempts/jobs.ts';
import type {FaultRule} from '../parts/faults/fault-rule.ts';
import {NOW_US} from './at-hand.ts';
import type {Dispatcher} from './dispatcher.ts';
import type {Endings} from './endings.ts';
import type {EventHeap} from './event-heap.ts';
import {LEASE, orderOf, sequenceOf} from './events.ts';
import type {Fleet} from './fleet.ts';
import {DOUBLES, FINISH_US, FN, HOST, INTS, NONE, SINCE_US, STATE, State} from './instances.ts';
import type {LateTally} from './late-tally.ts';
import type {Sharing} from './sharing.ts';
import type {StaleFinishes} from './stale-finishes.ts';
import type {TimingWheel} from './timing-wheel.ts';

/** What it works with. */
interface Parts {
  readonly fleet: Fleet;
  readonly dispatcher: Dispatcher;
  readonly endings: Endings;
  readonly jobs: Jobs;
  readonly tally: LateTally;
  readonly timers: EventHeap;
  readonly wheel: TimingWheel;
  readonly atHand: Float64Array;
  readonly sharing: Sharing | undefined;
}

/** What is on a host. */
interface Contents {
  /** What calls are filed as, in the order in which they were given to their instances. */
  readonly calls: readonly number[];
  /** In the order in which they were created. */
  readonly instances: readonly number[];
}

/** A host that stands still. */
interface Frozen {
  readonly sinceUs: number;
  /** How many had stood still before. */
  readonly turn: number;
  /** When starts began, or would have, and when they would have been over. */
  readonly starts: Map<number, {readonly createdUs: number; readonly readyUs: number}>; // by instance
}

/**
 * Hosts that are down with all that is on them: it stands still, serves nobody new, and goes on where it was when they are back.
 * What was idle is idle anew then. Calls that may run twice are not waited for longer than a lease: one more attempt of each
 * begins elsewhere, both go on, and the first that is over counts.
 */
export class Freezing {
  private readonly parts: Parts;
  private readonly rule: FaultRule;
  private readonly stale: StaleFinishes;
  private readonly frozen = new Map<number, Frozen>(); // by host
  private turns = 0;

  constructor(parts: Parts, rule: FaultRule, stale: StaleFinishes) {
    this.parts = parts;
    this.rule = rule;
    this.stale = stale;
  }

  /** Some host stands still. */
  get stands(): boolean {
    return this.frozen.size > 0;
  }

  holds(host: number): boolean {
    return this.frozen.has(host);
  }

  /** The call filed as `id`, on `host`, has begun, or does while that stands still for all that is known. */
  hasBegun(id: number, host: number): boolean {
    const {jobs} = this.parts;
    const row = jobs.ticketAt(id) * job.FIELDS;
    const frozen = this.frozen.get(host);
    return frozen === undefined || jobs.kept[row + job.BEGAN] === 1 || jobs.kept[row + job.FROM_US]! <= frozen.sinceUs;
  }

  /** What is on `host` stands still from now on. */
  freeze(host: number, {calls, instances}: Contents, nowUs: number): void {
    const {fleet, timers} = this.parts;
    const frozen: Frozen = {sinceUs: nowUs, turn: this.turns++, starts: new Map()};
    this.frozen.set(host, frozen);
    timers.push(nowUs + this.rule.leaseUs, orderOf(LEASE, frozen.turn), host);
    for (const id of calls) this.stale.add(id, false);
    for (const i of instances) this.freezeOne(i, fleet.pool.ints[i * INTS + FN]!, frozen);
  }

  private freezeOne(i: number, fn: number, {sinceUs, starts}: Frozen): void {
    const {fleet, sharing} = this.parts;
    const {ints, doubles, createdUs, readyUs} = fleet.pool;
    const state = ints[i * INTS + STATE]!;
    if (state === State.idle) {
      const isKept = fleet.kept?.holds(i) === true;
      if (isKept) fleet.kept!.remove(i, fn);
      else fleet.withdraw(i);
      fleet.watch?.used(fn, isKept);
      ints[i * INTS + STATE] = State.frozen;
      return;
    }
    sharing?.freeze(i, fn);
    if (state === State.busy || readyUs[i]! <= sinceUs) return;
    if (state === State.starting && sharing === undefined) fleet.unclaimed.remove(i);
    starts.set(i, {createdUs: createdUs[i]!, readyUs: readyUs[i]!});
    // It will be starting for as long as anybody asks.
    readyUs[i] = Number.POSITIVE_INFINITY;
    if (state === State.claimed) doubles[i * DOUBLES + SINCE_US] = Number.POSITIVE_INFINITY;
    if (createdUs[i]! > sinceUs) createdUs[i] = Number.POSITIVE_INFINITY;
  }

  /** What is on `host` goes on; nobody is offered anything yet. Those instances whose calls may have left room for others. */
  thaw(host: number, {calls, instances}: Contents, nowUs: number): number[] {
    const {fleet, dispatcher, sharing} = this.parts;
    const frozen = this.frozen.get(host)!;
    const byUs = nowUs - frozen.sinceUs;
    this.frozen.delete(host);
    dispatcher.starting.delay(host, frozen.sinceUs, byUs);
    const ready: number[] = [];
    for (const i of instances) {
      const fn = fleet.pool.ints[i * INTS + FN]!;
      const state = fleet.pool.ints[i * INTS + STATE]!;
      const start = frozen.starts.get(i);
      if (start !== undefined) this.goOnStarting(i, fn, start, frozen.sinceUs, byUs);
      else if (state === State.frozen) ready.push(i);
      else if (sharing !== undefined) {
        sharing.thaw(i, fn);
        ready.push(i);
      }
    }
    for (const id of calls) this.goOnRunning(id, frozen.sinceUs, byUs);
    // Who is held back from opening an instance may have places here.
    for (const i of instances) dispatcher.admission?.onRelief(fleet.pool.ints[i * INTS + FN]!);
    return ready;
  }

  private goOnStarting(
    i: number,
    fn: number,
    start: {readonly createdUs: number; readonly readyUs: number},
    sinceUs: number,
    byUs: number,
  ): void {
    const {fleet, dispatcher} = this.parts;
    const {ints, doubles, createdUs, readyUs} = fleet.pool;
    readyUs[i] = start.readyUs + byUs;
    createdUs[i] = start.createdUs + (start.createdUs > sinceUs ? byUs : 0);
    const isClaimed = ints[i * INTS + STATE] === State.claimed;
    if (isClaimed) doubles[i * DOUBLES + SINCE_US] = readyUs[i]!;
    dispatcher.starting.goOn(i, fn, isClaimed);
  }

  private goOnRunning(id: number, sinceUs: number, byUs: number): void {
    const {fleet, sharing, jobs, tally, wheel} = this.parts;
    const {doubles} = sharing?.calls ?? fleet.pool;
    const i = sharing === undefined ? id : sharing.calls.instanceOf(id);
    jobs.delay(id, sinceUs, byUs);
    tally.log?.delay(id, sinceUs, byUs);
    doubles[id * DOUBLES + FINISH_US]! += byUs;
    wheel.insert(id, fleet.pool.ints[i * INTS + FN]!);
  }

  /** `i`, whose host is back, has what it may give to others: who waits takes it, or it is idle from now on. */
  offer(i: number): void {
    const {fleet, dispatcher, endings, sharing, atHand} = this.parts;
    const {ints, doubles} = fleet.pool;
    const fn = ints[i * INTS + FN]!;
    const wasIdle = ints[i * INTS + STATE] === State.frozen;
    if (wasIdle) {
      fleet.leftIdle(i, fn, doubles[i * DOUBLES + SINCE_US]!, atHand[NOW_US]!);
      sharing?.thawIdle(i);
    }
    const offers = sharing === undefined || sharing.hasPlace(i, fn);
    if (sharing === undefined) endings.release(i, fn, false);
    else endings.releasePlaces(sharing, i, fn, false);
    dispatcher.served(offers);
  }

  /** `i`, which was idle, is lost with its host: it is idle once more, for as long as it takes to say so. */
  restore(i: number): void {
    const {fleet, endings, atHand} = this.parts;
    const {ints, doubles} = fleet.pool;
    if (ints[i * INTS + STATE] !== State.frozen) return;
    const fn = ints[i * INTS + FN]!;
    fleet.leftIdle(i, fn, doubles[i * DOUBLES + SINCE_US]!, atHand[NOW_US]!);
    endings.goIdle(i, fn);
  }

  /** The timer of `host` fires: calls on it that may run twice and go on nowhere else begin once more. */
  fires(host: number, order: number, calls: readonly number[]): void {
    if (this.frozen.get(host)?.turn !== sequenceOf(order)) return;
    for (const id of calls) {
      const i = this.instanceOf(id);
      const fn = this.parts.fleet.pool.ints[i * INTS + FN]!;
      if (this.runsAgain(id, fn)) this.runAgain(id, fn, host);
    }
  }

  private instanceOf(id: number): number {
    const {sharing} = this.parts;
    return sharing === undefined ? id : sharing.calls.instanceOf(id);
  }

  private runsAgain(id: number, fn: number): boolean {
    const {jobs, fleet} = this.parts;
    const {async, idempotent} = this.rule;
    const ticket = jobs.ticketAt(id);
    if (ticket === NONE || jobs.isOver(id)) return false;
    const isFirst = jobs.kept[ticket * job.FIELDS + job.FAILURES] === 0;
    if (async[fn] === 0 && (idempotent[fn] === 0 || !isFirst)) return false;
    return jobs.everyAttempt(ticket, (each) => this.holds(fleet.pool.ints[this.instanceOf(each) * INTS + HOST]!));
  }

  private runAgain(id: number, fn: number, host: number): void {
    const {jobs, tally, dispatcher, atHand} = this.parts;
    const hasBegun = this.hasBegun(id, host);
    const ticket = jobs.twin(id, hasBegun);
    tally.log?.twin(id, ticket, hasBegun);
    tally.retry(atHand[NOW_US]!);
    dispatcher.onReturn?.(fn);
    dispatcher.arriveWithin(fn);
  }
}
