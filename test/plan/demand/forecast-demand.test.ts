import {describe, expect, test} from 'vitest';
import {baselines} from '../../../src/forecast/baselines/registry.ts';
import {type Forecast, forecastAt} from '../../../src/forecast/forecast.ts';
import {openForecaster} from '../../../src/forecast/open-forecaster.ts';
import {SHIPPED_MODEL} from '../../../src/forecast/shipped-model.ts';
import {activeShareOf} from '../../../src/plan/demand/active-share.ts';
import {curveCodes, type Demand, windowSeconds} from '../../../src/plan/demand/demand.ts';
import {forecastDemand} from '../../../src/plan/demand/forecast-demand.ts';
import {population, seriesOf} from '../../helpers/series.ts';

/** Calls that a demand expects of one function over all of its windows. */
function callsOf({functions, windows, ratePerSecond}: Demand, f: number): number {
  let calls = 0;
  for (let w = 0; w < windows.startUs.length; w++)
    calls += ratePerSecond[w * functions + f]! * windowSeconds(windows, w);
  return calls;
}

/** The chance that a demand gives a function to be called in a window. */
function chanceOf({functions, windows, ratePerSecond, activeShare}: Demand, f: number, w: number): number {
  const active = activeShare![w * functions + f]!;
  return active * -Math.expm1((-ratePerSecond[w * functions + f]! * windowSeconds(windows, w)) / active);
}

describe('demand from a forecast', () => {
  const forecast: Forecast = {
    functions: 4,
    model: 'test',
    minute: 240,
    horizons: [10, 60],
    quantiles: [0.5, 0.9],
    // A rare function, a busy one, one that is never called, and one whose calls come in clumps of about thirty.
    active: Float32Array.of(0.1, 0.4, 1, 1, 0, 0, 0.3, 0.3),
    mean: Float32Array.of(0.2, 0.6, 66, 378, 0, 0, 10, 20),
    calls: Float32Array.of(0, 1, 0, 3, 60, 80, 360, 420, 0, 0, 0, 0, 0, 33, 0, 66),
  };
  const demand = forecastDemand(forecast, Int32Array.of(1, -1, 0, 3), Float64Array.of(2, 2, 2, 2));

  test('has a window between each horizon and the next', () => {
    expect(Array.from(demand.windows.startUs, (us) => us / 60e6)).toEqual([240, 250]);
    expect(Array.from(demand.windows.endUs, (us) => us / 60e6)).toEqual([250, 300]);
  });

  test('has the mean calls of the forecast', () => {
    expect(callsOf(demand, 0)).toBeCloseTo(378, 4);
    expect(callsOf(demand, 2)).toBeCloseTo(0.6, 6);
    expect(demand.ratePerSecond[0]! * 600).toBeCloseTo(66, 4);
  });

  test('gives the first window the chance of the forecast', () => {
    expect(chanceOf(demand, 2, 0)).toBeCloseTo(0.1, 6);
    expect(chanceOf(demand, 3, 0)).toBeCloseTo(0.3, 6);
  });

  test('keeps calls that come in clumps together: in use with a chance, and then at full rate', () => {
    // Ten calls with chance 0.3 of any: 33 calls in three windows of ten, not one a minute always.
    expect(demand.activeShare![3]).toBeCloseTo(0.3, 6);
    // Twenty by the hour with the same chance: who is in use in the first window is in the second.
    expect(chanceOf(demand, 3, 1)).toBeCloseTo(0.3, 6);
  });

  test('of a busy function takes the spread of the quantiles beyond chance as variation of its rate', () => {
    // 60 stands for the lower 70 %, 80 for the rest: variance 84.
    expect(demand.rateVariation[0]).toBeCloseTo((400 * 0.21 - 66) / (66 * 66), 5);
    expect(demand.curve[0]).toBe(curveCodes['negative-binomial']);
    expect(demand.activeShare![0]).toBe(1);
  });

  test('a function that the forecast does not know is not expected', () => {
    expect([demand.ratePerSecond[1], demand.ratePerSecond[5]]).toEqual([0, 0]);
  });
});

describe.each([...baselines.names, SHIPPED_MODEL])('a forecast of %s', (name) => {
  test('is planned for with its mean calls, busy functions and rare ones, and with its chance of any call', async () => {
    const series = seriesOf(population(7, 60, 1500), 1500);
    const forecaster = await openForecaster(name, {quantiles: [0.5, 0.9, 0.975]});
    const forecast = await forecastAt(series, forecaster, 1500);
    const rows = new Int32Array(60).map((_, f) => f);
    const demand = forecastDemand(forecast, rows, new Float64Array(60).fill(1));
    const {horizons, active, mean} = forecast;
    let planned = 0;
    let expected = 0;
    for (let f = 0; f < 60; f++) {
      const cells = f * horizons.length;
      const last = mean[cells + horizons.length - 1]!;
      expect(Math.abs(callsOf(demand, f) - last)).toBeLessThanOrEqual(0.001 * last);
      planned += callsOf(demand, f);
      expected += last;
      // Calls by the clock leave a window empty less often than calls at random: those are taken to be at random.
      const random = -Math.expm1(-mean[cells]!);
      expect(chanceOf(demand, f, 0)).toBeCloseTo(Math.min(active[cells]!, random), 5);
    }
    expect(Math.abs(planned - expected)).toBeLessThanOrEqual(0.01 * expected);
    if (name !== 'never') expect(expected).toBeGreaterThan(name === 'always' ? 40 : 300);
  });
});

describe('the share in which a unit is in use', () => {
  test.each([
    [10, 0.3],
    [0.5, 0.1],
    [100, 0.999],
    [1e-6, 5e-7],
    [1e6, 1e-6],
  ])('of %d calls with chance %d leaves the window empty as often as asked', (mean, chance) => {
    const share = activeShareOf(mean, chance);
    expect(share).toBeLessThan(1);
    expect(share * -Math.expm1(-mean / share)).toBeCloseTo(chance, 9);
  });

  test.each([
    [0, 0],
    [1, 1],
    [1, 0.7],
    [0, 0.5],
  ])('of %d calls with chance %d is all', (mean, chance) => {
    expect(activeShareOf(mean, chance)).toBe(1);
  });
});
