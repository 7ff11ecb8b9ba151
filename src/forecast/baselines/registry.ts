import type {Baseline} from './baseline.ts';
import {fourier} from './fourier.ts';
import {iatHistogram} from './iat-histogram.ts';
import {croston, sba, tsb} from './intermittent.ts';
import {always, lastValue, never, recent, seasonalDay, seasonalWeek} from './naive.ts';
import {ewma, rollingMean, rollingP95} from './rolling.ts';

/** Every baseline by the name it has wherever `--model` is. */
export const baselines: Readonly<Record<string, Baseline>> = {
  never,
  always,
  recent,
  'last-value': lastValue,
  'rolling-mean': rollingMean,
  'rolling-p95': rollingP95,
  ewma,
  'seasonal-day': seasonalDay,
  'seasonal-week': seasonalWeek,
  croston,
  sba,
  tsb,
  fourier,
  'iat-histogram': iatHistogram,
};
