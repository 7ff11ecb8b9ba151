import {PricedUnits} from '../curves/valuation.ts';
import {forcedSlots, type PlanProblem, usedBy} from '../solve/solve.ts';
import type {Constraint, Parts} from './constraints.ts';
import {waterFill, wholeShares} from './shares.ts';

/** Teams among which a budget is shared. */
export interface Teams extends Parts {
  readonly names: readonly string[];
  /** Above 0. [team] */
  readonly weights: Float64Array;
  /** Slots that a team has whenever it wants them; undefined: none has any. [team] */
  readonly reserved?: Float64Array | undefined;
}

/** What each team of each group of the shared budget may take and wanted. [group * teams + team] */
export interface TeamShares {
  readonly constraint: Constraint;
  readonly wants: Float64Array;
}

/**
 * Splits each group of a constraint among the teams, weighted max-min with lending: a team wants what it would keep if
 * the budget were endless, gets at most that, and lends the rest of its share to those who want more. `wantedOf` says
 * what that is where slots are not all that is decided.
 */
export function shareAmongTeams(
  problem: PlanProblem,
  constraint: Constraint,
  teams: Teams,
  wantedOf: (shared: Constraint) => Float64Array = (shared) => wanted(problem, shared),
): TeamShares {
  const shared = byTeam(problem, constraint, teams);
  const forced = usedBy(problem, shared, forcedSlots(problem));
  const wants = wantedOf(shared);
  for (let g = 0; g < constraint.groups.count; g++) {
    const [from, to] = [g * teams.count, (g + 1) * teams.count];
    const want = wants.subarray(from, to);
    const floors = reservedFloors(forced.subarray(from, to), want, problem, constraint, teams.reserved, g);
    const shares = waterFill(constraint.limit[g]!, teams.weights, want, floors);
    // What the rest keeps idle is no whole number of slots.
    const whole = constraint.name === 'slots' && want.every(Number.isInteger);
    shared.limit.set(whole ? wholeShares(shares, want, constraint.limit[g]!) : shares, from);
  }
  return {constraint: shared, wants};
}

/**
 * What each team gets first: the slots that it insists on, and what it has reserved as far as it wants that; cells have equal
 * parts of it. Where not all of that is there each gets the same share of what it has reserved.
 */
function reservedFloors(
  forced: Float64Array,
  want: Float64Array,
  {demand}: PlanProblem,
  {name, groups, limit}: Constraint,
  reserved: Float64Array | undefined,
  group: number,
): Float64Array {
  if (reserved === undefined || name !== 'slots') return forced;
  const parts = groups.count / demand.windows.startUs.length;
  const more = forced.map((own, team) => Math.max(0, Math.min(reserved[team]! / parts, want[team]!) - own));
  const sum = (amounts: Float64Array): number => amounts.reduce((total, amount) => total + amount, 0);
  const share = Math.min(1, Math.max(0, limit[group]! - sum(forced)) / sum(more));
  return forced.map((own, team) => own + (more[team] === 0 ? 0 : more[team]! * share));
}

/** The constraint with every group divided by team; its limits are still to be set. */
function byTeam({demand}: PlanProblem, constraint: Constraint, teams: Teams): Constraint {
  const {groups} = constraint;
  const {functions} = demand;
  return {
    ...constraint,
    groups: {
      count: groups.count * teams.count,
      of: (unit) => groups.of(unit) * teams.count + teams.of[unit % functions]!,
    },
    limit: new Float64Array(groups.count * teams.count),
    describe: (g) => `${constraint.describe(Math.floor(g / teams.count))} for team '${teams.names[g % teams.count]}'`,
  };
}

function wanted(problem: PlanProblem, shared: Constraint): Float64Array {
  const units = new PricedUnits(problem, shared);
  const wants = usedBy(problem, shared, forcedSlots(problem));
  for (let unit = 0; unit < units.units; unit++) {
    const {count, use} = units.runs(unit);
    const g = shared.groups.of(unit);
    for (let j = 0; j < count; j++) wants[g]! += use[j]!;
  }
  return wants;
}
