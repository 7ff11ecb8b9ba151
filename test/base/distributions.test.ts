import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  binomialTail,
  lognormalQuantile,
  negativeBinomialProbability,
  negativeBinomialQuantile,
  negativeBinomialTail,
  normalCdf,
  normalQuantile,
  normalTail,
  poissonProbability,
  poissonQuantile,
  poissonTail,
} from '../../src/base/distributions.ts';

const relative = (value: number, expected: number): number => Math.abs(value / expected - 1);

describe('the normal distribution', () => {
  // Printed tables (Abramowitz and Stegun 26.1, 26.2) and R's pnorm.
  test.each([
    [0, 0.5],
    [1, 0.15865525393145707],
    [2, 0.022750131948179195],
    [2.4999, 0.006211418374944594],
    [2.5, 0.006209665325776132],
    [3, 0.0013498980316300933],
    [5, 2.866515718791946e-7],
    [10, 7.61985302416052e-24],
    [30, 4.906713927148187e-198],
  ])('P(Z > %f) is %f', (z, tail) => {
    expect(relative(normalTail(z), tail)).toBeLessThan(1e-13);
    expect(normalTail(-z)).toBeCloseTo(1 - tail, 14);
  });

  test.each([
    [0.5, 0],
    [0.8, 0.8416212335729143],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [1e-12, -7.034483825301131],
    [0, Number.NEGATIVE_INFINITY],
    [1, Number.POSITIVE_INFINITY],
    [1.5, Number.NaN],
  ])('the %f quantile is %f', (p, z) => {
    if (Number.isFinite(z)) expect(normalQuantile(p)).toBeCloseTo(z, 11);
    else expect(normalQuantile(p)).toBe(z);
  });

  test('quantile and cdf are inverse', () => {
    fc.assert(
      fc.property(fc.double({min: -8, max: 4, noNaN: true}), (z) => {
        expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 9);
      }),
    );
  });

  test('a lognormal quantile is the median times e^(sigma z)', () => {
    expect(lognormalQuantile(0.5, 3, 1)).toBe(3);
    expect(lognormalQuantile(0.99, 1.35, 1.326)).toBeCloseTo(29.5, 0);
  });
});

/** Tail by adding every probability below n. */
function naiveTail(n: number, probability: (k: number) => number): number {
  let below = 0;
  for (let k = 0; k < n; k++) below += probability(k);
  return 1 - below;
}

describe('Poisson', () => {
  test.each([
    [0, 2, Math.exp(-2)],
    [3, 2, (8 / 6) * Math.exp(-2)],
    [20, 20, 0.0888353173920848],
    [0, 0, 1],
    [1, 0, 0],
    [1.5, 2, 0],
    [-1, 2, 0],
  ])('P(N = %f) at mean %f is %f', (k, mean, p) => {
    expect(poissonProbability(k, mean)).toBeCloseTo(p, 13);
  });

  test('the tail is what adding up says', () => {
    fc.assert(
      fc.property(fc.integer({min: 0, max: 80}), fc.double({min: 0.01, max: 60, noNaN: true}), (n, mean) => {
        expect(poissonTail(n, mean)).toBeCloseTo(
          naiveTail(n, (k) => poissonProbability(k, mean)),
          12,
        );
      }),
    );
  });

  test('the far tail keeps its digits', () => {
    // R: ppois(49, 10, lower.tail = FALSE)
    expect(relative(poissonTail(50, 10), 1.846e-19)).toBeLessThan(0.05);
    expect(relative(poissonTail(50, 10), poissonProbability(50, 10) * (1 + 10 / 51 + 100 / (51 * 52)))).toBeLessThan(
      0.01,
    );
  });

  test('a mean of ten million is half above itself', () => {
    expect(poissonTail(1e7, 1e7)).toBeCloseTo(0.5, 3);
    expect(poissonTail(1e7 + 3163, 1e7)).toBeCloseTo(normalTail(1), 3);
  });

  test.each([
    [0, 5, 1],
    [3, 0, 0],
    [Number.POSITIVE_INFINITY, 5, 0],
    [2.2, 1, 1 - 2.5 * Math.exp(-1)],
  ])('P(N >= %f) at mean %f is %f', (n, mean, tail) => {
    expect(poissonTail(n, mean)).toBeCloseTo(tail, 14);
  });
});

describe('negative binomial', () => {
  test('with hardly any surplus it is Poisson, whatever rounding makes of the rest', () => {
    // P(N <= 2) of a Poisson number of that mean is 0.09999999.
    for (const surplus of [0, Number.EPSILON, 1e-12, 1e-9]) {
      expect(negativeBinomialQuantile(0.09999, 5.322320549324213, 1 + surplus)).toBe(2);
      expect(negativeBinomialQuantile(0.1, 5.322320549324213, 1 + surplus)).toBe(3);
    }
  });

  test('with dispersion 2 and mean 1 is geometric: halves at each step', () => {
    expect(negativeBinomialProbability(0, 1, 2)).toBeCloseTo(1 / 2, 14);
    expect(negativeBinomialProbability(5, 1, 2)).toBeCloseTo(1 / 64, 14);
    expect(negativeBinomialTail(6, 1, 2)).toBeCloseTo(1 / 64, 14);
  });

  test('has the mean and the variance it is asked for', () => {
    let mean = 0;
    let square = 0;
    for (let k = 0; k < 20_000; k++) {
      const p = negativeBinomialProbability(k, 10, 60);
      mean += k * p;
      square += k * k * p;
    }
    expect(mean).toBeCloseTo(10, 8);
    expect((square - mean * mean) / mean).toBeCloseTo(60, 6);
  });

  test('the tail is what adding up says', () => {
    fc.assert(
      fc.property(
        fc.integer({min: 0, max: 300}),
        fc.double({min: 0.01, max: 60, noNaN: true}),
        fc.double({min: 1.01, max: 200, noNaN: true}),
        (n, mean, dispersion) => {
          expect(negativeBinomialTail(n, mean, dispersion)).toBeCloseTo(
            naiveTail(n, (k) => negativeBinomialProbability(k, mean, dispersion)),
            10,
          );
        },
      ),
    );
  });

  test('with dispersion 1 is Poisson, and just above it nearly so', () => {
    expect(negativeBinomialTail(12, 10, 1)).toBe(poissonTail(12, 10));
    expect(negativeBinomialTail(12, 10, 1 + 1e-9)).toBeCloseTo(poissonTail(12, 10), 7);
  });

  test('bears a dispersion of a million without a million steps', () => {
    expect(negativeBinomialTail(1e6, 1000, 1e6)).toBeGreaterThan(0);
    expect(negativeBinomialTail(1e6, 1000, 1e6)).toBeLessThan(0.001);
  });
});

describe('quantiles of counts', () => {
  const anyP = fc.double({min: 1e-9, max: 1 - 1e-9, noNaN: true});

  test('are the smallest count that holds the share', () => {
    fc.assert(
      fc.property(
        anyP,
        fc.double({min: 0.001, max: 500, noNaN: true}),
        fc.double({min: 1, max: 100, noNaN: true}),
        (p, mean, d) => {
          const n = negativeBinomialQuantile(p, mean, d);
          expect(negativeBinomialTail(n + 1, mean, d)).toBeLessThanOrEqual(1 - p);
          if (n > 0) expect(negativeBinomialTail(n, mean, d)).toBeGreaterThan(1 - p);
        },
      ),
    );
    expect(poissonQuantile(0.5, 10)).toBe(10);
  });

  test('p = 1 has no finite count, an empty demand needs none', () => {
    expect(poissonQuantile(1, 3)).toBe(Number.POSITIVE_INFINITY);
    expect(poissonQuantile(0.99, 0)).toBe(0);
    expect(poissonQuantile(0, 3)).toBe(0);
    expect(poissonQuantile(1.2, 3)).toBe(Number.NaN);
  });
});

describe('binomial', () => {
  test('3 of 5 samples beyond two sigma: 1.14e-4 (METHODS E2.1a)', () => {
    expect(relative(binomialTail(3, 5, normalTail(2)), 1.14e-4)).toBeLessThan(0.01);
  });

  test.each([
    [0, 5, 0.3, 1],
    [6, 5, 0.3, 0],
    [5, 5, 1, 1],
    [1, 5, 0, 0],
    [1, 2, 0.5, 0.75],
  ])('P(at least %i of %i at %f) is %f', (hits, trials, p, tail) => {
    expect(binomialTail(hits, trials, p)).toBeCloseTo(tail, 13);
  });
});
