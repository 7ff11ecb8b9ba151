import {draw32, unit} from '../../base/random.ts';
import {recordedUs} from '../../workload/recorded-durations.ts';
import type {Workload} from '../../workload/workload.ts';
import {PercentileLines} from './percentile-lines.ts';

/** Draws how long calls run where the trace does not tell it of each, by the law of their function (`DurationLaw`). */
export class Durations {
  private readonly workload: Pick<Workload, 'arrivals'>;
  private readonly rows: Int32Array;
  private readonly defaultUs: number;
  /** Undefined where the trace has durations of single calls. */
  private readonly lines: PercentileLines | undefined;
  /** These, ascending; read when first asked for. */
  private readonly recorded: (Float64Array | undefined)[] = []; // [function]

  /** Of the workload's functions `rows`, which are 0, 1, ... here. */
  constructor(workload: Pick<Workload, 'duration' | 'arrivals'>, rows: Int32Array, defaultUs: number) {
    const {arrivals} = workload;
    this.workload = workload;
    this.rows = rows;
    this.defaultUs = defaultUs;
    this.lines = arrivals.durationUs === undefined ? new PercentileLines(workload, rows, defaultUs) : undefined;
  }

  /** The duration at share `u` in (0, 1) of the function's distribution, whole microseconds. */
  at(fn: number, u: number): number {
    if (this.lines !== undefined) return this.lines.at(fn, u);
    this.recorded[fn] ??= recordedUs(this.workload.arrivals, this.rows[fn]!);
    const us = this.recorded[fn];
    return us.length === 0 ? this.defaultUs : us[Math.ceil(u * us.length) - 1]!;
  }

  /** True if the function's draws are taken from a table. */
  hasTable(fn: number): boolean {
    return this.lines?.hasTable(fn) === true;
  }

  /** The function's table, where it has one (`PercentileLines.tableOf`). */
  tableOf(fn: number): Float32Array {
    return this.lines!.tableOf(fn);
  }

  /** Writes the durations of draws [0, n) of the stream `(keyA, keyB)` for `fn` at `out[at]`. */
  draw(fn: number, keyA: number, keyB: number, n: number, out: Float64Array, at: number): void {
    if (this.lines !== undefined) this.lines.draw(fn, keyA, keyB, n, out, at);
    else for (let j = 0; j < n; j++) out[at + j] = this.at(fn, unit(draw32(keyA, keyB, j)));
  }
}
