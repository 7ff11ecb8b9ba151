import type {Fleet} from '../../core/fleet.ts';
import {INTS, LINK, NONE} from '../../core/instances.ts';
import {Waiting} from './waiting.ts';

/**
 * Calls that wait for an instance of their function to become ready without being tied to one: whichever instance
 * is free first takes the oldest. A starting instance whose call has gone is free for the next.
 */
export class LateBinding {
  readonly calls: Waiting;
  private readonly fleet: Fleet;
  private readonly waitingOf: Int32Array; // [function]
  private readonly startingOf: Int32Array; // [function]

  constructor(fleet: Fleet) {
    this.fleet = fleet;
    this.calls = new Waiting(fleet.functions.count);
    this.waitingOf = new Int32Array(fleet.functions.count);
    this.startingOf = new Int32Array(fleet.functions.count);
  }

  /** True when an instance of `fn` is starting for which no call waits. */
  hasSpare(fn: number): boolean {
    return this.startingOf[fn]! > this.waitingOf[fn]!;
  }

  instanceStarts(fn: number): void {
    this.startingOf[fn]! += 1;
  }

  instanceReady(fn: number): void {
    this.startingOf[fn]! -= 1;
  }

  add(fn: number, arrivalUs: number, durationUs: number): void {
    this.waitingOf[fn]! += 1;
    this.calls.add(fn, arrivalUs, durationUs, 0, false);
  }

  /** Removes and returns the oldest call of `fn`, or NONE. */
  take(fn: number): number {
    const call = this.calls.firstOf(fn);
    if (call !== NONE) {
      this.calls.remove(call);
      this.waitingOf[fn]! -= 1;
    }
    return call;
  }

  /** At the span's end: each call still waiting gets the starting instance that would have been ready for it. */
  settle(visit: (fn: number, arrivalUs: number, readyUs: number) => void): void {
    const {functions, pool} = this.fleet;
    for (let call = this.calls.first; call !== NONE; ) {
      const next = this.calls.after(call);
      const fn = this.calls.fnOf(call);
      const i = functions.startingHead[fn]!;
      functions.startingHead[fn] = pool.ints[i * INTS + LINK]!;
      visit(fn, this.calls.arrivalUsOf(call), pool.readyUs[i]!);
      call = next;
    }
  }
}
