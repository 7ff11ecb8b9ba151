import {inputError} from '../../base/errors.ts';
import {FEATURE_VERSION, features} from '../features/features.ts';
import type {ModelFile} from '../model/load-model.ts';
import {readConstants} from '../onnx/inspect.ts';
import type {Standardisation} from './inference-graph.ts';
import {type NetworkShape, parameterBlocks} from './shape.ts';

/** A network of coldfront's own as it stands in a model file: where training goes on from. */
export interface StoredNetwork {
  readonly path: string;
  readonly shape: NetworkShape;
  readonly horizons: readonly number[];
  readonly standardisation: Standardisation;
  /** By the names of `parameterBlocks`. */
  readonly blocks: ReadonlyMap<string, Float32Array>;
}

/** Reads the network of a model that `coldfront train` made; any other model is bad input. */
export function readNetwork({bytes, contract, path}: ModelFile): StoredNetwork {
  const refuse = (what: string) =>
    inputError(
      path,
      `${what}, so training cannot go on from it`,
      'name a model of coldfront train, or the shipped one',
    );
  const constants = readConstants(bytes);
  const sides = constants.get('w2')?.shape ?? [];
  const {featureVersion, horizonMinutes: horizons, quantiles} = contract;
  const same =
    contract.features.length === features.length && features.every(({name}, j) => contract.features[j] === name);
  if (sides.length !== 2) throw refuse('is no network of coldfront');
  if (featureVersion !== FEATURE_VERSION || !same) throw refuse('takes other features');
  const hidden = [sides[0]!, sides[1]!] as const;
  const shape = {features: features.length, hidden, horizons: horizons.length, quantiles};
  const values = (name: string, size: number): Float32Array => {
    const found = constants.get(name)?.values;
    if (found?.length !== size) throw refuse(`has no ${size} numbers '${name}'`);
    return found;
  };
  const blocks = new Map(parameterBlocks(shape).map(({name, size}) => [name, values(name, size)]));
  const standardisation = {offset: values('offset', features.length), factor: values('factor', features.length)};
  return {path, shape, horizons, standardisation, blocks};
}

/**
 * Puts the parameters of a stored network into the vector of one with the same hidden layers: the heads of windows and
 * levels that both have; what is new keeps what it has.
 */
export function adoptParameters(
  theta: Float32Array,
  shape: NetworkShape,
  horizons: readonly number[],
  stored: StoredNetwork,
): void {
  const levels = shape.quantiles.length;
  const oldLevels = stored.shape.quantiles.length;
  const oldHorizon = horizons.map((minutes) => stored.horizons.indexOf(minutes));
  const oldLevel = shape.quantiles.map((level) => stored.shape.quantiles.indexOf(level));
  /** The stored column of each column of a head; -1 where there is none. */
  const columns: Record<string, number[]> = {
    Active: oldHorizon,
    Count: Array.from({length: horizons.length * levels}, (_, c) => {
      const [h, q] = [oldHorizon[Math.floor(c / levels)]!, oldLevel[c % levels]!];
      return h < 0 || q < 0 ? -1 : h * oldLevels + q;
    }),
  };
  for (const {name, offset, size} of parameterBlocks(shape)) {
    const old = stored.blocks.get(name)!;
    const from = columns[name.slice(1)];
    if (from === undefined) {
      theta.set(old, offset);
      continue;
    }
    const width = from.length;
    const oldWidth = name.endsWith('Active') ? stored.horizons.length : stored.horizons.length * oldLevels;
    for (let i = 0; i < size; i++) {
      const column = from[i % width]!;
      if (column >= 0) theta[offset + i] = old[Math.floor(i / width) * oldWidth + column]!;
    }
  }
}
