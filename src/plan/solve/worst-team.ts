import {usageError} from '../../base/errors.ts';
import type {Budgets} from '../bounds/budgets.ts';
import type {DealtFleet} from '../bounds/cell-room.ts';
import {type Constraint, groupsByWindow, requireRoom} from '../bounds/constraints.ts';
import type {Teams} from '../bounds/team-shares.ts';
import {coldWithoutSlots} from '../curves/cold-without-slots.ts';
import {PricedUnits} from '../curves/valuation.ts';
import {gapOf} from './certificate.ts';
import {type Selection, selectRuns} from './select.ts';
import {forcedSlots, type PlanProblem, type Solution, solvePlan, usedBy} from './solve.ts';

/** Halvings of the worst team's cold share: 2^-30 is below any share that matters. */
const HALVINGS = 30;

/**
 * Makes the worst team of each window as well off as can be: the lowest cold share that every team can have at once
 * within the budget, each team's slots placed where they avoid most cold starts. What rounding leaves goes to the best
 * cold starts left, whoever's they are. Primal and bound are the warm share of the worst team, the mean over windows.
 * `problem` is valued in cold starts and has one budget, of slots or of memory.
 */
export function helpWorstTeam(problem: PlanProblem, teams: Teams): Solution {
  const [budget] = problem.constraints;
  const windows = problem.demand.windows.startUs.length;
  if (!budget || problem.constraints.length > 1 || budget.groups.count !== windows) throw needsOneBudget();
  requireRoom(budget, usedBy(problem, budget, forcedSlots(problem)));
  const race = new TeamRace(problem, budget, teams);
  const fractional = race.lowestShares(true);
  const whole = race.lowestShares(false);
  const atLeast = race.slotsFor(whole.cold);
  const filled = solvePlan({...problem, bounds: {...problem.bounds, atLeast}});
  const primal = race.meanWarm(race.worstOf(filled.slots));
  const dualBound = Math.max(primal, race.meanWarm(fractional.cold));
  return {
    ...filled,
    primal,
    dualBound,
    gap: gapOf(primal, dualBound),
    resources: [{...filled.resources[0]!, price: race.price(fractional)}],
  };
}

/** Ends with exit 2 where there is not one budget, of slots or of memory, for the whole fleet. */
export function checkOneBudget({slots, memoryMib, usdPerDay}: Budgets, {fleet, cells}: DealtFleet): void {
  const ofFleet = [fleet.slots, fleet.memoryMib].map(Number.isFinite);
  const isShort = [slots, memoryMib].map((budget, i) => Number.isFinite(budget) || ofFleet[i]!);
  const isDealt = cells > 1 && ofFleet.includes(true);
  if (isShort[0] === isShort[1] || Number.isFinite(usdPerDay) || isDealt) throw needsOneBudget();
}

function needsOneBudget(): Error {
  return usageError(
    '--objective worst-team needs one budget of slots or memory for the whole fleet',
    'give --budget-slots or --budget-memory alone, without cells',
  );
}

interface LowestShares {
  /** Cold share that every team of the window can have. [window] */
  readonly cold: Float64Array;
  readonly selection: Selection;
}

/** All teams of a window are given the same cold share; how many slots that takes is what the budget is held against. */
class TeamRace {
  private readonly teams: Teams;
  private readonly problem: PlanProblem;
  private readonly budget: Constraint;
  /** The budget's resource, counted by window and team. */
  private readonly units: PricedUnits;
  private readonly windows: number;
  /** Cold starts a day without slots, and those that the forced slots leave. [window * teams + team] */
  private readonly calls: Float64Array;
  private readonly coldAtFirst: Float64Array;
  private readonly room: Float64Array; // [window]

  constructor(problem: PlanProblem, budget: Constraint, teams: Teams) {
    const {demand, valuation} = problem;
    this.problem = problem;
    this.budget = budget;
    this.teams = teams;
    this.windows = demand.windows.startUs.length;
    const groups = groupsByWindow(demand, teams);
    const byTeam: Constraint = {...budget, groups, limit: new Float64Array(groups.count)};
    this.units = new PricedUnits(problem, byTeam);
    this.calls = new Float64Array(groups.count);
    const forced = forcedSlots(problem);
    for (let unit = 0; unit < demand.ratePerSecond.length; unit++) {
      const w = Math.floor(unit / demand.functions);
      this.calls[groups.of(unit)]! += coldWithoutSlots(demand, unit) * valuation.secondsPerDay[w]!;
    }
    this.coldAtFirst = this.coldOf(forced);
    const taken = usedBy(problem, budget, forced);
    this.room = budget.limit.map((limit, w) => limit - taken[w]!);
  }

  /** The lowest common cold share of each window that fits its budget; `fractional` allows parts of a slot. */
  lowestShares(fractional: boolean): LowestShares {
    const low = new Float64Array(this.windows);
    const high = new Float64Array(this.windows).fill(1);
    for (let step = 0; step < HALVINGS; step++) {
      const middle = low.map((share, w) => (share + high[w]!) / 2);
      const taken = this.takenFor(this.reach(middle), middle, fractional);
      for (let w = 0; w < this.windows; w++) {
        if (taken[w]! > this.room[w]!) low[w] = middle[w]!;
        else high[w] = middle[w]!;
      }
    }
    return {cold: high, selection: this.reach(high)};
  }

  /** Slots of each unit, forced ones included, that give every team at most these cold shares. */
  slotsFor(cold: Float64Array): Int32Array {
    const forced = forcedSlots(this.problem);
    return this.reach(cold).slots.map((n, unit) => n + forced[unit]!);
  }

  /** Highest cold share among the teams of each window. */
  worstOf(slots: Int32Array): Float64Array {
    const cold = this.coldOf(slots);
    const worst = new Float64Array(this.windows);
    for (let g = 0; g < cold.length; g++) {
      const w = Math.floor(g / this.teams.count);
      if (this.calls[g]! > 0) worst[w] = Math.max(worst[w]!, cold[g]! / this.calls[g]!);
    }
    return worst;
  }

  /** Warm share of the worst team, the mean over the time of the windows. */
  meanWarm(cold: Float64Array): number {
    const {secondsPerDay} = this.problem.valuation;
    return cold.reduce((sum, share, w) => sum + ((1 - share) * secondsPerDay[w]!) / 86_400, 0);
  }

  /** Warm share of the worst team for one more unit of the resource: every team needs its part of it. [group] */
  price({selection}: LowestShares): Float64Array {
    const {secondsPerDay} = this.problem.valuation;
    const price = new Float64Array(this.budget.groups.count);
    for (let w = 0; w < this.windows; w++) {
      let needed = 0;
      for (let team = 0; team < this.teams.count; team++) {
        const g = w * this.teams.count + team;
        if (selection.price[g]! > 0) needed += this.calls[g]! / selection.price[g]!;
      }
      price[w] = needed > 0 ? secondsPerDay[w]! / 86_400 / needed : 0;
    }
    return price;
  }

  private reach(cold: Float64Array): Selection {
    const {groups} = this.units.resource;
    // Sums differ in their last digits: nothing is bought for that.
    const goal = this.coldAtFirst.map(
      (left, g) => left - (cold[Math.floor(g / this.teams.count)]! + 1e-12) * this.calls[g]!,
    );
    return selectRuns(this.units, groups, goal, 'reach-value');
  }

  /** Resource taken in each window; Infinity where a team cannot get that far. */
  private takenFor({used, reached, price}: Selection, cold: Float64Array, fractional: boolean): Float64Array {
    const taken = new Float64Array(this.windows);
    for (let g = 0; g < used.length; g++) {
      const w = Math.floor(g / this.teams.count);
      const goal = this.coldAtFirst[g]! - cold[w]! * this.calls[g]!;
      const excess = reached[g]! - goal;
      taken[w]! += used[g]!;
      // The last run's surplus, bought at the price, is what a fraction of it would have saved.
      if (fractional && excess > 0 && goal > 0 && price[g]! > 0) taken[w]! -= excess / price[g]!;
      if (excess < -1e-9 * this.calls[g]!) taken[w] = Number.POSITIVE_INFINITY;
    }
    return taken;
  }

  /** Cold starts a day that `slots` leave. [window * teams + team] */
  private coldOf(slots: Int32Array): Float64Array {
    const {groups} = this.units.resource;
    const cold = this.calls.slice();
    const sum = {value: 0, use: 0};
    for (let unit = 0; unit < slots.length; unit++) {
      this.units.exact(unit, slots[unit]!, sum);
      cold[groups.of(unit)]! -= sum.value;
    }
    return cold;
  }
}
