import {US_PER_MINUTE, US_PER_MS} from '../../base/units.ts';
import type {PriceSheet} from '../../cost/prices.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import type {Workload} from '../../workload/workload.ts';

/** What decisions about the functions of a workload are priced with. */
export interface DecisionTerms {
  readonly prices: PriceSheet;
  /** How long a cold start takes. */
  readonly coldUs: number;
  /** Memory of an instance. */
  readonly memoryMib: Float64Array; // [function]
}

export interface FunctionCosts extends DecisionTerms {
  /** Mean time that a call holds its slot, minutes. */
  readonly holdMinutes: Float64Array; // [function]
}

/** Functions whose trace has no durations hold their slot this long, ms (DESIGN: `--default-duration`). */
export const DEFAULT_DURATION_MS = 1000;

/** The terms, and how long calls hold their slots: as the trace says, or the default. */
export function functionCosts(
  workload: Workload,
  terms: DecisionTerms,
  defaultDurationMs = DEFAULT_DURATION_MS,
): FunctionCosts {
  const holdMinutes = meanDurations(workload, defaultDurationMs * US_PER_MS).us.map((us) => us / US_PER_MINUTE);
  return {...terms, holdMinutes};
}

/** The costs of these functions alone, in this order. */
export function costsOfRows(costs: FunctionCosts, rows: ArrayLike<number>): FunctionCosts {
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  return {...costs, memoryMib: pick(costs.memoryMib), holdMinutes: pick(costs.holdMinutes)};
}
