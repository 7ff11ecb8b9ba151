import {US_PER_MINUTE} from '../../base/units.ts';
import {int64At, type Workload} from '../../workload/workload.ts';

/** The minutes in which one function is called, and how often; read anew for each function. */
export class CallCounts {
  minute = new Uint32Array(1024);
  count = new Float64Array(1024);
  length = 0;
  /** All calls of the function. */
  total = 0;
  private readonly workload: Workload;

  constructor(workload: Workload) {
    this.workload = workload;
  }

  read(f: number): void {
    const {arrivals} = this.workload;
    const list = arrivals.kind === 'event' ? arrivals.arrivalUs : arrivals.minute;
    if (this.minute.length < list.length[f]!) {
      this.minute = new Uint32Array(2 * list.length[f]!);
      this.count = new Float64Array(2 * list.length[f]!);
    }
    this.length = 0;
    this.total = 0;
    if (arrivals.kind === 'minute') {
      const counts = arrivals.count.start[f]!;
      for (let i = 0; i < list.length[f]!; i++) {
        this.add(arrivals.minute.values[list.start[f]! + i]!, arrivals.count.values[counts + i]!);
      }
      return;
    }
    for (let i = list.start[f]!, end = i + list.length[f]!; i < end; i++) {
      this.add(Math.floor(int64At(arrivals.arrivalUs.values, i) / US_PER_MINUTE), 1);
    }
  }

  /** Calls in the minutes before `limit`. */
  before(limit: number): number {
    let calls = 0;
    for (let i = 0; i < this.length && this.minute[i]! < limit; i++) calls += this.count[i]!;
    return calls;
  }

  private add(minute: number, calls: number): void {
    if (this.length > 0 && this.minute[this.length - 1] === minute) this.count[this.length - 1]! += calls;
    else {
      this.minute[this.length] = minute;
      this.count[this.length++] = calls;
    }
    this.total += calls;
  }
}
