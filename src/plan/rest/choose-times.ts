import {requireRoom} from '../bounds/constraints.ts';
import {gapOf} from '../solve/certificate.ts';
import {forcedSlots, type PlanProblem, type Solution, solvePlan, usedBy} from '../solve/solve.ts';
import {TimePricing} from './price-times.ts';
import {RestInForce} from './rest-in-force.ts';
import type {GroupPrices, TimedDemand} from './timed-units.ts';

/** Keep-alives and slots chosen together. */
export interface TimedSolution {
  readonly rest: RestInForce;
  readonly solution: Solution;
}

/** Prices that left too little room for the slots are raised by this. */
const RAISED = 1.1;

/**
 * The best keep-alive of each function, one for all windows, together with the best slots in front of it. At the prices
 * of the scarce resources functions do not concern each other, so each takes its best choice; the slots are then placed
 * anew in what those keep-alives leave. The bound is the dual of the joint problem: of all keep-alives and slots.
 */
export function chooseTimes(problem: PlanProblem & TimedDemand): TimedSolution {
  const forced = forcedSlots(problem);
  for (const constraint of problem.constraints) requireRoom(constraint, usedBy(problem, constraint, forced));
  const pricing = new TimePricing(problem, problem.constraints);
  const prices = pricing.search();
  const {rest, bound} = fittingRest(pricing, prices, problem);
  const solution = solvePlan({...problem, rest});
  // Any prices bound: those that the slots came out at may do so more tightly.
  const bounds = [bound];
  if (solution.resources.some(({price}) => price.some((p) => p > 0)))
    bounds.push(pricing.respond(solution.resources).bound);
  const dualBound = Math.min(...bounds);
  return {rest, solution: {...solution, dualBound, gap: gapOf(solution.primal, dualBound)}};
}

/** Of functions that no window calls the curves say nothing: they are kept for what is suggested, shortened as for others. */
function keepUncalled({demand, suggestedSeconds}: TimedDemand, keepSeconds: Float64Array): void {
  const {functions, ratePerSecond} = demand;
  const called = new Uint8Array(functions);
  for (let unit = 0; unit < ratePerSecond.length; unit++) if (ratePerSecond[unit]! > 0) called[unit % functions] = 1;
  const share = shortenedBy(suggestedSeconds, keepSeconds, called);
  for (let f = 0; f < functions; f++) if (called[f] === 0) keepSeconds[f] = share * suggestedSeconds[f]!;
}

/** The median of what is left of the suggested times of functions that are called; 1 if none is. */
export function shortenedBy(suggested: Float64Array, keepSeconds: Float64Array, called: Uint8Array): number {
  const share = keepSeconds.map((seconds, f) => Math.min(1, seconds / suggested[f]!));
  const known = share.filter((one, f) => called[f] === 1 && !Number.isNaN(one)).sort();
  return known[known.length >> 1] ?? 1;
}

/** The best keep-alives at these prices, or at higher ones where they alone would not fit. */
function fittingRest(
  pricing: TimePricing,
  prices: readonly GroupPrices[],
  problem: PlanProblem & TimedDemand,
): {rest: RestInForce; bound: number} {
  const keepSeconds = new Float64Array(problem.demand.functions);
  const forced = forcedSlots(problem);
  let bound = Number.POSITIVE_INFINITY;
  for (;;) {
    const response = pricing.respond(prices, 1, (f, units) => {
      keepSeconds[f] = units.keepSeconds;
    });
    keepUncalled(problem, keepSeconds);
    bound = Math.min(bound, response.bound);
    const rest = new RestInForce(problem.demand, {keepSeconds: keepSeconds.slice(), idleFactor: undefined}, problem);
    let fits = true;
    for (const {constraint, price} of prices) {
      const {limit} = constraint;
      const use = usedBy({...problem, rest}, constraint, forced);
      for (let g = 0; g < price.length; g++) {
        if (use[g]! <= limit[g]!) continue;
        price[g] = Math.max(price[g]! * RAISED, Math.abs(response.bound) / use[g]! / 64);
        fits = false;
      }
    }
    if (fits) return {rest, bound};
  }
}
