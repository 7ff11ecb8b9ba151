import type {Random} from '../../base/random.ts';

/** From this mean on the skewed normal approximation is within 0.005 of the distribution. */
const NORMAL_MEAN = 15;

/**
 * A number of successes in `n` tries of probability `p`: by inversion for small means, else the normal approximation
 * with its skewness (Cornish and Fisher), rounded to a whole number in [0, n]. `n` up to 2^53.
 */
export function drawBinomial(n: number, p: number, random: Random): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, random);
  const mean = n * p;
  if (mean >= NORMAL_MEAN) {
    const z = random.normal();
    const value = Math.round(mean + Math.sqrt(mean * (1 - p)) * z + ((1 - 2 * p) * (z * z - 1)) / 6);
    return Math.min(n, Math.max(0, value));
  }
  const odds = p / (1 - p);
  let probability = Math.exp(n * Math.log1p(-p));
  let rest = random.next();
  let k = 0;
  while (rest > probability && k < n) {
    rest -= probability;
    k++;
    probability *= (odds * (n - k + 1)) / k;
    // What is left of `rest` is rounding.
    if (probability < 1e-300 && k > mean) break;
  }
  return k;
}
