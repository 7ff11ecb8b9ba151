import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {drawBinomial} from '../../../src/workload/synth/binomial.ts';

const DRAWS = 40_000;

/** Probabilities of 0 to n, each from the one before. */
function probabilities(n: number, p: number): number[] {
  let log = n * Math.log1p(-p);
  return Array.from({length: n + 1}, (_, k) => {
    if (k > 0) log += Math.log((n - k + 1) / k) + Math.log(p) - Math.log1p(-p);
    return Math.exp(log);
  });
}

describe('binomial draws', () => {
  test.each([
    [1, 0.3],
    [10, 0.01],
    [20, 0.5],
    [50, 0.9],
    [1000, 0.0149],
    [1000, 0.0151],
    [60, 0.4],
    [5000, 0.2],
  ])('%d tries of probability %d fall as the distribution says', (n, p) => {
    const random = new Random(n + p);
    const counts = new Map<number, number>();
    for (let i = 0; i < DRAWS; i++) {
      const k = drawBinomial(n, p, random);
      counts.set(k, (counts.get(k) ?? 0) + 1);
    }
    // Kolmogorov's distance: chance alone stays below 1.95 / sqrt(draws) in 999 of 1,000 cases.
    let [seen, exact, distance] = [0, 0, 0];
    for (const [k, probability] of probabilities(n, p).entries()) {
      seen += (counts.get(k) ?? 0) / DRAWS;
      exact += probability;
      distance = Math.max(distance, Math.abs(seen - exact));
    }
    expect(distance).toBeLessThan(1.95 / Math.sqrt(DRAWS) + 0.005);
  });

  test.each([
    ['no tries', 0, 0.5, 0],
    ['no chance', 10, 0, 0],
    ['certainty', 10, 1, 10],
    ['more than certainty, as rounding may ask', 10, 1.0001, 10],
    ['less than no chance', 10, -1e-17, 0],
  ])('%s', (_, n, p, k) => {
    expect(drawBinomial(n, p, new Random(1))).toBe(k);
  });

  test('numbers near 2^53 stay whole and within the tries', () => {
    const random = new Random(3);
    for (const p of [1e-18, 1e-15, 1e-6, 0.5, 1 - 1e-12]) {
      const k = drawBinomial(Number.MAX_SAFE_INTEGER, p, random);
      expect(Number.isSafeInteger(k)).toBe(true);
      expect(k).toBeGreaterThanOrEqual(0);
    }
  });
});
