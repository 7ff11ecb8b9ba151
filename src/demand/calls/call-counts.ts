import {MinuteCursor} from '../../workload/call-cursor.ts';
import type {Workload} from '../../workload/workload.ts';

/** The minutes in which one function is called, and how often, as columns that are used again for the next function. */
export class CallCounts {
  minute = new Uint32Array(1024);
  count = new Float64Array(1024);
  length = 0;
  /** All calls of the function. */
  total = 0;
  private readonly cursor: MinuteCursor;

  constructor({arrivals}: Workload) {
    this.cursor = new MinuteCursor(arrivals);
  }

  read(f: number): void {
    const {cursor} = this;
    const most = cursor.atMost(f);
    if (this.minute.length < most) {
      this.minute = new Uint32Array(2 * most);
      this.count = new Float64Array(2 * most);
    }
    const {minute, count} = this;
    let length = 0;
    let total = 0;
    for (cursor.open(f); cursor.next(); length++) {
      minute[length] = cursor.minute;
      count[length] = cursor.calls;
      total += cursor.calls;
    }
    this.length = length;
    this.total = total;
  }

  /** Calls in the minutes before `limit`. */
  before(limit: number): number {
    let calls = 0;
    for (let i = 0; i < this.length && this.minute[i]! < limit; i++) calls += this.count[i]!;
    return calls;
  }
}
