import {inputError} from '../../base/errors.ts';
import {formatCount, US_PER_MINUTE} from '../../base/units.ts';
import {pagesOf} from '../../workload/parts/paged.ts';
import {invocationsTotal, type MinuteArrivals, type Workload} from '../../workload/workload.ts';

/**
 * Calls of one minute, of a function and of a cell, that a replay can make: they are dealt to parts of the minute in
 * 32-bit integers, and a part, of up to 2^25 of them, must fit in memory.
 */
export const MOST_CALLS_A_MINUTE = 2 ** 31 - 1;

/** Refuses a workload before `untilUs` of which a minute holds more calls than can be made: bad input that names it. */
export function refuseCrowdedMinutes(workload: Workload, cells: number, untilUs: number): void {
  const {arrivals} = workload;
  if (arrivals.kind !== 'minute' || invocationsTotal(workload) <= MOST_CALLS_A_MINUTE) return;
  const calls = new Float64Array(Math.ceil(untilUs / US_PER_MINUTE));
  for (const page of pagesOf(workload)) {
    const {minute, count} = page.workload.arrivals as MinuteArrivals;
    for (let f = page.from; f < page.to; f++) {
      for (let k = 0; k < minute.length[f]!; k++) {
        const at = minute.values[minute.start[f]! + k]!;
        const its = count.values[count.start[f]! + k]!;
        if (at >= calls.length) break;
        if (its > MOST_CALLS_A_MINUTE) throw crowded(`'${workload.name.at(f)}' has`, its, at, 'of a function');
        calls[at]! += its;
      }
    }
  }
  const full = calls.findIndex((sum) => sum / cells > MOST_CALLS_A_MINUTE);
  if (full >= 0) throw crowded('all functions have', calls[full]!, full, 'of a cell (--cells)');
}

function crowded(who: string, calls: number, minute: number, most: string): Error {
  return inputError(
    'the workload',
    `${who} ${formatCount(calls)} calls in minute ${minute}, a replay makes up to ${formatCount(MOST_CALLS_A_MINUTE)} ${most} and minute`,
    ...(minute > 0 ? [`end before it: --until ${minute}m`] : []),
    'ingest a part of its calls: counts divided by ten say the same of shares and delays at a tenth of the fleet',
  );
}
