import {formatCount, formatTimeUs} from '../../base/units.ts';
import type {Demand} from '../demand/demand.ts';
import {type Constraint, groupsByWindow, groupsOverHorizon, type Parts} from './constraints.ts';

/** What the plan may take at any time, or a day. Infinity: no limit. */
export interface Budgets {
  readonly slots: number;
  readonly memoryMib: number;
  /** For kept slots that idle. */
  readonly usdPerDay: number;
}

/**
 * A fleet dealt into cells, each with room of its own for its functions. Functions that are too hot for one cell are
 * split over several: together they are the last part, which has no limit of its own.
 */
export interface CellRoom extends Parts {
  /** [part], or a row of parts for each window. */
  readonly slots: Float64Array;
  readonly memoryMib: Float64Array;
  readonly split: SplitFunctions;
}

/** Which share of a function's slots lies in which cell. [entry] */
export interface SplitFunctions {
  readonly function: Int32Array;
  readonly cell: Int32Array;
  readonly share: Float64Array;
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
  const mib = (amount: number): string => `${formatCount(amount)} MiB`;
  const constraints = [
    ...ofOneKind(demand, 'slots', one, budgets.slots, cells, cells?.slots, formatCount),
    ...ofOneKind(demand, 'memory', memoryMib, budgets.memoryMib, cells, cells?.memoryMib, mib),
  ];
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

/** A budget for all and the room of each cell; one constraint where there is but one cell. */
function ofOneKind(
  demand: Demand,
  name: 'slots' | 'memory',
  usePerSlot: Float64Array,
  total: number,
  cells: CellRoom | undefined,
  room: Float64Array | undefined,
  format: Constraint['format'],
): Constraint[] {
  const constraint = (parts: Parts | undefined, limits: Float64Array): Constraint => {
    const groups = groupsByWindow(demand, parts);
    const count = parts?.count ?? 1;
    return {
      name,
      usePerSlot,
      usePerIdleSecond: new Float64Array(demand.functions),
      groups,
      limit: Float64Array.from({length: groups.count}, (_, g) => limits[g % limits.length]!),
      describe: (g) => place(demand, Math.floor(g / count), parts && g % count),
      format,
    };
  };
  const made =
    cells && room && cells.count > 1
      ? [constraint(cells, room), constraint(undefined, Float64Array.of(total))]
      : [constraint(undefined, Float64Array.of(Math.min(total, room?.[0] ?? total)))];
  return made.filter(({limit}) => limit.some(Number.isFinite));
}

/** ` in the window from 3 h in cell 7`: which group of a constraint a message means. */
function place({windows}: Demand, w: number, cell: number | undefined): string {
  const window = windows.startUs.length > 1 ? ` in the window from ${formatTimeUs(windows.startUs[w]!)}` : '';
  return cell === undefined ? window : `${window} in cell ${cell}`;
}
