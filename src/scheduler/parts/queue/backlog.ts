import type {Fleet} from '../../core/fleet.ts';
import {NONE} from '../../core/instances.ts';
import type {Tally} from '../../core/tally.ts';
import {Waiting} from './waiting.ts';

/** Starts the waiting call `call` on `host`; its columns are still readable. */
export type StartWaiting = (call: number, host: number, nowUs: number) => void;

/**
 * The calls that found the fleet full, first come, first served. A call gives up when it has waited longer than
 * `maxWaitUs`; that is noticed when its turn comes or the run ends, because nothing depends on it sooner.
 */
export class Backlog {
  readonly calls: Waiting;
  /** Calls that arrived earlier do not count. */
  fromUs = 0;
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

  add(fn: number, arrivalUs: number, durationUs: number, coldUs: number, first: boolean): void {
    this.tally.queued++;
    this.calls.add(fn, arrivalUs, durationUs, coldUs, first);
  }

  /** Removes and returns the oldest call of `fn` that still waits, counting it as served warm; or NONE. */
  takeOf(fn: number, nowUs: number): number {
    const {calls, tally} = this;
    for (let call = calls.firstOf(fn); call !== NONE; call = calls.firstOf(fn)) {
      calls.remove(call);
      const arrivalUs = calls.arrivalUsOf(call);
      if (nowUs - arrivalUs > this.maxWaitUs) {
        this.countAbandoned(call);
        continue;
      }
      if (arrivalUs >= this.fromUs) {
        tally.warm++;
        if (nowUs > arrivalUs) {
          tally.queueWait.add(nowUs - arrivalUs);
          tally.recordDelay(fn, nowUs - arrivalUs);
        }
      }
      return call;
    }
    return NONE;
  }

  /** Room may have appeared: starts calls in order, each that fits, directly or after eviction. */
  dispatch(nowUs: number, start: StartWaiting): void {
    const {calls, fleet} = this;
    let blockedMib = Number.POSITIVE_INFINITY;
    for (let call = calls.first; call !== NONE && !fleet.stuck; ) {
      const next = calls.after(call);
      const fn = calls.fnOf(call);
      const memoryMib = fleet.functions.memoryMib[fn]!;
      if (nowUs - calls.arrivalUsOf(call) > this.maxWaitUs) {
        calls.remove(call);
        this.countAbandoned(call);
      } else if (memoryMib < blockedMib) {
        // Whoever needs no less than one that found no room finds none either.
        const host = fleet.makeRoom(fn, nowUs);
        if (host === NONE) {
          blockedMib = memoryMib;
        } else {
          calls.remove(call);
          start(call, host, nowUs);
        }
      }
      call = next;
    }
  }

  /** The span ends: whoever still waits has given up by now or is counted as waiting. */
  settle(endUs: number): void {
    const {calls} = this;
    for (let call = calls.first; call !== NONE; call = calls.after(call)) {
      if (endUs - calls.arrivalUsOf(call) > this.maxWaitUs) this.countAbandoned(call);
      else if (calls.arrivalUsOf(call) >= this.fromUs) {
        this.tally.stillQueued++;
        this.fleet.functions.stillQueued[calls.fnOf(call)]! += 1;
      }
    }
  }

  private countAbandoned(call: number): void {
    if (this.calls.arrivalUsOf(call) < this.fromUs) return;
    this.tally.abandoned++;
    this.fleet.functions.abandoned[this.calls.fnOf(call)]! += 1;
  }
}
