import {US_PER_SECOND} from '../../base/units.ts';
import {int64At, type Workload} from '../../workload/workload.ts';

/** The times at which one function at a time is called, read into a column that is used again for the next. */
export class CallTimes {
  /** Seconds since time 0, ascending: each call, or the start of each minute with calls. */
  seconds = new Float64Array(1024);
  /** Calls at that time: 1, or the minute's count. */
  count = new Float64Array(1024);
  length = 0;
  private readonly workload: Workload;

  constructor(workload: Workload) {
    this.workload = workload;
  }

  read(f: number): void {
    const {arrivals} = this.workload;
    const list = arrivals.kind === 'event' ? arrivals.arrivalUs : arrivals.minute;
    const from = list.start[f]!;
    this.length = list.length[f]!;
    if (this.seconds.length < this.length) {
      this.seconds = new Float64Array(2 * this.length);
      this.count = new Float64Array(2 * this.length);
    }
    if (arrivals.kind === 'event') {
      for (let i = 0; i < this.length; i++) {
        this.seconds[i] = int64At(arrivals.arrivalUs.values, from + i) / US_PER_SECOND;
        this.count[i] = 1;
      }
      return;
    }
    const counts = arrivals.count.start[f]!;
    for (let i = 0; i < this.length; i++) {
      this.seconds[i] = arrivals.minute.values[from + i]! * 60;
      this.count[i] = arrivals.count.values[counts + i]!;
    }
  }
}

/** Visits the minutes that have calls, ascending, with their counts. */
export function eachMinute(times: CallTimes, visit: (minute: number, count: number) => void): void {
  let minute = -1;
  let count = 0;
  for (let i = 0; i < times.length; i++) {
    const now = Math.floor(times.seconds[i]! / 60);
    if (now !== minute && count > 0) {
      visit(minute, count);
      count = 0;
    }
    minute = now;
    count += times.count[i]!;
  }
  if (count > 0) visit(minute, count);
}
