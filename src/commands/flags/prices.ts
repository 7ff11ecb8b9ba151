import {readFileSync} from 'node:fs';
import {usageError} from '../../base/errors.ts';
import {namedPriceSheet, type PriceSheet, parsePriceSheet, priceSheets} from '../../cost/prices.ts';

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
