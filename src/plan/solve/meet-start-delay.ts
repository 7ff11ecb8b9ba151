import {missedError} from '../../base/errors.ts';
import {formatTimeUs} from '../../base/units.ts';
import type {ColdTimes} from '../../fleet/cold-time/expected-cold-times.ts';
import {unlimited} from '../bounds/constraints.ts';
import {coldWithoutSlots} from '../curves/cold-without-slots.ts';
import {PricedUnits, type Valuation} from '../curves/valuation.ts';
import {gapOf} from './certificate.ts';
import {type PlanProblem, planValue, type Solution, solvePlan, usedBy} from './solve.ts';

/** All but this share of the calls are to start within the limit. */
const SLOW_SHARE = 0.01;
const PRICE_TOLERANCE = 1e-7;

/** A start-delay objective: 99 % of all calls within `withinUs`. */
export interface StartDelayGoal {
  readonly withinUs: number;
  readonly cold: ColdTimes;
}

/**
 * The cheapest plan with at most 1 % of the calls slower than the limit. Slow cold starts get a price of their own on
 * top of their dollars, the lowest at which the goal is met; functions that are equally good at that price are then
 * given slots one by one until it is. Primal and bound stay in dollars. Exit 4 when no number of slots within the
 * budgets can meet the goal.
 */
export function meetStartDelay(problem: PlanProblem, goal: StartDelayGoal): Solution & {readonly slowPrice: number} {
  const slow = new SlowCalls(problem, goal);
  const plain = solvePlan(problem);
  if (slow.left(plain.slots) <= slow.allowed) return {...plain, slowPrice: 0};
  requirePossible(problem, slow, goal);

  let low = {price: 0, solution: plain};
  let high = low;
  for (let price = slow.firstPrice(plain); slow.left(high.solution.slots) > slow.allowed; price *= 8) {
    low = high;
    high = {price, solution: slow.solveAt(price)};
  }
  while (high.price - low.price > PRICE_TOLERANCE * high.price) {
    const price = (low.price + high.price) / 2;
    const tried = {price, solution: slow.solveAt(price)};
    if (slow.left(tried.solution.slots) <= slow.allowed) high = tried;
    else low = tried;
  }
  const slots = slow.cheapestBetween(low.solution.slots, high.solution.slots);
  const primal = slow.dollarsOf(slots);
  const dualBound = Math.min(slow.boundOf(low), slow.boundOf(high));
  const resources = high.solution.resources.map((resource) => ({
    ...resource,
    used: usedBy(problem, resource.constraint, slots),
  }));
  return {slots, primal, dualBound, gap: gapOf(primal, dualBound), resources, slowPrice: high.price};
}

interface Priced {
  readonly price: number;
  readonly solution: Solution;
}

/** Counts slow calls of plans: cold starts that take longer than the limit. Calls a day. */
class SlowCalls {
  /** Slow calls that the goal allows. */
  readonly allowed: number;
  /** Slow calls without any slot. */
  private readonly all: number;
  private readonly valuation: Valuation;
  private readonly problem: PlanProblem;

  constructor(problem: PlanProblem, {withinUs, cold}: StartDelayGoal) {
    const {demand, valuation} = problem;
    const {functions, ratePerSecond} = demand;
    const share = Float64Array.from({length: functions}, (_, f) => cold.shareAbove(f, withinUs));
    this.problem = problem;
    this.valuation = {...valuation, gainPerWake: share, lossPerIdleSecond: new Float64Array(functions)};
    let calls = 0;
    let slow = 0;
    for (let unit = 0; unit < ratePerSecond.length; unit++) {
      const f = unit % functions;
      const perDay = ratePerSecond[unit]! * valuation.secondsPerDay[(unit - f) / functions]!;
      calls += perDay;
      slow += share[f]! * coldWithoutSlots(demand, unit) * valuation.secondsPerDay[(unit - f) / functions]!;
    }
    this.all = slow;
    this.allowed = SLOW_SHARE * calls;
  }

  left(slots: Int32Array): number {
    return this.all - this.avoided(slots);
  }

  solveAt(price: number): Solution {
    const {valuation} = this.problem;
    const gainPerWake = valuation.gainPerWake.map((gain, f) => gain + price * this.valuation.gainPerWake[f]!);
    return solvePlan({...this.problem, valuation: {...valuation, gainPerWake}});
  }

  /** The plan that avoids most slow calls, whatever it costs. */
  solveRegardless(): Solution {
    return solvePlan({...this.problem, valuation: this.valuation});
  }

  dollarsOf(slots: Int32Array): number {
    return planValue(this.problem, slots);
  }

  /** What no plan that meets the goal can be worth in dollars. */
  boundOf({price, solution}: Priced): number {
    return solution.dualBound - price * (this.all - this.allowed);
  }

  /** Dollars of delay for a slow call on average: the price of meeting a goal is of this order. */
  firstPrice(plain: Solution): number {
    const {gainPerWake} = this.problem.valuation;
    const mean = gainPerWake.reduce((sum, gain) => sum + gain, 0) / gainPerWake.length;
    return mean > 0 ? mean : Math.max(1e-9, Math.abs(plain.primal) / Math.max(1, this.all));
  }

  /** Goes from `few` towards `many` slots, one function after the other, until the goal is met. */
  cheapestBetween(few: Int32Array, many: Int32Array): Int32Array {
    // Where budgets bind, more for one is less for another: only a plan as a whole is known to fit.
    if (many.some((n, unit) => n < few[unit]!)) return many;
    const slots = few.slice();
    const units = new PricedUnits({...this.problem, valuation: this.valuation}, unlimited(this.problem.demand));
    const before = {value: 0, use: 0};
    const after = {value: 0, use: 0};
    for (let unit = 0, left = this.left(slots); unit < slots.length && left > this.allowed; unit++) {
      if (many[unit] === few[unit]) continue;
      units.exact(unit, few[unit]!, before);
      units.exact(unit, many[unit]!, after);
      slots[unit] = many[unit]!;
      left -= after.value - before.value;
    }
    return this.left(slots) <= this.allowed ? slots : many;
  }

  private avoided(slots: Int32Array): number {
    return planValue({...this.problem, valuation: this.valuation}, slots);
  }
}

/** Ends with exit 4 when not even the plan that avoids most slow calls meets the goal, and says what is short. */
function requirePossible({demand, constraints}: PlanProblem, slow: SlowCalls, {withinUs}: StartDelayGoal): void {
  const {slots, resources} = slow.solveRegardless();
  const left = slow.left(slots);
  if (left <= slow.allowed) return;
  const short = resources.find(({price}) => price.some((p) => p > 0)) ?? resources[0];
  const reason = short
    ? `the budget of ${short.constraint.name}${constraints.length > 1 ? ', the first that binds,' : ''} is too small`
    : 'maximum slots keep it out of reach';
  const share = (100 * SLOW_SHARE * left) / slow.allowed;
  throw missedError(
    `no plan starts 99 % of the ${demand.functions} functions' calls within ${formatTimeUs(withinUs)}: at best ` +
      `${share.toPrecision(3)} % of them are slower, because ${reason}`,
    'raise the budget or the objective, or make cold starts faster',
  );
}
