import type {MinuteSeries} from '../../demand/calls/minute-series.ts';
import {costsOfRows, type FunctionCosts} from '../backtest/costs.ts';
import {FEATURE_VERSION, features} from '../features/features.ts';
import {timerPeriods} from '../features/periods.ts';
import {CONTRACT_KEY, CONTRACT_SCHEMA, type ModelContract} from '../model/contract.ts';
import {ModelForecaster} from '../model/model-forecaster.ts';
import {inferenceGraph, tensorNames} from '../network/inference-graph.ts';
import {inspectOnnx} from '../onnx/inspect.ts';
import {type Championship, chooseChampions, delayPrices, geometricMeanRatio} from './champions.ts';
import {conformalOffsets} from './conformal.ts';
import type {TrainOptions} from './options.ts';
import {rowSubset, takeRows} from './subset.ts';
import {lossesOf, type TrainedNetwork, type TrainHooks, trainNetwork} from './trainer.ts';

/** Function-minutes of the validation stretch that calibrate the quantiles and choose the champions. */
const CALIBRATION_ROWS = 150_000;

/** Where a model's data came from, as far as it is known: goes into the contract. */
export interface TrainingSource {
  /** Names the workload in errors. */
  readonly place: string;
  readonly source: string;
  readonly startTime: string;
  readonly licence: string;
  /** The command that trains the same model again. */
  readonly command: string;
}

export interface TrainedModel {
  readonly file: Uint8Array;
  readonly contract: ModelContract;
  readonly network: TrainedNetwork;
  readonly championship: Championship;
  /** Dollars against rolling mean + z sd, geometric mean over the delay prices; below 1 the model pays. */
  readonly ratio: number;
}

/**
 * Trains a forecaster and makes a file of it that stands alone: network, calibration, champions and contract. The
 * same workload, options and machine give the same bytes. Undefined when it was interrupted before the first epoch.
 */
export async function train(
  series: MinuteSeries,
  costs: FunctionCosts,
  source: TrainingSource,
  options: TrainOptions,
  hooks: TrainHooks = {},
): Promise<TrainedModel | undefined> {
  const network = await trainNetwork(series, options, source.place, hooks);
  if (!((network.losses.at(-1)?.epoch ?? 0) > 0)) return undefined;
  const {splitMinute} = network;
  const rows = rowSubset(series, series.span - splitMinute, CALIBRATION_ROWS);
  const sample = takeRows(series, rows);
  let contract = contractOf(network, options);
  const raw = await openBytes(network, options, contract);
  contract = {...contract, conformal: await conformalOffsets(sample, raw, splitMinute, options.seed)};
  await raw.close();
  const calibrated = await openBytes(network, options, contract);
  const task = {
    series: sample,
    costs: costsOfRows(costs, rows),
    windowMinutes: options.horizons[0]!,
    folds: [{fromMinute: splitMinute, untilMinute: series.span}],
    quantiles: options.quantiles,
  };
  const championship = await chooseChampions(task, calibrated);
  await calibrated.close();
  const ratio = geometricMeanRatio(championship.model.usdPerDay, championship.rollingMean.usdPerDay);
  contract = {
    ...contract,
    champions: championship.champions,
    training: trainingRecord(series, source, options, network, championship, ratio),
  };
  return {file: fileOf(network, options, contract), contract, network, championship, ratio};
}

function contractOf(network: TrainedNetwork, {horizons, quantiles}: TrainOptions): ModelContract {
  return {
    schema: CONTRACT_SCHEMA,
    featureVersion: FEATURE_VERSION,
    features: features.map((feature) => feature.name),
    contextMinutes: Math.max(...timerPeriods) * 8,
    horizonMinutes: [...horizons],
    quantiles: [...quantiles],
    input: tensorNames.input,
    outputs: {active: tensorNames.active, counts: tensorNames.counts, countsAre: 'jittered'},
    scaling: 'graph',
    training: {bestEpoch: network.bestEpoch},
  };
}

function fileOf(network: TrainedNetwork, {horizons}: TrainOptions, contract: ModelContract): Uint8Array {
  const {shape, standardisation, theta} = network;
  return inferenceGraph(shape, horizons, theta, standardisation, {[CONTRACT_KEY]: JSON.stringify(contract)});
}

async function openBytes(
  network: TrainedNetwork,
  options: TrainOptions,
  contract: ModelContract,
): Promise<ModelForecaster> {
  const bytes = fileOf(network, options, contract);
  const model = {path: 'the model in training', bytes, info: inspectOnnx(bytes), contract, contractFrom: 'the model'};
  return ModelForecaster.open('model', model);
}

/** What the contract says of the training run. */
function trainingRecord(
  series: MinuteSeries,
  source: TrainingSource,
  options: TrainOptions,
  network: TrainedNetwork,
  {model, rollingMean}: Championship,
  ratio: number,
): Record<string, unknown> {
  const {bestEpoch, losses, splitMinute, stopped} = network;
  const {hidden, epochs, rowsPerEpoch, batchRows, learningRate, decay, countWeight, augment, patience, seed} = options;
  return {
    command: source.command,
    source: source.source,
    licence: source.licence,
    startTime: source.startTime,
    functions: series.rows,
    spanMinutes: series.span,
    trainedUntilMinute: splitMinute,
    seed,
    options: {hidden, epochs, rowsPerEpoch, batchRows, learningRate, decay, countWeight, augment, patience},
    epochs: losses.at(-1)!.epoch,
    bestEpoch,
    stopped,
    ...(options.features ? {features: options.features} : {}),
    losses: lossesOf(losses, bestEpoch),
    validation: {
      delayUsdPerHour: delayPrices,
      modelUsdPerDay: model.usdPerDay,
      rollingMeanUsdPerDay: rollingMean.usdPerDay,
      ratio,
    },
    worthShipping: ratio < 1,
  };
}
