import {US_PER_MINUTE} from '../../../base/units.ts';

/** Fields of a row: what ended of a function in one minute. */
export const MINUTE = 0;
export const CALLS = 1;
export const WORK_US = 2;
export const SERVICE_US = 3;
export const LOG_SUM = 4;
export const MINUTE_FIELDS = 5;

/** By function and minute, for how long its calls ran that ended then, and for how long they would have alone. */
export class SlowedMinutes {
  /** Rows of each function, in order of minutes; the last may go on. */
  private readonly rows: (Float64Array | undefined)[] = []; // [function]
  private readonly used: number[] = []; // [function]

  /** A call of `fn` that was not cut is over at `endUs`. */
  ended(fn: number, workUs: number, serviceUs: number, endUs: number): void {
    const minute = Math.floor(endUs / US_PER_MINUTE);
    let its = this.rows[fn];
    if (its === undefined) {
      its = this.rows[fn] = new Float64Array(4 * MINUTE_FIELDS);
      this.used[fn] = 0;
    }
    let at = this.used[fn]! - MINUTE_FIELDS;
    if (at < 0 || its[at + MINUTE] !== minute) {
      at = this.used[fn]!;
      if (at === its.length) {
        const larger = new Float64Array(2 * its.length);
        larger.set(its);
        its = this.rows[fn] = larger;
      }
      its[at + MINUTE] = minute;
      this.used[fn] = at + MINUTE_FIELDS;
    }
    its[at + CALLS]! += 1;
    its[at + WORK_US]! += workUs;
    its[at + SERVICE_US]! += serviceUs;
    its[at + LOG_SUM]! += Math.log(Math.max(1, serviceUs));
  }

  /** Rows of `fn`. */
  of(fn: number): Float64Array {
    return this.rows[fn]?.subarray(0, this.used[fn]!) ?? new Float64Array(0);
  }
}
