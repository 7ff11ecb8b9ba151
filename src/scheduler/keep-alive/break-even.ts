import {US_PER_SECOND} from '../../base/units.ts';
import {breakEvenGapSeconds, delayUsd, warmUsdPerSecond} from '../../cost/cost.ts';
import type {PolicyContext} from './keep-alive.ts';

/** C/c of each function in microseconds: the idle time that costs as much as a cold start (METHODS E1.2), whole. */
export function breakEvenUs({
  coldUs,
  memoryMib,
  prices,
}: Pick<PolicyContext, 'coldUs' | 'memoryMib' | 'prices'>): Float64Array {
  return coldUs.map((us, fn) => Math.round(breakEvenGapSeconds(us, memoryMib[fn]!, prices) * US_PER_SECOND));
}

/** True when a microsecond of a user's waiting costs at least one of a warm slot: then starting early beats being late. */
export function waitingCostsMore({memoryMib, prices}: PolicyContext, fn: number): boolean {
  return delayUsd(US_PER_SECOND, prices) >= warmUsdPerSecond(memoryMib[fn]!, prices);
}
