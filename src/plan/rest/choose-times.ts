import {requireRoom} from '../bounds/constraints.ts';
import type {Demand} from '../demand/demand.ts';
import {gapOf, leastCost} from '../solve/certificate.ts';
import {forcedSlots, type PlanProblem, planValue, type Solution, solvePlan, usedBy} from '../solve/solve.ts';
import {BestChoices} from './best-choices.ts';
import {closeGap} from './close-gap.ts';
import type {GroupPrices} from './known-choices.ts';
import {type Response, TimePricing} from './price-times.ts';
import {RestInForce} from './rest-in-force.ts';
import type {TimedDemand} from './timed-units.ts';

/** Keep-alives and slots chosen together. */
export interface TimedSolution {
  readonly rest: RestInForce;
  readonly solution: Solution;
}

/** Prices that left too little room for the slots are raised by this. */
const RAISED = 1.1;
/** Prices at which the best choices do not fit are raised by this, so often at most. */
const RAISED_SLIGHTLY = 1.0005;
const RAISES = 6;
/** Over so many functions gaps are closed, down to this share of the least cost. */
const CLOSED_FUNCTIONS = 1000;
const CLOSED_TO = 1e-7;
/** The same of more functions, of which as many are changed. */
const MANY_CLOSED_TO = 5e-7;
/** Wider gaps of so many functions are left: what would close them is too much to look at. */
const MANY_CLOSED_FROM = 2e-3;

/**
 * The best keep-alive of each function, one for all windows, together with the best slots in front of it. At the prices
 * of the scarce resources functions do not concern each other, so each takes its best choice; the slots are then placed
 * anew in what those keep-alives leave. The bound is the dual of the joint problem: of all keep-alives and slots.
 */
export function chooseTimes(problem: PlanProblem & TimedDemand, closesGap = true): TimedSolution {
  const {found, prices, atPrice} = atPrices(problem, closesGap);
  if (!closesGap) return found;
  const own = atPrice && closed(problem, atPrice, prices);
  return own && own.solution.primal >= found.solution.primal ? own : closed(problem, found, prices);
}

interface FoundAtPrices {
  readonly found: TimedSolution;
  readonly prices: readonly GroupPrices[];
  /** What is best at the prices: nothing is lost but what is left of the budget. Undefined: it does not fit, or is not asked. */
  readonly atPrice: TimedSolution | undefined;
}

function atPrices(problem: PlanProblem & TimedDemand, closesGap: boolean): FoundAtPrices {
  const forced = forcedSlots(problem);
  for (const constraint of problem.constraints) requireRoom(constraint, usedBy(problem, constraint, forced));
  const pricing = new TimePricing(problem, problem.constraints);
  const prices = pricing.search();
  const {rest, bound, slots} = fittingRest(pricing, prices, problem);
  const rested = {...problem, rest};
  const free = unpriced(rested, prices, slots, bound);
  if (free) return {found: {rest, solution: free}, prices, atPrice: undefined};
  const solution = betterOf(rested, solvePlan(rested, prices), slots);
  const isShort = solution.resources.some(({price}) => price.some((p) => p > 0));
  if (!isShort) return {found: {rest, solution: bounded(solution, bound)}, prices, atPrice: undefined};
  // Any prices bound: those that the slots came out at may do so more tightly.
  const best = new BestChoices(problem.demand);
  const near = pricing.isExact ? prices : solution.resources;
  const at = pricing.respond(near, 1, best.take);
  const own = closesGap ? atBestChoices(pricing, best, at, near, {rest, solution}) : undefined;
  const other = pricing.isExact ? pricing.respond(solution.resources).bound : at.bound;
  const dualBound = Math.min(bound, at.bound, other, own?.solution.dualBound ?? Number.POSITIVE_INFINITY);
  return {
    found: {rest, solution: bounded(solution, dualBound)},
    prices: Math.min(other, at.bound) < bound ? solution.resources : prices,
    atPrice: own && {rest: own.rest, solution: bounded(own.solution, dualBound)},
  };
}

function bounded(solution: Solution, dualBound: number): Solution {
  return {...solution, dualBound, gap: gapOf(solution.primal, dualBound)};
}

/** The plan of what is best for each function at those prices, or at slightly higher ones where that does not fit. */
function atBestChoices(
  pricing: TimePricing,
  best: BestChoices,
  first: Response,
  prices: readonly GroupPrices[],
  {rest, solution}: TimedSolution,
): TimedSolution | undefined {
  const {problem} = pricing;
  let near = prices;
  let at = first;
  for (let tries = RAISES; !fits(near, at); tries--) {
    if (tries === 0) return undefined;
    near = near.map(({constraint, price}) => ({constraint, price: price.map((p) => p * RAISED_SLIGHTLY)}));
    at = pricing.respond(near, 1, best.take);
  }
  let primal = at.bound;
  near.forEach(({constraint: {limit}, price}, c) => {
    price.forEach((p, g) => {
      primal -= p * (limit[g]! - at.used[c]![g]!);
    });
  });
  const [only, ...others] = near;
  const isOne = others.length === 0 && only!.price.length === 1;
  const filled = isOne ? best.fill(pricing, only!, at) : {...at, gain: 0};
  keepUncalled(problem, best.keepSeconds);
  const resources = near.map((resource, c) => ({...resource, used: filled.used[c]!}));
  const {slots, keepSeconds} = best;
  return {
    rest: rest.with(keepSeconds),
    solution: {...bounded({...solution, slots, primal: primal + filled.gain}, filled.bound), resources},
  };
}

function fits(prices: readonly GroupPrices[], {used}: Response): boolean {
  return prices.every(({constraint: {limit}}, c) => used[c]!.every((use, g) => use <= limit[g]!));
}

/** Where nothing is short, the slots that are best without a price are the plan; undefined where something is. */
function unpriced(
  problem: PlanProblem,
  prices: readonly GroupPrices[],
  slots: Int32Array,
  dualBound: number,
): Solution | undefined {
  if (prices.some(({price}) => price.some((p) => p > 0))) return undefined;
  const resources = prices.map(({constraint, price}) => ({
    ...{constraint, price},
    used: usedBy(problem, constraint, slots),
  }));
  if (resources.some(({used, constraint: {limit}}) => used.some((use, g) => use > limit[g]!))) return undefined;
  const primal = planValue(problem, slots);
  return {slots, primal, dualBound, gap: gapOf(primal, dualBound), resources};
}

/** The slots that were best at the prices found, where they fit and are worth more than those placed anew. */
function betterOf(problem: PlanProblem, solution: Solution, slots: Int32Array): Solution {
  const primal = planValue(problem, slots);
  if (primal <= solution.primal) return solution;
  const resources = solution.resources.map((resource) => ({
    ...resource,
    used: usedBy(problem, resource.constraint, slots),
  }));
  const fits = resources.every(({used, constraint}) => used.every((use, g) => use <= constraint.limit[g]!));
  return fits ? {...solution, slots, primal, resources} : solution;
}

/**
 * The same plan with its gap closed where one budget is short. Several windows share a keep-alive: there the slots alone
 * are placed better, and the bound stays. Of many functions some are changed until what is left of the budget is used.
 */
export function closed(
  problem: PlanProblem & TimedDemand,
  {rest, solution}: TimedSolution,
  prices: readonly GroupPrices[],
): TimedSolution {
  const {demand, constraints} = problem;
  const [price] = prices;
  const isMany = demand.functions > CLOSED_FUNCTIONS;
  const least = leastCost(problem, solution.dualBound);
  const enough = (isMany ? MANY_CLOSED_TO : CLOSED_TO) * least;
  if (isMany && solution.gap.absolute > MANY_CLOSED_FROM * least) return {rest, solution};
  if (!price || constraints.length > 1 || solution.gap.absolute <= enough) return {rest, solution};
  const {keepSeconds} = rest.times;
  const isFree = demand.windows.startUs.length === 1;
  const choices = {slots: solution.slots.slice(), keepSeconds: keepSeconds.slice()};
  const searched = isFree ? problem : {...problem, fixedSeconds: keepSeconds};
  const {used} = solution.resources[0]!;
  const some = isMany ? spreadOver(demand) : undefined;
  const terms = {...price, used, gap: solution.gap.absolute, enough, some};
  const {open, gain, taken} = closeGap(searched, terms, choices);
  if (gain < 0) return {rest, solution};
  const better = isFree ? rest.with(choices.keepSeconds) : rest;
  const primal = some ? solution.primal + gain : planValue({...problem, rest: better}, choices.slots);
  if (primal < solution.primal) return {rest, solution};
  const isProven = some === undefined && (isFree || problem.fixedSeconds !== undefined);
  const dualBound = isProven ? Math.min(solution.dualBound, primal + open) : solution.dualBound;
  const resources = solution.resources.map((resource) => ({
    ...resource,
    used: some
      ? used.map((amount, g) => amount + taken[g]!)
      : usedBy({...problem, rest: better}, resource.constraint, choices.slots),
  }));
  return {
    rest: better,
    solution: {...solution, slots: choices.slots, primal, dualBound, gap: gapOf(primal, dualBound), resources},
  };
}

/** As many functions as gaps are closed over, windows counted, spread over all. */
function spreadOver({functions, windows}: Demand): number[] {
  const count = Math.max(1, Math.floor(CLOSED_FUNCTIONS / windows.startUs.length));
  return Array.from({length: count}, (_, i) => Math.floor(((i + 0.5) * functions) / count));
}

/** Of functions that no window calls the curves say nothing: they are kept for what is suggested, shortened as for others. */
function keepUncalled({demand, suggestedSeconds}: TimedDemand, keepSeconds: Float64Array): void {
  const {functions, ratePerSecond} = demand;
  const called = new Uint8Array(functions);
  for (let unit = 0; unit < ratePerSecond.length; unit++) if (ratePerSecond[unit]! > 0) called[unit % functions] = 1;
  if (!called.includes(0)) return;
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
): {rest: RestInForce; slots: Int32Array; bound: number} {
  const {functions, ratePerSecond} = problem.demand;
  const keepSeconds = new Float64Array(functions);
  const slots = new Int32Array(ratePerSecond.length);
  const forced = forcedSlots(problem);
  let bound = Number.POSITIVE_INFINITY;
  for (;;) {
    const response = pricing.respond(prices, 1, (f, units) => {
      keepSeconds[f] = units.keepSeconds;
      for (let w = 0, u = f; u < slots.length; w++, u += functions) slots[u] = units.slots[w]!;
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
    if (fits) return {rest, slots, bound};
  }
}
