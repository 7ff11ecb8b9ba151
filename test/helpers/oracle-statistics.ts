import type {PriceSheet} from '../../src/cost/prices.ts';
import type {Outcome} from './oracle-types.ts';

/** The smallest value with at least share `p` of all values at or below it, from the sorted list; NaN when empty. */
export function exactPercentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.find((_, k) => (k + 1) / sorted.length >= p) ?? Number.NaN;
}

/** The bill of an outcome, reckoned from the words of README, "Costs": dollars. `unitMib`: what its MiB stand for. */
export function dollarsOf(outcome: Outcome, prices: PriceSheet, unitMib = 1) {
  const {slotUs, mibUs} = outcome;
  const slotDays = Number(slotUs.idle + slotUs.starting) / 1e6 / 3600 / 24;
  const gbSeconds = (mibMicroseconds: bigint) => (Number(mibMicroseconds) * unitMib) / 1024 / 1e6;
  const delayHours = outcome.startDelaysUs.reduce((sum, us) => sum + us, 0) / 1e6 / 3600;
  const warm = slotDays * prices.warmUsdPerSlotDay + gbSeconds(mibUs.idle + mibUs.starting) * prices.warmUsdPerGbSecond;
  const execution = gbSeconds(mibUs.busy) * prices.executionUsdPerGbSecond;
  const delay = delayHours * prices.delayUsdPerHour;
  const requests = ((outcome.warm + outcome.cold) * prices.usdPerMillionRequests) / 1_000_000;
  const dropped = (outcome.dropped + outcome.throttled + outcome.abandoned) * prices.dropUsd;
  return {warm, execution, delay, requests, dropped, total: warm + execution + delay + requests + dropped};
}
