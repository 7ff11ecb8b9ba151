import {ARRIVAL_US, COLD_US, DURATION_US, FIRST} from '../../core/at-hand.ts';
import type {Fleet} from '../../core/fleet.ts';
import {NONE} from '../../core/instances.ts';
import type {Tally} from '../../core/tally.ts';
import {Waiting} from './waiting.ts';

/** Starts the waiting call `call` on `host`; its columns are still readable. */
export type StartWaiting = (call: number, host: number) => void;

/**
 * The calls that found the fleet full, first come, first served. A call gives up when it has waited longer than
 * `maxWaitUs`; that is noticed when its turn comes or the run ends, because nothing depends on it sooner.
 */
export class Backlog {
  readonly calls: Waiting;
  private readonly fleet: Fleet;
  private readonly tally: Tally;
  private readonly maxWaitUs: number;

  constructor(fleet: Fleet, tally: Tally, maxWaitUs: number) {
    this.calls = new Waiting(fleet.functions.count);
    this.fleet = fleet;
    this.tally = tally;
    this.maxWaitUs = maxWaitUs;
  }

  get empty(): boolean {
    return this.calls.count === 0;
  }

  /** The call at hand, of `fn`, waits. */
  add(fn: number, atHand: Float64Array): void {
    this.tally.queued++;
    this.calls.add(fn, atHand[ARRIVAL_US]!, atHand[DURATION_US]!, atHand[COLD_US]!, atHand[FIRST] === 1);
  }

  /** Calls of `fn` that have waited for as long as they would leave. */
  letGo(fn: number, nowUs: number): void {
    const {calls} = this;
    for (let call = calls.firstOf(fn); call !== NONE; call = calls.firstOf(fn)) {
      const arrivalUs = calls.arrivalUsOf(call);
      if (nowUs - arrivalUs <= this.maxWaitUs) return;
      calls.remove(call);
      this.tally.abandon(fn, arrivalUs);
    }
  }

  /**
   * Removes and returns the oldest call of `fn` that still waits, counting it as served warm, or NONE. It starts now, or
   * is bound to an instance that does not yet, and whoever binds it tells when it starts.
   */
  takeOf(fn: number, nowUs: number, bound = false): number {
    const {calls, tally} = this;
    this.letGo(fn, nowUs);
    const call = calls.firstOf(fn);
    if (call === NONE) return NONE;
    calls.remove(call);
    const arrivalUs = calls.arrivalUsOf(call);
    if (bound) tally.boundWaiting(arrivalUs, nowUs);
    else tally.servedWaiting(fn, arrivalUs, nowUs);
    return call;
  }

  /** Room may have appeared: starts calls in order, each that fits, directly or after eviction. */
  dispatch(nowUs: number, start: StartWaiting): void {
    const {calls, fleet} = this;
    let blockedMib = Number.POSITIVE_INFINITY;
    for (let call = calls.first; call !== NONE && !fleet.stuck; ) {
      const fn = calls.fnOf(call);
      const memoryMib = fleet.functions.memoryMib[fn]!;
      if (nowUs - calls.arrivalUsOf(call) > this.maxWaitUs) {
        calls.remove(call);
        this.tally.abandon(fn, calls.arrivalUsOf(call));
      } else if (memoryMib < blockedMib) {
        // Whoever needs no less than one that found no room finds none either.
        const host = fleet.makeRoom(fn, nowUs);
        if (host === NONE) {
          blockedMib = memoryMib;
        } else {
          calls.remove(call);
          start(call, host);
        }
      }
      // Asked last: an instance that starts may take others that wait.
      call = calls.after(call);
    }
  }

  /** The span ends: whoever still waits has given up by now or is counted as waiting. */
  settle(endUs: number): void {
    const {calls, tally} = this;
    for (let call = calls.first; call !== NONE; call = calls.after(call)) {
      const [fn, arrivalUs] = [calls.fnOf(call), calls.arrivalUsOf(call)];
      if (endUs - arrivalUs > this.maxWaitUs) tally.abandon(fn, arrivalUs);
      else tally.leaveWaiting(fn, arrivalUs);
    }
  }
}
