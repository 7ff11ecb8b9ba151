import type {EvictionRank} from '../parts/eviction/eviction-rank.ts';
import {Backlog} from '../parts/queue/backlog.ts';
import {FairnessMeter} from '../parts/queue/fairness-meter.ts';
import type {LateBinding} from '../parts/queue/late-binding.ts';
import type {Patient} from '../parts/queue/patient.ts';
import type {Hands} from '../parts/queue/queue-tools.ts';
import {type StrictQueue, strictQueueOf} from '../parts/queue/strict-queue.ts';
import type {Account} from './account.ts';
import {ARRIVAL_US, COLD_US, DURATION_US, FIRST, NOW_US} from './at-hand.ts';
import {type CellSetup, longStartsUs} from './cell-setup.ts';
import type {EventHeap} from './event-heap.ts';
import type {Fleet} from './fleet.ts';
import {F_INTS, IDLE_HEAD} from './functions.ts';
import {INTS, NONE, STATE, State} from './instances.ts';
import {waitsToEvict} from './semantics.ts';
import type {Serving} from './serving.ts';
import type {Sharing} from './sharing.ts';
import {Starting} from './starting.ts';
import type {Tally} from './tally.ts';

/** What a dispatcher works with. */
interface Parts {
  readonly fleet: Fleet;
  readonly tally: Tally;
  readonly serving: Serving;
  readonly timers: EventHeap;
  readonly atHand: Float64Array;
  /** Set where an instance may have several calls. */
  readonly sharing: Sharing | undefined;
}

/**
 * Which instance serves which call: those that arrive, those that wait for room, and those that wait for an instance to
 * start. Knows the present alone; what happens when is the cell's.
 */
export class Dispatcher {
  readonly backlog: Backlog | StrictQueue;
  /** The same, if it is a strict one. */
  private readonly strict: StrictQueue | undefined;
  /** How far apart teams are that wait; undefined where nothing is known of them. */
  readonly meter: FairnessMeter | undefined;
  /** Set where calls wait before they evict what has not been idle for long. */
  private patient: Patient | undefined;
  /** Every start may let a waiting call in: those who wait are asked after each event. */
  private watchful = false;
  readonly starting: Starting;
  /** Set with late binding only. */
  readonly late: LateBinding | undefined;
  private readonly fleet: Fleet;
  private readonly tally: Tally;
  private readonly account: Account;
  private readonly serving: Serving;
  private readonly sharing: Sharing | undefined;
  private readonly atHand: Float64Array;
  private readonly timers: EventHeap;
  private readonly setup: CellSetup;
  /** Calls start instances; else they wait for those that the policy orders. */
  startsOnDemand = true;

  /** What the queue has done. */
  private readonly hands: Hands = {
    start: (call, host) => {
      const fn = this.backlog.fnOf(call);
      this.backlog.read(call, this.atHand);
      this.bindWaiting(this.starting.startCold(fn, host), fn);
    },
    serveOwn: (call, fn) => this.serveFirst(this.strict!, call, fn),
  };

  constructor(parts: Parts, setup: CellSetup) {
    const {fleet, tally, serving, timers, atHand, sharing} = parts;
    this.setup = setup;
    this.fleet = fleet;
    this.account = fleet.account;
    this.tally = tally;
    this.serving = serving;
    this.sharing = sharing;
    this.atHand = atHand;
    this.timers = timers;
    this.starting = new Starting(fleet, tally, serving, timers, atHand, setup, sharing);
    this.late = this.starting.late;
    const {queue, maxWaitUs} = setup;
    this.meter = queue && new FairnessMeter(queue.classes);
    const tools = {fleet, tally, timers, hands: this.hands};
    this.strict = queue && strictQueueOf(queue, maxWaitUs, {...tools, meter: this.meter!});
    this.backlog = this.strict ?? new Backlog({...tools, meter: this.meter}, maxWaitUs, queue?.coalesce === true);
  }

  /** The order of evictions is known now. One that charges rent does so whenever it is asked, and so is asked once. */
  begin(eviction: EvictionRank | undefined): void {
    if (!(this.backlog instanceof Backlog) || !waitsToEvict(this.setup.semantics) || eviction?.rent) return;
    this.patient = this.backlog.bePatient(this.timers, this.atHand, longStartsUs(this.setup));
    this.watchful = this.fleet.ranked !== undefined;
  }

  /** The call at hand, of `fn`, arrives now. */
  arrive(fn: number): void {
    if (this.strict !== undefined && this.comesLater(this.strict, fn)) this.queueUp(this.strict, fn);
    else this.arriveFirst(fn);
    if (this.watchful) this.roomAppeared();
  }

  /** Nobody who waits could use the room that the call takes. */
  private arriveFirst(fn: number): void {
    const {sharing} = this;
    const i = sharing === undefined ? this.fleet.takeIdle(fn) : sharing.take(fn);
    if (i === NONE) {
      this.arriveWithoutIdle(fn);
    } else {
      this.tally.warm++;
      this.passes(fn);
      if (sharing === undefined) this.serving.wake(i, fn);
      else this.takePlace(i, fn);
    }
  }

  /** `i` has a place for the call that arrives now, and may be starting. */
  private takePlace(i: number, fn: number): void {
    const {ints, readyUs} = this.fleet.pool;
    if (ints[i * INTS + STATE] !== State.busy) this.tally.started(fn, this.atHand[NOW_US]!, readyUs[i]!);
    this.serving.serve(i, fn);
  }

  private arriveWithoutIdle(fn: number): void {
    const {fleet, setup, atHand} = this;
    const nowUs = atHand[NOW_US]!;
    atHand[ARRIVAL_US] = nowUs;
    if (this.starting.join(fn)) {
      this.passes(fn);
      return;
    }
    this.drawStart(fn);
    if (!fleet.hosts.couldFit(fleet.functions.memoryMib[fn]!)) {
      // FaasCache evicts for it all the same.
      if (setup.semantics.evictUntil === 'newcomer-size') fleet.makeRoom(fn, nowUs);
      this.tally.drop(fn);
      return;
    }
    const host = this.startsOnDemand && this.mayEvict(fn, nowUs) ? fleet.makeRoom(fn, nowUs) : NONE;
    if (host !== NONE) {
      this.passes(fn);
      this.bindWaiting(this.starting.startCold(fn, host), fn);
      // What was evicted for it may leave room for others.
      if (this.patient !== undefined) this.roomAppeared();
    } else if (setup.semantics.full === 'queue' || !this.startsOnDemand) this.backlog.add(fn, atHand);
    else this.tally.drop(fn);
  }

  /** The call at hand, of `fn`, would have to start an instance: when that takes how long, and whether it is the first. */
  private drawStart(fn: number): void {
    const {atHand} = this;
    if (atHand[COLD_US]! < 0) atHand[COLD_US] = this.setup.coldTime.drawUs(fn, atHand[NOW_US]!);
    atHand[FIRST] = this.account.callsEver(fn) === 1 ? 1 : 0;
  }

  /** True when the call at hand, of `fn`, may evict what `makeRoom` would. */
  private mayEvict(fn: number, nowUs: number): boolean {
    if (this.patient !== undefined) return this.patient.lets(fn, this.atHand);
    return this.strict === undefined || !this.strict.isHeld(fn, nowUs);
  }

  /** A call of `fn` gets an instance without having waited in the queue. */
  private passes(fn: number): void {
    if (this.meter !== undefined) this.backlog.passes(fn);
  }

  /** True when the call that arrives, of `fn`, must wait its turn: somebody waits who could use the room it would take. */
  private comesLater(strict: StrictQueue, fn: number): boolean {
    const {fleet, sharing} = this;
    strict.called(fn, this.atHand[NOW_US]!);
    if (strict.empty) return false;
    if (strict.has(fn)) return true;
    const i = sharing === undefined ? fleet.functions.ints[fn * F_INTS + IDLE_HEAD]! : sharing.next(fn);
    if (i === NONE) return !this.starting.hasSpare(fn);
    // What is idle others may have, if they may evict it; a place beside other calls is of use to its function alone.
    return fleet.pool.ints[i * INTS + STATE] === State.idle && this.setup.semantics.evict !== 'never';
  }

  /** The call at hand, of `fn`, takes its place in the order, and the first in order is asked. */
  private queueUp(strict: StrictQueue, fn: number): void {
    const {atHand, fleet} = this;
    atHand[ARRIVAL_US] = atHand[NOW_US]!;
    this.drawStart(fn);
    if (!fleet.hosts.couldFit(fleet.functions.memoryMib[fn]!)) {
      this.tally.drop(fn);
      return;
    }
    strict.add(fn, atHand);
    strict.dispatch(atHand[NOW_US]!);
  }

  /** `call`, first of those that wait, takes a place of its function that is there; false without one. */
  private serveFirst(strict: StrictQueue, call: number, fn: number): boolean {
    const {atHand, fleet, sharing, tally} = this;
    const i = sharing === undefined ? fleet.takeIdle(fn) : sharing.take(fn);
    if (i === NONE && !this.starting.hasSpare(fn)) return false;
    strict.take(call, fn);
    strict.read(call, atHand);
    if (i === NONE) return this.starting.join(fn);
    const [arrivalUs, nowUs] = [atHand[ARRIVAL_US]!, atHand[NOW_US]!];
    if (sharing === undefined) {
      tally.servedWaiting(fn, arrivalUs, nowUs);
      this.serving.wake(i, fn);
      return true;
    }
    if (fleet.pool.ints[i * INTS + STATE] === State.busy) tally.servedWaiting(fn, arrivalUs, nowUs);
    else {
      tally.boundWaiting(arrivalUs, nowUs);
      tally.started(fn, arrivalUs, fleet.pool.readyUs[i]!);
    }
    this.serving.serve(i, fn);
    return true;
  }

  /** `i`, ready, has a free place: true if a call of its function that waits takes it. */
  serveNext(i: number, fn: number): boolean {
    if (this.late !== undefined && this.serveLate(this.late, i, fn)) return true;
    return !this.backlog.empty && this.serveWaiting(i, fn);
  }

  /** A call of `fn` has given its place back. */
  ended(fn: number): void {
    if (this.strict !== undefined) this.strict.ended(fn);
  }

  /** An instance has become ready or lost a call; it `offered` a place, and so somebody else is first now. */
  served(offered: boolean): void {
    if (this.watchful || (offered && this.strict !== undefined)) this.roomAppeared();
  }

  private serveLate(late: LateBinding, i: number, fn: number): boolean {
    const {atHand} = this;
    const call = late.take(fn);
    if (call === NONE) return false;
    this.tally.started(fn, late.calls.arrivalUsOf(call), atHand[NOW_US]!);
    atHand[DURATION_US] = late.calls.durationUsOf(call);
    atHand[COLD_US] = -1;
    this.serving.serve(i, fn);
    return true;
  }

  private serveWaiting(i: number, fn: number): boolean {
    const own = this.sharing?.hasCalls(i) === true;
    const call = this.backlog.takeOf(fn, this.atHand[NOW_US]!, own);
    if (call === NONE) return false;
    this.backlog.read(call, this.atHand);
    this.serving.serve(i, fn);
    return true;
  }

  /** Room may have appeared for calls that wait. */
  roomAppeared(): void {
    if (!this.backlog.empty && this.startsOnDemand) this.backlog.dispatch(this.atHand[NOW_US]!);
  }

  onPatience(nowUs: number): void {
    if ((this.patient ?? this.strict)?.fires(nowUs)) this.roomAppeared();
  }

  onLeave(nowUs: number): void {
    if (this.strict?.leave(nowUs)) this.roomAppeared();
  }

  /** All timers are gone. */
  forgetTimers(): void {
    this.patient?.forgetTimer();
  }

  /** Starts an instance on `host` that no call has asked for. */
  startPrewarm(fn: number, host: number): void {
    this.bindWaiting(this.starting.startPrewarm(fn, host), fn);
  }

  /** Calls of its function that wait for room take the places that `i`, which starts now, has left. */
  private bindWaiting(i: number, fn: number): void {
    const {sharing, backlog, late, atHand} = this;
    if (sharing === undefined || backlog.empty) return;
    const nowUs = atHand[NOW_US]!;
    const readyUs = this.fleet.pool.readyUs[i]!;
    while (late ? late.hasSpare(fn) : sharing.hasPlace(i, fn)) {
      const call = backlog.takeOf(fn, nowUs, true, true);
      if (call === NONE) return;
      backlog.read(call, atHand);
      if (late) {
        late.add(fn, atHand[ARRIVAL_US]!, atHand[DURATION_US]!);
      } else {
        this.tally.started(fn, atHand[ARRIVAL_US]!, readyUs);
        this.serving.claim(i, fn);
      }
    }
  }

  /** The run is over at `endUs`: who still waits is settled. */
  settle(endUs: number): void {
    this.backlog.settle(endUs);
    this.starting.settle();
  }
}
