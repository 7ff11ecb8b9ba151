import {usageError} from '../base/errors.ts';
import {US_PER_SECOND} from '../base/units.ts';
import {delayUsd, warmUsdPerSecond} from '../cost/bill.ts';
import {namedPriceSheet, type PriceSheet, priceSheets} from '../cost/prices.ts';
import {input, optional, special} from './input.ts';

const seed = priceSheets.seed!.sheet;

/** Flags for what a cold start costs its user. */
export const coldPriceInputs = {
  coldSeconds: input('time', 'cold', '500ms', 'start delay of a cold start'),
  usdPerHour: input(
    'usd',
    'usd-per-hour',
    String(seed.delayUsdPerHour),
    "price of an hour of a user's waiting",
    'USD/h',
  ),
  usdPerCold: optional('usd', 'usd-per-cold', 'what one cold start costs, in place of --cold x --usd-per-hour'),
};

/** Flag for what a warm slot costs. */
export const warmPriceInput = {
  warmUsdPerDay: input(
    'usd',
    'warm-usd-per-day',
    String(seed.warmUsdPerSlotDay),
    'price of a slot kept warm',
    'USD/day',
  ),
};

/** Flag for the sheet of a pay-per-use platform. */
export const cloudPriceInput = {
  prices: special('prices', 'aws-lambda', 'price sheet: a known name or a JSON file', 'NAME|FILE', knownSheet),
};

function knownSheet(name: string, flag: string): PriceSheet {
  const sheet = namedPriceSheet(name);
  if (sheet) return sheet;
  throw usageError(`${flag} is '${name}', must be one of ${Object.keys(priceSheets).join(', ')}`);
}

export interface ColdPrice {
  readonly coldSeconds: number;
  readonly usdPerHour: number;
  readonly usdPerCold: number | undefined;
}

/** Dollars of one cold start: the C of METHODS' c/C. */
export function coldUsd({coldSeconds, usdPerHour, usdPerCold}: ColdPrice): number {
  return usdPerCold ?? delayUsd(coldSeconds * US_PER_SECOND, {...seed, delayUsdPerHour: usdPerHour});
}

/** Dollars a second of one warm slot: the c of METHODS' c/C. */
export function warmUsd({warmUsdPerDay}: {readonly warmUsdPerDay: number}): number {
  return warmUsdPerSecond(Number.NaN, {...seed, warmUsdPerSlotDay: warmUsdPerDay});
}

/** Dollars of calls on a pay-per-use platform: their requests and their GB-seconds. */
export function payPerUseUsd(calls: number, secondsEach: number, memoryGb: number, prices: PriceSheet): number {
  return (calls / 1e6) * prices.usdPerMillionRequests + calls * secondsEach * memoryGb * prices.executionUsdPerGbSecond;
}
