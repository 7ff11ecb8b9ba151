import {
  negativeBinomialProbability,
  negativeBinomialQuantile,
  negativeBinomialTail,
  normalQuantile,
} from '../../base/distributions.ts';

/** Means up to this are walked number by number; beyond, counts are as good as continuous. */
const WALKED_MEAN = 64;
/** Numbers walked at most; what lies beyond follows geometrically. */
const MOST_NUMBERS = 2048;

/**
 * Quantiles of calls + jitter (see ForecastColumns) of a negative binomial number of calls with that mean and variance,
 * Poisson where the variance is not above the mean; `levels` ascend. Exact up to means of 64; beyond, a gamma
 * distribution by Wilson and Hilferty (1931) stands for it, within a thirtieth of its spread. `exact` spares no
 * time there either. Half a microsecond a level, some twenty when exact.
 */
export function writeCountQuantiles(
  mean: number,
  variance: number,
  levels: readonly number[],
  out: Float32Array,
  at: number,
  exact: boolean,
): void {
  if (mean <= WALKED_MEAN) walk(mean, variance, levels, out, at);
  else
    for (let q = 0; q < levels.length; q++) {
      out[at + q] = exact ? exactly(mean, variance, levels[q]!) : gamma(mean, variance, levels[q]!);
    }
}

/** P(N = 0) of that distribution. */
export function chanceOfNone(mean: number, variance: number): number {
  if (!(variance > mean)) return Math.exp(-mean);
  const dispersion = variance / mean;
  return Math.exp((-mean / (dispersion - 1)) * Math.log(dispersion));
}

/** The variance with which a negative binomial of that mean has no call with that chance; the mean where it cannot. */
export function varianceFrom(mean: number, none: number): number {
  if (!(mean > 0) || none <= Math.exp(-mean)) return mean;
  // ln(dispersion) / (dispersion - 1) falls from 1 to 0 as the dispersion grows: halve on its logarithm.
  const wanted = -Math.log(Math.min(none, 1 - 1e-12)) / mean;
  let [low, high] = [0, 50];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (middle / Math.expm1(middle) > wanted) low = middle;
    else high = middle;
  }
  return mean * Math.exp((low + high) / 2);
}

/** The walk over 0, 1, 2, ... until the last level is passed. */
function walk(mean: number, variance: number, levels: readonly number[], out: Float32Array, at: number): void {
  if (!(mean > 0)) {
    for (let q = 0; q < levels.length; q++) out[at + q] = levels[q]!;
    return;
  }
  const bursty = variance > mean;
  const dispersion = bursty ? variance / mean : 1;
  const shape = bursty ? mean / (dispersion - 1) : Number.POSITIVE_INFINITY;
  const ratio = 1 - 1 / dispersion;
  let probability = chanceOfNone(mean, variance);
  let below = 0;
  let n = 0;
  for (let q = 0; q < levels.length; q++) {
    const level = levels[q]!;
    while (below + probability < level && n < MOST_NUMBERS) {
      below += probability;
      probability *= bursty ? ((n + shape) / (n + 1)) * ratio : mean / (n + 1);
      n++;
    }
    const left = 1 - below;
    if (n < MOST_NUMBERS) out[at + q] = n + (level - below) / probability;
    else
      out[at + q] = n + (left > 1 - level ? Math.log(left / (1 - level)) * (left / Math.max(probability, 1e-300)) : 0);
  }
}

function gamma(mean: number, variance: number, level: number): number {
  const shape = (mean * mean) / Math.max(variance, mean);
  const root = 1 - 1 / (9 * shape) + normalQuantile(level) / (3 * Math.sqrt(shape));
  // N + U has its median half a call above that of N.
  return Math.max(level, mean * Math.max(0, root) ** 3 + 0.5);
}

function exactly(mean: number, variance: number, level: number): number {
  const dispersion = Math.max(1, variance / mean);
  const n = negativeBinomialQuantile(level, mean, dispersion);
  const below = 1 - negativeBinomialTail(n, mean, dispersion);
  return n + Math.min(1, Math.max(0, (level - below) / negativeBinomialProbability(n, mean, dispersion)));
}
