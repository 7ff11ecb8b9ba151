import {draw32, unit} from '../../base/random.ts';

/** How the calls of one minute are placed in it. */
export type SpreadName = 'uniform' | 'even' | 'exponential';

export const spreads: Readonly<Record<SpreadName, string>> = {
  uniform: 'independent and uniform in the minute: a Poisson process, given the count',
  even: 'evenly spaced from the start of the minute',
  exponential: 'exponential gaps scaled to fill the minute, the first call at its start (In-Vitro)',
};

/** Time of call `j` of `n`, evenly spaced from the start of the minute, whole microseconds. */
export function evenUs(j: number, n: number, lengthUs: number): number {
  return Math.floor((j * lengthUs) / n);
}

/** Exponential gap number `j`, mean 1. */
export function gap(keyA: number, keyB: number, j: number): number {
  return -Math.log(unit(draw32(keyA, keyB, j)));
}
