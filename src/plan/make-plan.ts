import type {PriceSheet} from '../cost/prices.ts';
import type {ColdTimes} from '../fleet/cold-time/expected-cold-times.ts';
import {type Budgets, budgetConstraints, type CellRoom} from './bounds/budgets.ts';
import {type ObjectiveName, type SlotPrices, slotPrices, valuationOf} from './bounds/objectives.ts';
import {shareAmongTeams, type TeamShares, type Teams} from './bounds/team-shares.ts';
import type {SlotBounds} from './curves/valuation.ts';
import type {Demand} from './demand/demand.ts';
import {coldTimeExceededBy} from './outcome/cold-mixture.ts';
import {expectOutcome, type Outcome} from './outcome/outcome.ts';
import type {KeptRest} from './rest/rest.ts';
import {meetStartDelay} from './solve/meet-start-delay.ts';
import {type PlanProblem, type Solution, solvePlan} from './solve/solve.ts';
import {type FleetLimits, solveSplit} from './solve/split-cells.ts';
import {helpWorstTeam} from './solve/worst-team.ts';

/** What is asked of the planner besides the demand. */
export interface PlanTerms {
  readonly objective: ObjectiveName;
  /** 99 % of all calls are to start within this; NaN when nobody asks. */
  readonly p99StartUs: number;
  readonly prices: PriceSheet;
  readonly cold: ColdTimes;
  /** Memory of one instance. [function] */
  readonly memoryMib: Float64Array;
  readonly budgets: Budgets;
  readonly cells: CellRoom | undefined;
  readonly bounds: SlotBounds;
  /** Share budgets among teams, or help the worst of them. */
  readonly teams: Teams | undefined;
  /** What becomes of instances beyond the plan. */
  readonly rest: KeptRest;
  /** Instances that the platform can start a second; Infinity: no limit. */
  readonly startsPerSecond: number;
}

export interface Plan {
  readonly demand: Demand;
  readonly terms: PlanTerms;
  readonly prices: SlotPrices;
  readonly problem: PlanProblem;
  readonly solution: Solution;
  /** Price of a slow call, dollars, when a start-delay objective is met; else 0. */
  readonly slowPrice: number;
  readonly teamShares: TeamShares | undefined;
  /** What a replay should find. */
  readonly outcome: Outcome;
  /** How long before a window its starts must begin. [window] */
  readonly leadUs: Float64Array;
}

/** Decides how many slots each function gets in each window. Exit 4 when no plan can keep the constraints. */
export function makePlan(demand: Demand, terms: PlanTerms): Plan {
  const prices = slotPrices(terms.memoryMib, terms.cold, terms.prices);
  const valuation = valuationOf(terms.objective, demand, prices);
  const solve = ({budgets, cells, bounds}: FleetLimits): Solved => {
    const constraints = budgetConstraints(demand, budgets, cells, terms.memoryMib, prices.warmUsdPerSecond);
    const base: PlanProblem = {demand, valuation, bounds, constraints};
    const teamShares = sharesOf(base, terms);
    const problem = teamShares ? {...base, constraints: [teamShares.constraint, ...constraints.slice(1)]} : base;
    return {problem, teamShares, ...solved(problem, terms)};
  };
  const {cells} = terms;
  const isSplit = cells !== undefined && cells.split.function.length > 0;
  const {problem, teamShares, solution, slowPrice} = isSplit
    ? solveSplit({...terms, cells}, terms.memoryMib, solve)
    : solve(terms);
  const outcome = expectOutcome(demand, solution.slots, {
    spillUs: terms.rest.keepAliveUs,
    secondsPerDay: valuation.secondsPerDay,
    fromEmpty: demand.windows.repeatUs === 0 && demand.windows.startUs[0] === 0,
  });
  const leadUs = leadTimes(demand, solution.slots, terms);
  return {demand, terms, prices, problem, solution, slowPrice, teamShares, outcome, leadUs};
}

interface Solved {
  readonly problem: PlanProblem;
  readonly teamShares: TeamShares | undefined;
  readonly solution: Solution;
  readonly slowPrice: number;
}

function sharesOf(problem: PlanProblem, {teams, objective}: PlanTerms): TeamShares | undefined {
  const [first] = problem.constraints;
  return teams && first && objective !== 'worst-team' ? shareAmongTeams(problem, first, teams) : undefined;
}

function solved(problem: PlanProblem, terms: PlanTerms): {solution: Solution; slowPrice: number} {
  if (terms.objective === 'worst-team') return {solution: helpWorstTeam(problem, terms.teams!), slowPrice: 0};
  if (Number.isNaN(terms.p99StartUs)) return {solution: solvePlan(problem), slowPrice: 0};
  const solution = meetStartDelay(problem, {withinUs: terms.p99StartUs, cold: terms.cold});
  return {solution, slowPrice: solution.slowPrice};
}

/** p99 of the cold time, and the time that a window's starts take one after the other at the start rate. [window] */
function leadTimes({functions, windows}: Demand, slots: Int32Array, {cold, startsPerSecond}: PlanTerms): Float64Array {
  const count = windows.startUs.length;
  const weights = new Float64Array(functions);
  for (let unit = 0; unit < slots.length; unit++) weights[unit % functions]! += slots[unit]!;
  const p99ColdUs = coldTimeExceededBy(0.01 * weights.reduce((sum, n) => sum + n, 0), weights, cold);
  return Float64Array.from({length: count}, (_, w) => {
    // Repeating windows follow the last of the turn before; the others begin with nothing.
    const before = w > 0 ? w - 1 : windows.repeatUs > 0 ? count - 1 : -1;
    let starts = 0;
    for (let f = 0; f < functions; f++) {
      const had = before < 0 ? 0 : slots[before * functions + f]!;
      starts += Math.max(0, slots[w * functions + f]! - had);
    }
    return starts === 0 ? 0 : p99ColdUs + (starts / startsPerSecond) * 1e6;
  });
}
