import {meanDurationUs} from '../demand/durations/mean-durations.ts';
import {invocationsOf, type Workload} from '../workload/workload.ts';
import {type CellFunctions, dealCells} from './cells.ts';

/** A call counts for at least this much busy time, so that no function is free. */
const LEAST_US = 1000;

/** The functions of each cell: by stable hash, bounded by the busy time that each function offers over the trace. */
export function cellsOf(
  workload: Workload,
  key: Int32Array,
  cells: number,
  defaultDurationUs: number,
): CellFunctions[] {
  const load = new Float64Array(cells === 1 ? 0 : workload.functions);
  for (let row = 0; row < load.length; row++) {
    const meanUs = meanDurationUs(workload, row);
    const busyUs = Number.isNaN(meanUs) ? defaultDurationUs : meanUs;
    load[row] = invocationsOf(workload, row) * Math.max(LEAST_US, busyUs);
  }
  return dealCells(key, load, cells);
}
