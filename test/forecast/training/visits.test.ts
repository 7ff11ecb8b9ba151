import {describe, expect, test} from 'vitest';
import {poissonTail} from '../../../src/base/distributions.ts';
import {Random} from '../../../src/base/random.ts';
import {drawLevel, LevelChance} from '../../../src/forecast/training/level-thinning.ts';
import {binomialDraw, poissonDraw} from '../../../src/forecast/training/thinning.ts';
import {VisitOrder} from '../../../src/forecast/training/visit-order.ts';
import {type Calls, seriesOf} from '../../helpers/series.ts';

const DRAWS = 40_000;

/** Mean and variance of draws. */
function momentsOf(draw: () => number): [mean: number, variance: number] {
  const values = Array.from({length: DRAWS}, draw);
  const mean = values.reduce((a, b) => a + b, 0) / DRAWS;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / DRAWS];
}

describe('visits', () => {
  test('an octave of calls is drawn with the square root of its share, and its functions evenly', () => {
    const rows: Calls[] = [[], ...Array.from({length: 90}, (): Calls => [[3, 1000]])];
    rows.push(...Array.from({length: 10}, (): Calls => [[5, 1]]));
    const order = new VisitOrder(seriesOf(rows, 10));
    const random = new Random(3);
    const visits = new Float64Array(rows.length);
    for (let i = 0; i < DRAWS; i++) visits[order.next(random)]! += 1 / DRAWS;
    expect(visits[0]).toBe(0);
    const rare = visits.slice(91).reduce((a, b) => a + b, 0);
    // 90 to 10 functions: 3 to 1 visits.
    expect(rare).toBeGreaterThan(0.24);
    expect(rare).toBeLessThan(0.26);
    expect(Math.max(...visits.slice(91))).toBeLessThan(1.3 * Math.min(...visits.slice(91)));
  });

  test('without a call there is nothing to visit', () => {
    expect(new VisitOrder(seriesOf([[], []], 5)).empty).toBe(true);
  });
});

describe('levels of concurrency made from counts', () => {
  test('the chance of a call to reach a level is that of so many others running', () => {
    const chance = new LevelChance({below: 3, holdMinutes: 0.1});
    for (const calls of [10, 30, 45, 100]) {
      // Loads are told apart by sixteenths of an octave.
      const [low, high] = [calls * 0.1 * 2 ** (-1 / 32), calls * 0.1 * 2 ** (1 / 32)];
      expect(chance.at(calls)).toBeGreaterThanOrEqual(poissonTail(3, low) - 1e-12);
      expect(chance.at(calls)).toBeLessThanOrEqual(poissonTail(3, high) + 1e-12);
    }
    expect([chance.at(1), chance.at(1000)]).toEqual([0, 1]);
  });

  test('a drawn level is one that the minute may reach', () => {
    const random = new Random(5);
    for (const calls of [1, 2, 7, 500]) {
      for (let i = 0; i < 500; i++) {
        const level = drawLevel(calls, random);
        if (level === undefined) continue;
        expect(level.below).toBeGreaterThan(0);
        expect(level.below).toBeLessThan(calls);
      }
    }
    expect(drawLevel(1, random)).toBeUndefined();
  });
});

test.each([0.3, 5, 29, 80])('Poisson draws have mean and variance %f', (mean) => {
  const random = new Random(1);
  const [average, variance] = momentsOf(() => poissonDraw(mean, random));
  expect(Math.abs(average / mean - 1)).toBeLessThan(0.04);
  expect(Math.abs(variance / mean - 1)).toBeLessThan(0.06);
});

test.each([
  [10, 0.3],
  [400, 0.02],
  [400, 0.4],
])('binomial draws of %i trials at %f have their mean and never exceed the trials', (trials, p) => {
  const random = new Random(2);
  const [average] = momentsOf(() => binomialDraw(trials, p, random));
  expect(Math.abs(average / (trials * p) - 1)).toBeLessThan(0.03);
  expect(binomialDraw(trials, 1, random)).toBe(trials);
  expect(binomialDraw(trials, 0, random)).toBe(0);
});
