import {Backlog} from '../parts/queue/backlog.ts';
import type {LateBinding} from '../parts/queue/late-binding.ts';
import type {Account} from './account.ts';
import {ARRIVAL_US, COLD_US, DURATION_US, FIRST, NOW_US} from './at-hand.ts';
import type {CellSetup} from './cell-setup.ts';
import type {EventHeap} from './event-heap.ts';
import type {Fleet} from './fleet.ts';
import {INTS, NONE, STATE, State} from './instances.ts';
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
  readonly backlog: Backlog;
  readonly starting: Starting;
  /** Set with late binding only. */
  readonly late: LateBinding | undefined;
  private readonly fleet: Fleet;
  private readonly tally: Tally;
  private readonly account: Account;
  private readonly serving: Serving;
  private readonly sharing: Sharing | undefined;
  private readonly atHand: Float64Array;
  private readonly setup: CellSetup;
  /** Calls start instances; else they wait for those that the policy orders. */
  startsOnDemand = true;

  constructor(parts: Parts, setup: CellSetup) {
    const {fleet, tally, serving, timers, atHand, sharing} = parts;
    this.setup = setup;
    this.fleet = fleet;
    this.account = fleet.account;
    this.tally = tally;
    this.serving = serving;
    this.sharing = sharing;
    this.atHand = atHand;
    this.starting = new Starting(fleet, tally, serving, timers, atHand, setup, sharing);
    this.late = this.starting.late;
    this.backlog = new Backlog(fleet, tally, setup.maxWaitUs);
  }

  /** The call at hand, of `fn`, arrives now. */
  arrive(fn: number): void {
    const {sharing} = this;
    const i = sharing === undefined ? this.fleet.takeIdle(fn) : sharing.take(fn);
    if (i === NONE) {
      this.arriveWithoutIdle(fn);
    } else {
      this.tally.warm++;
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
    if (this.starting.join(fn)) return;
    if (atHand[COLD_US]! < 0) atHand[COLD_US] = setup.coldTime.drawUs(fn, nowUs);
    atHand[FIRST] = this.account.callsEver(fn) === 1 ? 1 : 0;
    if (!fleet.hosts.couldFit(fleet.functions.memoryMib[fn]!)) {
      // FaasCache evicts for it all the same.
      if (setup.semantics.evictUntil === 'newcomer-size') fleet.makeRoom(fn, nowUs);
      this.tally.drop(fn);
      return;
    }
    const host = this.startsOnDemand ? fleet.makeRoom(fn, nowUs) : NONE;
    if (host !== NONE) this.bindWaiting(this.starting.startCold(fn, host), fn);
    else if (setup.semantics.full === 'queue' || !this.startsOnDemand) this.backlog.add(fn, atHand);
    else this.tally.drop(fn);
  }

  /** `i`, ready, has a free place: true if a call of its function that waits takes it. */
  serveNext(i: number, fn: number): boolean {
    if (this.late !== undefined && this.serveLate(this.late, i, fn)) return true;
    return !this.backlog.empty && this.serveWaiting(i, fn);
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
    const call = this.backlog.takeOf(fn, this.atHand[NOW_US]!);
    if (call === NONE) return false;
    this.backlog.calls.read(call, this.atHand);
    this.serving.serve(i, fn);
    return true;
  }

  /** Room may have appeared for calls that wait. */
  roomAppeared(): void {
    if (!this.backlog.empty && this.startsOnDemand) this.backlog.dispatch(this.atHand[NOW_US]!, this.startWaiting);
  }

  private readonly startWaiting = (call: number, host: number): void => {
    const fn = this.backlog.calls.fnOf(call);
    this.backlog.calls.read(call, this.atHand);
    this.bindWaiting(this.starting.startCold(fn, host), fn);
  };

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
      const call = backlog.takeOf(fn, nowUs, true);
      if (call === NONE) return;
      backlog.calls.read(call, atHand);
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
