import type {Budgets, CellRoom} from '../bounds/budgets.ts';
import type {SlotBounds} from '../curves/valuation.ts';
import {UnitOutcome} from '../outcome/outcome.ts';
import type {RestInForce} from '../rest/rest-in-force.ts';
import {gapOf} from './certificate.ts';
import type {RestedProblem, Solution} from './solve.ts';

/** Budgets, cells and bounds of one solution. */
export interface FleetLimits {
  readonly budgets: Budgets;
  readonly cells: CellRoom | undefined;
  readonly bounds: SlotBounds;
}

/** A solution, and the problem that it is of. */
export interface SolvedFleet {
  readonly problem: RestedProblem;
  readonly solution: Solution;
}

/**
 * Plans for cells over which some functions are split. The fleet as a whole comes first: what it can do bounds what its
 * cells can, and says how many slots the split functions get. Those then take their share of each cell, and the
 * functions that are whole compete for the rest of theirs.
 */
export function solveSplit<S extends SolvedFleet>(
  limits: FleetLimits & {readonly cells: CellRoom},
  memoryMib: Float64Array,
  solve: (limits: FleetLimits, keepSeconds?: Float64Array) => S,
): S {
  const {budgets, cells, bounds} = limits;
  const whole = solve({budgets: withinFleet(budgets, cells), cells: undefined, bounds});
  const {slots, dualBound} = whole.solution;
  const inCells = solve(
    {
      budgets,
      cells: roomBeside(cells, heldBy(whole.problem, slots), memoryMib),
      bounds: pinned(bounds, cells, slots),
    },
    timesOf(whole.problem.rest, cells),
  );
  const {primal} = inCells.solution;
  return {...inCells, solution: {...inCells.solution, dualBound, gap: gapOf(primal, dualBound)}};
}

function withinFleet(budgets: Budgets, {slots, memoryMib, count}: CellRoom): Budgets {
  const total = (room: Float64Array): number => room.subarray(0, count - 1).reduce((sum, one) => sum + one, 0);
  return {
    ...budgets,
    slots: Math.min(budgets.slots, total(slots)),
    memoryMib: Math.min(budgets.memoryMib, total(memoryMib)),
  };
}

/** Slots of each unit and what the rest keeps idle beyond them. [unit] */
function heldBy({demand, rest}: RestedProblem, slots: Int32Array): Float64Array {
  const unit = new UnitOutcome(demand, rest);
  return Float64Array.from(slots, (n, u) => {
    unit.expect(u, n);
    return n + unit.spillIdle;
  });
}

/** The keep-alives of the split functions; NaN for all others. [function] */
function timesOf({times}: RestInForce, {of, split}: CellRoom): Float64Array {
  const keepSeconds = new Float64Array(of.length).fill(Number.NaN);
  for (const f of split.function) keepSeconds[f] = times.keepSeconds[f]!;
  return keepSeconds;
}

/** Room of each cell in each window beside the split functions, `held` being what units have. */
function roomBeside(cells: CellRoom, held: Float64Array, memoryMib: Float64Array): CellRoom {
  const {count, of, split} = cells;
  const functions = of.length;
  const windows = held.length / functions;
  const room = (each: Float64Array, use: (f: number) => number): Float64Array => {
    const left = Float64Array.from({length: windows * count}, (_, g) => each[g % count]!);
    for (let w = 0; w < windows; w++) {
      split.function.forEach((f, i) => {
        const g = w * count + split.cell[i]!;
        left[g] = Math.max(0, left[g]! - held[w * functions + f]! * split.share[i]! * use(f));
      });
    }
    return left;
  };
  return {
    ...cells,
    slots: room(cells.slots, () => 1),
    memoryMib: room(cells.memoryMib, (f) => memoryMib[f]!),
  };
}

/** The split functions at exactly what they have; the others as they were. [unit] */
function pinned({atLeast, atMost}: SlotBounds, {of, split}: CellRoom, slots: Int32Array): SlotBounds {
  const functions = of.length;
  const fixed = {
    atLeast: slots.map((_, unit) => atLeast[unit % atLeast.length]!),
    atMost: slots.map((_, unit) => atMost[unit % atMost.length]!),
  };
  for (let from = 0; from < slots.length; from += functions) {
    for (const f of split.function) fixed.atLeast[from + f] = fixed.atMost[from + f] = slots[from + f]!;
  }
  return fixed;
}
