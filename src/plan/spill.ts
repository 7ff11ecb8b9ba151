import {US_PER_DAY, US_PER_MS, US_PER_SECOND} from '../base/units.ts';
import {breakEvenGapSeconds} from '../cost/cost.ts';
import type {PriceSheet} from '../cost/prices.ts';
import type {ColdTimes} from './objectives.ts';

/** Instances beyond the plan never stay longer: a plan is made anew each day. */
const LONGEST_US = US_PER_DAY;

/**
 * How long instances beyond the plan should stay: half of the gap between calls at which keeping warm and starting
 * cold cost the same (the median over functions). What is worth keeping for good is in the plan; for the rest the gaps
 * still to come are unknown, and half the break-even gap costs at most 1.5 times the better of keeping and dropping.
 */
export function suggestedSpillUs(cold: ColdTimes, memoryMib: Float64Array, prices: PriceSheet): number {
  const gaps = memoryMib.map((mib, f) => breakEvenGapSeconds(cold.meanUs[f]!, mib, prices)).sort();
  if (gaps.length === 0) return 0;
  const halfUs = (gaps[Math.floor((gaps.length - 1) / 2)]! * US_PER_SECOND) / 2;
  return Math.min(LONGEST_US, Math.round(halfUs / US_PER_MS) * US_PER_MS);
}
