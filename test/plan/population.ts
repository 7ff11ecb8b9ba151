import {curveCodes, type Demand, noMeasuredLevels} from '../../src/plan/demand/demand.ts';
import {noUnseen} from '../../src/plan/demand/unseen.ts';
import {azureCallsPerDay} from '../../src/workload/synth/azure-rates.ts';

/**
 * Calls a day of each function of the population behind METHODS' worked figures: 990 classes of equal functions and
 * 500 classes in the top percent, at any number of functions that is a multiple of 50,000.
 */
export function methodsRatesPerDay(functions = 500_000): Float64Array {
  const rates = new Float64Array(functions);
  let f = 0;
  const add = (rate: number, until: number): void => {
    while (f < Math.round(until)) rates[f++] = rate;
  };
  for (let i = 0; i < 990; i++) add(azureCallsPerDay(((i + 0.5) / 990) * 0.99), (functions * 0.99 * (i + 1)) / 990);
  for (let i = 0; i < 500; i++)
    add(azureCallsPerDay(0.99 + ((i + 0.5) / 500) * 0.01), functions * (0.99 + (0.01 * (i + 1)) / 500));
  return rates;
}

/** One window of a day with Poisson arrivals at these rates. */
export function stationaryDemand(ratesPerDay: Float64Array, holdSeconds: number): Demand {
  const functions = ratesPerDay.length;
  return {
    functions,
    windows: {startUs: Float64Array.of(0), endUs: Float64Array.of(86_400e6), repeatUs: 0},
    ratePerSecond: ratesPerDay.map((rate) => rate / 86_400),
    holdSeconds: new Float64Array(functions).fill(holdSeconds),
    rateVariation: new Float32Array(functions),
    curve: new Uint8Array(functions).fill(curveCodes.erlang),
    measured: noMeasuredLevels(functions),
    heldShare: new Float64Array(functions).fill(1),
    activeShare: undefined,
    missesPerSecond: new Float64Array(functions),
    unseen: noUnseen,
  };
}
