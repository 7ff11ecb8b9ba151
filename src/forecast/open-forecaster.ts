import {inputError, usageError} from '../base/errors.ts';
import {BaselineForecaster} from './baselines/baseline-forecaster.ts';
import {baselines} from './baselines/registry.ts';
import type {Forecaster} from './forecaster.ts';
import {horizonsUpTo, TAIL_QUANTILE} from './horizons.ts';
import {isOwn, type ModelFile, readModel} from './model/load-model.ts';
import {ModelForecaster} from './model/model-forecaster.ts';
import {shippedModelPath, shippedModels} from './shipped-model.ts';
import {stepMinutesOf} from './steps/contract.ts';
import type {StepModel} from './steps/load-step-model.ts';
import {StepForecaster, windowsOf} from './steps/step-forecaster.ts';

/** What a caller needs of a forecaster. */
export interface ForecasterNeeds {
  /** Windows to forecast, minutes; left out, all that a model offers, or a baseline's up to an hour. */
  readonly horizons?: readonly number[] | undefined;
  /** Levels that must be among those forecast. More may be: decisions want the tail too. */
  readonly quantiles: readonly number[];
  /** A contract file for a model that does not carry its own. */
  readonly contract?: string | undefined;
  readonly threads?: number | undefined;
  /** Gets a line on what is odd about a model's forecasts, once. */
  readonly onRemark?: ((line: string) => void) | undefined;
}

/** The model file that `--model` names, or undefined when it names a baseline. */
export function modelPath(name: string): string | undefined {
  if (baselines.has(name)) return undefined;
  if (shippedModels.includes(name)) return shippedModelPath(name);
  if (/[./\\]/.test(name)) return name;
  throw usageError(
    `--model is '${name}', must be an .onnx file, ${shippedModels.join(', ')} or a baseline`,
    `baselines: ${baselines.names.join(', ')}`,
  );
}

/** The forecaster that `--model` names: a baseline, or a model that must offer what is needed. */
export async function openForecaster(name: string, needs: ForecasterNeeds): Promise<Forecaster> {
  const path = modelPath(name);
  if (path === undefined) {
    const levels = [...new Set([...needs.quantiles, TAIL_QUANTILE])].sort((a, b) => a - b);
    return new BaselineForecaster(name, needs.horizons ?? horizonsUpTo(60), levels);
  }
  const model = readModel(path, needs.contract);
  if (!isOwn(model)) return openSteps(name, model, needs);
  const {horizonMinutes, quantiles} = model.contract;
  const lacking = missing(needs.horizons ?? [], horizonMinutes);
  if (lacking.length > 0) {
    throw inputError(
      path,
      `forecasts the next ${horizonMinutes.join(', ')} minutes, not ${lacking.join(', ')}`,
      'train a model with that --horizon, or choose one of its horizons',
    );
  }
  const levels = missing(needs.quantiles, quantiles);
  if (levels.length > 0) {
    throw inputError(
      path,
      `forecasts quantiles ${quantiles.join(', ')}, not ${levels.join(', ')}`,
      'train a model with those --quantiles, or choose among its own',
    );
  }
  return ModelForecaster.open(name, model, {horizons: needs.horizons, threads: needs.threads});
}

/** Opens a model with all that it offers and tries it on one row. */
export function openModel(name: string, model: ModelFile | StepModel): Promise<ModelForecaster | StepForecaster> {
  return isOwn(model) ? ModelForecaster.open(name, model) : StepForecaster.open(name, model);
}

/** A model that forecasts step by step has every window of whole steps, and every level by its distribution. */
function openSteps(name: string, model: StepModel, needs: ForecasterNeeds): Promise<StepForecaster> {
  const minutes = stepMinutesOf(model.contract);
  const longest = minutes * model.contract.horizonSteps;
  const beyond = needs.horizons?.filter((window) => window > longest || window % minutes !== 0) ?? [];
  if (beyond.length > 0) {
    throw inputError(
      model.path,
      `forecasts ${model.contract.horizonSteps} steps of ${minutes} minutes, not the next ${beyond.join(', ')} minutes`,
      `choose another --horizon, such as ${windowsOf(model.contract).at(-1)}m`,
    );
  }
  return StepForecaster.open(name, model, needs);
}

function missing(wanted: readonly number[], offered: readonly number[]): number[] {
  return wanted.filter((value) => !offered.includes(value));
}
