/**
 * Tails and quantiles of the distributions that demand is modelled with, to full double precision also far out in the
 * tail, where 1 - cdf would have cancelled. Densities use Loader's saddle-point form ("Fast and Accurate Computation
 * of Binomial Probabilities", 2000), so that means of millions lose no digits.
 */
import {gammaln} from 'simple-statistics';

const LN_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);

/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z - LN_SQRT_2PI);
}

/** P(Z > z) of a standard normal Z, exact in relative terms far into the upper tail. */
export function normalTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z < 0) return 1 - normalTail(-z);
  // The series converges fast near 0; the continued fraction (Laplace) beyond.
  return z < 2.5 ? 0.5 - normalDensity(z) * oddSeries(z) : normalDensity(z) / tailFraction(z);
}

/** P(Z <= z) of a standard normal Z. */
export function normalCdf(z: number): number {
  return normalTail(-z);
}

/** The z with P(Z <= z) = p; -Infinity at 0, Infinity at 1, NaN outside. */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0.5) return 0;
  if (p > 0.5) return -lowerNormalQuantile(1 - p);
  return lowerNormalQuantile(p);
}

/** P(N = k) of a Poisson N. */
export function poissonProbability(k: number, mean: number): number {
  if (k < 0 || !Number.isInteger(k)) return 0;
  if (mean === 0) return k === 0 ? 1 : 0;
  if (k === 0) return Math.exp(-mean);
  return Math.exp(-stirlingError(k) - deviance(k, mean)) / Math.sqrt(2 * Math.PI * k);
}

/** P(N >= n) of a Poisson N: 1 for n <= 0. Sums whichever side of n does not hold the mean, O(sqrt(mean)) terms. */
export function poissonTail(n: number, mean: number): number {
  if (Number.isNaN(n) || Number.isNaN(mean)) return Number.NaN;
  const from = Math.ceil(n);
  if (from <= 0) return 1;
  if (mean === 0 || from === Number.POSITIVE_INFINITY) return 0;
  let sum = 1;
  let term = 1;
  if (from > mean) {
    for (let k = from + 1; term > sum * 1e-17; k++) sum += term *= mean / k;
    return poissonProbability(from, mean) * sum;
  }
  for (let k = from - 1; k > 0 && term > sum * 1e-17; k--) sum += term *= k / mean;
  return 1 - poissonProbability(from - 1, mean) * sum;
}

/** The smallest n with P(N <= n) >= p of a Poisson N; Infinity for p = 1 and a mean above 0. */
export function poissonQuantile(p: number, mean: number): number {
  return quantileOf(p, mean, mean, (n) => poissonTail(n, mean));
}

/** Dispersion up to which a negative binomial is Poisson: beyond 1 by so little, what makes the difference is rounding. */
const POISSON = 1 + 1e-9;

/**
 * P(N = k) of a negative binomial N with that mean and index of dispersion (variance / mean): counts burstier than
 * Poisson. A dispersion of at most 1 is taken as Poisson.
 */
export function negativeBinomialProbability(k: number, mean: number, dispersion: number): number {
  if (dispersion <= POISSON) return poissonProbability(k, mean);
  if (k < 0 || !Number.isInteger(k)) return 0;
  if (mean === 0) return k === 0 ? 1 : 0;
  const r = mean / (dispersion - 1);
  const success = 1 / dispersion;
  if (k === 0) return Math.exp(-r * Math.log(dispersion));
  // r / (r + k) x the binomial density of r among r + k trials.
  const trials = r + k;
  const exponent =
    stirlingError(trials) -
    stirlingError(r) -
    stirlingError(k) -
    deviance(r, trials * success) -
    deviance(k, trials * (1 - success));
  return (r / trials) * Math.exp(exponent) * Math.sqrt(trials / (2 * Math.PI * r * k));
}

/** P(N >= n) of that negative binomial N: 1 for n <= 0. The incomplete beta function, by its continued fraction. */
export function negativeBinomialTail(n: number, mean: number, dispersion: number): number {
  if (dispersion <= POISSON) return poissonTail(n, mean);
  if (Number.isNaN(n) || Number.isNaN(mean) || Number.isNaN(dispersion)) return Number.NaN;
  const from = Math.ceil(n);
  if (from <= 0) return 1;
  if (mean === 0 || from === Number.POSITIVE_INFINITY) return 0;
  const r = mean / (dispersion - 1);
  const success = 1 / dispersion;
  const first = negativeBinomialProbability(from, mean, dispersion);
  if (1 - success < (from + 1) / (from + r + 2)) return first * betaFraction(from, r, 1 - success);
  return 1 - ((first * from) / r) * betaFraction(r, from, success);
}

/** The smallest n with P(N <= n) >= p of that negative binomial N; Infinity for p = 1 and a mean above 0. */
export function negativeBinomialQuantile(p: number, mean: number, dispersion: number): number {
  return quantileOf(p, mean, mean * Math.max(1, dispersion), (n) => negativeBinomialTail(n, mean, dispersion));
}

/** P(at least `hits` of `trials` independent tries succeed), each with probability p. */
export function binomialTail(hits: number, trials: number, p: number): number {
  let tail = 0;
  for (let k = Math.max(0, Math.ceil(hits)); k <= trials; k++) tail += binomialProbability(k, trials, p);
  return Math.min(1, tail);
}

/** The value with share p at or below it, of a lognormal with that median and sigma of its logarithm. */
export function lognormalQuantile(p: number, median: number, sigma: number): number {
  return median * Math.exp(sigma * normalQuantile(p));
}

function binomialProbability(k: number, trials: number, p: number): number {
  if (p === 0 || p === 1) return k === p * trials ? 1 : 0;
  const ways = gammaln(trials + 1) - gammaln(k + 1) - gammaln(trials - k + 1);
  return Math.exp(ways + k * Math.log(p) + (trials - k) * Math.log1p(-p));
}

/** The smallest n with tail(n + 1) <= 1 - p, by doubling from the normal approximation and halving. */
function quantileOf(p: number, mean: number, variance: number, tail: (n: number) => number): number {
  if (!(p >= 0 && p <= 1 && mean >= 0)) return Number.NaN;
  if (mean === 0 || p === 0) return 0;
  if (p === 1) return Number.POSITIVE_INFINITY;
  const enough = (n: number): boolean => tail(n + 1) <= 1 - p;
  let low = -1;
  let high = Math.max(1, Math.ceil(mean + normalQuantile(p) * Math.sqrt(variance)));
  while (!enough(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** z + z^3/3 + z^5/15 + ...: (cdf - 1/2) / density. */
function oddSeries(z: number): number {
  let sum = z;
  for (let k = 3, term = z; ; k += 2) {
    term *= (z * z) / k;
    sum += term;
    if (term <= sum * 1e-17) return sum;
  }
}

/** density / tail = z + 1/(z + 2/(z + 3/...)), cut where it no longer matters for z >= 2.5. */
function tailFraction(z: number): number {
  let fraction = z;
  for (let k = Math.ceil(20 + 600 / (z * z)); k > 0; k--) fraction = z + k / fraction;
  return fraction;
}

function lowerNormalQuantile(p: number): number {
  if (p === 0) return Number.NEGATIVE_INFINITY;
  // Abramowitz and Stegun 26.2.23 is good to 4.5e-4; three Halley steps take it to the last digit.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = ((0.010328 * t + 0.802853) * t + 2.515517) / (((0.001308 * t + 0.189269) * t + 1.432788) * t + 1) - t;
  for (let step = 0; step < 3; step++) {
    const error = (normalTail(-z) - p) / normalDensity(z);
    z -= error / (1 + 0.5 * z * error);
  }
  return z;
}

/** ln k! minus Stirling's formula for it; k > 0, whole or not. */
function stirlingError(k: number): number {
  if (k < 16) return gammaln(k + 1) - (k + 0.5) * Math.log(k) + k - LN_SQRT_2PI;
  const square = k * k;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / k;
}

/** k ln(k/mean) + mean - k without cancellation where k is near the mean. */
function deviance(k: number, mean: number): number {
  const difference = k - mean;
  if (Math.abs(difference) >= 0.1 * (k + mean)) return k * Math.log(k / mean) - difference;
  const v = difference / (k + mean);
  let sum = difference * v;
  for (let j = 3, term = 2 * k * v; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum) return sum;
    sum = next;
  }
}

/** The continued fraction of the incomplete beta function I_x(a, b), by Lentz's method; O(sqrt(a + b)) steps. */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 1_000_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}
