import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {CountDistribution} from '../../src/forecast/baselines/distribution.ts';
import {MeanCalls} from '../../src/forecast/mean-calls.ts';

const LEVELS = [0.5, 0.9, 0.975, 0.9975];

describe('the mean of a forecast by its chance and quantiles', () => {
  const meanCalls = new MeanCalls(LEVELS);

  test.each([0.01, 0.1, 0.5, 1, 3, 10, 40, 570, 100_000])('is close to that of Poisson calls, %d', (mean) => {
    const poisson = new CountDistribution(LEVELS);
    poisson.poisson(mean);
    const found = meanCalls.of(poisson.active, poisson.jittered, 0);
    expect(Math.abs(found / mean - 1)).toBeLessThan(mean >= 10 ? 0.03 : mean >= 0.5 ? 0.1 : 0.2);
  });

  test('is that of calls that are certain', () => {
    const certain = new CountDistribution(LEVELS);
    certain.certain(20);
    expect(meanCalls.of(1, certain.jittered, 0)).toBeCloseTo(20, 0);
  });

  test('of no call is 0, and of a chance too small for any quantile one call in that many windows', () => {
    expect(meanCalls.of(0, Float32Array.of(0.5, 0.9, 0.975, 0.9975), 0)).toBe(0);
    expect(meanCalls.of(0.001, Float32Array.of(0.5, 0.9, 0.976, 0.9985), 0)).toBe(0.001);
  });

  test('is at least the chance and finite, whatever the quantiles', () => {
    const random = new Random(5);
    for (let i = 0; i < 2000; i++) {
      const active = random.next();
      const jittered = Float32Array.from(LEVELS, () => 1 + 1000 * random.next() ** 8).sort();
      LEVELS.forEach((level, q) => {
        if (level <= 1 - active) jittered[q] = level / (1 - active);
      });
      const mean = meanCalls.of(active, jittered, 0);
      expect(Number.isFinite(mean) && mean >= active, `${mean} of ${active} and ${jittered}`).toBe(true);
    }
  });
});
