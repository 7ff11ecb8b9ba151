import {meanDurationUs} from '../demand/durations/mean-durations.ts';
import {invocationsOf, type Workload} from '../workload/workload.ts';
import {type CellFunctions, dealCells} from './cells.ts';
import {type FunctionSettings, settingOf} from './settings/columns.ts';

/** A call counts for at least this much busy time, so that no function is free. */
const LEAST_US = 1000;

/**
 * The functions of each cell: by stable hash, bounded by the busy time that each function offers over the trace. One with
 * a limit has no more parts than it may have instances or calls in flight, so that no part has none. `whole`: none is split.
 */
export function cellsOf(
  workload: Workload,
  key: Int32Array,
  cells: number,
  defaultDurationUs: number,
  settings?: FunctionSettings,
  whole = false,
): CellFunctions[] {
  const load = new Float64Array(cells === 1 ? 0 : workload.functions);
  for (let row = 0; row < load.length; row++) {
    const meanUs = meanDurationUs(workload, row);
    const busyUs = Number.isNaN(meanUs) ? defaultDurationUs : meanUs;
    load[row] = invocationsOf(workload, row) * Math.max(LEAST_US, busyUs);
  }
  const one = whole ? new Float64Array(workload.functions).fill(1) : undefined;
  return dealCells(key, load, cells, one ?? (settings && mostParts(workload.functions, settings)));
}

function mostParts(functions: number, settings: FunctionSettings): Float64Array | undefined {
  if (settings.numbers.max === undefined && settings.numbers.reserved === undefined) return undefined;
  const limit = (column: 'max' | 'reserved', row: number) => settingOf(settings, column, row, Number.POSITIVE_INFINITY);
  return Float64Array.from({length: functions}, (_, row) =>
    Math.max(1, Math.min(limit('max', row), limit('reserved', row))),
  );
}
