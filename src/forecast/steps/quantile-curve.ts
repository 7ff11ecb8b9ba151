import {normalQuantile} from '../../base/distributions.ts';

/** Half a call and more counts as a call, where a model forecasts numbers that are not whole. */
const HALF = 0.5;

/**
 * A distribution of calls drawn through a few quantiles: straight lines between them, below the lowest as steep as
 * between the first two and nowhere below 0, and an exponential tail beyond the highest that fits the last two. From it come the levels
 * that a model lacks, the mean, the variance and the chance of no call. A single quantile is taken for one of a Poisson
 * distribution.
 */
export class QuantileCurve {
  /** Levels and values of the corners, level 0 first. */
  private readonly level: Float64Array;
  private readonly value: Float64Array;
  /** Place of the model's own quantiles among the corners. */
  private readonly own: readonly number[];
  private readonly single: number | undefined;
  /** Mean excess of the tail. */
  private excess = 0;
  /** -log of the share that lies above the highest level, of what lies above the one before. */
  private readonly depth: number;

  constructor(levels: readonly number[]) {
    const only = levels.length === 1 ? levels[0]! : undefined;
    const other = only === undefined ? [] : [only < 0.75 ? 0.9 : 0.5];
    const all = [...levels, ...other].sort((a, b) => a - b);
    this.single = other[0];
    this.level = Float64Array.of(0, ...all);
    this.value = new Float64Array(all.length + 1);
    this.own = levels.map((level) => 1 + all.indexOf(level));
    const [before, last] = all.slice(-2) as [number, number];
    this.depth = Math.log((1 - before) / (1 - last));
  }

  /** Takes ascending values, at least 0, of the levels from `at` on. */
  load(values: Float64Array, at: number): void {
    const {level, own, single, value} = this;
    for (let q = 0; q < own.length; q++) value[own[q]!] = values[at + q]!;
    if (single !== undefined) this.addPoisson(single, values[at]!);
    const slope = (value[2]! - value[1]!) / (level[2]! - level[1]!);
    value[0] = Math.max(0, value[1]! - slope * level[1]!);
    const n = level.length - 1;
    this.excess = (value[n]! - value[n - 1]!) / this.depth;
  }

  /** The quantile at any level. */
  valueAt(level: number): number {
    const {excess, level: levels, value} = this;
    const n = levels.length - 1;
    if (level >= levels[n]!) return value[n]! + excess * Math.log((1 - levels[n]!) / (1 - level));
    let q = 1;
    while (levels[q]! < level) q++;
    const share = (level - levels[q - 1]!) / (levels[q]! - levels[q - 1]!);
    return value[q - 1]! + share * (value[q]! - value[q - 1]!);
  }

  mean(): number {
    const {excess, level, value} = this;
    const n = level.length - 1;
    let sum = (1 - level[n]!) * (value[n]! + excess);
    for (let q = 1; q <= n; q++) sum += ((level[q]! - level[q - 1]!) * (value[q]! + value[q - 1]!)) / 2;
    return sum;
  }

  /** `mean` is that of the curve, where the caller has it. */
  variance(mean = this.mean()): number {
    const {excess, level, value} = this;
    const n = level.length - 1;
    const far = value[n]! - mean;
    let sum = (1 - level[n]!) * (far * far + 2 * far * excess + 2 * excess * excess);
    for (let q = 1; q <= n; q++) {
      const [a, b] = [value[q - 1]! - mean, value[q]! - mean];
      sum += ((level[q]! - level[q - 1]!) * (a * a + a * b + b * b)) / 3;
    }
    return sum;
  }

  /** The chance of no call. */
  none(): number {
    const {excess, level, value} = this;
    if (value[0]! >= HALF) return 0;
    const n = level.length - 1;
    for (let q = 1; q <= n; q++) {
      if (value[q]! <= HALF) continue;
      return level[q - 1]! + ((HALF - value[q - 1]!) / (value[q]! - value[q - 1]!)) * (level[q]! - level[q - 1]!);
    }
    // Nothing is known of the tail of a function that is silent at every level: half of what is left.
    return excess > 0 ? 1 - (1 - level[n]!) * Math.exp((value[n]! - HALF) / excess) : 1 - (1 - level[n]!) / 2;
  }

  /** A second corner, where a Poisson distribution with the first one has it: mean + z sqrt(mean). */
  private addPoisson(level: number, known: number): void {
    const z = normalQuantile(this.level[this.own[0]!]!);
    const root = Math.max(0, Math.sqrt(known + (z * z) / 4) - z / 2);
    const other = this.own[0] === 1 ? 2 : 1;
    const value = Math.max(0, root * root + normalQuantile(level) * root);
    this.value[other] = other === 2 ? Math.max(known, value) : Math.min(known, value);
  }
}
