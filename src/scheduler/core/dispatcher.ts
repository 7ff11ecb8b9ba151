import type {EvictionRank} from '../parts/eviction/eviction-rank.ts';
import {type Admission, admissionOf} from '../parts/limits/admission.ts';
import {Backlog} from '../parts/queue/backlog.ts';
import {backlogOf} from '../parts/queue/backlog-of.ts';
import {FairnessMeter} from '../parts/queue/fairness-meter.ts';
import type {LateBinding} from '../parts/queue/late-binding.ts';
import type {Patient} from '../parts/queue/patient.ts';
import type {Hands} from '../parts/queue/queue-tools.ts';
import {StrictQueue} from '../parts/queue/strict-queue.ts';
import {ARRIVAL_US, ATTEMPT, COLD_US, FIRST, NOW_US} from './at-hand.ts';
import {bindWaiting} from './bind-waiting.ts';
import {type CellSetup, longStartsUs} from './cell-setup.ts';
import type {EventHeap} from './event-heap.ts';
import type {Fleet} from './fleet.ts';
import {INTS, NONE, STATE, State} from './instances.ts';
import {createKept} from './kept-instances.ts';
import {Retrying, type RetryingParts} from './retrying.ts';
import {serveLate} from './serve-late.ts';
import type {Serving} from './serving.ts';
import type {Sharing} from './sharing.ts';
import {Starting} from './starting.ts';
import type {Tally} from './tally.ts';
import {comesLater} from './turns.ts';

/** What a dispatcher works with. */
interface Parts extends RetryingParts {
  readonly fleet: Fleet;
  readonly serving: Serving;
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
  /** Set where calls in flight or instances of single functions are limited. */
  readonly admission: Admission | undefined;
  readonly retrying: Retrying;
  /** Set where calls wait before they evict what has not been idle for long. */
  private patient: Patient | undefined;
  /** Every start may let a waiting call in: those who wait are asked after each event. */
  private watchful = false;
  readonly starting: Starting;
  /** Set with late binding only. */
  readonly late: LateBinding | undefined;
  readonly fleet: Fleet;
  readonly tally: Tally;
  readonly serving: Serving;
  readonly sharing: Sharing | undefined;
  readonly atHand: Float64Array;
  private readonly timers: EventHeap;
  readonly setup: CellSetup;
  /** Calls start instances; else they wait for those that the policy orders. */
  startsOnDemand = true;
  /** The scheduler is down: nothing is decided, and calls that arrive wait outside. */
  asleep = false;
  /** Hears of a call whose attempt is over, or goes on elsewhere, that another one begins. */
  onReturn: ((fn: number) => void) | undefined;

  /** What the queue has done. */
  private readonly hands: Hands = {
    start: (call, host) => {
      const fn = this.backlog.fnOf(call);
      this.backlog.read(call, this.atHand);
      this.startCold(fn, host);
    },
    serveOwn: (call, fn) => this.serveFirst(this.strict!, call, fn),
  };

  constructor(parts: Parts, setup: CellSetup) {
    const {fleet, tally, serving, timers, atHand, sharing} = parts;
    this.setup = setup;
    this.fleet = fleet;
    this.tally = tally;
    this.serving = serving;
    this.sharing = sharing;
    this.atHand = atHand;
    this.timers = timers;
    this.starting = new Starting(fleet, tally, serving, timers, atHand, setup, sharing);
    this.late = this.starting.late;
    this.meter = setup.queue && new FairnessMeter(setup.queue.classes);
    this.retrying = new Retrying(setup.retry, parts);
    this.admission = admissionOf(fleet, setup.limits, atHand);
    const tools = {fleet, tally, timers, starting: this.starting, sharing, hands: this.hands, meter: this.meter};
    this.backlog = backlogOf(setup, tools, this.admission);
    this.strict = this.backlog instanceof StrictQueue ? this.backlog : undefined;
  }

  /** The order of evictions is known now. One that charges rent does so whenever it is asked, and so is asked once. */
  begin(eviction: EvictionRank | undefined): void {
    createKept(this.fleet, this.sharing, this.setup.limits, this.admission);
    // Where functions have limits whoever finds room takes it; a call that is over may have been in the way of one that waits,
    // though its instance is taken by another that is tied to none.
    this.watchful = this.admission !== undefined && this.late !== undefined;
    if (this.admission !== undefined) return;
    const longUs = longStartsUs(this.setup);
    if (longUs === undefined || !(this.backlog instanceof Backlog) || eviction?.rent) return;
    this.patient = this.backlog.bePatient(this.timers, this.atHand, longUs);
    this.watchful = this.fleet.ranked !== undefined;
  }

  /** An instance has one call, who waits is asked only when room appears, and nobody keeps count of turns. */
  get plain(): boolean {
    const {containers} = this.setup;
    return !(this.strict || this.sharing || this.meter || this.late || this.watchful || containers);
  }

  /** The call at hand, of `fn`, arrives now. */
  arrive(fn: number): void {
    if (this.strict !== undefined && comesLater(this.strict, fn, this))
      this.queueUp(this.strict, fn, this.atHand[NOW_US]!);
    else this.arriveFirst(fn);
    if (this.watchful || this.strict !== undefined) this.roomAppeared();
  }

  /** Nobody who waits could use the room that the call takes. */
  private arriveFirst(fn: number): void {
    const {sharing} = this;
    const i = sharing === undefined ? this.fleet.takeIdle(fn) : sharing.take(fn);
    if (i === NONE) {
      this.arriveWithoutIdle(fn);
      return;
    }
    this.passes(fn);
    this.atHand[ARRIVAL_US] = this.atHand[NOW_US]!;
    this.joinReady(i, fn);
  }

  arriveWithoutIdle(fn: number): void {
    const {fleet, atHand} = this;
    atHand[ARRIVAL_US] = atHand[NOW_US]!;
    if (this.starting.join(fn)) {
      this.passes(fn);
      return;
    }
    this.drawStart(fn);
    if (!fleet.hosts.couldFit(fleet.functions.memoryMib[fn]!)) {
      this.lose(fn);
      return;
    }
    this.open(fn);
  }

  /** The call at hand fits on no host; FaasCache evicts for it all the same. */
  private lose(fn: number): void {
    const {atHand, fleet} = this;
    if (this.setup.semantics.evictUntil === 'newcomer-size') fleet.makeRoom(fn, atHand[NOW_US]!);
    this.tally.drop(fn, atHand[ARRIVAL_US]!, atHand[ATTEMPT]!);
  }

  /** Opens an instance for the call at hand, which fits on some host, or has it wait. */
  private open(fn: number): void {
    const {atHand} = this;
    const nowUs = atHand[NOW_US]!;
    const waits = this.waits || !this.startsOnDemand;
    if (!waits && !this.starting.mayBegin(fn)) {
      this.retrying.throttle(fn);
      return;
    }
    const host = this.startsOnDemand && this.mayEvict(fn, nowUs) ? this.fleet.makeRoom(fn, nowUs) : NONE;
    if (host !== NONE) {
      this.passes(fn);
      this.startCold(fn, host);
      // What was evicted for it may leave room for others.
      if (this.patient !== undefined) this.roomAppeared();
    } else if (waits) this.backlog.add(fn, atHand);
    else this.tally.drop(fn, atHand[ARRIVAL_US]!, atHand[ATTEMPT]!);
  }

  private startCold(fn: number, host: number): void {
    this.admission?.began(fn);
    bindWaiting(this, this.starting.startCold(fn, host), fn);
  }

  /** The same for a call that arrives where functions have limits, or comes again; its arrival and attempt are at hand. */
  arriveWithin(fn: number): void {
    if (this.asleep) {
      this.retrying.hold(fn);
      return;
    }
    if (this.strict !== undefined && comesLater(this.strict, fn, this))
      this.queueUp(this.strict, fn, this.atHand[ARRIVAL_US]!);
    else this.arriveFirstWithin(fn);
    if (this.watchful || this.strict !== undefined) this.roomAppeared();
  }

  private arriveFirstWithin(fn: number): void {
    const {admission, fleet} = this;
    this.drawStart(fn);
    if (admission !== undefined && !admission.admits(fn)) {
      this.refuse(fn);
      return;
    }
    const mayUse = admission === undefined || admission.mayUse(fn);
    const i = this.takeReady(fn, mayUse);
    if (i !== NONE) {
      this.passes(fn);
      this.joinReady(i, fn);
    } else if (this.starting.join(fn)) {
      this.passes(fn);
      admission?.began(fn);
    } else if (!fleet.hosts.couldFit(fleet.functions.memoryMib[fn]!)) this.lose(fn);
    else if (admission === undefined || (mayUse && admission.mayOpen(fn))) this.open(fn);
    else this.refuse(fn);
  }

  /** The ready instance of `fn` that takes the next call, in no idle list; if one may not be put to use, one in use. */
  private takeReady(fn: number, mayUse: boolean): number {
    if (this.sharing !== undefined) return this.sharing.take(fn, !mayUse);
    return mayUse ? this.fleet.takeIdle(fn) : NONE;
  }

  /** `i`, in no idle list, has a place for the call at hand, which may have waited; it may be starting. */
  private joinReady(i: number, fn: number): void {
    const {ints, readyUs} = this.fleet.pool;
    const {tally, atHand, sharing} = this;
    const arrivalUs = atHand[ARRIVAL_US]!;
    this.admission?.began(fn);
    if (sharing !== undefined && ints[i * INTS + STATE] !== State.busy) {
      tally.boundWaiting(arrivalUs, atHand[NOW_US]!);
      tally.started(fn, arrivalUs, readyUs[i]!);
    } else if (sharing !== undefined) {
      tally.servedWaiting(fn, arrivalUs, atHand[NOW_US]!);
    }
    if (sharing === undefined) this.wakeFor(i, fn, arrivalUs);
    else this.serving.serve(i, fn);
  }

  /** `i`, idle until now, serves the call at hand, which arrived then and may have waited. */
  private wakeFor(i: number, fn: number, arrivalUs: number): void {
    const nowUs = this.atHand[NOW_US]!;
    const lateUs = this.serving.wake(i, fn);
    if (lateUs === 0) this.tally.servedWaiting(fn, arrivalUs, nowUs);
    else {
      this.tally.boundWaiting(arrivalUs, nowUs);
      this.tally.started(fn, arrivalUs, nowUs + lateUs);
    }
  }

  /** The call at hand waits for what it cannot have; what has begun before waits whatever is said of calls. */
  private get waits(): boolean {
    return this.setup.semantics.full === 'queue' || this.atHand[ARRIVAL_US]! < 0;
  }

  /** The call at hand is beyond what its function may have. */
  private refuse(fn: number): void {
    if (this.waits) this.backlog.add(fn, this.atHand);
    else this.retrying.throttle(fn);
  }

  /** The call kept under `id` is tried again now. */
  retry(id: number): void {
    const fn = this.retrying.take(id);
    // Of who was turned away unserved no end was told.
    if (this.atHand[ARRIVAL_US]! < 0) this.onReturn?.(fn);
    this.arriveWithin(fn);
  }

  /** An instance that `fn` keeps whatever happens is no more: another starts on `host` in its place, after so long. */
  replaceKept(fn: number, host: number, afterUs = 0): void {
    bindWaiting(this, this.starting.startPrewarm(fn, host, true, afterUs), fn);
  }

  /** The call at hand, of `fn`, would have to start an instance: when that takes how long, and whether it is the first. */
  private drawStart(fn: number): void {
    const {atHand} = this;
    if (atHand[COLD_US]! < 0) atHand[COLD_US] = this.setup.coldTime.drawUs(fn, atHand[NOW_US]!);
    atHand[FIRST] = this.fleet.account.callsEver(fn) === 1 && atHand[ATTEMPT]! <= 1 ? 1 : 0;
  }

  /** True when the call at hand, of `fn`, may evict what `makeRoom` would. */
  private mayEvict(fn: number, nowUs: number): boolean {
    return this.patient?.lets(fn, this.atHand) ?? !this.strict?.isHeld(fn, nowUs);
  }

  /** A call of `fn` gets an instance without having waited in the queue. */
  private passes(fn: number): void {
    if (this.meter !== undefined) this.backlog.passes(fn);
  }

  /** The call at hand, of `fn`, takes its place in the order. */
  private queueUp(strict: StrictQueue, fn: number, arrivalUs: number): void {
    const {atHand, fleet} = this;
    atHand[ARRIVAL_US] = arrivalUs;
    this.drawStart(fn);
    if (!fleet.hosts.couldFit(fleet.functions.memoryMib[fn]!)) {
      this.tally.drop(fn, arrivalUs);
      return;
    }
    strict.add(fn, atHand);
  }

  /** `call`, first of those that wait, takes a place of its function that is there; false without one. */
  private serveFirst(strict: StrictQueue, call: number, fn: number): boolean {
    const {atHand} = this;
    const i = this.takeReady(fn, this.admission === undefined || this.admission.mayUse(fn));
    if (i === NONE && !this.starting.hasSpare(fn)) return false;
    strict.take(call, fn);
    strict.read(call, atHand);
    if (i === NONE) {
      this.admission?.began(fn);
      return this.starting.join(fn);
    }
    this.joinReady(i, fn);
    return true;
  }

  /** `i`, ready, has a free place: true if a call of its function that waits takes it. */
  serveNext(i: number, fn: number): boolean {
    if (this.late !== undefined && serveLate(this.late, this, i, fn)) return true;
    return !this.backlog.empty && !this.asleep && this.serveWaiting(i, fn);
  }

  /** A call of `fn` has given its place back. */
  ended(fn: number): void {
    if (this.strict !== undefined) this.strict.ended(fn);
    this.admission?.ended(fn);
  }

  /** An instance has become ready or lost a call; unless it `offered` a place, that has changed nothing for who waits. */
  served(offered: boolean): void {
    if (offered && (this.watchful || this.strict !== undefined)) this.roomAppeared();
  }

  private serveWaiting(i: number, fn: number): boolean {
    if (this.admission !== undefined && !this.admission.admits(fn)) return false;
    const own = this.sharing?.hasCalls(i) === true;
    const call = this.backlog.takeOf(fn, this.atHand[NOW_US]!, own);
    if (call === NONE) return false;
    this.backlog.read(call, this.atHand);
    this.admission?.began(fn);
    this.serving.serve(i, fn);
    return true;
  }

  /** Room may have appeared for calls that wait. */
  roomAppeared(): void {
    const {backlog, atHand} = this;
    if (backlog.empty || this.asleep) return;
    const limited = backlog instanceof Backlog ? backlog.limited : undefined;
    if (limited) (backlog as Backlog).dispatchWithin(limited, atHand[NOW_US]!, this.startsOnDemand, this.joinWaiting);
    else if (this.startsOnDemand) backlog.dispatch(atHand[NOW_US]!);
  }

  /** `call` of `fn`, which waits, takes a place of an instance that is there; false without one. */
  readonly joinWaiting = (call: number, fn: number): boolean => {
    const {sharing} = this;
    const mayUse = this.admission === undefined || this.admission.mayUse(fn);
    let i = this.takeReady(fn, mayUse);
    if (i === NONE && sharing !== undefined && this.late === undefined) i = sharing.takeStarting(fn);
    if (i === NONE) return false;
    this.backlog.read(call, this.atHand);
    this.joinReady(i, fn);
    return true;
  };

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
    const i = this.starting.startPrewarm(fn, host);
    // Who is held back from opening an instance may have this one.
    this.strict?.release(fn);
    bindWaiting(this, i, fn);
  }

  /** The run is over at `endUs`: who still waits is settled. */
  settle(endUs: number): void {
    this.backlog.settle(endUs);
    this.retrying.settle();
    this.starting.settle();
  }
}
