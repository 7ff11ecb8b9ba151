import {usageError} from '../../base/errors.ts';
import {cellsOf} from '../../fleet/cells-of.ts';
import {functionKeys} from '../../fleet/function-keys.ts';
import {type HostShape, hostsOfCell} from '../../fleet/host-shape.ts';
import type {FunctionSettings} from '../../fleet/settings/columns.ts';
import type {Workload} from '../../workload/workload.ts';
import type {CellRoom} from './budgets.ts';

/** A fleet dealt into cells. */
export interface DealtFleet {
  readonly fleet: HostShape;
  readonly cells: number;
  /** Of functions whose durations the trace does not tell: cells are even in busy time. */
  readonly defaultDurationUs: number;
  /** What is said of single functions; undefined: nothing. */
  readonly functions?: FunctionSettings | undefined;
}

/** Ends with exit 2 where a limited fleet has fewer hosts than cells. */
export function checkCells({count, slots, memoryMib}: HostShape, cells: number): void {
  const limited = slots !== Number.POSITIVE_INFINITY || memoryMib !== Number.POSITIVE_INFINITY;
  if (limited && count < cells) throw usageError(`--cells is ${cells}, must be at most the number of hosts, ${count}`);
}

/** What each cell of the fleet has room for; undefined when the fleet has no limit. */
export function cellRoom(workload: Workload, dealtFleet: DealtFleet): CellRoom | undefined {
  const {fleet, cells} = dealtFleet;
  if (fleet.slots === Number.POSITIVE_INFINITY && fleet.memoryMib === Number.POSITIVE_INFINITY) return undefined;
  checkCells(fleet, cells);
  const hosts = Array.from({length: cells}, (_, cell) => hostsOfCell(fleet, cells, cell).count);
  const {of, split} = dealt(workload, dealtFleet);
  // Split functions are a part of their own, which only the cells that they lie in limit.
  const beyond = split.function.length > 0 ? [Number.POSITIVE_INFINITY] : [];
  const room = (each: number): Float64Array => Float64Array.from([...hosts.map((count) => count * each), ...beyond]);
  const slots = room(fleet.slots);
  return {count: slots.length, of, slots, memoryMib: room(fleet.memoryMib), split};
}

/** The cell of each function that lies in one, and the shares of those that lie in several. */
function dealt(workload: Workload, {cells, defaultDurationUs, functions}: DealtFleet): Pick<CellRoom, 'of' | 'split'> {
  const of = new Int32Array(workload.functions);
  const shares: {row: number; cell: number; share: number}[] = [];
  if (cells > 1) {
    cellsOf(workload, functionKeys(workload), cells, defaultDurationUs, functions).forEach(({rows, parts}, cell) => {
      rows.forEach((row, i) => {
        of[row] = parts[i] === 1 ? cell : cells;
        if (parts[i]! > 1) shares.push({row, cell, share: 1 / parts[i]!});
      });
    });
  }
  const split = {
    function: Int32Array.from(shares, ({row}) => row),
    cell: Int32Array.from(shares, ({cell}) => cell),
    share: Float64Array.from(shares, ({share}) => share),
  };
  return {of, split};
}
