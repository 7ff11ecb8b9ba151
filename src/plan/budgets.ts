import {formatCount, formatTimeUs} from '../base/units.ts';
import {type Constraint, groupsByWindow, groupsOverHorizon, type Parts} from './constraints.ts';
import type {Demand} from './demand.ts';

/** What the plan may take at any time, or a day. Infinity: no limit. */
export interface Budgets {
  readonly slots: number;
  readonly memoryMib: number;
  /** For kept slots that idle. */
  readonly usdPerDay: number;
}

export const noBudgets: Budgets = {
  slots: Number.POSITIVE_INFINITY,
  memoryMib: Number.POSITIVE_INFINITY,
  usdPerDay: Number.POSITIVE_INFINITY,
};

/** A fleet dealt into cells, each with room of its own for its functions. */
export interface CellRoom extends Parts {
  readonly slots: Float64Array; // [cell]
  readonly memoryMib: Float64Array; // [cell]
}

/** The constraints that budgets and cells make, those of one kind merged where one implies the other. */
export function budgetConstraints(
  demand: Demand,
  budgets: Budgets,
  cells: CellRoom | undefined,
  memoryMib: Float64Array,
  warmUsdPerSecond: Float64Array,
): Constraint[] {
  const {functions} = demand;
  const nothing = new Float64Array(functions);
  const one = new Float64Array(functions).fill(1);
  const constraints: Constraint[] = [];
  const add = (name: 'slots' | 'memory', usePerSlot: Float64Array, total: number, ofCell: Float64Array | undefined) => {
    const format = name === 'slots' ? formatCount : (mib: number): string => `${formatCount(mib)} MiB`;
    const push = (room: Float64Array, parts: Parts | undefined): void => {
      if (!room.some(Number.isFinite)) return;
      const groups = groupsByWindow(demand, parts);
      const limit = Float64Array.from({length: groups.count}, (_, g) => room[g % room.length]!);
      const describe = (g: number): string => place(demand, Math.floor(g / room.length), parts && g % room.length);
      constraints.push({name, usePerSlot, usePerIdleSecond: nothing, groups, limit, describe, format});
    };
    if (ofCell && ofCell.length > 1) {
      push(ofCell, cells);
      push(Float64Array.of(total), undefined);
    } else push(Float64Array.of(Math.min(total, ofCell?.[0] ?? total)), undefined);
  };
  add('slots', one, budgets.slots, cells?.slots);
  add('memory', memoryMib, budgets.memoryMib, cells?.memoryMib);
  if (Number.isFinite(budgets.usdPerDay)) {
    constraints.push({
      name: 'money',
      usePerSlot: nothing,
      usePerIdleSecond: warmUsdPerSecond,
      groups: groupsOverHorizon(demand),
      limit: Float64Array.of(budgets.usdPerDay),
      describe: () => '',
      format: (usd) => `$${usd.toFixed(2)} a day`,
    });
  }
  return constraints;
}

/** ` in the window from 3 h, cell 7`: which group of a constraint a message means. */
function place({windows}: Demand, w: number, cell: number | undefined): string {
  const window = windows.startUs.length > 1 ? ` in the window from ${formatTimeUs(windows.startUs[w]!)}` : '';
  return cell === undefined ? window : `${window} in cell ${cell}`;
}
