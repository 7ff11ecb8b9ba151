import {usageError} from '../base/errors.ts';
import {loadModel} from '../forecast/model/load-model.ts';
import {readNetwork, type StoredNetwork} from '../forecast/network/read-network.ts';
import {modelPath} from '../forecast/open-forecaster.ts';
import type {TrainOptions} from '../forecast/training/options.ts';

/** Highest learning rate of a network that has learnt already, unless one is given. */
const GENTLE_RATE = 0.001;

/**
 * What goes on from a model: its network, and options with its windows, levels and widths where none were `given`. Its
 * widths are its own.
 */
export function startFrom(
  name: string,
  asked: TrainOptions,
  given: (flag: string) => boolean,
): {options: TrainOptions; start: StoredNetwork} {
  const path = modelPath(name);
  if (path === undefined) throw usageError(`--from is '${name}', a baseline: nothing was learnt there`);
  const start = readNetwork(loadModel(path));
  const {hidden, quantiles} = start.shape;
  if (given('hidden') && asked.hidden.some((width, layer) => width !== hidden[layer])) {
    throw usageError(`--hidden is ${asked.hidden.join(',')}, the network of ${name} has ${hidden.join(',')}`);
  }
  const options = {
    ...asked,
    hidden,
    horizons: given('horizon') ? asked.horizons : start.horizons,
    quantiles: given('quantiles') ? asked.quantiles : quantiles,
    learningRate: given('learning-rate') ? asked.learningRate : GENTLE_RATE,
  };
  return {options, start};
}
