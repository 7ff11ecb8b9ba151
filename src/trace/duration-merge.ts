import {FunctionTable} from '../workload/build/function-table.ts';
import {unknowns} from '../workload/columns.ts';
import type {DurationColumns} from '../workload/workload.ts';

const FIXED = 4;
const [MEAN, MIN, MAX, PERCENTILE_WEIGHT] = [0, 1, 2, 3];

/**
 * Duration rows of several days made one per function: means and percentiles are weighted by the number of calls
 * behind them, minimum and maximum are those of all days. A weighted mean of daily percentiles is not the percentile
 * of all days; it is the nearest that daily tables allow.
 */
export class DurationMerge {
  private readonly functions = new FunctionTable();
  private levels: readonly number[] = [];
  /** Per function: weighted sum of means, minimum, maximum, weight of the percentiles, weighted sums of them. */
  private readonly sums: Float64Array[] = [];
  private readonly weights: number[] = [];

  /** Adds one row; NaN where it says nothing. Percentiles count only if there is one for each level. */
  add(
    [owner, app, name]: readonly [string, string, string],
    weight: number,
    row: {meanMs: number; minMs: number; maxMs: number; levels: readonly number[]; percentileMs: readonly number[]},
  ): void {
    // The first table with percentiles sets the levels; one with other levels adds its mean only.
    if (this.levels.length === 0) this.levels = row.levels;
    const f = this.functions.idOf(owner, app, name);
    this.sums[f] ??= new Float64Array(FIXED + this.levels.length).fill(Number.NaN, MIN, PERCENTILE_WEIGHT);
    const sums = this.sums[f];
    if (!Number.isNaN(row.meanMs)) {
      sums[MEAN]! += weight * row.meanMs;
      this.weights[f] = (this.weights[f] ?? 0) + weight;
    }
    if (Number.isNaN(sums[MIN]!) || row.minMs < sums[MIN]!) sums[MIN] = row.minMs;
    if (Number.isNaN(sums[MAX]!) || row.maxMs > sums[MAX]!) sums[MAX] = row.maxMs;
    if (row.levels.join() !== this.levels.join() || row.percentileMs.some(Number.isNaN)) return;
    sums[PERCENTILE_WEIGHT]! += weight;
    for (let k = 0; k < row.percentileMs.length; k++) sums[FIXED + k]! += weight * row.percentileMs[k]!;
  }

  /** Columns for the functions of `table`, which may be others than those with durations, in another order. */
  columnsFor(table: FunctionTable): DurationColumns {
    const stride = this.levels.length;
    const columns = {
      meanMs: unknowns(table.size),
      minMs: unknowns(table.size),
      maxMs: unknowns(table.size),
      levels: this.levels,
      percentileMs: unknowns(table.size * stride),
    };
    this.functions.forEach((owner, app, name, own) => {
      const f = table.find(owner, app, name);
      if (f < 0) return;
      const sums = this.sums[own]!;
      columns.meanMs[f] = sums[MEAN]! / (this.weights[own] ?? Number.NaN);
      columns.minMs[f] = sums[MIN]!;
      columns.maxMs[f] = sums[MAX]!;
      const weight = sums[PERCENTILE_WEIGHT]!;
      for (let k = 0; k < stride && weight > 0; k++) columns.percentileMs[f * stride + k] = sums[FIXED + k]! / weight;
    });
    return columns;
  }
}
