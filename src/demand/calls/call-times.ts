import {US_PER_SECOND} from '../../base/units.ts';
import {type CallCursor, callCursor} from '../../workload/call-cursor.ts';
import type {Workload} from '../../workload/workload.ts';

/** The times at which one function is called, as columns that are used again for the next function. */
export class CallTimes {
  /** Seconds since time 0, ascending: each call, or the start of each minute with calls. */
  seconds = new Float64Array(1024);
  /** Calls at that time: 1, or the minute's count. */
  count = new Float64Array(1024);
  length = 0;
  /** How exactly the times are known: to a second, though single calls are known better, or to a minute. */
  readonly resolutionSeconds: number;
  private readonly cursor: CallCursor;

  constructor({arrivals}: Workload) {
    this.cursor = callCursor(arrivals);
    this.resolutionSeconds = Math.max(1, this.cursor.resolutionUs / US_PER_SECOND);
  }

  read(f: number): void {
    const {cursor} = this;
    this.length = cursor.steps(f);
    if (this.seconds.length < this.length) {
      this.seconds = new Float64Array(2 * this.length);
      this.count = new Float64Array(2 * this.length);
    }
    const {seconds, count} = this;
    cursor.open(f);
    for (let i = 0; cursor.next(); i++) {
      seconds[i] = cursor.timeUs / US_PER_SECOND;
      count[i] = cursor.calls;
    }
  }
}
