import type {Workload} from '../../workload/workload.ts';
import type {FunctionSettings} from './columns.ts';

/** The workload with the memory that is given for single functions. */
export function withSettings(workload: Workload, settings: FunctionSettings | undefined): Workload {
  const given = settings?.numbers.memory;
  if (given === undefined) return workload;
  return {
    ...workload,
    memoryMib: workload.memoryMib.map((mib, row) => (Number.isNaN(given[row]!) ? mib : given[row]!)),
  };
}
