import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import type {Forecast} from '../../src/forecast/forecast.ts';
import {curveCodes} from '../../src/plan/demand/demand.ts';
import {forecastDemand} from '../../src/plan/demand/forecast-demand.ts';
import {Recurrence, recency} from '../../src/plan/demand/recurrence.ts';

describe('what was seen few times', () => {
  test('of many rare things, those seen once come again as seldom as their true rates say', () => {
    // A million things, each struck at random with a rate of its own: most that were seen once were lucky.
    const random = new Random(13);
    const recurrence = new Recurrence();
    let once = 0;
    let again = 0;
    const poisson = (mean: number): number => {
      let count = 0;
      for (let left = mean - random.exponential(); left > 0; left -= random.exponential()) count++;
      return count;
    };
    for (let i = 0; i < 100_000; i++) {
      const rate = 10 ** (random.next() * 4 - 4);
      const [first, second, third] = [poisson(rate), poisson(rate), poisson(rate)];
      recurrence.add(first, second);
      if (first === 1) {
        once++;
        again += third;
      }
    }
    expect(recurrence.factor(1)).toBeLessThan(0.6);
    expect(recurrence.factor(1) / (again / once)).toBeCloseTo(1, 1);
  });

  test('what comes as often as before is not discounted, and nothing is raised', () => {
    const recurrence = new Recurrence();
    for (let i = 0; i < 1000; i++) recurrence.add(16, 40);
    expect(recurrence.factor(16)).toBe(1);
    expect(recurrence.factor(0)).toBe(1);
  });

  test('without evidence everything recurs in full', () => {
    expect(new Recurrence().factor(1)).toBe(1);
  });
});

describe('what has become of a rate', () => {
  test.each([
    ['never seen', 0, 0, 1],
    ['seen once, in the first half', 1, 0, 0.5],
    ['seen once, in the second', 0, 1, 1],
    ['as often as before', 100, 100, 1],
    ['more often', 10, 200, 1],
    ['a third as often', 75, 25, 51 / 101],
    ['gone', 99, 0, 0.01],
  ])('%s', (_, first, second, factor) => {
    expect(recency(first, second)).toBeCloseTo(factor, 12);
  });
});

describe('demand from a forecast', () => {
  const forecast: Forecast = {
    functions: 3,
    model: 'test',
    minute: 240,
    horizons: [10, 60],
    quantiles: [0.5, 0.9],
    // A rare function, a busy one, and one that is never called.
    active: Float32Array.of(0.1, 0.4, 1, 1, 0, 0),
    calls: Float32Array.of(0, 1, 0, 3, 60, 80, 360, 420, 0, 0, 0, 0),
  };
  const demand = forecastDemand(forecast, Int32Array.of(1, -1, 0), Float64Array.of(2, 2, 2));

  test('has a window between each horizon and the next', () => {
    expect(Array.from(demand.windows.startUs, (us) => us / 60e6)).toEqual([240, 250]);
    expect(Array.from(demand.windows.endUs, (us) => us / 60e6)).toEqual([250, 300]);
  });

  test('a window that may stay empty has the rate at which a random call would be as likely', () => {
    expect(demand.ratePerSecond[2]! * 600).toBeCloseTo(-Math.log(0.9), 6);
    // None in ten minutes with chance 0.9, none in sixty with 0.6: none in the fifty between with 0.6 / 0.9.
    expect(demand.ratePerSecond[5]! * 3000).toBeCloseTo(-Math.log(0.6 / 0.9), 6);
    expect(demand.curve[2]).toBe(curveCodes.erlang);
  });

  test('a busy window has the mean of its quantiles, and their spread', () => {
    // 60 stands for the lower 70 %, 80 for the rest.
    expect(demand.ratePerSecond[0]! * 600).toBeCloseTo(66, 4);
    expect(demand.ratePerSecond[3]! * 3000).toBeCloseTo(378 - 66, 3);
    expect(demand.rateVariation[0]).toBeCloseTo((400 * 0.21 - 66) / (66 * 66), 5);
    expect(demand.curve[0]).toBe(curveCodes['negative-binomial']);
  });

  test('a function that the forecast does not know is not expected', () => {
    expect([demand.ratePerSecond[1], demand.ratePerSecond[4]]).toEqual([0, 0]);
  });
});
