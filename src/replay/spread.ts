import {draw32, mixKeys, unit} from '../base/random.ts';

/** How the calls of one minute are placed in it. */
export type SpreadName = 'uniform' | 'even' | 'exponential';

export const spreads: Readonly<Record<SpreadName, string>> = {
  uniform: 'independent and uniform in the minute: a Poisson process, given the count',
  even: 'evenly spaced from the start of the minute',
  exponential: 'exponential gaps scaled to fill the minute, the first call at its start (In-Vitro)',
};

/** Keys of the draws of one (function, minute): two for times, two for durations. Depend on nothing else but the seed. */
export function minuteKeys(out: Int32Array, key: number, minute: number, seed: number): void {
  const base = mixKeys(key, mixKeys(minute, seed));
  out[0] = mixKeys(base, 1);
  out[1] = mixKeys(base, 2);
  out[2] = mixKeys(base, 3);
  out[3] = mixKeys(base, 4);
}

/** Time of call `j` in its minute, uniform over [0, lengthUs), whole microseconds; `scale` is lengthUs / 2^32. */
export function uniformUs(keyA: number, keyB: number, j: number, scale: number): number {
  return (draw32(keyA, keyB, j) * scale) | 0;
}

/** Time of call `j` of `n`, evenly spaced from the start of the minute, whole microseconds. */
export function evenUs(j: number, n: number, lengthUs: number): number {
  return Math.floor((j * lengthUs) / n);
}

/** Exponential gap number `j`, mean 1. */
export function gap(keyA: number, keyB: number, j: number): number {
  return -Math.log(unit(draw32(keyA, keyB, j)));
}
