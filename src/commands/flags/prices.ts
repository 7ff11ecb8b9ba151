import {readFileSync} from 'node:fs';
import type {Interfaces} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {
  namedPriceSheet,
  type PriceName,
  type PriceSheet,
  parsePriceSheet,
  priceFields,
  priceNames,
  priceSheets,
} from '../../cost/prices.ts';
import {amountFlag, valueFlag} from './value-flags.ts';

const priceGroup = {helpGroup: 'PRICES'};
const known = Object.keys(priceSheets).join(', ');

function fieldFlag(name: PriceName) {
  const {summary, unit} = priceFields[name];
  return amountFlag({helpValue: 'USD', summary: `${summary}, in ${unit}.`, ...priceGroup});
}

type PriceFlag = (typeof priceFields)[PriceName]['flag'];

const fieldFlags = Object.fromEntries(priceNames.map((name) => [priceFields[name].flag, fieldFlag(name)])) as Readonly<
  Record<PriceFlag, ReturnType<typeof fieldFlag>>
>;

/** Flags of what things cost: a sheet, and each of its prices. */
export const priceFlags = {
  prices: valueFlag(loadPrices)({
    default: 'seed',
    helpValue: 'NAME|FILE',
    summary: `Price sheet: ${known} or a JSON file; a price with a flag of its own replaces the one in it.`,
    ...priceGroup,
  }),
  ...fieldFlags,
};

/** The sheet, with the single prices that were given. */
export function pricesOf(flags: Interfaces.InferredFlags<typeof priceFlags>): PriceSheet {
  const prices: Record<PriceName, number> = {...flags.prices};
  for (const name of priceNames) prices[name] = flags[priceFields[name].flag] ?? prices[name];
  return prices;
}

/** The sheet that `--prices` names: a known name or a JSON file. */
export function loadPrices(name: string): PriceSheet {
  const named = namedPriceSheet(name);
  if (named) return named;
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch {
    throw usageError(`--prices is '${name}', must be a known sheet or a readable JSON file`, `known sheets: ${known}`);
  }
  return parsePriceSheet(text, name);
}
