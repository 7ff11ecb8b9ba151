import {probit} from 'simple-statistics';
import {normalTail} from '../../base/distributions.ts';
import {finiteTimeUs, numberAbove0} from '../../base/parameters.ts';
import {callUnit, coldTimeModel} from './cold-time.ts';

/**
 * Log-normal cold times with this median and sigma of the logarithm, as Huawei prints its fit: median 1.35 s,
 * sigma 1.326, i.e. mean 3.24 s (Joosen et al., EuroSys 2025).
 */
export const lognormal = coldTimeModel({
  name: 'lognormal',
  summary: "log-normal, as in Huawei's fit: median 1.35 s, sigma 1.326",
  parameters: {
    median: finiteTimeUs('median', {example: '1.35s'}),
    sigma: numberAbove0('standard deviation of the logarithm', {example: '1.326'}),
  },
  alike: true,
  byCall: false,
  create({median: medianUs, sigma}, {key, seed}) {
    const meanUs = Math.round(medianUs * Math.exp((sigma * sigma) / 2));
    return {
      drawUs: (fn, nowUs) => Math.round(medianUs * Math.exp(sigma * probit(callUnit(key[fn]!, nowUs, seed)))),
      meanUs: () => meanUs,
      shareAbove: (_, us) => (us <= 0 ? 1 : normalTail(Math.log(us / medianUs) / sigma)),
    };
  },
});
