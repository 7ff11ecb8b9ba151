import {draw32, unit} from '../../base/random.ts';
import {US_PER_MS} from '../../base/units.ts';
import type {Workload} from '../../workload/workload.ts';

const PERCENTS = 100;
/** Longer calls have no table: their ends would not be 32-bit integers. */
const MOST_IN_TABLE_US = 2 ** 29;
/** Up to here single precision knows halves. */
const EXACT_US = 2 ** 23;

type Averages = Pick<Workload, 'duration'>;

/**
 * How long the calls of functions run of which a trace tells averages and percentiles: linear between the percentiles,
 * flat beyond them, all scaled so that the mean is the average. Percentiles alone keep their own mean; an average alone,
 * or above percentiles that are all 0, is the duration of every call. A function of which the trace tells nothing takes
 * the default. Durations are whole microseconds.
 */
export class PercentileLines {
  private readonly shares: Float64Array; // ascending, 0 first and 1 last
  private readonly knotsUs: Float64Array; // [function * shares + k]
  private readonly perShare: Float64Array; // 1 / (shares[k + 1] - shares[k])
  /** Piece of the line in which each whole percent begins: the search starts there and is nearly always done. */
  private readonly pieceAt = new Uint8Array(101);
  /** All pieces begin and end at whole percents. */
  private readonly wholePercents: boolean;
  /** Tables of functions that are called often. */
  private readonly tables: (Float32Array | undefined)[] = []; // [function]

  /** Of the workload's functions `rows`, which are 0, 1, ... here. */
  constructor(workload: Averages, rows: Int32Array, defaultUs: number) {
    this.shares = sharesOf(workload);
    const width = this.shares.length;
    this.perShare = this.shares.map((share, k) => 1 / (this.shares[k + 1]! - share));
    this.wholePercents = workload.duration.levels.every(Number.isInteger);
    this.knotsUs = new Float64Array(rows.length * width);
    for (let fn = 0; fn < rows.length; fn++) {
      const knots = this.knotsUs.subarray(fn * width, (fn + 1) * width);
      if (!fillKnots(knots, this.shares, workload, rows[fn]!)) knots.fill(defaultUs);
    }
    let piece = 0;
    for (let percent = 0; percent <= 100; percent++) {
      while (piece < width - 2 && this.shares[piece + 1]! <= percent / 100) piece++;
      this.pieceAt[percent] = piece;
    }
  }

  /** The duration at share `u` in [0, 1] of the function's distribution. */
  at(fn: number, u: number): number {
    const {shares, knotsUs} = this;
    let k = this.pieceAt[(u * 100) | 0]!;
    while (u > shares[k + 1]!) k++;
    const base = fn * shares.length + k;
    const low = knotsUs[base]!;
    return Math.floor(low + (knotsUs[base + 1]! - low) * (u - shares[k]!) * this.perShare[k]! + 0.5);
  }

  /**
   * Writes the durations of draws [0, n) of the stream `(keyA, keyB)` for `fn` at `out[at]`. Where a function has a table,
   * the upper word of draw x 100 says which percent, and the lower one how far into it, in single precision: what four
   * lanes of a processor do at once comes to the same to the last bit.
   */
  draw(fn: number, keyA: number, keyB: number, n: number, out: Float64Array, at: number): void {
    if (!this.hasTable(fn)) {
      for (let j = 0; j < n; j++) out[at + j] = this.at(fn, unit(draw32(keyA, keyB, j)));
      return;
    }
    const table = this.tables[fn] ?? (n >= PERCENTS ? this.tableOf(fn) : undefined);
    for (let j = 0; j < n; j++) {
      const product = draw32(keyA, keyB, j) * PERCENTS;
      const percent = Math.floor(product / 4294967296);
      const part = (product - percent * 4294967296) >>> 8;
      const low = table === undefined ? this.low(fn, percent) : table[2 * percent]!;
      const slope = table === undefined ? this.slope(fn, percent) : table[2 * percent + 1]!;
      out[at + j] = Math.trunc(Math.fround(low + Math.fround(slope * part)));
    }
  }

  /** True if single precision tells the durations of `fn`: whole percents, not too long, and where all are equal exact. */
  hasTable(fn: number): boolean {
    const {knotsUs, shares} = this;
    const most = knotsUs[(fn + 1) * shares.length - 1]!;
    return this.wholePercents && most < MOST_IN_TABLE_US && (most < EXACT_US || most > knotsUs[fn * shares.length]!);
  }

  /** Of each percent the duration at its lower end, ready to be cut to a whole number, and its growth in 2^-24 of it. */
  tableOf(fn: number): Float32Array {
    const known = this.tables[fn];
    if (known !== undefined) return known;
    const table = new Float32Array(2 * PERCENTS);
    for (let percent = 0; percent < PERCENTS; percent++) {
      table[2 * percent] = this.low(fn, percent);
      table[2 * percent + 1] = this.slope(fn, percent);
    }
    this.tables[fn] = table;
    return table;
  }

  private low(fn: number, percent: number): number {
    return Math.fround(this.inPiece(fn, percent, percent) + 0.5);
  }

  private slope(fn: number, percent: number): number {
    return Math.fround((this.inPiece(fn, percent, percent + 1) - this.inPiece(fn, percent, percent)) / 16777216);
  }

  /** The duration at `percent`, on the piece of line in which `piece` per cent begin. */
  private inPiece(fn: number, piece: number, percent: number): number {
    const {shares, knotsUs} = this;
    const k = this.pieceAt[piece]!;
    const base = fn * shares.length + k;
    const low = knotsUs[base]!;
    return low + (knotsUs[base + 1]! - low) * (percent / PERCENTS - shares[k]!) * this.perShare[k]!;
  }

  /** Mean and mean square, microseconds, before they are made whole. */
  moments(fn: number): {meanUs: number; squareUs: number} {
    return {meanUs: this.sumAbove(fn, 0).timeUs, squareUs: squareOf(this.knotsOf(fn), this.shares)};
  }

  /** Of the calls that run longer than `us`: their share, and the time that they hold a call of any, microseconds. */
  above(fn: number, us: number): {calls: number; timeUs: number} {
    // A draw is the whole number nearest to it, so from here on it is longer.
    return this.sumAbove(fn, Math.floor(us) + 0.5);
  }

  private sumAbove(fn: number, fromUs: number): {calls: number; timeUs: number} {
    const {shares} = this;
    const knots = this.knotsOf(fn);
    let calls = 0;
    let timeUs = 0;
    for (let k = 0; k + 1 < knots.length; k++) {
      const [low, high, width] = [knots[k]!, knots[k + 1]!, shares[k + 1]! - shares[k]!];
      if (high < fromUs) continue;
      const part = low >= fromUs ? width : (width * (high - fromUs)) / (high - low);
      calls += part;
      timeUs += (part * (Math.max(low, fromUs) + high)) / 2;
    }
    return {calls, timeUs};
  }

  private knotsOf(fn: number): Float64Array {
    const width = this.shares.length;
    return this.knotsUs.subarray(fn * width, (fn + 1) * width);
  }
}

/** Mean duration of function `row` in microseconds, NaN where the trace tells nothing: what its line comes to. */
export function lineMeanUs(workload: Averages, row: number): number {
  const meanUs = workload.duration.meanMs[row]! * US_PER_MS;
  if (!Number.isNaN(meanUs)) return Math.max(0, meanUs);
  const shares = sharesOf(workload);
  const knots = new Float64Array(shares.length);
  return fillKnots(knots, shares, workload, row) ? meanOf(knots, shares) : Number.NaN;
}

/** The shares at which the trace gives percentiles; 0 and 1 are added where it does not: there the line is flat. */
function sharesOf({duration}: Averages): Float64Array {
  const given = duration.levels.map((percent) => percent / 100);
  return Float64Array.from([...(given[0] === 0 ? [] : [0]), ...given, ...(given.at(-1) === 1 ? [] : [1])]);
}

/** Writes the function's knots in microseconds; false when the trace says nothing of its durations. */
function fillKnots(knots: Float64Array, shares: Float64Array, {duration}: Averages, row: number): boolean {
  const {meanMs, percentileMs, levels: percents} = duration;
  const meanUs = meanMs[row]! * US_PER_MS;
  const width = percents.length;
  if (width === 0 || Number.isNaN(percentileMs[row * width]!)) {
    if (Number.isNaN(meanUs)) return false;
    knots.fill(Math.max(0, meanUs));
    return true;
  }
  const added = percents[0] === 0 ? 0 : 1;
  let least = 0;
  for (let k = 0; k < knots.length; k++) {
    const at = Math.min(Math.max(k - added, 0), width - 1);
    // Percentiles of a trace need not be in order; a distribution's must.
    least = Math.max(least, percentileMs[row * width + at]! * US_PER_MS || 0);
    knots[k] = least;
  }
  if (Number.isNaN(meanUs)) return true;
  const scale = Math.max(0, meanUs) / meanOf(knots, shares);
  if (Number.isFinite(scale)) {
    for (let k = 0; k < knots.length; k++) knots[k]! *= scale;
  } else {
    // Percentiles rounded to 0 beside an average above it: the average is the better witness.
    knots.fill(Math.max(0, meanUs));
  }
  return true;
}

function meanOf(knots: Float64Array, shares: Float64Array): number {
  let mean = 0;
  for (let k = 0; k + 1 < knots.length; k++) mean += ((knots[k]! + knots[k + 1]!) / 2) * (shares[k + 1]! - shares[k]!);
  return mean;
}

function squareOf(knots: Float64Array, shares: Float64Array): number {
  let square = 0;
  for (let k = 0; k + 1 < knots.length; k++) {
    const [a, b] = [knots[k]!, knots[k + 1]!];
    square += ((shares[k + 1]! - shares[k]!) * (a * a + a * b + b * b)) / 3;
  }
  return square;
}
