import {inputError, usageError} from '../../base/errors.ts';
import {formatCount, formatTimeUs, US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Demand} from './demand.ts';

/**
 * Instances of one function at once that are planned for: a plan weighs each of them, by every keep-alive. All slots of
 * 16,000 hosts of 256.
 */
const MOST_LEVELS = 2 ** 22;

/** Ends with exit 3 where a minute of a function keeps more instances busy than are planned for. */
export function checkConcurrency(workload: Workload, place: string, defaultDurationUs: number): void {
  const {arrivals, functions, name} = workload;
  // Single calls are as many as were read.
  if (arrivals.kind !== 'minute') return;
  const {minute, count} = arrivals;
  const {us} = meanDurations(workload, defaultDurationUs);
  for (let f = 0; f < functions; f++) {
    const most = (MOST_LEVELS * US_PER_MINUTE) / us[f]!;
    for (let k = 0; k < count.length[f]!; k++) {
      const calls = count.values[count.start[f]! + k]!;
      if (calls <= most) continue;
      const at = minute.values[minute.start[f]! + k]!;
      throw inputError(
        place,
        `'${name.at(f)}' has ${formatCount(calls)} calls of ${formatTimeUs(us[f]!)} in minute ${at}: ${formatCount((calls * us[f]!) / US_PER_MINUTE)} instances at once, a plan has up to ${formatCount(MOST_LEVELS)} of a function`,
        'ingest a part of its calls: counts divided by ten say the same of shares and delays at a tenth of the fleet',
        'or, where the trace tells no durations, give a shorter --default-duration',
      );
    }
  }
}

/** Ends with exit 2 where a calendar of events makes a function keep more instances busy than are planned for. */
export function checkEvents(demand: Demand, without: Demand, {name}: Pick<Workload, 'name'>): void {
  const {ratePerSecond, rateVariation, holdSeconds, functions} = demand;
  for (const [unit, rate] of ratePerSecond.entries()) {
    if (rate === without.ratePerSecond[unit]) continue;
    const f = unit % functions;
    // Curves go on to some deviations of what may come.
    const most = rate * holdSeconds[f]! * (1 + rateVariation[unit]!);
    if (!(most > MOST_LEVELS)) continue;
    throw usageError(
      `--events bring '${name.at(f)}' ${formatCount(rate)} calls a second of ${formatTimeUs(holdSeconds[f]! * US_PER_SECOND)} on average, ${formatCount(most)} instances at once may be busy, a plan has up to ${formatCount(MOST_LEVELS)} of a function`,
      'quantiles nearer to the median say less of what is hardly likely',
    );
  }
}
