import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {CountDistribution} from '../../../src/forecast/baselines/distribution.ts';
import {countQuantile} from '../../../src/forecast/forecaster.ts';

const LEVELS = [0.05, 0.5, 0.9, 0.975];

/** Probabilities of 0, 1, 2, ... Poisson calls, by recursion. */
function poisson(mean: number): number[] {
  const p = [Math.exp(-mean)];
  for (let k = 1; k < 200; k++) p.push((p[k - 1]! * mean) / k);
  return p;
}

/** P(N + U <= z) by adding up. */
function jitteredCdf(probabilities: readonly number[], z: number): number {
  const whole = Math.floor(z);
  const below = probabilities.slice(0, whole).reduce((sum, p) => sum + p, 0);
  return below + (z - whole) * (probabilities[whole] ?? 0);
}

describe('count distributions', () => {
  test('quantiles of Poisson calls + jitter lie at their level exactly', () => {
    fc.assert(
      fc.property(fc.double({min: 0.001, max: 49, noNaN: true}), (mean) => {
        const d = new CountDistribution(LEVELS);
        d.poisson(mean);
        const p = poisson(mean);
        expect(d.active).toBeCloseTo(1 - p[0]!, 10);
        LEVELS.forEach((level, q) => {
          expect(jitteredCdf(p, d.jittered[q]!)).toBeCloseTo(level, 4);
        });
      }),
    );
  });

  test('the count quantile is the smallest number with at least that share at or below it', () => {
    const p = poisson(2.5);
    const d = new CountDistribution(LEVELS);
    d.poisson(2.5);
    LEVELS.forEach((level, q) => {
      let n = 0;
      for (let sum = p[0]!; sum < level; sum += p[n]!) n++;
      expect(countQuantile(d.jittered[q]!)).toBe(n);
    });
  });

  test('no call with probability .7, else 2, 2 or 5: the median is none, nine in ten is 2, the rest 5', () => {
    const d = new CountDistribution([0.5, 0.85, 0.95]);
    d.hurdle(0.3, Float64Array.of(2, 2, 5), 3);
    expect(d.active).toBe(0.3);
    // P(N = 0) = .7, P(N = 2) = .2, P(N = 5) = .1.
    expect(d.jittered[0]).toBeCloseTo(0.5 / 0.7, 6);
    expect(d.jittered[1]).toBeCloseTo(2 + 0.15 / 0.2, 6);
    expect(d.jittered[2]).toBeCloseTo(5 + 0.05 / 0.1, 6);
    expect([...d.jittered].map(countQuantile)).toEqual([0, 2, 5]);
  });

  test('a certain number is every quantile', () => {
    const d = new CountDistribution(LEVELS);
    d.certain(3);
    expect([d.active, ...[...d.jittered].map(countQuantile)]).toEqual([1, 3, 3, 3, 3]);
    d.certain(0.4);
    expect([d.active, ...[...d.jittered].map(countQuantile)]).toEqual([0, 0, 0, 0, 0]);
  });

  test('normal calls: mean 10, deviation 3', () => {
    const d = new CountDistribution(LEVELS);
    d.normal(10, 3);
    expect(d.active).toBeCloseTo(0.99923, 4); // Phi(9.5 / 3)
    expect(d.jittered[1]).toBeCloseTo(10.5, 6);
    expect(d.jittered[3]).toBeCloseTo(10.5 + 1.959964 * 3, 4);
  });

  test('beyond 50 the normal limit takes over without a jump worth mention', () => {
    const [below, above] = [new CountDistribution(LEVELS), new CountDistribution(LEVELS)];
    below.poisson(49.999);
    above.poisson(50.001);
    for (let q = 0; q < LEVELS.length; q++) expect(Math.abs(below.jittered[q]! - above.jittered[q]!)).toBeLessThan(0.6);
  });
});
