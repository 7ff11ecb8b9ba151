import {NOW_US} from './at-hand.ts';

/**
 * For how long calls of the counted part have waited for room, by function: told when one waits no longer, and reckoned
 * for those that do. Made where somebody wants to know of it over time.
 */
export class QueueTime {
  private readonly us: Float64Array; // [function] of those that wait no longer
  private readonly atHand: Float64Array;
  /** A call that has waited for longer has given up, noticed or not. */
  private readonly maxWaitUs: number;
  private fromUs = 0;

  constructor(functions: number, atHand: Float64Array, maxWaitUs: number) {
    this.us = new Float64Array(functions);
    this.atHand = atHand;
    this.maxWaitUs = maxWaitUs;
  }

  /** The counted part begins at `fromUs`. */
  beginCounting(fromUs: number): void {
    this.fromUs = fromUs;
    this.us.fill(0);
  }

  /** A call of `fn` that arrived then waits no longer. */
  left(fn: number, arrivalUs: number): void {
    this.us[fn]! += this.waitedUs(arrivalUs, this.atHand[NOW_US]!);
  }

  /** What it comes to by `atUs`, with what those have waited who wait: `visit` tells of each. [function] */
  until(atUs: number, visit: (visitor: (fn: number, arrivalUs: number) => void) => void): Float64Array {
    const us = this.us.slice();
    visit((fn, arrivalUs) => {
      us[fn]! += this.waitedUs(arrivalUs, atUs);
    });
    return us;
  }

  private waitedUs(arrivalUs: number, atUs: number): number {
    return arrivalUs < this.fromUs ? 0 : Math.min(atUs - arrivalUs, this.maxWaitUs);
  }
}
