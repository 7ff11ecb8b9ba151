import {ARRIVAL_US, ATTEMPT, DURATION_US} from '../../core/at-hand.ts';

/**
 * Calls that run for longer than their function may. Nothing watches them: that a call will be cut is known when it
 * begins, so it is given the time it may run, and what it is filed under, an instance or a call, is marked.
 */
export class Timeouts {
  private readonly limitUs: Float64Array; // [function]
  /** When the call that will be cut arrived; NaN: it will not be. */
  private arrivalUs = new Float64Array(1024).fill(Number.NaN); // [instance or call]
  private attempt = new Uint16Array(1024); // [instance or call]

  constructor(limitUs: Float64Array) {
    this.limitUs = limitUs;
  }

  /** How long a call of `fn` may run, us. */
  limitOf(fn: number): number {
    return this.limitUs[fn]!;
  }

  /** The call at hand, of `fn`, is about to begin: true if it will be cut. Its time is then what it may run. */
  cuts(fn: number, atHand: Float64Array): boolean {
    const limitUs = this.limitUs[fn]!;
    if (atHand[DURATION_US]! <= limitUs) return false;
    atHand[DURATION_US] = limitUs;
    return true;
  }

  /** The call at hand, filed as `id`, will be cut. */
  mark(id: number, atHand: Float64Array): void {
    if (id >= this.arrivalUs.length) {
      const larger = new Float64Array(2 * (id + 1)).fill(Number.NaN);
      larger.set(this.arrivalUs);
      this.arrivalUs = larger;
      const attempts = new Uint16Array(larger.length);
      attempts.set(this.attempt);
      this.attempt = attempts;
    }
    this.arrivalUs[id] = atHand[ARRIVAL_US]!;
    this.attempt[id] = atHand[ATTEMPT]!;
  }

  /** True when the call filed as `id` will be cut. */
  willCut(id: number): boolean {
    return id < this.arrivalUs.length && !Number.isNaN(this.arrivalUs[id]!);
  }

  /** Which attempt of its call `id` was. */
  attemptOf(id: number): number {
    return this.attempt[id]!;
  }

  /** `id` is over: when its call arrived if it was cut, NaN if not. */
  take(id: number): number {
    if (id >= this.arrivalUs.length) return Number.NaN;
    const arrivalUs = this.arrivalUs[id]!;
    this.arrivalUs[id] = Number.NaN;
    return arrivalUs;
  }
}
