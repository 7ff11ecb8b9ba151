import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {negativeBinomialQuantile} from '../../../src/base/distributions.ts';
import {countQuantile} from '../../../src/forecast/forecaster.ts';
import {chanceOfNone, varianceFrom, writeCountQuantiles} from '../../../src/forecast/steps/count-law.ts';

const levels = [0.1, 0.5, 0.9, 0.975, 0.9975];
const quantiles = (mean: number, variance: number, exact = false): number[] => {
  const out = new Float32Array(levels.length);
  writeCountQuantiles(mean, variance, levels, out, 0, exact);
  return Array.from(out, countQuantile);
};

describe('quantiles of a number of calls by its mean and variance', () => {
  test('are those of a negative binomial while the mean is small, Poisson without surplus', () => {
    fc.assert(
      fc.property(
        fc.double({min: 1e-6, max: 64, noNaN: true}),
        fc.double({min: 0, max: 3, noNaN: true}),
        (mean, surplus) => {
          const dispersion = 1 + surplus;
          // At a step of the distribution function itself the two may fall to either side.
          quantiles(mean, mean * dispersion).forEach((n, q) => {
            const level = levels[q]!;
            const [low, high] = [level - 1e-6, level + 1e-6].map((l) => negativeBinomialQuantile(l, mean, dispersion));
            expect(n >= low! && n <= high!, `mean ${mean}, dispersion ${dispersion}, level ${level}: ${n}`).toBe(true);
          });
        },
      ),
    );
  });

  test('beyond, lie within a thirtieth of the spread, and are exact when asked', () => {
    for (const [mean, variance] of [
      [65, 65],
      [500, 5000],
      [1e5, 1e8],
      [1e8, 1e15],
    ] as const) {
      levels.forEach((level, q) => {
        const right = negativeBinomialQuantile(level, mean, variance / mean);
        expect(Math.abs(quantiles(mean, variance)[q]! - right)).toBeLessThanOrEqual(1 + 0.03 * Math.sqrt(variance));
        expect(Math.abs(quantiles(mean, variance, true)[q]! - right)).toBeLessThanOrEqual(right * 1e-6);
      });
    }
  });

  test('no calls at all have no quantile above 0', () => {
    expect(quantiles(0, 0)).toEqual([0, 0, 0, 0, 0]);
  });

  test('the chance of none gives back the variance it came from', () => {
    // Mean 2, dispersion e: ln P(0) = -2 x 1 / (e - 1).
    const variance = 2 * Math.E;
    expect(chanceOfNone(2, variance)).toBeCloseTo(Math.exp(-2 / (Math.E - 1)), 12);
    expect(varianceFrom(2, chanceOfNone(2, variance))).toBeCloseTo(variance, 6);
    expect(varianceFrom(2, 0.01)).toBe(2);
  });
});
