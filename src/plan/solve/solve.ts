import {type Constraint, requireRoom, unlimited} from '../bounds/constraints.ts';
import {type Charge, type PricedDemand, PricedUnits} from '../curves/valuation.ts';
import type {GroupPrices} from '../rest/known-choices.ts';
import type {RestInForce} from '../rest/rest-in-force.ts';
import {dualBound, gapOf, worthOf} from './certificate.ts';
import {priceCharges} from './price-charges.ts';
import {type Selection, selectRuns} from './select.ts';
import {topUp} from './top-up.ts';

/** What to plan. One constraint is met by counting, the only one that is short or else the first, the others by their prices. */
export interface PlanProblem extends PricedDemand {
  readonly constraints: readonly Constraint[];
}

/** A problem whose rest is decided. */
export type RestedProblem = PlanProblem & {readonly rest: RestInForce};

/** A plan with the proof of how good it is. Values are in units of the objective a day. */
export interface Solution {
  /** Slots of each function in each window. [unit] */
  readonly slots: Int32Array;
  readonly primal: number;
  readonly dualBound: number;
  readonly gap: {readonly absolute: number; readonly relative: number};
  /** Each constraint with its prices and what the plan takes of it, in the order given. */
  readonly resources: readonly ResourceUse[];
}

export interface ResourceUse {
  readonly constraint: Constraint;
  /** Objective for one more unit of the resource. [group] */
  readonly price: Float64Array;
  /** [group] */
  readonly used: Float64Array;
}

/**
 * The best number of slots for each function and window by Lagrangian relaxation: functions compete through the price
 * of each scarce resource alone. Exact for concave curves and whole slots; otherwise within one run of slots a group,
 * as the certificate shows. Exit 4 when the forced slots exceed a budget. Prices that a constraint's are `near` save time.
 */
export function solvePlan(problem: PlanProblem, near: readonly GroupPrices[] = []): Solution {
  const {demand} = problem;
  const forced = forcedSlots(problem);
  for (const constraint of problem.constraints) requireRoom(constraint, usedBy(problem, constraint, forced));

  const [resource = unlimited(demand), ...others] = countedFirst(problem, forced);
  const room = leftover(resource, usedBy(problem, resource, forced));
  const plain = new PricedUnits(problem, resource).remember();
  const guess = near.find(({constraint}) => constraint === resource)?.price;
  const choose = (charges: readonly Charge[]): Selection =>
    selectRuns(
      charges.length > 0 ? new PricedUnits(problem, resource, charges) : plain,
      resource.groups,
      room,
      'within-use',
      guess,
    );
  const total = ({slots}: Selection): Int32Array => slots.map((chosen, unit) => chosen + forced[unit]!);

  const used = (constraint: Constraint, s: Selection): Float64Array => usedBy(problem, constraint, total(s));

  let charges: Charge[] = [];
  let selection = choose(charges);
  // A price on one resource shifts demand to others, so they are looked at again until none is short.
  for (let short: Constraint | undefined; ; ) {
    short = others.find((constraint) => overLimit(constraint, used(constraint, selection)));
    if (!short) break;
    const price = new Float64Array(short.groups.count);
    ({charges, selection} = priceCharges({charges: [...charges, {constraint: short, price}], choose, used}));
  }
  const slots = total(selection);
  // Whole slots always fill their budget; anything else leaves a rest.
  const remainders = [resource, ...others].map((constraint) => ({
    units: constraint === resource ? plain : new PricedUnits(problem, constraint),
    constraint,
    price: priceOf(constraint, resource, selection, charges),
    room: leftover(constraint, usedBy(problem, constraint, slots)),
  }));
  const divisible = resource.name === 'slots' && charges.length === 0 && !problem.rest;
  if (!divisible) topUp(remainders, slots);
  return certified(problem, plain, charges, selection, slots);
}

/**
 * The constraints, the one to be met by counting in front: of several the one that alone is short when slots are had
 * for the asking, since what meets it takes less of the others too. Counting takes a few passes, a price dozens.
 */
function countedFirst(problem: PlanProblem, forced: Int32Array): readonly Constraint[] {
  const {demand, constraints} = problem;
  if (constraints.length < 2) return constraints;
  const all = unlimited(demand);
  const {slots} = selectRuns(new PricedUnits(problem, all), all.groups, all.limit, 'within-use');
  const wanted = slots.map((chosen, unit) => chosen + forced[unit]!);
  const short = constraints.filter((constraint) => overLimit(constraint, usedBy(problem, constraint, wanted)));
  return short.length === 1 ? [...short, ...constraints.filter((one) => one !== short[0])] : constraints;
}

function certified(
  problem: PlanProblem,
  plain: PricedUnits,
  charges: readonly Charge[],
  selection: Selection,
  slots: Int32Array,
): Solution {
  const {resource} = plain;
  const worth = worthOf(plain, slots, resource.groups);
  const charged = charges.length > 0 ? new PricedUnits(problem, resource, charges) : plain;
  const {bound, credit} = dualBound(charged, selection.price);
  const primal = sum(worth.value);
  const dual = sum(bound) + credit;
  const resources = problem.constraints.map((constraint) => ({
    constraint,
    price: priceOf(constraint, resource, selection, charges),
    used: constraint === resource ? worth.use : usedBy(problem, constraint, slots),
  }));
  return {slots, primal, dualBound: dual, gap: gapOf(primal, dual), resources};
}

/** 0 where a constraint does not bind. [group] */
function priceOf(
  constraint: Constraint,
  resource: Constraint,
  selection: Selection,
  charges: readonly Charge[],
): Float64Array {
  if (constraint === resource) return selection.price;
  const charge = charges.find((one) => one.constraint === constraint);
  return charge?.price ?? new Float64Array(constraint.groups.count);
}

/** What `slots` and the rest are worth a day by the true curves, against unloading after each call. */
export function planValue(problem: PlanProblem, slots: Int32Array): number {
  const all = unlimited(problem.demand);
  return sum(worthOf(new PricedUnits(problem, all), slots, all.groups).value);
}

/** What `slots` and the rest take of a constraint. [group] */
export function usedBy(problem: PlanProblem, constraint: Constraint, slots: Int32Array): Float64Array {
  return worthOf(new PricedUnits(problem, constraint), slots, constraint.groups).use;
}

function leftover({limit}: Constraint, taken: Float64Array): Float64Array {
  return limit.map((amount, g) => amount - taken[g]!);
}

/** Minimum and pinned slots. [unit] */
export function forcedSlots({demand, bounds: {atLeast}}: PlanProblem): Int32Array {
  const units = demand.functions * demand.windows.startUs.length;
  const forced = new Int32Array(units);
  for (let from = 0; from < units; from += atLeast.length) forced.set(atLeast, from);
  return forced;
}

function overLimit({limit}: Constraint, used: Float64Array): boolean {
  return used.some((amount, g) => amount > limit[g]!);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
