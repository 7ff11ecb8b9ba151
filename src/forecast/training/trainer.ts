import {inputError} from '../../base/errors.ts';
import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import {features} from '../features/features.ts';
import type {Standardisation} from '../network/inference-graph.ts';
import {adoptParameters, type StoredNetwork} from '../network/read-network.ts';
import type {NetworkShape} from '../network/shape.ts';
import {initialState, type Losses, Optimiser, type OptimiserState} from './optimiser.ts';
import type {TrainOptions} from './options.ts';
import {TrainingRows} from './rows.ts';
import {type RowRange, RowSampler} from './sampler.ts';
import {chooseFeatures, standardisationOf} from './standardise.ts';

/** Rows drawn, shuffled and standardised at a time. */
const CHUNK_ROWS = 32_768;
/** Rows on which the standardisation is measured, and those that judge an epoch. */
const SCALING_ROWS = 65_536;
const VALIDATION_ROWS = 65_536;
/** Draw numbers of rows that belong to no epoch. */
const SCALING_DRAW = -1;
const VALIDATION_DRAW = -2;

/** Losses after one pass: of the rows trained on, and of the rows kept back, which come later in time. */
export interface EpochLosses {
  readonly epoch: number;
  readonly training: Losses;
  readonly validation: Losses;
}

/** Where a run stands: enough to go on from bit by bit, and to export the best so far. */
export interface TrainingState {
  optimiser: OptimiserState;
  losses: EpochLosses[];
  bestEpoch: number;
  best: Float32Array;
}

export interface TrainedNetwork {
  readonly shape: NetworkShape;
  readonly standardisation: Standardisation;
  readonly theta: Float32Array;
  readonly losses: readonly EpochLosses[];
  readonly bestEpoch: number;
  readonly stopped: 'finished' | 'early' | 'interrupted';
  /** First minute of the validation rows. */
  readonly splitMinute: number;
}

export interface TrainHooks {
  /** Called after every epoch; what it returns is awaited. */
  readonly onEpoch?: (state: TrainingState) => void;
  /** Stops the run after the current batch; the best so far is kept. */
  readonly signal?: AbortSignal;
  /** Goes on from here instead of from the beginning. */
  readonly resume?: TrainingState;
  /** A network to begin with instead of random weights; it is the best until an epoch is better. */
  readonly start?: StoredNetwork;
}

/**
 * Trains the network on minutes before the split and keeps the epoch that forecasts the minutes after it best.
 * `place` names the workload in errors. The same series and options give the same bits, in one go or resumed.
 */
export async function trainNetwork(
  series: MinuteSeries,
  options: TrainOptions,
  place: string,
  hooks: TrainHooks = {},
): Promise<TrainedNetwork> {
  const data = prepare(series, options, place, hooks.start);
  const {shape, state} = data;
  if (hooks.resume) Object.assign(state, hooks.resume);
  const epochSteps = Math.ceil(options.rowsPerEpoch / options.batchRows);
  const optimiser = await Optimiser.open({
    shape,
    steps: options.epochs * epochSteps,
    learningRate: options.learningRate,
    decay: options.decay,
    state: state.optimiser,
  });
  if (hooks.start && state.losses.length === 0) {
    const training = await meanLosses(optimiser, data.scaling, options.batchRows);
    state.losses.push({
      epoch: 0,
      training,
      validation: await meanLosses(optimiser, data.validation, options.batchRows),
    });
  }
  let stopped: TrainedNetwork['stopped'] = 'finished';
  for (let epoch = (state.losses.at(-1)?.epoch ?? 0) + 1; epoch <= options.epochs; epoch++) {
    const training = await trainEpoch(optimiser, data, options, epoch, hooks.signal);
    if (training === undefined) {
      stopped = 'interrupted';
      break;
    }
    const validation = await meanLosses(optimiser, data.validation, options.batchRows);
    state.losses.push({epoch, training, validation});
    if (scoreOf(validation) < bestScore(state)) {
      state.bestEpoch = epoch;
      state.best = optimiser.state.average.slice();
    }
    hooks.onEpoch?.(state);
    if (epoch - state.bestEpoch >= options.patience) {
      stopped = 'early';
      break;
    }
  }
  await optimiser.close();
  const {standardisation, splitMinute} = data;
  return {
    shape,
    standardisation,
    splitMinute,
    stopped,
    theta: state.best,
    losses: state.losses,
    bestEpoch: state.bestEpoch,
  };
}

interface Prepared {
  readonly shape: NetworkShape;
  readonly state: TrainingState;
  readonly sampler: RowSampler;
  readonly range: RowRange;
  readonly chunk: TrainingRows;
  readonly scaling: TrainingRows;
  readonly validation: TrainingRows;
  readonly standardisation: Standardisation;
  readonly splitMinute: number;
}

function prepare(
  series: MinuteSeries,
  options: TrainOptions,
  place: string,
  start: StoredNetwork | undefined,
): Prepared {
  const {horizons, quantiles, seed} = options;
  const splitMinute = Math.floor(series.span * (1 - options.validationShare));
  const sampler = new RowSampler(series, options.augment, seed);
  const range = {from: 0, until: splitMinute, limit: splitMinute};
  const rows = (capacity: number) => new TrainingRows(capacity, horizons, quantiles.length, options.countWeight);
  const scaling = rows(Math.min(SCALING_ROWS, options.rowsPerEpoch));
  const validation = rows(Math.min(VALIDATION_ROWS, options.rowsPerEpoch));
  const late = {from: splitMinute, until: series.span, limit: series.span};
  const enough =
    sampler.fill(scaling, SCALING_DRAW, range, options.batchRows) &&
    new RowSampler(series, 0, seed).fill(validation, VALIDATION_DRAW, late, options.batchRows);
  if (!enough) throw inputError(place, `has too few calls in its ${series.span} minutes to train and validate on`);
  // Weights mean something beside the standardisation that they were learnt with.
  const standardisation = start
    ? chooseFeatures(start.standardisation, options.features)
    : standardisationOf(scaling, scaling.capacity, series.span, options.features);
  for (const some of [scaling, validation]) some.standardise(some.capacity, standardisation);
  const shape = {features: features.length, hidden: options.hidden, horizons: horizons.length, quantiles};
  const optimiser = initialState(shape, seed);
  if (start) {
    adoptParameters(optimiser.theta, shape, horizons, start);
    optimiser.average.set(optimiser.theta);
  }
  const state = {optimiser, losses: [], bestEpoch: 0, best: optimiser.average.slice()};
  return {
    shape,
    state,
    sampler,
    range,
    chunk: rows(Math.min(CHUNK_ROWS, options.rowsPerEpoch)),
    scaling,
    validation,
    standardisation,
    splitMinute,
  };
}

/** The mean losses of an epoch's steps; undefined when it was interrupted. */
async function trainEpoch(
  optimiser: Optimiser,
  {chunk, range, sampler, standardisation}: Prepared,
  {batchRows, rowsPerEpoch}: TrainOptions,
  epoch: number,
  signal: AbortSignal | undefined,
): Promise<Losses | undefined> {
  const chunks = Math.ceil(rowsPerEpoch / chunk.capacity);
  const total = {active: 0, count: 0};
  let steps = 0;
  for (let c = 0, left = rowsPerEpoch; c < chunks; c++, left -= chunk.capacity) {
    sampler.fill(chunk, epoch * chunks + c, range, batchRows);
    chunk.standardise(chunk.capacity, standardisation);
    const until = Math.min(chunk.capacity, left);
    for (let from = 0; from < until; from += batchRows, steps++) {
      const losses = await optimiser.step(chunk, from, Math.min(batchRows, until - from));
      total.active += losses.active;
      total.count += losses.count;
      if (signal?.aborted) return undefined;
    }
  }
  return {active: total.active / steps, count: total.count / steps};
}

/** Losses of the averaged parameters over all of `rows`. */
async function meanLosses(optimiser: Optimiser, rows: TrainingRows, batchRows: number): Promise<Losses> {
  const total = {active: 0, count: 0};
  let batches = 0;
  for (let from = 0; from < rows.capacity; from += batchRows, batches++) {
    const losses = await optimiser.evaluate(rows, from, Math.min(batchRows, rows.capacity - from));
    total.active += losses.active;
    total.count += losses.count;
  }
  return {active: total.active / batches, count: total.count / batches};
}

/** What early stopping minimises; the pinball loss has its weight in it already. */
function scoreOf(losses: Losses): number {
  return losses.active + losses.count;
}

function bestScore({bestEpoch, losses}: TrainingState): number {
  const best = lossesOf(losses, bestEpoch);
  return best === undefined ? Number.POSITIVE_INFINITY : scoreOf(best.validation);
}

/** Losses after that epoch; undefined before the first one of a network that begins at random. */
export function lossesOf(losses: readonly EpochLosses[], epoch: number): EpochLosses | undefined {
  return losses.find((one) => one.epoch === epoch);
}
