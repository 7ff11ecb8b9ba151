import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {criticalFractile, quantileAt, slotsFor, windowUsd} from '../../../src/forecast/backtest/decision.ts';
import {CountDistribution} from '../../../src/forecast/baselines/distribution.ts';
import {countQuantile} from '../../../src/forecast/forecaster.ts';

const LEVELS = [0.5, 0.9, 0.975, 0.9975];

function poissonCell(mean: number): CountDistribution {
  const cell = new CountDistribution(LEVELS);
  cell.poisson(mean);
  return cell;
}

describe('the decision', () => {
  test('a minute at seed prices: a slot costs 1/400 of a cold start, the fractile is .9975', () => {
    expect(criticalFractile(0.01 / 1440, (0.5 * 20) / 3600)).toBeCloseTo(0.9975, 10);
    expect(criticalFractile(1, 0)).toBe(0);
  });

  test.each([
    ['no call needs no slot', 0, 1, 1, 0],
    ['one short call needs one', 1, 0.001, 1, 1],
    ['sixty calls of a second keep one busy', 60, 1 / 60, 1, 1],
    ['sixty-one keep more than one busy', 61, 1 / 60, 1, 2],
    ['ten minutes hold ten times as much', 600, 1 / 60, 10, 1],
  ])('%s', (_, calls, hold, window, slots) => {
    expect(slotsFor(calls, hold, window)).toBe(slots);
  });

  test('a slot is warm exactly when P(N >= 1) exceeds w / C', () => {
    fc.assert(
      fc.property(
        fc.double({min: 1e-6, max: 5, noNaN: true}),
        fc.double({min: 0.001, max: 0.999, noNaN: true}),
        (mean, ratio) => {
          const cell = poissonCell(mean);
          fc.pre(Math.abs(cell.active - ratio) > 1e-6);
          const calls = countQuantile(quantileAt(1 - ratio, cell.active, LEVELS, cell.jittered, 0));
          expect(calls >= 1).toBe(cell.active > ratio);
        },
      ),
    );
  });

  test('quantiles between and beyond the forecast levels are those of the distribution, to within a call', () => {
    for (const mean of [0.05, 0.7, 2, 8, 40]) {
      const cell = poissonCell(mean);
      for (const level of [0.6, 0.8, 0.95, 0.99, 0.999]) {
        const exact = new CountDistribution([level]);
        exact.poisson(mean);
        const interpolated = countQuantile(quantileAt(level, cell.active, LEVELS, cell.jittered, 0));
        expect(
          Math.abs(interpolated - countQuantile(exact.jittered[0]!)),
          `mean ${mean} at ${level}`,
        ).toBeLessThanOrEqual(1);
      }
    }
  });

  test('quantiles rise with the level, from nothing through every forecast one', () => {
    fc.assert(
      fc.property(fc.double({min: 0.01, max: 60, noNaN: true}), (mean) => {
        const cell = poissonCell(mean);
        const levels = Array.from({length: 800}, (_, i) => i / 800);
        const values = levels.map((level) => quantileAt(level, cell.active, LEVELS, cell.jittered, 0));
        expect(values.every((z, i) => i === 0 || z >= values[i - 1]! - 1e-9)).toBe(true);
        for (const [q, level] of LEVELS.entries()) {
          expect(quantileAt(level, cell.active, LEVELS, cell.jittered, 0)).toBeCloseTo(cell.jittered[q]!, 4);
        }
      }),
    );
  });

  test('a certain forecast stays certain however far the tail is asked for', () => {
    const cell = new CountDistribution(LEVELS);
    cell.certain(3);
    for (const level of [0.1, 0.5, 0.9975, 0.999999]) {
      expect(countQuantile(quantileAt(level, cell.active, LEVELS, cell.jittered, 0))).toBe(3);
    }
    cell.certain(0);
    expect(countQuantile(quantileAt(0.999999, cell.active, LEVELS, cell.jittered, 0))).toBe(0);
  });

  test('no other number of slots is cheaper in expectation than the critical fractile', () => {
    const [warmUsd, coldUsd] = [1, 20];
    for (const mean of [0.02, 0.06, 0.5, 3]) {
      const p: number[] = [Math.exp(-mean)];
      for (let k = 1; k < 60; k++) p.push((p[k - 1]! * mean) / k);
      // A call holds its slot for the whole window, so n calls need n slots; regret alone depends on the choice.
      const expected = (slots: number) =>
        p.reduce(
          (sum, chance, n) =>
            sum + chance * (windowUsd(slots, n, n, warmUsd, coldUsd) - windowUsd(n, n, n, warmUsd, coldUsd)),
          0,
        );
      const cell = poissonCell(mean);
      const chosen = countQuantile(
        quantileAt(criticalFractile(warmUsd, coldUsd), cell.active, LEVELS, cell.jittered, 0),
      );
      for (let other = 0; other < 12; other++) expect(expected(chosen)).toBeLessThanOrEqual(expected(other) + 1e-12);
    }
  });

  test('dollars by hand: two warm, one needed, half of it busy: 1.5 slot-windows idle', () => {
    expect(windowUsd(2, 1, 0.5, 10, 1000)).toBe(15);
    expect(windowUsd(0, 2, 1.5, 10, 1000)).toBe(2005);
    expect(windowUsd(0, 0, 0, 10, 1000)).toBe(0);
  });
});
