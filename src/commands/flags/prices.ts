import {readFileSync} from 'node:fs';
import type {Interfaces} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {namedPriceSheet, type PriceSheet, parsePriceSheet, priceSheets} from '../../cost/prices.ts';
import {amountFlag, valueFlag} from './value-flags.ts';

const priceGroup = {helpGroup: 'PRICES'};
const override = () => amountFlag({summary: 'Overrides the sheet.', ...priceGroup});

/** Flags of what things cost. */
export const priceFlags = {
  prices: valueFlag(loadPrices)({
    default: 'seed',
    summary: `Price sheet: ${Object.keys(priceSheets).join(', ')} or a JSON file.`,
    ...priceGroup,
  }),
  'warm-usd-per-slot-day': override(),
  'warm-usd-per-gb-second': override(),
  'execution-usd-per-gb-second': override(),
  'usd-per-million-requests': override(),
  'delay-usd-per-hour': override(),
  'drop-usd': override(),
};

type PriceFlags = Interfaces.InferredFlags<typeof priceFlags>;

/** The sheet, with the single prices that were given; a command need not have all the flags. */
export function pricesOf(flags: Pick<PriceFlags, 'prices'> & Partial<PriceFlags>): PriceSheet {
  const {prices} = flags;
  return {
    warmUsdPerSlotDay: flags['warm-usd-per-slot-day'] ?? prices.warmUsdPerSlotDay,
    warmUsdPerGbSecond: flags['warm-usd-per-gb-second'] ?? prices.warmUsdPerGbSecond,
    executionUsdPerGbSecond: flags['execution-usd-per-gb-second'] ?? prices.executionUsdPerGbSecond,
    usdPerMillionRequests: flags['usd-per-million-requests'] ?? prices.usdPerMillionRequests,
    delayUsdPerHour: flags['delay-usd-per-hour'] ?? prices.delayUsdPerHour,
    dropUsd: flags['drop-usd'] ?? prices.dropUsd,
  };
}

/** The sheet that `--prices` names: a known name or a JSON file. */
export function loadPrices(name: string): PriceSheet {
  const named = namedPriceSheet(name);
  if (named) return named;
  let text: string;
  try {
    text = readFileSync(name, 'utf8');
  } catch {
    throw usageError(
      `--prices is '${name}', must be a known sheet or a readable JSON file`,
      `known sheets: ${Object.keys(priceSheets).join(', ')}`,
    );
  }
  return parsePriceSheet(text, name);
}
