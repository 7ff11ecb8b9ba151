import {Random} from '../../../src/base/random.ts';

/** Times of a timer over a span, each late by up to `jitter` seconds. */
export function timer(period: number, phase: number, span: number, jitter = 0, seed = 1): Float64Array {
  const random = new Random(seed);
  const length = Math.floor((span - phase) / period);
  return Float64Array.from({length}, (_, k) => phase + k * period + jitter * random.next());
}

/** Times of calls at random over a span. */
export function poisson(meanGap: number, span: number, seed: number): Float64Array {
  const random = new Random(seed);
  const times: number[] = [];
  for (let t = meanGap * random.exponential(); t < span; t += meanGap * random.exponential()) times.push(t);
  return Float64Array.from(times);
}
