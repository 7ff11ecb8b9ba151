import {ARRIVAL_US, ATTEMPT, COLD_US, DURATION_US} from '../../core/at-hand.ts';
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
  /** Calls that an instance serves at once; undefined: one. */
  private readonly places: Int32Array | undefined; // [function]
  private readonly waitingOf: Int32Array; // [function]
  /** Places of the instances that are starting. */
  private readonly startingOf: Float64Array; // [function]

  constructor(fleet: Fleet, places?: Int32Array) {
    this.fleet = fleet;
    this.places = places;
    this.calls = new Waiting(fleet.functions.count);
    this.waitingOf = new Int32Array(fleet.functions.count);
    this.startingOf = new Float64Array(fleet.functions.count);
  }

  /** True when an instance of `fn` is starting that has a place for which no call waits. */
  hasSpare(fn: number): boolean {
    return this.startingOf[fn]! > this.waitingOf[fn]!;
  }

  instanceStarts(fn: number): void {
    this.startingOf[fn]! += this.placesOf(fn);
  }

  instanceReady(fn: number): void {
    this.startingOf[fn]! -= this.placesOf(fn);
  }

  private placesOf(fn: number): number {
    return this.places === undefined ? 1 : this.places[fn]!;
  }

  add(fn: number, arrivalUs: number, durationUs: number, attempt: number): void {
    this.waitingOf[fn]! += 1;
    // Its start is counted already: the column of its cold time holds which attempt it is.
    this.calls.add(fn, arrivalUs, durationUs, attempt, false);
  }

  /** Makes `call` the one at hand; its start is counted already. */
  read(call: number, atHand: Float64Array): void {
    atHand[ARRIVAL_US] = this.calls.arrivalUsOf(call);
    atHand[ATTEMPT] = this.calls.coldUsOf(call);
    atHand[DURATION_US] = this.calls.durationUsOf(call);
    atHand[COLD_US] = -1;
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
  settle(visit: (call: number, fn: number, i: number) => void): void {
    const {functions, pool} = this.fleet;
    const taken = new Int32Array(functions.count); // places of the first starting instance of each function
    for (let call = this.calls.first; call !== NONE; call = this.calls.after(call)) {
      const fn = this.calls.fnOf(call);
      const i = functions.startingHead[fn]!;
      visit(call, fn, i);
      taken[fn]! += 1;
      if (taken[fn]! < this.placesOf(fn)) continue;
      taken[fn] = 0;
      functions.startingHead[fn] = pool.ints[i * INTS + LINK]!;
    }
  }
}
