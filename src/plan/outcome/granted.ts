import type {Workload} from '../../workload/workload.ts';
import type {PlanRows} from '../file/plan-rows.ts';
import type {Plan} from '../make-plan.ts';
import {type Reason, reasons} from './reasons.ts';
import {shortNames} from './short-names.ts';

/** A function that has slots, and what they are worth: a mean day of the plan. */
export interface GrantedFunction {
  readonly function: string;
  readonly app: string;
  readonly owner: string;
  /** The shortest beginning of its name that no other has; `owner/app/name` where one has the same name. */
  readonly shortName: string;
  /** Most at a time. */
  readonly slots: number;
  readonly memoryMib: number;
  /** Beyond what the rest would avoid without them. */
  readonly coldStartsAvoidedPerDay: number;
  /** What those would cost. */
  readonly savesUsdPerDay: number;
  /** Their idle time, beyond what the rest would idle without them. */
  readonly costsUsdPerDay: number;
  readonly gainUsdPerDay: number;
  readonly reason: Reason;
}

/** Sums over functions, of what is told of one. */
export interface GrantedTotal {
  readonly functions: number;
  /** Each function at its most. */
  readonly slots: number;
  readonly coldStartsAvoidedPerDay: number;
  readonly savesUsdPerDay: number;
  readonly costsUsdPerDay: number;
  readonly gainUsdPerDay: number;
}

/** By what granted functions are ordered: the largest first, names from A to Z. */
export const grantedOrders = ['gain', 'saves', 'costs', 'avoided', 'slots', 'name'] as const;
export type GrantedOrder = (typeof grantedOrders)[number];

export interface GrantedReport {
  readonly total: GrantedTotal;
  /** In that order, as many as were asked for. */
  readonly functions: readonly GrantedFunction[];
}

/** The functions that have slots by what these are worth; `top`: so many at most. */
export function grantedReport(
  workload: Workload,
  plan: Plan,
  rows: PlanRows,
  order: GrantedOrder,
  top: number,
): GrantedReport {
  const {outcome, prices, demand} = plan;
  const {avoidedOf, slotIdleOf} = outcome;
  const {coldUsd, warmUsdPerSecond} = prices;
  const {slots, reasonOf} = slotsIn(rows, demand.functions);
  const granted = Array.from(slots.keys()).filter((f) => slots[f]! > 0);
  const saves = (f: number): number => avoidedOf[f]! * coldUsd[f]!;
  const costs = (f: number): number => slotIdleOf[f]! * warmUsdPerSecond[f]!;
  const sum = (of: (f: number) => number): number => granted.reduce((all, f) => all + of(f), 0);
  const [savesUsdPerDay, costsUsdPerDay] = [sum(saves), sum(costs)];
  const key: Readonly<Record<Exclude<GrantedOrder, 'name'>, (f: number) => number>> = {
    gain: (f) => saves(f) - costs(f),
    saves,
    costs,
    avoided: (f) => avoidedOf[f]!,
    slots: (f) => slots[f]!,
  };
  const shown = sorted(workload, granted, order === 'name' ? undefined : key[order], top);
  const names = shortNames(workload, shown);
  const {name, app, owner} = workload;
  return {
    total: {
      functions: granted.length,
      slots: sum((f) => slots[f]!),
      coldStartsAvoidedPerDay: sum((f) => avoidedOf[f]!),
      savesUsdPerDay,
      costsUsdPerDay,
      gainUsdPerDay: savesUsdPerDay - costsUsdPerDay,
    },
    functions: shown.map((f, k) => ({
      function: name.at(f),
      app: app.values[app.id[f]!]!,
      owner: owner.values[owner.id[f]!]!,
      shortName: names[k]!,
      slots: slots[f]!,
      memoryMib: plan.terms.memoryMib[f]!,
      coldStartsAvoidedPerDay: avoidedOf[f]!,
      savesUsdPerDay: saves(f),
      costsUsdPerDay: costs(f),
      gainUsdPerDay: saves(f) - costs(f),
      reason: reasonOf[f]!,
    })),
  };
}

/** The largest first, equal ones as in the workload; without a key from A to Z. Sorts no more than it must. */
function sorted(
  workload: Workload,
  granted: readonly number[],
  key: ((f: number) => number) | undefined,
  top: number,
): number[] {
  if (key === undefined) {
    const names = granted.map((f) => workload.name.at(f));
    const order = [...granted.keys()].sort((a, b) => (names[a]! < names[b]! ? -1 : names[a]! > names[b]! ? 1 : a - b));
    return order.slice(0, top).map((k) => granted[k]!);
  }
  const values = Float64Array.from(granted, key);
  const least = top < values.length ? values.toSorted().at(-top - 1)! : Number.NEGATIVE_INFINITY;
  const some = [...values.keys()].filter((k) => values[k]! >= least);
  return some
    .sort((a, b) => values[b]! - values[a]! || a - b)
    .slice(0, top)
    .map((k) => granted[k]!);
}

/** Most slots at a time of each function in the rows of the plan, and why it has them. [function] */
function slotsIn({batches}: PlanRows, functions: number) {
  const slots = new Int32Array(functions);
  const reasonOf: Reason[] = new Array(functions);
  for (const {function: rows, slots: own, reason} of batches) {
    for (const [row, f] of rows.entries()) {
      if (own[row]! <= slots[f]!) continue;
      slots[f] = own[row]!;
      reasonOf[f] = reasons[reason[row]!]!;
    }
  }
  return {slots, reasonOf};
}
