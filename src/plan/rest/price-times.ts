import type {Constraint} from '../bounds/constraints.ts';
import type {GroupPrices} from './known-choices.ts';
import {type TimedDemand, TimedUnits} from './timed-units.ts';

/** Functions that prices are looked for on; where there are more, every so many-th stands for the others. */
const SAMPLED = 8192;
/** Relative width to which prices are found: on all functions, and on a sample. */
const EXACT = 1e-9;
const ROUGH = 1e-4;
/** Rounds over several constraints, each of which shifts the prices of the others. */
const ROUNDS = 4;

/** What the best choices of all functions at given prices come to. */
export interface Response {
  /** No plan within the budgets is worth more, by Lagrangian duality. */
  readonly bound: number;
  /** [constraint][group] */
  readonly used: readonly Float64Array[];
}

/** Prices found for the constraints of a demand whose keep-alives are to be chosen. */
export class TimePricing {
  readonly problem: TimedDemand;
  readonly constraints: readonly Constraint[];
  private readonly units: TimedUnits;
  private readonly stride: number;

  constructor(problem: TimedDemand, constraints: readonly Constraint[]) {
    this.problem = problem;
    this.constraints = constraints;
    this.units = new TimedUnits(problem);
    this.stride = Math.ceil(problem.demand.functions / SAMPLED);
  }

  /** Whether prices are looked for on all functions. */
  get isExact(): boolean {
    return this.stride === 1;
  }

  /** Prices at which the best choices keep every constraint, or nearly, where a sample was looked at. */
  search(): GroupPrices[] {
    const prices = this.constraints.map((constraint) => ({
      constraint,
      price: new Float64Array(constraint.groups.count),
    }));
    for (let round = 0; round < ROUNDS; round++) {
      const used = this.respond(prices, this.stride).used;
      const over = this.constraints.map(({limit}, c) => exceeded(limit, used[c]!));
      if (!over.includes(true)) break;
      // Of several, those that are met by now may ask too much: all that were ever priced are looked at again.
      this.constraints.forEach((_, c) => {
        if (over[c] || (round > 0 && prices[c]!.price.some((p) => p > 0))) this.meet(c, prices);
      });
    }
    return prices;
  }

  /** The best choices of all functions, or of every `stride`-th in their place; `each` hears of each. */
  respond(prices: readonly GroupPrices[], stride = 1, each?: (f: number, units: TimedUnits) => void): Response {
    const {units, problem} = this;
    const used = this.constraints.map(({groups}) => new Float64Array(groups.count));
    let bound = 0;
    units.setPrices(prices);
    for (let f = 0; f < problem.demand.functions; f += stride) {
      units.choose(f);
      bound += stride * units.net;
      for (let c = 0; c < used.length; c++) units.addUse(f, this.constraints[c]!, stride, used[c]!);
      each?.(f, units);
    }
    for (const {constraint, price} of prices) {
      for (let g = 0; g < price.length; g++) if (price[g]! > 0) bound += price[g]! * constraint.limit[g]!;
    }
    return {bound, used};
  }

  /** The best choices of some functions. */
  respondOf(
    some: readonly number[],
    prices: readonly GroupPrices[],
    each: (f: number, units: TimedUnits) => void,
  ): void {
    this.units.setPrices(prices);
    for (const f of some) {
      this.units.choose(f);
      each(f, this.units);
    }
  }

  /** Sets the lowest prices of constraint `c` that keep it, all of its groups at the same time, the others' as they are. */
  private meet(c: number, prices: readonly GroupPrices[]): void {
    const {price, constraint} = prices[c]!;
    const {limit} = constraint;
    const low = new Float64Array(price.length);
    const high = new Float64Array(price.length);
    price.fill(0);
    let response = this.respond(prices, this.stride);
    for (let guess = firstGuess(response, c); exceeded(limit, response.used[c]!); guess *= 8) {
      for (let g = 0; g < price.length; g++) {
        if (response.used[c]![g]! <= limit[g]!) continue;
        low[g] = high[g]!;
        high[g] = guess;
      }
      price.set(high);
      response = this.respond(prices, this.stride);
    }
    const width = this.stride === 1 ? EXACT : ROUGH;
    while (low.some((from, g) => high[g]! - from > width * high[g]!)) {
      for (let g = 0; g < price.length; g++) price[g] = (low[g]! + high[g]!) / 2;
      response = this.respond(prices, this.stride);
      for (let g = 0; g < price.length; g++) {
        if (response.used[c]![g]! > limit[g]!) low[g] = price[g]!;
        else high[g] = price[g]!;
      }
    }
    price.set(high);
  }
}

function exceeded(limit: Float64Array, used: Float64Array): boolean {
  return used.some((amount, g) => amount > limit[g]!);
}

/** Value for the resource on average: prices that bind are of this order. */
function firstGuess({bound, used}: Response, c: number): number {
  const amount = used[c]!.reduce((sum, one) => sum + one, 0);
  return Math.max(1e-300, Math.abs(bound) / amount / 64);
}
