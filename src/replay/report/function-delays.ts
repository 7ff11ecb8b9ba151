import {US_PER_MS} from '../../base/units.ts';
import type {Delays} from '../../scheduler/core/delays.ts';
import {type FunctionOutcomes, unservedOf} from '../ledger.ts';

/** How many functions in a hundred, and what the report calls it. */
export const functionShares = {p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999, max: 1} as const;

/** The 99th percentile of start delay that this share of functions does not exceed, ms. Null where no call started. */
export type FunctionP99 = Readonly<Record<keyof typeof functionShares, number | null>>;

/** Each function counts alike, however often it is called; those of which no call started do not. */
export function functionP99(functions: FunctionOutcomes, delays: Delays): FunctionP99 {
  const found: number[] = [];
  for (let row = 0; row < functions.calls.length; row++) {
    const started = functions.calls[row]! - unservedOf(functions, row);
    if (started > 0) found.push(delays.quantilesUs(row, started, [0.99])[0]!);
  }
  const sorted = Float64Array.from(found).sort();
  const at = (share: number): number | null =>
    sorted.length === 0 ? null : sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]! / US_PER_MS;
  return Object.fromEntries(Object.entries(functionShares).map(([name, share]) => [name, at(share)])) as FunctionP99;
}
