import {US_PER_MS} from '../base/units.ts';
import type {PriceSheet} from '../cost/prices.ts';
import type {ColdTimes} from '../fleet/cold-time/expected-cold-times.ts';
import {type Budgets, budgetConstraints, type CellRoom} from './bounds/budgets.ts';
import {type Constraint, requireRestFits} from './bounds/constraints.ts';
import {type ObjectiveName, type SlotPrices, slotPrices, valuationOf} from './bounds/objectives.ts';
import {quotaConstraints, type TeamMost} from './bounds/quota-constraint.ts';
import {shareAmongTeams, type TeamShares, type Teams} from './bounds/team-shares.ts';
import {KnownLevels} from './curves/known-levels.ts';
import type {SlotBounds} from './curves/valuation.ts';
import type {Demand} from './demand/demand.ts';
import {coldTimeExceededBy} from './outcome/cold-mixture.ts';
import {expectOutcome, type Outcome} from './outcome/outcome.ts';
import {chooseTimes} from './rest/choose-times.ts';
import {followedTimes} from './rest/followed-times.ts';
import {TimePricing} from './rest/price-times.ts';
import type {KeptRest, Rest} from './rest/rest.ts';
import {type CallLaws, type RestConditions, RestInForce, type RestTimes} from './rest/rest-in-force.ts';
import type {TimedDemand} from './rest/timed-units.ts';
import {meetStartDelay} from './solve/meet-start-delay.ts';
import {type PlanProblem, planValue, type RestedProblem, type Solution, solvePlan, usedBy} from './solve/solve.ts';
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
  /** What teams may keep at most; undefined: none has a limit. */
  readonly teamMost?: TeamMost | undefined;
  /** What becomes of instances beyond the plan. */
  readonly rest: Rest;
  /** The gap between plan and bound is closed where it can be. */
  readonly closesGap: boolean;
  /**
   * How calls hold instances, those beyond the slots counting towards them, as a replay has it where a rest is named;
   * undefined: as the curves and a rest that is chosen or followed have it.
   */
  readonly calls?: CallLaws | undefined;
  /** What savings are against; its times are given. */
  readonly baseline: Rest;
  /** Instances that the platform can start a second; Infinity: no limit. */
  readonly startsPerSecond: number;
  /** How long idle instances stay, whatever the rest says, seconds; NaN: as it says. Undefined: of all. [function] */
  readonly ownSeconds?: Float64Array | undefined;
}

/** What runs without a plan, and what it does with the demand of the plan. */
export interface Baseline {
  readonly name: string;
  /** By the objective, against unloading after each call, a day. */
  readonly value: number;
  readonly outcome: Outcome;
}

export interface Plan {
  readonly demand: Demand;
  readonly terms: PlanTerms;
  readonly prices: SlotPrices;
  readonly problem: RestedProblem;
  /** What becomes of instances beyond the slots, its keep-alives chosen. */
  readonly rest: RestInForce;
  /** How long instances of functions that the plan does not know stay; 0 too where the rest is a policy's. */
  readonly otherKeepAliveUs: number;
  readonly solution: Solution;
  /** Price of a slow call, dollars, when a start-delay objective is met; else 0. */
  readonly slowPrice: number;
  readonly teamShares: TeamShares | undefined;
  /** What a replay should find. */
  readonly outcome: Outcome;
  readonly baseline: Baseline;
  /** How long before a window its starts must begin. [window] */
  readonly leadUs: Float64Array;
}

/** Decides how many slots each function gets in each window. Exit 4 when no plan can keep the constraints. */
export function makePlan(demand: Demand, terms: PlanTerms): Plan {
  const prices = slotPrices(terms.memoryMib, terms.cold, terms.prices, demand.waitsPerCold);
  const valuation = valuationOf(terms.objective, demand, prices);
  const fromEmpty = demand.windows.repeatUs === 0 && demand.windows.startUs[0] === 0;
  const chosen = terms.rest.kind === 'kept' && terms.rest.chosen ? terms.rest : undefined;
  const {calls} = terms;
  const counted = chosen !== undefined || calls !== undefined;
  const known = chosen ? KnownLevels.of(demand) : undefined;
  const conditions = {fromEmpty, surprises: chosen?.surprises, counted, known, calls};
  const given = givenTimes(demand, terms.rest, terms.ownSeconds);
  const fixed = given && new RestInForce(demand, given, conditions);
  const solve = ({budgets, cells, bounds}: FleetLimits, fixedSeconds?: Float64Array): Solved => {
    const constraints = [
      ...budgetConstraints(demand, budgets, cells, terms.memoryMib, prices.warmUsdPerSecond),
      ...quotaConstraints(demand, terms.teamMost),
    ];
    const base: PlanProblem = {demand, valuation, bounds, constraints};
    return fixed
      ? solveBefore(fixed, base, terms)
      : solveTogether(
          {...base, ...timeChoice(terms), ...conditions, fixedSeconds: settled(fixedSeconds, terms)},
          terms,
        );
  };
  const {cells} = terms;
  const isSplit = cells !== undefined && cells.split.function.length > 0;
  const {problem, teamShares, solution, slowPrice} = isSplit
    ? solveSplit({...terms, cells}, terms.memoryMib, solve)
    : solve(terms);
  const {rest} = problem;
  const {secondsPerDay} = valuation;
  const outcome = expectOutcome(demand, solution.slots, {rest, secondsPerDay});
  const baseline = baselineOf(problem, terms, {...conditions, known: undefined});
  const leadUs = leadTimes(demand, solution.slots, terms);
  const otherKeepAliveUs = otherTime(terms.rest, rest);
  return {
    ...{demand, terms, prices, problem, rest, otherKeepAliveUs},
    ...{solution, slowPrice, teamShares, outcome, baseline, leadUs},
  };
}

interface Solved {
  readonly problem: RestedProblem;
  readonly teamShares: TeamShares | undefined;
  readonly solution: Solution;
  readonly slowPrice: number;
}

/** The times of a rest that is not the solver's to choose. */
function givenTimes(demand: Demand, rest: Rest, ownSeconds: Float64Array | undefined): RestTimes | undefined {
  if (rest.kind === 'kept' && rest.chosen) return undefined;
  const times =
    rest.kind === 'followed'
      ? followedTimes(demand, rest)
      : {keepSeconds: rest.keepAliveUs.map((us) => us / 1e6), idleFactor: undefined};
  if (ownSeconds === undefined) return times;
  return {
    keepSeconds: times.keepSeconds.map((seconds, f) => (Number.isNaN(ownSeconds[f]!) ? seconds : ownSeconds[f]!)),
    idleFactor: times.idleFactor?.map((factor, f) => (Number.isNaN(ownSeconds[f]!) ? factor : 1)),
  };
}

/** The times that are not the solver's to choose where others are. */
function settled(fixedSeconds: Float64Array | undefined, {ownSeconds}: PlanTerms): Float64Array | undefined {
  if (ownSeconds === undefined || fixedSeconds === undefined) return ownSeconds ?? fixedSeconds;
  return fixedSeconds.map((seconds, f) => (Number.isNaN(ownSeconds[f]!) ? seconds : ownSeconds[f]!));
}

/** Unknown functions are kept for what is suggested, shortened like the times of most others. */
function otherTime(rest: Rest, {times}: RestInForce): number {
  if (rest.kind === 'followed') return 0;
  if (!rest.chosen) return rest.otherKeepAliveUs;
  const share = times.keepSeconds.map((seconds, f) => {
    const suggested = rest.keepAliveUs[f]! / 1e6;
    return suggested > 0 ? Math.min(1, seconds / suggested) : 1;
  });
  const middle = share.sort()[share.length >> 1] ?? 1;
  return Math.round((middle * rest.otherKeepAliveUs) / US_PER_MS) * US_PER_MS;
}

/** Places slots in front of a rest that is given. */
function solveBefore(rest: RestInForce, base: PlanProblem, terms: PlanTerms): Solved {
  const given = {...base, rest};
  const nothing = new Int32Array(base.demand.ratePerSecond.length);
  for (const constraint of base.constraints) requireRestFits(constraint, usedBy(given, constraint, nothing));
  const teamShares = sharesOf(given, terms);
  const problem = withShares(given, teamShares);
  return {problem, teamShares, ...solved(problem, terms)};
}

/** Chooses keep-alives and slots together; where slots serve a goal of their own, the keep-alives are those of the plain plan. */
function solveTogether(base: PlanProblem & TimedDemand, terms: PlanTerms): Solved {
  const teamShares = sharesOf(base, terms, (shared) => new TimePricing(base, [shared]).respond([]).used[0]!);
  const problem = withShares(base, teamShares);
  const {rest, solution} = chooseTimes(problem, terms.closesGap);
  const rested = {...problem, rest};
  const isPlain = terms.objective !== 'worst-team' && Number.isNaN(terms.p99StartUs);
  return {problem: rested, teamShares, ...(isPlain ? {solution, slowPrice: 0} : solved(rested, terms))};
}

function timeChoice({rest, objective}: PlanTerms): Pick<TimedDemand, 'suggestedSeconds' | 'mayExceed'> {
  const {keepAliveUs} = rest as KeptRest;
  // Where idle time costs nothing, nothing is kept for longer than would pay.
  return {suggestedSeconds: keepAliveUs.map((us) => us / 1e6), mayExceed: objective === 'dollars'};
}

function sharesOf(
  problem: PlanProblem,
  {teams, objective}: PlanTerms,
  wanted?: (shared: Constraint) => Float64Array,
): TeamShares | undefined {
  const [first] = problem.constraints;
  return teams && first && objective !== 'worst-team' ? shareAmongTeams(problem, first, teams, wanted) : undefined;
}

function withShares<P extends PlanProblem>(problem: P, shares: TeamShares | undefined): P {
  return shares ? {...problem, constraints: [shares.constraint, ...problem.constraints.slice(1)]} : problem;
}

function solved(problem: PlanProblem, terms: PlanTerms): {solution: Solution; slowPrice: number} {
  if (terms.objective === 'worst-team') return {solution: helpWorstTeam(problem, terms.teams!), slowPrice: 0};
  if (Number.isNaN(terms.p99StartUs)) return {solution: solvePlan(problem), slowPrice: 0};
  const solution = meetStartDelay(problem, {withinUs: terms.p99StartUs, cold: terms.cold});
  return {solution, slowPrice: solution.slowPrice};
}

/** What the baseline does with the same demand, no slot being kept. */
function baselineOf(problem: PlanProblem, {baseline, ownSeconds}: PlanTerms, conditions: RestConditions): Baseline {
  const {demand, valuation} = problem;
  const times = givenTimes(demand, baseline, ownSeconds)!;
  const rest = new RestInForce(demand, times, conditions);
  const nothing = new Int32Array(demand.ratePerSecond.length);
  return {
    name: baseline.name,
    value: planValue({...problem, rest}, nothing),
    outcome: expectOutcome(demand, nothing, {rest, secondsPerDay: valuation.secondsPerDay}),
  };
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
