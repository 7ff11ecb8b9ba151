import {delayUsd, warmUsdPerSecond} from '../../cost/bill.ts';
import type {PriceSheet} from '../../cost/prices.ts';
import type {Workload} from '../../workload/workload.ts';

/** What decisions about each function cost. */
export interface FunctionCosts {
  /** A warm slot for a minute, dollars. */
  readonly warmUsdPerMinute: Float64Array; // [function]
  /** A cold start, dollars. */
  readonly coldUsd: number;
  /** Mean time that a call holds its slot, minutes. */
  readonly holdMinutes: Float64Array; // [function]
}

/** Functions whose trace has no durations hold their slot this long, ms (DESIGN: `--default-duration`). */
export const DEFAULT_DURATION_MS = 1000;

/** Prices by function: memory counts where the sheet charges for it, durations where the trace has them. */
export function functionCosts(
  {duration, functions, memoryMib}: Workload,
  prices: PriceSheet,
  coldUs: number,
  defaultDurationMs = DEFAULT_DURATION_MS,
): FunctionCosts {
  const warmUsdPerMinute = new Float64Array(functions);
  const holdMinutes = new Float64Array(functions);
  for (let f = 0; f < functions; f++) {
    warmUsdPerMinute[f] = 60 * warmUsdPerSecond(memoryMib[f]!, prices);
    const mean = duration.meanMs[f]!;
    holdMinutes[f] = (Number.isNaN(mean) ? defaultDurationMs : mean) / 60_000;
  }
  return {warmUsdPerMinute, coldUsd: delayUsd(coldUs, prices), holdMinutes};
}
