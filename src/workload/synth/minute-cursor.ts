import {US_PER_MINUTE} from '../../base/units.ts';
import {int64At, type Workload} from '../workload.ts';

/** The minutes in which a function is called and how often, of a trace of either kind: `visit(minute, calls)`, ascending. */
export function eachMinute({arrivals}: Workload, f: number, visit: (minute: number, calls: number) => void): void {
  if (arrivals.kind === 'minute') {
    const {minute, count} = arrivals;
    for (let i = 0; i < minute.length[f]!; i++) {
      visit(minute.values[minute.start[f]! + i]!, count.values[count.start[f]! + i]!);
    }
    return;
  }
  const {values, start, length} = arrivals.arrivalUs;
  let [current, calls] = [-1, 0];
  for (let i = start[f]!, end = i + length[f]!; i < end; i++) {
    const minute = Math.floor(int64At(values, i) / US_PER_MINUTE);
    if (minute !== current) {
      if (calls > 0) visit(current, calls);
      [current, calls] = [minute, 0];
    }
    calls++;
  }
  if (calls > 0) visit(current, calls);
}
