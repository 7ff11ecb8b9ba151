import {
  normalQuantile,
  normalTail,
  poissonProbability,
  poissonQuantile,
  poissonTail,
} from '../../base/distributions.ts';

/**
 * What a baseline says of the calls in one window, and how the usual shapes of saying it become P(N >= 1), the mean, and
 * quantiles of N + U (see ForecastColumns). Reused from cell to cell.
 */
export class CountDistribution {
  active = 0;
  mean = 0;
  readonly quantiles: readonly number[];
  /** Quantiles of calls + jitter. */
  readonly jittered: Float32Array;

  constructor(quantiles: readonly number[]) {
    this.quantiles = quantiles;
    this.jittered = new Float32Array(quantiles.length);
  }

  /** Exactly `calls`, rounded to a whole number: a point forecast taken at its word. */
  certain(calls: number): void {
    const whole = Math.round(calls);
    this.active = whole >= 1 ? 1 : 0;
    this.mean = whole;
    for (let q = 0; q < this.jittered.length; q++) this.jittered[q] = whole + this.quantiles[q]!;
  }

  /** Poisson calls with that mean; beyond 50 its normal approximation. */
  poisson(mean: number): void {
    if (mean > 50) {
      this.normal(mean, Math.sqrt(mean));
      return;
    }
    this.active = -Math.expm1(-mean);
    this.mean = mean;
    for (let q = 0; q < this.jittered.length; q++) {
      const level = this.quantiles[q]!;
      const n = poissonQuantile(level, mean);
      const below = n === 0 ? 0 : 1 - poissonTail(n, mean);
      this.jittered[q] = n + (level - below) / poissonProbability(n, mean);
    }
  }

  /** Normal calls, cut at 0; half a call and more counts as a call. The mean is the one given, as if not cut. */
  normal(mean: number, deviation: number): void {
    if (deviation === 0) {
      this.certain(mean);
      return;
    }
    this.active = normalTail((0.5 - mean) / deviation);
    this.mean = Math.max(0, mean);
    const none = 1 - this.active;
    for (let q = 0; q < this.jittered.length; q++) {
      const level = this.quantiles[q]!;
      // N + U has median N + 1/2; below one call the mass of "none" is spread evenly.
      this.jittered[q] = level <= none ? level / none : mean + normalQuantile(level) * deviation + 0.5;
    }
  }

  /** No call with probability 1 - `active`; else as many as in one of the `size` sorted `counts`, equally likely. */
  hurdle(active: number, counts: Float64Array, size: number): void {
    this.active = active;
    this.mean = 0;
    for (let i = 0; i < size; i++) this.mean += (active * counts[i]!) / size;
    const none = 1 - active;
    for (let q = 0; q < this.jittered.length; q++) {
      const level = this.quantiles[q]!;
      if (level <= none) this.jittered[q] = level / none;
      else this.jittered[q] = jitteredQuantile(counts, size, (level - none) / active);
    }
  }
}

/** The quantile of N + U where N is one of `size` sorted whole numbers, equally likely. */
function jitteredQuantile(sorted: Float64Array, size: number, level: number): number {
  const value = sorted[Math.min(size - 1, Math.ceil(level * size - 1e-9) - 1)]!;
  let from = 0;
  while (sorted[from]! < value) from++;
  let to = from;
  while (to < size && sorted[to] === value) to++;
  return value + (level * size - from) / (to - from);
}
