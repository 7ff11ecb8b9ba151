/** Memory of one instance in MiB, up to a whole KiB so that sums of it are exact; the default when the trace has none. */
export function memoryOf(workload: {readonly memoryMib: Float64Array}, row: number, defaultMib: number): number {
  const mib = workload.memoryMib[row]!;
  return Math.ceil((Number.isNaN(mib) ? defaultMib : mib) * 1024) / 1024;
}

/** The same of all functions. [function] */
export function memoryColumn(workload: {readonly memoryMib: Float64Array}, defaultMib: number): Float64Array {
  return workload.memoryMib.map((_, row) => memoryOf(workload, row, defaultMib));
}
