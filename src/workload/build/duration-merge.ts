import {unknowns} from '../columns.ts';
import {isWeight, MAX_LENGTH_MS} from '../limits.ts';
import type {DurationColumns} from '../workload.ts';
import {FunctionTable} from './function-table.ts';

const FIXED = 4;
const [MEAN, MIN, MAX, PERCENTILE_WEIGHT] = [0, 1, 2, 3];

/** What a row of a table says of a function's durations. */
export interface DurationRow {
  readonly meanMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** In percent, ascending. */
  readonly levels: readonly number[];
  readonly percentileMs: readonly number[];
}

/**
 * Duration rows of several days made one per function: means and percentiles are weighted by the number of calls
 * behind them, minimum and maximum are those of all days. A weighted mean of daily percentiles is not the percentile
 * of all days; it is the nearest that daily tables allow. Times below 0 are made 0 and counted, ones beyond 285
 * years say nothing, and percentiles that do not ascend are left out, for the mean is the better witness.
 */
export class DurationMerge {
  /** Times below 0 that were made 0. */
  clamped = 0;
  /** Rows whose percentiles do not ascend. */
  disordered = 0;
  private readonly functions = new FunctionTable();
  private levels: readonly number[] = [];
  /** Per function: weighted sum of means, minimum, maximum, weight of the percentiles, weighted sums of them. */
  private readonly sums: Float64Array[] = [];
  private readonly weights: number[] = [];

  /**
   * Adds one row that `weight` calls are behind, 1 where that is not known; NaN where it says nothing. Percentiles count
   * only if there is one for each level.
   */
  add([owner, app, name]: readonly [string, string, string], weight: number, row: DurationRow): void {
    // The first table with percentiles sets the levels; one with other levels adds its mean only.
    if (this.levels.length === 0) this.levels = row.levels;
    const f = this.functions.idOf(owner, app, name);
    this.sums[f] ??= new Float64Array(FIXED + this.levels.length).fill(Number.NaN, MIN, PERCENTILE_WEIGHT);
    const sums = this.sums[f];
    const calls = isWeight(weight) ? weight : 1;
    const [meanMs, minMs, maxMs] = [row.meanMs, row.minMs, row.maxMs].map((ms) => this.length(ms)) as [
      number,
      number,
      number,
    ];
    if (!Number.isNaN(meanMs)) {
      sums[MEAN]! += calls * meanMs;
      this.weights[f] = (this.weights[f] ?? 0) + calls;
    }
    if (Number.isNaN(sums[MIN]!) || minMs < sums[MIN]!) sums[MIN] = minMs;
    if (Number.isNaN(sums[MAX]!) || maxMs > sums[MAX]!) sums[MAX] = maxMs;
    this.addPercentiles(sums, calls, row);
  }

  private addPercentiles(sums: Float64Array, calls: number, {levels, percentileMs}: DurationRow): void {
    if (percentileMs.some((ms, k) => ms < percentileMs[k - 1]!)) {
      this.disordered++;
      return;
    }
    const own = percentileMs.map((ms) => this.length(ms));
    if (levels.join() !== this.levels.join() || own.some(Number.isNaN)) return;
    sums[PERCENTILE_WEIGHT]! += calls;
    for (let k = 0; k < own.length; k++) sums[FIXED + k]! += calls * own[k]!;
  }

  private length(ms: number): number {
    if (ms < 0) this.clamped++;
    return ms <= MAX_LENGTH_MS ? Math.max(0, ms) : Number.NaN;
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
