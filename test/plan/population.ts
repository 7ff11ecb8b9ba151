import {curveCodes, type Demand, noMeasuredLevels} from '../../src/plan/demand.ts';

/** Rate quantiles of METHODS E1.1: (share of functions, calls a day), log-linear in between; Azure 2019, Fig. 5a. */
const quantiles: readonly (readonly [number, number])[] = [
  [0, 1 / 14],
  [0.065, 1 / 14],
  [0.11, 2 / 14],
  [0.19, 0.5],
  [0.27, 0.999],
  [0.34, 1],
  [0.41, 2],
  [0.49, 5],
  [0.56, 10],
  [0.635, 24],
  [0.69, 48],
  [0.735, 96],
  [0.795, 287],
  [0.835, 288],
  [0.905, 1439],
  [0.925, 1440],
  [0.968, 1e4],
  [0.99, 7e4],
  [0.998, 5.5e5],
  [0.9999, 1.1e7],
  [1, 7e7],
];

function callsPerDay(u: number): number {
  const upper = quantiles.findIndex(([share]) => share >= u);
  if (upper === 0) return quantiles[0]![1];
  const [u0, r0] = quantiles[upper - 1]!;
  const [u1, r1] = quantiles[upper]!;
  return r0 * (r1 / r0) ** ((u - u0) / (u1 - u0));
}

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
  for (let i = 0; i < 990; i++) add(callsPerDay(((i + 0.5) / 990) * 0.99), (functions * 0.99 * (i + 1)) / 990);
  for (let i = 0; i < 500; i++)
    add(callsPerDay(0.99 + ((i + 0.5) / 500) * 0.01), functions * (0.99 + (0.01 * (i + 1)) / 500));
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
  };
}
