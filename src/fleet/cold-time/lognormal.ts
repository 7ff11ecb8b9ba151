import {probit} from 'simple-statistics';
import {type ColdTime, callUnit} from './cold-time.ts';

/**
 * Log-normal cold times with this median and sigma of the logarithm, as Huawei prints its fit: median 1.35 s,
 * sigma 1.326, i.e. mean 3.24 s (Joosen et al., EuroSys 2025). `key[fn]` is the function's stable hash.
 */
export function lognormalColdTime(medianUs: number, sigma: number, key: Int32Array, seed: number): ColdTime {
  const meanUs = Math.round(medianUs * Math.exp((sigma * sigma) / 2));
  return {
    drawUs: (fn, nowUs) => Math.round(medianUs * Math.exp(sigma * probit(callUnit(key[fn]!, nowUs, seed)))),
    meanUs: () => meanUs,
  };
}
