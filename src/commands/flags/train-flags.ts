import {Flags} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {horizonsUpTo} from '../../forecast/horizons.ts';
import {parseMinutes, parseQuantiles} from '../../forecast/parse-windows.ts';
import {defaultTrainOptions as defaults, type TrainOptions} from '../../forecast/training/options.ts';

const training = {helpGroup: 'TRAINING'};

/** What is learnt, and how. */
export const trainFlags = {
  horizon: Flags.string({default: '60m', summary: 'Longest window to forecast; shorter ones are learnt with it.'}),
  quantiles: Flags.string({default: defaults.quantiles.join(','), summary: 'Count quantiles to forecast.'}),
  epochs: Flags.integer({min: 1, default: defaults.epochs, summary: 'Passes at most.', ...training}),
  'rows-per-epoch': Flags.integer({
    min: 1024,
    default: defaults.rowsPerEpoch,
    summary: 'Function-minutes drawn for a pass.',
    ...training,
  }),
  batch: Flags.integer({min: 16, max: 32768, default: defaults.batchRows, summary: 'Rows of a step.', ...training}),
  hidden: Flags.string({default: defaults.hidden.join(','), summary: 'Widths of the two layers.', ...training}),
  'learning-rate': Flags.string({default: String(defaults.learningRate), summary: 'At its highest.', ...training}),
  augment: Flags.string({
    default: String(defaults.augment),
    summary: 'Share of visits to a function that see it thinned out, so that rare functions are learnt too.',
    ...training,
  }),
  'validation-share': Flags.string({
    default: String(defaults.validationShare),
    summary: 'Share of the span, at its end, kept back to judge by.',
    ...training,
  }),
  patience: Flags.integer({
    min: 1,
    default: defaults.patience,
    summary: 'Passes without progress before training stops.',
    ...training,
  }),
};

/** What oclif's parse returns for the flags above, and the seed. */
export interface TrainFlagValues {
  horizon: string;
  quantiles: string;
  epochs: number;
  'rows-per-epoch': number;
  batch: number;
  hidden: string;
  'learning-rate': string;
  augment: string;
  'validation-share': string;
  patience: number;
  seed: number;
}

export function trainOptions(flags: TrainFlagValues): TrainOptions {
  return {
    horizons: horizonsUpTo(parseMinutes(flags.horizon, '--horizon')),
    quantiles: parseQuantiles(flags.quantiles, '--quantiles'),
    hidden: parseHidden(flags.hidden),
    epochs: flags.epochs,
    rowsPerEpoch: flags['rows-per-epoch'],
    batchRows: flags.batch,
    learningRate: between(flags['learning-rate'], '--learning-rate', 0, 1),
    decay: defaults.decay,
    countWeight: defaults.countWeight,
    augment: flags.augment === '0' ? 0 : between(flags.augment, '--augment', 0, 1.0000001),
    validationShare: between(flags['validation-share'], '--validation-share', 0, 1),
    patience: flags.patience,
    seed: flags.seed,
  };
}

/** A number strictly between two others. */
function between(text: string, flag: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() !== '' && value > low && value < high) return value;
  throw usageError(`${flag} is '${text}', must be above ${low} and at most ${Math.floor(high)}`);
}

function parseHidden(text: string): readonly [number, number] {
  const widths = text.split(',').map(Number);
  const sound = widths.length === 2 && widths.every((width) => Number.isInteger(width) && width >= 1 && width <= 4096);
  if (!sound) throw usageError(`--hidden is '${text}', must be two widths from 1 to 4096, such as 128,64`);
  return [widths[0]!, widths[1]!];
}
