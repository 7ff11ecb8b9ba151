import {US_PER_SECOND} from '../base/units.ts';
import {breakEvenGapSeconds, delayUsd, warmUsdPerSecond} from './bill.ts';
import type {PriceSheet} from './prices.ts';

/** What prices are applied to, by function. */
export interface PricedFunctions {
  /** Typical cold time of each function. */
  readonly coldUs: Float64Array; // [function]
  readonly memoryMib: Float64Array; // [function]
  readonly prices: PriceSheet;
}

/** C/c of each function in microseconds: the idle time that costs as much as a cold start (METHODS E1.2), whole. */
export function breakEvenUs({coldUs, memoryMib, prices}: PricedFunctions): Float64Array {
  return coldUs.map((us, fn) => Math.round(breakEvenGapSeconds(us, memoryMib[fn]!, prices) * US_PER_SECOND));
}

/** True when a microsecond of a user's waiting costs at least one of a warm slot: then starting early beats being late. */
export function waitingCostsMore({memoryMib, prices}: Omit<PricedFunctions, 'coldUs'>, fn: number): boolean {
  return delayUsd(US_PER_SECOND, prices) >= warmUsdPerSecond(memoryMib[fn]!, prices);
}
