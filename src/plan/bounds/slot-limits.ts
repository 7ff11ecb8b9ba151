import {missedError} from '../../base/errors.ts';
import type {RowProblem} from '../../files/rows.ts';
import {TableCells} from '../../files/table-cells.ts';
import {type SlotBounds, UNBOUNDED_SLOTS} from '../curves/valuation.ts';
import type {FunctionNames} from '../file/function-names.ts';

/** No wish of the user about any function. */
export function freeBounds(functions: number): SlotBounds {
  return {atLeast: new Int32Array(functions), atMost: new Int32Array(functions).fill(UNBOUNDED_SLOTS)};
}

/**
 * Reads a table of limits: `function[,app,owner],min,max,pin`, blank meaning none. A pinned function gets exactly so
 * many slots. Later rows override earlier ones.
 */
export class SlotLimits {
  private readonly cells: TableCells;
  private readonly names: FunctionNames;
  private readonly bounds: SlotBounds;

  constructor(place: string, header: readonly string[], names: FunctionNames, bounds: SlotBounds) {
    this.cells = new TableCells(place, header, ['function', 'app', 'owner', 'min', 'max', 'pin'], ['function']);
    this.names = names;
    this.bounds = bounds;
  }

  /** Applies a row, or says what is wrong with it. */
  take(row: readonly string[]): RowProblem | undefined {
    const {cells, bounds} = this;
    const found = this.names.find(cells.text(row, 'function'), cells.text(row, 'app'), cells.text(row, 'owner'));
    if (found.length === 0) return cells.problem(row, 'function', 'a function of the workload');
    const [min, max, pin] = ['min', 'max', 'pin'].map((column) => cells.number(row, column));
    for (const [column, value] of Object.entries({min, max, pin})) {
      if (value !== undefined && !(Number.isInteger(value) && value >= 0 && value <= UNBOUNDED_SLOTS)) {
        return cells.problem(row, column, 'a whole number of slots');
      }
    }
    const atLeast = pin ?? min ?? 0;
    const atMost = pin ?? max ?? UNBOUNDED_SLOTS;
    if (atLeast > atMost) return cells.problem(row, 'max', `at least the minimum, ${atLeast}`);
    for (const f of found) {
      bounds.atLeast[f] = atLeast;
      bounds.atMost[f] = atMost;
    }
    return undefined;
  }
}

/** The bounds where a function whose instance fits no host gets no slot. Exit 4 if it is to have some. */
export function withinHost(
  bounds: SlotBounds,
  memoryMib: Float64Array,
  hostMib: number,
  nameOf: (f: number) => string,
): SlotBounds {
  const atMost = bounds.atMost.map((most, f) => (memoryMib[f]! > hostMib ? 0 : most));
  const misfit = atMost.findIndex((most, f) => bounds.atLeast[f]! > most);
  if (misfit >= 0) {
    throw missedError(
      `no plan exists: function '${nameOf(misfit)}' is to keep ${bounds.atLeast[misfit]} slots of ${memoryMib[misfit]} MiB, a host has ${hostMib} MiB`,
      'raise --memory or lower its minimum',
    );
  }
  return {...bounds, atMost};
}
