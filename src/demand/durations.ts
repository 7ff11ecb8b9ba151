import {draw32, unit} from '../base/random.ts';
import {US_PER_MS} from '../base/units.ts';
import type {Workload} from '../workload/workload.ts';

/**
 * Execution times of a cell's functions as drawn for per-minute traces: piecewise linear between the function's
 * percentiles, scaled so that the mean is the average that the trace gives. A function with an average alone is
 * constant, one without any takes `defaultUs`.
 */
export class Durations {
  /** Functions of the cell that took the default. */
  readonly withoutDuration: number;
  private readonly levels: Float64Array; // ascending shares, 0 first and 1 last
  private readonly knotsUs: Float64Array; // [function * levels + k]
  private readonly perShare: Float64Array; // 1 / (levels[k + 1] - levels[k])
  /** Segment in which each whole percent begins: the search starts there and is nearly always done. */
  private readonly segmentAt = new Uint8Array(101);

  constructor(workload: Pick<Workload, 'duration'>, rows: Int32Array, defaultUs: number) {
    const given = workload.duration.levels;
    const levels = given.length > 0 ? given.map((percent) => percent / 100) : [0, 1];
    // Beyond the outermost percentiles the distribution is flat.
    const padFront = levels[0]! > 0 ? 1 : 0;
    const padBack = levels.at(-1)! < 1 ? 1 : 0;
    this.levels = Float64Array.from([...(padFront ? [0] : []), ...levels, ...(padBack ? [1] : [])]);
    const width = this.levels.length;
    this.perShare = this.levels.map((level, k) => 1 / (this.levels[k + 1]! - level));
    this.knotsUs = new Float64Array(rows.length * width);
    let without = 0;
    for (let fn = 0; fn < rows.length; fn++) {
      const knots = this.knotsUs.subarray(fn * width, (fn + 1) * width);
      if (!fillKnots(knots, this.levels, workload, rows[fn]!, padFront)) {
        knots.fill(defaultUs);
        without++;
      }
    }
    this.withoutDuration = without;
    let segment = 0;
    for (let percent = 0; percent <= 100; percent++) {
      while (segment < width - 2 && this.levels[segment + 1]! <= percent / 100) segment++;
      this.segmentAt[percent] = segment;
    }
  }

  /** The duration of `fn` at share `u` in (0, 1) of its distribution, whole microseconds. */
  at(fn: number, u: number): number {
    const {levels, knotsUs} = this;
    let k = this.segmentAt[(u * 100) | 0]!;
    while (u > levels[k + 1]!) k++;
    const base = fn * levels.length + k;
    const low = knotsUs[base]!;
    return Math.floor(low + (knotsUs[base + 1]! - low) * (u - levels[k]!) * this.perShare[k]! + 0.5);
  }

  /** Writes the durations of draws [0, n) of the stream `(keyA, keyB)` for `fn` at `out[at]`. */
  draw(fn: number, keyA: number, keyB: number, n: number, out: Float64Array, at: number): void {
    for (let j = 0; j < n; j++) out[at + j] = this.at(fn, unit(draw32(keyA, keyB, j)));
  }
}

/** Writes the function's knots in microseconds; false when the trace says nothing of its durations. */
function fillKnots(
  knots: Float64Array,
  levels: Float64Array,
  workload: Pick<Workload, 'duration'>,
  row: number,
  padFront: number,
): boolean {
  const {meanMs, percentileMs, levels: given} = workload.duration;
  const meanUs = meanMs[row]! * US_PER_MS;
  const width = given.length;
  const known = width > 0 && !Number.isNaN(percentileMs[row * width]!);
  if (!known) {
    if (Number.isNaN(meanUs)) return false;
    knots.fill(Math.max(0, meanUs));
    return true;
  }
  let least = 0;
  for (let k = 0; k < knots.length; k++) {
    const at = Math.min(Math.max(k - padFront, 0), width - 1);
    // Percentiles of a trace need not be in order; a distribution's must.
    least = Math.max(least, percentileMs[row * width + at]! * US_PER_MS || 0);
    knots[k] = least;
  }
  let mean = 0;
  for (let k = 0; k + 1 < knots.length; k++) {
    mean += ((knots[k]! + knots[k + 1]!) / 2) * (levels[k + 1]! - levels[k]!);
  }
  if (Number.isNaN(meanUs)) return true;
  if (mean === 0) {
    // Percentiles rounded to 0 beside an average above it: the average is the better witness.
    knots.fill(Math.max(0, meanUs));
    return true;
  }
  const scale = Math.max(0, meanUs) / mean;
  for (let k = 0; k < knots.length; k++) knots[k]! *= scale;
  return true;
}
