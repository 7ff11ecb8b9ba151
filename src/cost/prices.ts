import * as v from 'valibot';
import {inputError, usageError} from '../base/errors.ts';
import {readAmount} from '../base/readers.ts';

/** What a price moves, besides others: every one of them the bill, or it would be none. */
export type Moved = 'bill' | 'coldStart' | 'warmTime' | 'breakEven';

/** One price: everything that is said about it anywhere. Its own number stands in the sheets. */
export interface PriceField {
  /** A flag of its own, without dashes; all prices can be set with --price. */
  readonly flag?: string;
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
  startUsdPerGbSecond: {
    summary: 'Memory while an instance starts (initialisation), besides what it costs as a warm one',
    unit: 'USD a GB-second',
    default: 0,
    moves: ['bill', 'coldStart', 'breakEven'],
  },
  warmExecutionUsdPerGbSecond: {
    summary: 'Memory while user code runs on an instance that `min` keeps',
    unit: 'USD a GB-second',
    default: 0,
    moves: ['bill'],
  },
  provisionedUsdPerGbSecond: {
    summary: 'Memory of instances that `min` keeps, busy or not',
    unit: 'USD a GB-second',
    default: 0,
    moves: ['bill'],
  },
  idleUsdPerGbSecond: {
    summary: 'Memory of an idle instance that `min` keeps',
    unit: 'USD a GB-second',
    default: 0,
    moves: ['bill'],
  },
  idleUsdPerVcpuSecond: {
    summary: 'Each vCPU of an idle instance that `min` keeps',
    unit: 'USD a vCPU-second',
    default: 0,
    moves: ['bill'],
  },
  warmUsdPerVcpuSecond: {
    summary: 'Each vCPU of an idle instance',
    unit: 'USD a vCPU-second',
    default: 0,
    moves: ['bill', 'warmTime', 'breakEven'],
  },
  usdPerVcpuSecond: {
    summary: 'Each vCPU while user code runs or the instance starts',
    unit: 'USD a vCPU-second',
    default: 0,
    moves: ['bill', 'coldStart', 'breakEven'],
  },
  restoreUsdPerGb: {
    summary: 'Memory that a cold start restores from a snapshot',
    unit: 'USD a GB',
    default: 0,
    moves: ['bill'],
  },
  snapshotUsdPerGbSecond: {
    summary: 'Memory of the snapshots kept for functions that are called',
    unit: 'USD a GB-second',
    default: 0,
    moves: ['bill'],
  },
  storeUsdPerMillionOperations: {
    summary: 'Operations on the store that sessions keep their state in',
    unit: 'USD a million',
    default: 0,
    moves: ['bill'],
  },
  hostUsdPerHour: {
    summary: 'A host as long as it holds an instance, whatever that does',
    unit: 'USD an hour',
    default: 0,
    moves: ['bill'],
  },
} as const satisfies Readonly<Record<string, PriceField>>;

export type PriceName = keyof typeof priceFields;

/** How a platform measures what it charges for; 0: as it is. */
export const billingTerms = {
  billingStepMs: {summary: 'Execution of a call, its start included where that is billed, rounded up to', unit: 'ms'},
  minimumBilledMs: {summary: 'The same at least', unit: 'ms'},
  memoryStepMib: {summary: 'Memory rounded up to', unit: 'MiB'},
  provisionedStepS: {summary: 'Time for which instances are kept by `min` rounded up to', unit: 's'},
  hostMemoryMib: {
    summary: 'Memory of the hosts that are opened as they are needed, where --hosts does not say',
    unit: 'MiB',
  },
  minimumHosts: {
    summary: 'Hosts that are paid for at least, whether they hold an instance or not',
    unit: 'hosts',
  },
} as const satisfies Readonly<Record<string, {readonly summary: string; readonly unit: string}>>;

export type BillingTerm = keyof typeof billingTerms;

/**
 * One price sheet for plan, trade-offs and replay, so that their dollars compare: finite numbers >= 0 in the units of
 * `priceFields` and `billingTerms`. A price of 0 means that the item is free, not unknown.
 */
export type PriceSheet = Readonly<Record<SheetField, number>> & {
  /** Where the figures come from; undefined: whoever made the sheet knows. */
  readonly origin?: PriceOrigin;
};

export type SheetField = PriceName | BillingTerm;

/** Where the figures of a sheet come from: printed with every cost. */
export interface PriceOrigin {
  /** Name of the sheet, or its file. */
  readonly sheet: string;
  /** Whose list, and of when; null: nobody's. */
  readonly source: string | null;
  readonly asOf: string | null;
  /** What of it nobody could read on a price page. */
  readonly recalled: readonly SheetField[];
  /** What was given singly, in the sheet's place. */
  readonly given: readonly SheetField[];
}

export const priceNames = Object.keys(priceFields) as PriceName[];
export const termNames = Object.keys(billingTerms) as BillingTerm[];
/** All fields of a sheet. */
export const sheetFields = [...priceNames, ...termNames];

/** Prices that have flags of their own. */
export type FlaggedPrice = {
  [Name in PriceName]: (typeof priceFields)[Name] extends {readonly flag: string} ? Name : never;
}[PriceName];

export const flaggedPrices = priceNames.filter((name) => 'flag' in priceFields[name]) as FlaggedPrice[];

const defaults = Object.fromEntries([
  ...priceNames.map((name) => [name, priceFields[name].default]),
  ...termNames.map((name) => [name, 0]),
]) as PriceSheet;

/** A sheet with these prices, and the defaults for all others; execution costs the same everywhere unless it says otherwise. */
export function sheetWith(prices: Partial<PriceSheet>): PriceSheet {
  const {executionUsdPerGbSecond = 0} = prices;
  return {...defaults, warmExecutionUsdPerGbSecond: executionUsdPerGbSecond, ...prices};
}

const RULE = 'must be a finite number >= 0';
const price = v.pipe(v.number(RULE), v.finite(RULE), v.minValue(0, RULE));
const sheetSchema = v.strictObject(Object.fromEntries(sheetFields.map((name) => [name, v.optional(price)])));

/** A sheet from the text of a JSON file; missing fields take their defaults, unknown ones are refused. `place` names the file. */
export function parsePriceSheet(text: string, place: string): PriceSheet {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw inputError(place, `is not JSON: ${(error as Error).message}`, `fields: ${sheetFields.join(', ')}`);
  }
  // To valibot a list is an object too.
  const result = v.safeParse(sheetSchema, Array.isArray(json) ? undefined : json);
  if (result.success) return sheetWith(result.output as Partial<PriceSheet>);
  throw inputError(place, complaint(result.issues[0]), `fields: ${sheetFields.join(', ')}`);
}

/** `FIELD=VALUE`, as a part of a sheet; `what` is what messages call it. */
export function parsePrice(text: string, what: string): Partial<PriceSheet> {
  const [field, ...value] = text.split('=');
  const name = sheetFields.find((one) => one === field);
  if (name === undefined || value.length === 0) {
    throw usageError(`${what} is '${text}', must be FIELD=VALUE`, `fields: ${sheetFields.join(', ')}`);
  }
  return {[name]: readAmount(value.join('='), `${what} ${name}`)};
}

/** Field, value and rule of what is wrong. */
function complaint({input, path}: v.BaseIssue<unknown>): string {
  if (!path) return 'must be a JSON object of prices by field';
  const field = String(path[0].key);
  const known: Readonly<Record<string, {readonly unit: string}>> = {...priceFields, ...billingTerms};
  if (!Object.hasOwn(known, field)) return `${JSON.stringify(field)} is no price field`;
  // A file may hold anything that JSON can, and numbers that JSON cannot print.
  const value = typeof input === 'number' ? String(input) : JSON.stringify(input);
  return `${field} is ${value.slice(0, 40)}, ${RULE} (${known[field]!.unit})`;
}
