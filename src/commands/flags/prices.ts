import {readFileSync} from 'node:fs';
import type {Interfaces} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {
  type FlaggedPrice,
  flaggedPrices,
  type PriceSheet,
  parsePrice,
  parsePriceSheet,
  priceFields,
} from '../../cost/prices.ts';
import {namedPriceSheet, priceSheets, withFactor, withPrices} from '../../cost/sheets.ts';
import {amountFlag, factorFlag, valueFlag} from './value-flags.ts';

const priceGroup = {helpGroup: 'PRICES'};
const known = Object.keys(priceSheets).join(', ');

function fieldFlag(name: FlaggedPrice) {
  const {summary, unit} = priceFields[name];
  return amountFlag({helpValue: 'USD', summary: `${summary}, in ${unit}.`, ...priceGroup});
}

type PriceFlag = (typeof priceFields)[FlaggedPrice]['flag'];

const fieldFlags = Object.fromEntries(
  flaggedPrices.map((name) => [priceFields[name].flag, fieldFlag(name)]),
) as Readonly<Record<PriceFlag, ReturnType<typeof fieldFlag>>>;

/** Flags of what things cost: a sheet, and each of its prices. */
export const priceFlags = {
  prices: valueFlag(loadPrices)({
    multiple: true,
    multipleNonGreedy: true,
    default: ['seed'],
    helpValue: 'NAME|FILE',
    summary:
      'Price sheet: lambda, cloud-run-request, ..., all are in README, or a JSON file; single prices replace those in it. Given twice: both, side by side.',
    ...priceGroup,
  }),
  price: valueFlag(parsePrice)({
    multiple: true,
    helpValue: 'FIELD=VALUE',
    summary: 'One field of the sheet, any number of them; a wrong name lists them all.',
    ...priceGroup,
  }),
  'price-factor': factorFlag({
    default: '1',
    helpValue: 'FACTOR',
    summary: "All that the platform charges times this; what users' waiting and dropped calls are worth stays.",
    ...priceGroup,
  }),
  ...fieldFlags,
};

/** The flags once for each sheet that they name. */
export function eachSheet<F extends {readonly prices: readonly PriceSheet[]}>(flags: F): F[] {
  return flags.prices.map((sheet) => ({...flags, prices: [sheet]}));
}

/** The sheet, with the single prices that were given; a flag of its own goes last. */
export function pricesOf(flags: Interfaces.InferredFlags<typeof priceFlags>): PriceSheet {
  const [named, ...more] = flags.prices as [PriceSheet, ...PriceSheet[]];
  if (more.length > 0) {
    throw usageError(
      `--prices is given ${more.length + 1} times, and this goes by one sheet`,
      'give one; replay, frontier, plan and size take several, whole and unshared',
    );
  }
  const given = flaggedPrices.filter((name) => flags[priceFields[name].flag] !== undefined);
  const own = Object.fromEntries(given.map((name) => [name, flags[priceFields[name].flag]]));
  const sheet = withPrices(named, {...Object.assign({}, ...(flags.price ?? [])), ...own});
  return withFactor(sheet, flags['price-factor']);
}

/** The sheet that `--prices` names: a known name or a JSON file. */
export function loadPrices(name: string): PriceSheet {
  const named = namedPriceSheet(name);
  if (named) return named;
  // The prices themselves, as files of settings may hold them.
  if (name.startsWith('{')) {
    return {
      ...parsePriceSheet(name, 'prices'),
      origin: {sheet: 'own', source: null, asOf: null, recalled: [], given: []},
    };
  }
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch {
    throw usageError(`--prices is '${name}', must be a known sheet or a readable JSON file`, `known sheets: ${known}`);
  }
  return {...parsePriceSheet(text, name), origin: {sheet: name, source: null, asOf: null, recalled: [], given: []}};
}
