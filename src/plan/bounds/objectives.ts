import {SlotRates} from '../../cost/cold-start.ts';
import type {PriceSheet} from '../../cost/prices.ts';
import type {ColdTimes} from '../../fleet/cold-time/expected-cold-times.ts';
import {coldWithoutSlots} from '../curves/cold-without-slots.ts';
import type {Valuation} from '../curves/valuation.ts';
import {type Demand, horizonSeconds, windowSeconds} from '../demand/demand.ts';

export const objectiveNames = ['dollars', 'requests', 'functions', 'worst-team'] as const;
export type ObjectiveName = (typeof objectiveNames)[number];

/** What each objective is measured in. */
export const objectiveUnits: Readonly<Record<ObjectiveName, string>> = {
  dollars: 'USD a day saved',
  requests: 'cold starts a day avoided',
  functions: 'functions spared their cold starts',
  'worst-team': 'warm share of the worst team',
};

/** Prices of one function's slots and cold starts, in dollars. */
export interface SlotPrices {
  /** Each second that an instance idles or starts. [function] */
  readonly warmUsdPerSecond: Float64Array;
  /** Each cold start of mean length, all who wait for it included. [function] */
  readonly coldUsd: Float64Array;
}

/** What slots and cold starts cost under a price sheet; `waitsPerCold` as `Demand` has it. */
export function slotPrices(
  memoryMib: Float64Array,
  cold: ColdTimes,
  prices: PriceSheet,
  waitsPerCold?: Float64Array,
): SlotPrices {
  const rates = new SlotRates(prices);
  return {
    warmUsdPerSecond: memoryMib.map((mib) => rates.warmUsdPerSecond(mib)),
    coldUsd: cold.meanUs.map((us, f) => {
      const alone = rates.coldStartUsd(us, memoryMib[f]!);
      return waitsPerCold === undefined ? alone : alone + (waitsPerCold[f]! - 1) * rates.delayUsd(us);
    }),
  };
}

/** Seconds of each window in a mean day. */
export function secondsPerDay(demand: Demand): Float64Array {
  const horizon = horizonSeconds(demand.windows);
  return demand.windows.startUs.map((_, w) => (86_400 * windowSeconds(demand.windows, w)) / horizon);
}

/**
 * Dollars: cold starts avoided less the idle time of kept slots. Requests: cold starts avoided, all alike. Functions:
 * the share of its calls that each function is spared, so that a rare one weighs as much as a busy one.
 */
export function valuationOf(objective: ObjectiveName, demand: Demand, prices: SlotPrices): Valuation {
  const perDay = secondsPerDay(demand);
  const {functions} = demand;
  const nothing = new Float64Array(functions);
  switch (objective) {
    case 'dollars':
      return {gainPerWake: prices.coldUsd, lossPerIdleSecond: prices.warmUsdPerSecond, secondsPerDay: perDay};
    case 'functions':
      return {gainPerWake: inverseColdStarts(demand, perDay), lossPerIdleSecond: nothing, secondsPerDay: perDay};
    default:
      return {gainPerWake: new Float64Array(functions).fill(1), lossPerIdleSecond: nothing, secondsPerDay: perDay};
  }
}

/** One over the cold starts a day that each function has without slots. */
function inverseColdStarts(demand: Demand, perDay: Float64Array): Float64Array {
  const {functions, ratePerSecond} = demand;
  const cold = new Float64Array(functions);
  for (let unit = 0; unit < ratePerSecond.length; unit++) {
    const f = unit % functions;
    cold[f]! += coldWithoutSlots(demand, unit) * perDay[(unit - f) / functions]!;
  }
  return cold.map((n) => (n > 0 ? 1 / n : 0));
}
