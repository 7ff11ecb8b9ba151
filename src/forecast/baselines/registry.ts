import {Registry} from '../../base/part.ts';
import type {Baseline} from './baseline.ts';
import {fourier} from './fourier.ts';
import {iatHistogram} from './iat-histogram.ts';
import {croston, sba, tsb} from './intermittent.ts';
import {always, lastValue, never, recent, seasonalDay, seasonalWeek} from './naive.ts';
import {ewma, rollingMean, rollingP95} from './rolling.ts';

/** What `--model` may name besides a model. */
export const baselines = new Registry<Baseline>({flag: '--model', one: 'baseline', many: 'baselines'}, [
  never,
  always,
  recent,
  lastValue,
  rollingMean,
  rollingP95,
  ewma,
  seasonalDay,
  seasonalWeek,
  croston,
  sba,
  tsb,
  fourier,
  iatHistogram,
]);
