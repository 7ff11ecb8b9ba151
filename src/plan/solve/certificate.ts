import {coldWithoutSlots} from '../curves/cold-without-slots.ts';
import type {PricedDemand, PricedUnits} from '../curves/valuation.ts';
import type {Groups} from './select.ts';

/** Value of a plan and the resource it takes, forced slots included. [group] */
export interface Worth {
  readonly value: Float64Array;
  readonly use: Float64Array;
}

/** What `slots` and the rest are worth by the true curves, and what they take of the units' resource. */
export function worthOf(units: PricedUnits, slots: Int32Array, groups: Groups): Worth {
  const value = new Float64Array(groups.count);
  const use = new Float64Array(groups.count);
  const sum = {value: 0, use: 0};
  for (let unit = 0; unit < units.units; unit++) {
    units.exact(unit, slots[unit]!, sum);
    const g = groups.of(unit);
    value[g]! += sum.value;
    use[g]! += sum.use;
  }
  return {value, use};
}

/**
 * What no plan within the budgets can exceed, by Lagrangian duality: for any prices >= 0 it is the sum over units of
 * the best value net of those prices, plus the price of the whole budgets. Recomputed from the curves alone, so it
 * holds however the plan was found. The result is for each group of the units' resource; what is charged for other
 * constraints is credited to `credit`, since their groups may be others. METHODS E1.1.
 */
export function dualBound(units: PricedUnits, price: Float64Array): {bound: Float64Array; credit: number} {
  const {groups, limit} = units.resource;
  const bound = new Float64Array(groups.count);
  const sum = {value: 0, use: 0};
  for (let unit = 0; unit < units.units; unit++) {
    const g = groups.of(unit);
    const p = price[g]!;
    const forced = units.forced(unit);
    units.exact(unit, forced, sum);
    bound[g]! += sum.value - p * sum.use;
    const {count, value, use} = units.runs(unit);
    for (let j = 0; j < count; j++) {
      const net = value[j]! - p * use[j]!;
      if (net <= 0) break;
      bound[g]! += net;
    }
  }
  for (let g = 0; g < groups.count; g++) if (price[g]! > 0) bound[g]! += price[g]! * limit[g]!;
  let credit = 0;
  for (const {constraint, price: charged} of units.charges) {
    for (let g = 0; g < charged.length; g++) if (charged[g]! > 0) credit += charged[g]! * constraint.limit[g]!;
  }
  return {bound, credit};
}

/** What even the best plan costs by the objective: what unloading after each call would, less what no plan exceeds. */
export function leastCost({demand, valuation}: PricedDemand, bound: number): number {
  const {functions, ratePerSecond} = demand;
  let cost = 0;
  for (let unit = 0; unit < ratePerSecond.length; unit++) {
    const f = unit % functions;
    const perDay = valuation.secondsPerDay[(unit - f) / functions]!;
    cost += perDay * valuation.gainPerWake[f]! * coldWithoutSlots(demand, unit);
  }
  return Math.max(0, cost - bound);
}

/** How far a plan can be from the best one. A relative gap is taken of the bound; 0 where both are 0. */
export function gapOf(primal: number, bound: number): {absolute: number; relative: number} {
  // Both are sums of the same numbers in different order: the bound may fall short by a rounding error.
  const absolute = Math.max(0, bound - primal);
  return {absolute, relative: absolute === 0 ? 0 : absolute / Math.abs(bound)};
}
