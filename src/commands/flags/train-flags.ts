import type {Interfaces} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {features} from '../../forecast/features/features.ts';
import {signals} from '../../forecast/features/group.ts';
import {horizonsUpTo} from '../../forecast/horizons.ts';
import {defaultTrainOptions as defaults, type TrainOptions} from '../../forecast/training/options.ts';
import type {seedFlag} from './common-flags.ts';
import {minutesFlag, quantilesFlag} from './forecast-flags.ts';
import {countFlag, numberFlag, valueFlag} from './value-flags.ts';

const insideUnit = numberFlag('above 0 and below 1', (value) => value > 0 && value < 1);
const training = {helpGroup: 'TRAINING'};

/** Signals stand for all of their features. */
const featuresFlag = valueFlag((text, flag) => {
  const names = text.split(',').map((part) => part.trim());
  const known = (name: string) => features.some((feature) => feature.signal === name || feature.name === name);
  const stranger = names.find((name) => !known(name));
  if (stranger !== undefined) {
    throw usageError(
      `${flag} is '${text}', '${stranger}' is neither a signal nor a feature`,
      `signals: ${Object.keys(signals).join(', ')}`,
    );
  }
  return features.filter(({name, signal}) => names.includes(name) || names.includes(signal)).map(({name}) => name);
});

/** What is learnt, and how. */
export const trainFlags = {
  horizon: minutesFlag({default: '60m', summary: 'Longest window to forecast; shorter ones are learnt with it.'}),
  quantiles: quantilesFlag({default: defaults.quantiles.join(','), summary: 'Count quantiles to forecast.'}),
  features: featuresFlag({
    helpValue: 'NAMES',
    summary: `Signals or features to learn from: ${Object.keys(signals).join(', ')}, or names of features. [default: all]`,
  }),
  epochs: countFlag(1)({default: defaults.epochs, summary: 'Passes at most.', ...training}),
  'rows-per-epoch': countFlag(1024)({
    default: defaults.rowsPerEpoch,
    summary: 'Function-minutes drawn for a pass.',
    ...training,
  }),
  batch: countFlag(16, 32768)({default: defaults.batchRows, summary: 'Rows of a step.', ...training}),
  hidden: valueFlag(parseHidden)({
    default: defaults.hidden.join(','),
    summary: 'Widths of the two layers.',
    ...training,
  }),
  'learning-rate': insideUnit({
    default: String(defaults.learningRate),
    summary: 'At its highest.',
    ...training,
  }),
  augment: numberFlag(
    'from 0 to 1',
    (share) => share >= 0 && share <= 1,
  )({
    default: String(defaults.augment),
    summary: 'Share of visits to a function that see it thinned out, so that rare functions are learnt too.',
    ...training,
  }),
  'validation-share': insideUnit({
    default: String(defaults.validationShare),
    summary: 'Share of the span, at its end, kept back to judge by.',
    ...training,
  }),
  patience: countFlag(1)({
    default: defaults.patience,
    summary: 'Passes without progress before training stops.',
    ...training,
  }),
};

type TrainFlags = Interfaces.InferredFlags<typeof trainFlags & typeof seedFlag>;

/** What the flags ask of training. */
export function trainOptions(flags: TrainFlags): TrainOptions {
  return {
    horizons: horizonsUpTo(flags.horizon),
    quantiles: flags.quantiles,
    hidden: flags.hidden,
    ...(flags.features ? {features: flags.features} : {}),
    epochs: flags.epochs,
    rowsPerEpoch: flags['rows-per-epoch'],
    batchRows: flags.batch,
    learningRate: flags['learning-rate'],
    decay: defaults.decay,
    countWeight: defaults.countWeight,
    augment: flags.augment,
    validationShare: flags['validation-share'],
    patience: flags.patience,
    seed: flags.seed,
  };
}

function parseHidden(text: string, flag: string): readonly [number, number] {
  const widths = text.split(',').map(Number);
  const sound = widths.length === 2 && widths.every((width) => Number.isInteger(width) && width >= 1 && width <= 4096);
  if (!sound) throw usageError(`${flag} is '${text}', must be two widths from 1 to 4096, such as 128,64`);
  return [widths[0]!, widths[1]!];
}
