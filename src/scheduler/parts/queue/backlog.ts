import {ARRIVAL_US, ATTEMPT, COLD_US, DURATION_US, FIRST, NOW_US} from '../../core/at-hand.ts';
import type {EventHeap} from '../../core/event-heap.ts';
import type {Fleet} from '../../core/fleet.ts';
import {NONE} from '../../core/instances.ts';
import type {Tally} from '../../core/tally.ts';
import type {LimitedWaiting} from '../limits/limited-waiting.ts';
import type {FairnessMeter} from './fairness-meter.ts';
import {Patient, type PatientQueue} from './patient.ts';
import type {Hands, QueueTools} from './queue-tools.ts';
import {Waiting} from './waiting.ts';

/** Gives the waiting call `call` of `fn` a place of an instance that is there, if there is one. */
export type JoinWaiting = (call: number, fn: number) => boolean;

/**
 * The calls that found the fleet full, first come, first served. A call gives up when it has waited longer than
 * `maxWaitUs`; that is noticed when its turn comes or the run ends, because nothing depends on it sooner.
 */
export class Backlog {
  private readonly calls: Waiting;
  /** Set where functions have limits. */
  readonly limited: LimitedWaiting | undefined;
  private readonly fleet: Fleet;
  private readonly tally: Tally;
  private readonly maxWaitUs: number;
  /** A newer call of a function takes the place of one that waits. */
  private readonly coalesce: boolean;
  private readonly hands: Hands;
  /** Set where teams are looked at. */
  private readonly meter: FairnessMeter | undefined;
  private patient: Patient | undefined;
  /** The least memory that found no room in this round; scratch. */
  private readonly blockedMib: Float64Array; // [group of functions with hosts of their own]

  constructor(
    {fleet, tally, hands, meter}: Pick<QueueTools, 'fleet' | 'tally' | 'hands'> & {meter: FairnessMeter | undefined},
    maxWaitUs: number,
    coalesce: boolean,
    limited?: LimitedWaiting,
    named = false,
  ) {
    this.limited = limited;
    this.calls = new Waiting(fleet.functions.count, named);
    this.blockedMib = new Float64Array(fleet.isolated?.views.length ?? 1);
    this.fleet = fleet;
    this.tally = tally;
    this.maxWaitUs = maxWaitUs;
    this.coalesce = coalesce;
    this.hands = hands;
    this.meter = meter;
  }

  /** Calls whose start takes at least `longUs` of their function wait before they evict what has not been idle for long. */
  bePatient(timers: EventHeap, atHand: Float64Array, longUs: Float64Array): Patient {
    const queue: PatientQueue = {
      calls: this.calls,
      gone: (call, nowUs) => this.gone(call, nowUs),
      start: (call) => {
        const fn = this.calls.fnOf(call);
        const host = this.fleet.makeRoom(fn, atHand[NOW_US]!);
        this.remove(call);
        this.meter?.begins(fn, true);
        this.hands.start(call, host);
      },
    };
    this.patient = new Patient(this.fleet, queue, timers, longUs);
    return this.patient;
  }

  get empty(): boolean {
    return this.calls.count === 0;
  }

  /** Somebody waits for the place of an instance of `fn`: a call of `fn`, or one that its own limits do not hold back. */
  awaits(fn: number, nowUs: number): boolean {
    const {calls, limited} = this;
    if (this.maxWaitUs < Number.POSITIVE_INFINITY) {
      // Who has given up may stand behind one that never does.
      for (let call = calls.first; call !== NONE; call = calls.after(call)) this.gone(call, nowUs);
    }
    return calls.count > 0 && (limited === undefined || limited.anyoneBut(fn));
  }

  /** Fetches what the next call of `fn` needs, while there is other work to do. */
  touch(fn: number): number {
    return this.calls.touch(fn);
  }

  /** Makes `call` the one at hand. */
  read(call: number, atHand: Float64Array): void {
    this.calls.read(call, atHand);
  }

  fnOf(call: number): number {
    return this.calls.fnOf(call);
  }

  /** The call at hand, of `fn`, waits. */
  add(fn: number, atHand: Float64Array): void {
    this.tally.queue(fn, atHand[ARRIVAL_US]!);
    const {calls, patient} = this;
    const replaced = this.coalesce && atHand[ARRIVAL_US]! >= 0 ? calls.firstNewOf(fn) : NONE;
    if (replaced !== NONE && !this.gone(replaced, atHand[NOW_US]!)) {
      this.tally.leave(fn, calls.arrivalUsOf(replaced), 'coalesced');
      this.tally.leftQueue(fn, calls.arrivalUsOf(replaced));
      calls.replace(replaced, atHand);
      patient?.added(replaced, atHand[NOW_US]!);
      return;
    }
    this.limited?.added(fn);
    const call = calls.add(fn, atHand[ARRIVAL_US]!, atHand[DURATION_US]!, atHand[COLD_US]!, atHand[FIRST] === 1);
    calls.name(call, atHand);
    patient?.added(call, atHand[NOW_US]!);
    this.meter?.waits(fn);
  }

  /** A call of `fn` that did not wait gets an instance. */
  passes(fn: number): void {
    this.meter?.begins(fn, false);
  }

  /** Calls of `fn` that have waited for as long as they would leave. */
  letGo(fn: number, nowUs: number): void {
    const {calls} = this;
    for (let call = calls.firstOf(fn); call !== NONE; call = calls.firstOf(fn)) if (!this.gone(call, nowUs)) return;
  }

  /**
   * Removes and returns the oldest call of `fn` that still waits, counting it as served warm, or NONE. It starts now, or
   * is bound to an instance that does not yet, and whoever binds it tells when it starts.
   */
  takeOf(fn: number, nowUs: number, _own: boolean, bound = false): number {
    const {calls, tally} = this;
    this.letGo(fn, nowUs);
    const call = calls.firstOf(fn);
    if (call === NONE) return NONE;
    this.remove(call);
    this.meter?.begins(fn, true);
    const arrivalUs = calls.arrivalUsOf(call);
    if (bound) tally.boundWaiting(arrivalUs, nowUs);
    else tally.servedWaiting(fn, arrivalUs, nowUs);
    return call;
  }

  /** Room may have appeared: starts calls in order, each that fits, directly or after eviction. */
  dispatch(nowUs: number): void {
    if (this.patient) {
      this.patient.dispatch(nowUs);
      return;
    }
    const {calls, fleet} = this;
    this.blockedMib.fill(Number.POSITIVE_INFINITY);
    for (let call = calls.first; call !== NONE && !fleet.stuck; ) {
      const fn = calls.fnOf(call);
      const group = this.groupOf(fn);
      const memoryMib = fleet.functions.memoryMib[fn]!;
      if (!this.gone(call, nowUs) && memoryMib < this.blockedMib[group]!) {
        // Whoever needs no less than one that found no room finds none either.
        const host = fleet.makeRoom(fn, nowUs);
        if (host === NONE) {
          this.blockedMib[group] = memoryMib;
        } else {
          calls.remove(call);
          this.meter?.begins(fn, true);
          this.hands.start(call, host);
        }
      }
      // Asked last: an instance that starts may take others that wait.
      call = calls.after(call);
    }
  }

  /**
   * The same where functions have limits: who is held back by those of its own function is passed over, and who has an
   * instance with a free place needs no room. `starts`: there is something to start.
   */
  dispatchWithin(limited: LimitedWaiting, nowUs: number, starts: boolean, join: JoinWaiting): void {
    const {calls} = this;
    do {
      limited.beginPass();
      this.blockedMib.fill(Number.POSITIVE_INFINITY);
      for (let call = calls.first; call !== NONE && limited.anyMayGo; call = calls.after(call)) {
        const fn = calls.fnOf(call);
        if (this.gone(call, nowUs) || !limited.mayGo(fn) || call !== calls.firstOf(fn)) continue;
        const memoryMib = this.fleet.functions.memoryMib[fn]!;
        if (join(call, fn)) {
          this.begins(call, fn);
          continue;
        }
        const mayFit = starts && memoryMib < this.blockedMib[this.groupOf(fn)]!;
        if (mayFit && limited.mayOpen(fn) && !this.startSome(call, fn, nowUs)) {
          this.blockedMib[this.groupOf(fn)] = memoryMib;
        }
      }
      // Evicting for one may have made another function's room.
    } while (limited.relieved);
  }

  /** Instances have become free while nobody was asked: who waits takes what there is of its own function. */
  rejoin(nowUs: number, join: JoinWaiting): void {
    const {calls, limited} = this;
    for (let call = calls.first; call !== NONE; call = calls.after(call)) {
      const fn = calls.fnOf(call);
      if (this.gone(call, nowUs) || limited?.mayGo(fn) === false || call !== calls.firstOf(fn)) continue;
      if (join(call, fn)) this.begins(call, fn);
    }
  }

  /** True if the call at hand, of `fn`, has waited outside for longer than it would; it is counted so. */
  isOver(fn: number, atHand: Float64Array): boolean {
    const arrivalUs = atHand[ARRIVAL_US]!;
    if (arrivalUs < 0 || atHand[NOW_US]! - arrivalUs <= this.maxWaitUs) return false;
    this.tally.abandon(fn, arrivalUs, atHand[ATTEMPT]!);
    return true;
  }

  private groupOf(fn: number): number {
    return this.fleet.isolated?.groupOf[fn] ?? 0;
  }

  /** Starts an instance for `call` if there is room. */
  private startSome(call: number, fn: number, nowUs: number): boolean {
    const host = this.fleet.makeRoom(fn, nowUs);
    if (host === NONE) return false;
    this.begins(call, fn);
    this.hands.start(call, host);
    return true;
  }

  private begins(call: number, fn: number): void {
    this.remove(call);
    this.meter?.begins(fn, true);
  }

  /** The span ends: whoever still waits has given up by now or is counted as waiting. */
  settle(endUs: number): void {
    const {calls, tally} = this;
    for (let call = calls.first; call !== NONE; call = calls.after(call)) {
      const [fn, arrivalUs] = [calls.fnOf(call), calls.arrivalUsOf(call)];
      if (endUs - arrivalUs > this.maxWaitUs && arrivalUs >= 0) tally.abandon(fn, arrivalUs);
      else tally.leaveWaiting(fn, arrivalUs);
    }
  }

  /** Visits the calls that wait, some of which may have given up by now without its having been noticed. */
  visit(visitor: (fn: number, arrivalUs: number) => void): void {
    const {calls} = this;
    for (let call = calls.first; call !== NONE; call = calls.after(call))
      visitor(calls.fnOf(call), calls.arrivalUsOf(call));
  }

  private remove(call: number): void {
    this.calls.remove(call);
    const fn = this.calls.fnOf(call);
    this.limited?.removed(fn);
    this.tally.leftQueue(fn, this.calls.arrivalUsOf(call));
    this.patient?.removed(call);
  }

  /** True when `call` has waited for longer than it would; it is counted so, and no longer waits. */
  private gone(call: number, nowUs: number): boolean {
    const arrivalUs = this.calls.arrivalUsOf(call);
    // What comes back after it has begun waits for as long as it takes.
    if (nowUs - arrivalUs <= this.maxWaitUs || arrivalUs < 0) return false;
    this.remove(call);
    this.tally.abandon(this.calls.fnOf(call), arrivalUs);
    this.meter?.leaves(this.calls.fnOf(call));
    return true;
  }
}
