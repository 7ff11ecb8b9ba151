import {missedError} from '../../base/errors.ts';
import type {Demand} from '../demand/demand.ts';
import type {Groups} from '../solve/select.ts';

/** A scarce resource: what a kept slot takes of it, who competes for it, and how much there is. */
export interface Constraint {
  readonly name: 'slots' | 'memory' | 'money';
  /** Taken by a kept slot whatever it does, and by an idle instance of the rest. [function] */
  readonly usePerSlot: Float64Array;
  /** Taken for each second that it idles. [function] */
  readonly usePerIdleSecond: Float64Array;
  readonly groups: Groups;
  /** [group] */
  readonly limit: Float64Array;
  /** Names a group in messages: `in window 3, cell 7`; '' when there is but one. */
  describe(group: number): string;
  /** An amount with its unit, for messages. */
  format(amount: number): string;
}

/** Functions dealt into parts: cells, teams, or both. */
export interface Parts {
  readonly count: number;
  readonly of: Int32Array; // [function]
}

/** Every window by itself, and every part of the functions in it. */
export function groupsByWindow(demand: Demand, parts?: Parts): Groups {
  const {functions} = demand;
  const windows = demand.windows.startUs.length;
  if (!parts) return {count: windows, of: (unit) => Math.floor(unit / functions)};
  const {count, of} = parts;
  return {
    count: windows * count,
    of: (unit) => {
      const w = Math.floor(unit / functions);
      return w * count + of[unit - w * functions]!;
    },
  };
}

/** All windows together, every part of the functions by itself. */
export function groupsOverHorizon(demand: Demand, parts?: Parts): Groups {
  const {functions} = demand;
  if (!parts) return {count: 1, of: () => 0};
  return {count: parts.count, of: (unit) => parts.of[unit % functions]!};
}

/** No budget at all: slots are kept as far as they pay. */
export function unlimited(demand: Demand): Constraint {
  const groups = groupsByWindow(demand);
  return {
    name: 'slots',
    usePerSlot: new Float64Array(demand.functions).fill(1),
    usePerIdleSecond: new Float64Array(demand.functions),
    groups,
    limit: new Float64Array(groups.count).fill(Number.POSITIVE_INFINITY),
    describe: () => '',
    format: String,
  };
}

/** Ends with exit 4 when what the rest keeps idle by itself is beyond a budget. */
export function requireRestFits(constraint: Constraint, idle: Float64Array): void {
  const {limit} = constraint;
  const g = idle.findIndex((use, group) => use > limit[group]!);
  if (g < 0) return;
  throw missedError(
    `no plan exists: what is kept beyond the planned slots idles ${constraint.format(idle[g]!)} of ${constraint.name}` +
      `${constraint.describe(g)} by itself, the budget is ${constraint.format(limit[g]!)}`,
    'raise the budget, keep for a shorter time, or let the plan choose the times',
  );
}

/** Ends with exit 4 when the slots that the user insists on do not fit by themselves. */
export function requireRoom(constraint: Constraint, forced: Float64Array): void {
  const {limit} = constraint;
  const g = forced.findIndex((use, group) => use > limit[group]!);
  if (g < 0) return;
  throw missedError(
    `no plan exists: minimum and pinned slots take ${constraint.format(forced[g]!)} of ${constraint.name}` +
      `${constraint.describe(g)}, the budget is ${constraint.format(limit[g]!)}`,
    'raise the budget, or lower the minimum and pinned slots',
  );
}
