import {usageError} from '../base/errors.ts';
import {US_PER_HOUR, US_PER_SECOND} from '../base/units.ts';
import {billOf, noUsage} from '../cost/bill.ts';
import {SlotRates} from '../cost/cold-start.ts';
import {type PriceSheet, sheetWith} from '../cost/prices.ts';
import {namedPriceSheet, priceSheets} from '../cost/sheets.ts';
import type {SkiPrices} from '../demand/gaps/level-idle.ts';
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

/** Flag for what runs today, to compare with on a trace. */
export const keepAliveInput = {
  keepAliveSeconds: input('time', 'keep-alive', '10m', 'what idle instances are kept for today (with --workload)'),
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

interface WarmPrice {
  readonly warmUsdPerDay: number;
}

interface CloudSlot {
  readonly memoryGb: number;
  readonly prices: PriceSheet;
}

/** Dollars of one cold start, the C of METHODS' c/C, of a slot with a price a day. */
export function coldUsd(values: ColdPrice & WarmPrice): number {
  return coldUsdOf(values, {memoryGb: 0, prices: sheetWith({warmUsdPerSlotDay: values.warmUsdPerDay})});
}

/** Dollars a second of one warm slot, the c of METHODS' c/C, of a slot with a price a day. */
export function warmUsd({warmUsdPerDay}: WarmPrice): number {
  return warmUsdOf({memoryGb: 0, prices: sheetWith({warmUsdPerSlotDay: warmUsdPerDay})});
}

/** Both of them. */
export function skiPrices(values: ColdPrice & WarmPrice): SkiPrices {
  return {warm: warmUsd(values), cold: coldUsd(values)};
}

/** Cold time and prices of a replay in which a cold start costs C and a warm second c. */
export function replayedAt(values: ColdPrice & WarmPrice): {coldUs: number; prices: PriceSheet} {
  const {coldSeconds, usdPerHour, usdPerCold, warmUsdPerDay} = values;
  const wholeUs = Math.round(coldSeconds * US_PER_SECOND);
  if (usdPerCold === undefined) {
    return {coldUs: wholeUs, prices: sheetWith({warmUsdPerSlotDay: warmUsdPerDay, delayUsdPerHour: usdPerHour})};
  }
  // All of it is put on the waiting, beside what the slot costs while it starts; so there must be some.
  const coldUs = Math.max(1, wholeUs);
  const delayUsdPerUs = usdPerCold / coldUs - warmUsd(values) / US_PER_SECOND;
  return {
    coldUs,
    prices: sheetWith({warmUsdPerSlotDay: warmUsdPerDay, delayUsdPerHour: delayUsdPerUs * US_PER_HOUR}),
  };
}

/** C of a slot on a pay-per-use platform. Where the user says what a cold start costs, that is all of it. */
export function coldUsdOf({coldSeconds, usdPerHour, usdPerCold}: ColdPrice, {memoryGb, prices}: CloudSlot): number {
  if (usdPerCold !== undefined) return usdPerCold;
  const rates = new SlotRates({...reserved(prices), delayUsdPerHour: usdPerHour});
  return rates.coldStartUsd(coldSeconds * US_PER_SECOND, memoryGb * 1024);
}

/** c of a slot on a pay-per-use platform, dollars a second. */
export function warmUsdOf({memoryGb, prices}: CloudSlot): number {
  let rates = ratesBySheet.get(prices);
  if (rates === undefined) {
    rates = new SlotRates(reserved(prices));
    ratesBySheet.set(prices, rates);
  }
  return rates.warmUsdPerSecond(memoryGb * 1024);
}

/** What reserved slots cost: verdicts are tried at thousands of values of other things. */
const ratesBySheet = new WeakMap<PriceSheet, SlotRates>();

/** The sheet for slots that are reserved, all their time: what the platform asks for an instance that it keeps. */
function reserved(prices: PriceSheet): PriceSheet {
  const gbUsd = prices.provisionedUsdPerGbSecond + prices.idleUsdPerGbSecond;
  const vcpuUsd = prices.idleUsdPerVcpuSecond;
  if (gbUsd + vcpuUsd === 0) return prices;
  return {
    ...prices,
    warmUsdPerGbSecond: prices.warmUsdPerGbSecond + gbUsd,
    warmUsdPerVcpuSecond: prices.warmUsdPerVcpuSecond + vcpuUsd,
    // It starts in time that is paid for.
    startUsdPerGbSecond: 0,
    usdPerVcpuSecond: 0,
  };
}

/** Dollars of calls on a pay-per-use platform: their requests and their GB-seconds. */
export function payPerUseUsd(calls: number, secondsEach: number, {memoryGb, prices}: CloudSlot): number {
  const executionGbSeconds = calls * secondsEach * memoryGb;
  return billOf({...noUsage, requests: calls, executionGbSeconds}, prices).total;
}
