import * as v from 'valibot';
import {inputError, usageError} from '../base/errors.ts';

/**
 * One price sheet for plan, trade-offs and replay, so that their dollars compare. All in US dollars.
 * A price of 0 means that the item is free, not unknown.
 */
export interface PriceSheet {
  /** A warm slot (idle or starting) for a day, whatever its memory. */
  readonly warmUsdPerSlotDay: number;
  /** A warm slot by memory: per GB-second, 1 GB = 1024 MiB as clouds bill it. */
  readonly warmUsdPerGbSecond: number;
  /** Running user code, per GB-second. */
  readonly executionUsdPerGbSecond: number;
  readonly usdPerMillionRequests: number;
  /** An hour of a user's waiting. */
  readonly delayUsdPerHour: number;
  /** A call that was dropped or abandoned. */
  readonly dropUsd: number;
}

export const priceFields = [
  'warmUsdPerSlotDay',
  'warmUsdPerGbSecond',
  'executionUsdPerGbSecond',
  'usdPerMillionRequests',
  'delayUsdPerHour',
  'dropUsd',
] as const satisfies readonly (keyof PriceSheet)[];

const free: PriceSheet = {
  warmUsdPerSlotDay: 0,
  warmUsdPerGbSecond: 0,
  executionUsdPerGbSecond: 0,
  usdPerMillionRequests: 0,
  delayUsdPerHour: 0,
  dropUsd: 0,
};

/** The sheets known by name, with where their figures come from. */
export const priceSheets: Readonly<Record<string, {summary: string; sheet: PriceSheet}>> = {
  seed: {
    summary: 'a warm slot $0.01 a day, user time $20 an hour (500 ms = $0.00278), a lost call $0.0028',
    sheet: {...free, warmUsdPerSlotDay: 0.01, delayUsdPerHour: 20, dropUsd: 0.0028},
  },
  'aws-lambda': {
    summary: 'Lambda us-east-1 x86: provisioned GB-s, on-demand GB-s, requests; user time $20 an hour',
    sheet: {
      ...free,
      warmUsdPerGbSecond: 4.1667e-6,
      executionUsdPerGbSecond: 1.66667e-5,
      usdPerMillionRequests: 0.2,
      delayUsdPerHour: 20,
      dropUsd: 0.0028,
    },
  },
  memory: {
    summary: 'warm memory alone at the provisioned-concurrency price per GB-s; user time $20 an hour',
    sheet: {...free, warmUsdPerGbSecond: 4.1667e-6, delayUsdPerHour: 20, dropUsd: 0.0028},
  },
};

const price = v.pipe(v.number(), v.finite(), v.minValue(0));
const sheetSchema = v.strictObject({
  warmUsdPerSlotDay: v.optional(price, 0),
  warmUsdPerGbSecond: v.optional(price, 0),
  executionUsdPerGbSecond: v.optional(price, 0),
  usdPerMillionRequests: v.optional(price, 0),
  delayUsdPerHour: v.optional(price, 0),
  dropUsd: v.optional(price, 0),
});

/** The sheet of that name, or undefined: then it is a file's. */
export function namedPriceSheet(name: string): PriceSheet | undefined {
  return Object.hasOwn(priceSheets, name) ? priceSheets[name]!.sheet : undefined;
}

/** A sheet from the text of a JSON file; missing fields are 0, unknown ones are refused. `place` names the file. */
export function parsePriceSheet(text: string, place: string): PriceSheet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw inputError(
      place,
      `is not JSON: ${(error as Error).message}`,
      `known sheets: ${Object.keys(priceSheets).join(', ')}`,
    );
  }
  const result = v.safeParse(sheetSchema, json);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const field = issue.path?.map((item) => item.key).join('.') ?? 'the sheet';
  throw inputError(place, `${field}: ${issue.message}; a price is a number >= 0`, `fields: ${priceFields.join(', ')}`);
}

/** The sheet with single fields replaced (`--delay-usd-per-hour 1`). */
export function overridePrices(sheet: PriceSheet, overrides: Partial<Record<keyof PriceSheet, number>>): PriceSheet {
  for (const [field, value] of Object.entries(overrides)) {
    if (!Number.isFinite(value) || value < 0) throw usageError(`price ${field} is ${value}, must be a number >= 0`);
  }
  return {...sheet, ...overrides};
}
