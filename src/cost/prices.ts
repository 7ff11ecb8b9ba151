import * as v from 'valibot';
import {inputError} from '../base/errors.ts';

/** What a price moves, besides others: every one of them the bill, or it would be none. */
export type Moved = 'bill' | 'coldStart' | 'warmTime' | 'breakEven';

/** One price: everything that is said about it anywhere. Its own number stands in the sheets. */
export interface PriceField {
  /** Without dashes. */
  readonly flag: string;
  /** What is paid for, without a full stop: `--help` and README add the unit. */
  readonly summary: string;
  readonly unit: string;
  /** Where a sheet does not say. 0: free. */
  readonly default: number;
  /**
   * `bill`: what a run costs. `coldStart`: C, what one cold start costs. `warmTime`: c, what a second of a warm slot
   * costs. `breakEven`: C/c, and with it what plans and policies that go by prices decide. A test holds each row to it.
   */
  readonly moves: readonly Moved[];
}

/** The prices there are. Type, checks, flags and README follow from this table; what is owed, from `bill.ts`. */
export const priceFields = {
  warmUsdPerSlotDay: {
    flag: 'warm-usd-per-slot-day',
    summary: 'A warm slot, idle or starting, whatever its memory',
    unit: 'USD a day',
    default: 0,
    moves: ['bill', 'coldStart', 'warmTime', 'breakEven'],
  },
  warmUsdPerGbSecond: {
    flag: 'warm-usd-per-gb-second',
    summary: 'Memory of a warm slot, idle or starting; 1 GB = 1024 MiB',
    unit: 'USD a GB-second',
    default: 0,
    moves: ['bill', 'coldStart', 'warmTime', 'breakEven'],
  },
  executionUsdPerGbSecond: {
    flag: 'execution-usd-per-gb-second',
    summary: 'Memory while user code runs',
    unit: 'USD a GB-second',
    default: 0,
    moves: ['bill'],
  },
  usdPerMillionRequests: {
    flag: 'usd-per-million-requests',
    summary: 'Calls that started',
    unit: 'USD a million',
    default: 0,
    moves: ['bill'],
  },
  delayUsdPerHour: {
    flag: 'delay-usd-per-hour',
    summary: "A user's waiting for a call to start",
    unit: 'USD an hour',
    default: 0,
    moves: ['bill', 'coldStart', 'breakEven'],
  },
  dropUsd: {
    flag: 'drop-usd',
    summary: 'A call that was dropped or abandoned',
    unit: 'USD',
    default: 0,
    moves: ['bill'],
  },
} as const satisfies Readonly<Record<string, PriceField>>;

export type PriceName = keyof typeof priceFields;

/**
 * One price sheet for plan, trade-offs and replay, so that their dollars compare: finite numbers >= 0 in the units of
 * `priceFields`. A price of 0 means that the item is free, not unknown.
 */
export type PriceSheet = Readonly<Record<PriceName, number>>;

export const priceNames = Object.keys(priceFields) as PriceName[];

/** A sheet with these prices, and the defaults for all others. */
export function sheetWith(prices: Partial<PriceSheet>): PriceSheet {
  const defaults = Object.fromEntries(priceNames.map((name) => [name, priceFields[name].default])) as PriceSheet;
  return {...defaults, ...prices};
}

/** The sheets known by name, with where their figures come from. */
export const priceSheets: Readonly<Record<string, {readonly summary: string; readonly sheet: PriceSheet}>> = {
  seed: {
    summary: 'a warm slot $0.01 a day, user time $20 an hour (500 ms = $0.00278), a lost call $0.0028',
    sheet: sheetWith({warmUsdPerSlotDay: 0.01, delayUsdPerHour: 20, dropUsd: 0.0028}),
  },
  'aws-lambda': {
    summary: 'Lambda us-east-1 x86: provisioned GB-s, on-demand GB-s, requests; user time $20 an hour',
    sheet: sheetWith({
      warmUsdPerGbSecond: 4.1667e-6,
      executionUsdPerGbSecond: 1.66667e-5,
      usdPerMillionRequests: 0.2,
      delayUsdPerHour: 20,
      dropUsd: 0.0028,
    }),
  },
  memory: {
    summary: 'warm memory alone at the provisioned-concurrency price per GB-s; user time $20 an hour',
    sheet: sheetWith({warmUsdPerGbSecond: 4.1667e-6, delayUsdPerHour: 20, dropUsd: 0.0028}),
  },
};

/** The sheet of that name, or undefined: then it is a file's. */
export function namedPriceSheet(name: string): PriceSheet | undefined {
  return Object.hasOwn(priceSheets, name) ? priceSheets[name]!.sheet : undefined;
}

const RULE = 'must be a finite number >= 0';
const price = v.pipe(v.number(RULE), v.finite(RULE), v.minValue(0, RULE));
const sheetSchema = v.strictObject(
  Object.fromEntries(priceNames.map((name) => [name, v.optional(price, priceFields[name].default)])),
);

/** A sheet from the text of a JSON file; missing fields take their defaults, unknown ones are refused. `place` names the file. */
export function parsePriceSheet(text: string, place: string): PriceSheet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const known = Object.keys(priceSheets).join(', ');
    throw inputError(place, `is not JSON: ${(error as Error).message}`, `known sheets: ${known}`);
  }
  // To valibot a list is an object too.
  const result = v.safeParse(sheetSchema, Array.isArray(json) ? undefined : json);
  if (result.success) return result.output as PriceSheet;
  throw inputError(place, complaint(result.issues[0]), `fields: ${priceNames.join(', ')}`);
}

/** Field, value and rule of what is wrong. */
function complaint({input, path}: v.BaseIssue<unknown>): string {
  if (!path) return 'must be a JSON object of prices by field';
  const field = String(path[0].key);
  if (!Object.hasOwn(priceFields, field)) return `${JSON.stringify(field)} is no price field`;
  // A file may hold anything that JSON can, and numbers that JSON cannot print.
  const value = typeof input === 'number' ? String(input) : JSON.stringify(input);
  return `${field} is ${value.slice(0, 40)}, ${RULE} (${priceFields[field as PriceName].unit})`;
}
