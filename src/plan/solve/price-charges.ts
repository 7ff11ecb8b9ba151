import type {Constraint} from '../bounds/constraints.ts';
import type {Charge} from '../curves/valuation.ts';
import type {Selection} from './select.ts';

export interface Pricing {
  /** Constraints to price; those before the last are priced anew for each price of the last. */
  readonly charges: readonly Charge[];
  choose(charges: readonly Charge[]): Selection;
  used(constraint: Constraint, selection: Selection): Float64Array;
}

/** Prices are found to this relative width; what that leaves of the budget is within the reported gap. */
const PRICE_TOLERANCE = 1e-9;

/**
 * The lowest price of each charged constraint at which the plan keeps it. Every group's price is halved in on at the
 * same time: usage falls as the price rises, and groups do not share functions in a window. Several constraints nest:
 * at each price of the last one the others find theirs.
 */
export function priceCharges({charges, choose, used}: Pricing): {charges: Charge[]; selection: Selection} {
  const others = charges.slice(0, -1);
  const {constraint} = charges.at(-1)!;
  const {limit} = constraint;
  const solve = (price: Float64Array): {charges: Charge[]; selection: Selection} => {
    const charge = {constraint, price};
    if (others.length === 0) return {charges: [charge], selection: choose([charge])};
    const inner = priceCharges({charges: others, choose: (given) => choose([...given, charge]), used});
    return {charges: [...inner.charges, charge], selection: inner.selection};
  };
  const low = new Float64Array(limit.length);
  const high = new Float64Array(limit.length);
  let best = solve(high);
  let amount = used(constraint, best.selection);
  // Prices that bind, from a first guess upwards until every group keeps its budget.
  for (let guess = firstGuess(best.selection, amount); amount.some((use, g) => use > limit[g]!); guess *= 8) {
    for (let g = 0; g < limit.length; g++) {
      if (amount[g]! <= limit[g]!) continue;
      low[g] = high[g]!;
      high[g] = guess;
    }
    best = solve(high.slice());
    amount = used(constraint, best.selection);
  }
  while (low.some((price, g) => high[g]! - price > PRICE_TOLERANCE * high[g]! && amount[g]! < limit[g]!)) {
    const middle = low.map((price, g) => (amount[g]! === limit[g]! ? high[g]! : (price + high[g]!) / 2));
    const tried = solve(middle);
    const use = used(constraint, tried.selection);
    for (let g = 0; g < limit.length; g++) {
      if (use[g]! > limit[g]!) low[g] = middle[g]!;
      else high[g] = middle[g]!;
    }
    if (use.every((u, g) => u <= limit[g]!)) {
      best = tried;
      amount = use;
    } else if (limit.length > 1) {
      best = solve(high.slice());
      amount = used(constraint, best.selection);
    }
  }
  return best;
}

/** Value for the resource on average: prices that bind are of this order. */
function firstGuess({reached}: Selection, used: Float64Array): number {
  let value = 0;
  for (const v of reached) value += v;
  let amount = 0;
  for (const use of used) amount += use;
  return value / amount / 64;
}
