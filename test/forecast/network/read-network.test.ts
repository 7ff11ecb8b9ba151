import {describe, expect, test} from 'vitest';
import {FEATURE_VERSION, features} from '../../../src/forecast/features/features.ts';
import {CONTRACT_SCHEMA, type ModelContract} from '../../../src/forecast/model/contract.ts';
import type {ModelFile} from '../../../src/forecast/model/load-model.ts';
import {inferenceGraph} from '../../../src/forecast/network/inference-graph.ts';
import {adoptParameters, readNetwork} from '../../../src/forecast/network/read-network.ts';
import {type NetworkShape, parameterBlocks, parameterCount} from '../../../src/forecast/network/shape.ts';
import {GraphBuilder} from '../../../src/forecast/onnx/build.ts';
import {inspectOnnx} from '../../../src/forecast/onnx/inspect.ts';
import {defaultTrainOptions} from '../../../src/forecast/training/options.ts';
import {trainNetwork} from '../../../src/forecast/training/trainer.ts';
import {population, seriesOf} from '../../helpers/series.ts';

const horizons = [1, 5];
const shape: NetworkShape = {features: features.length, hidden: [4, 3], horizons: 2, quantiles: [0.5, 0.9]};
const standardisation = {
  offset: Float32Array.from(features, (_, j) => j / 8),
  factor: Float32Array.from(features, (_, j) => 1 + j / 16),
};
/** Every parameter is its own place, so that it shows where each one went. */
const theta = Float32Array.from({length: parameterCount(shape)}, (_, i) => i);

function fileOf(bytes: Uint8Array): ModelFile {
  const contract: ModelContract = {
    schema: CONTRACT_SCHEMA,
    featureVersion: FEATURE_VERSION,
    features: features.map(({name}) => name),
    horizonMinutes: [...horizons],
    quantiles: [...shape.quantiles],
    input: 'features',
    outputs: {active: 'active', counts: 'counts', countsAre: 'jittered'},
    scaling: 'graph',
  };
  return {path: 'm.onnx', bytes, info: inspectOnnx(bytes), contract, contractFrom: 'the model'};
}
const stored = () => readNetwork(fileOf(inferenceGraph(shape, horizons, theta, standardisation, {})));

describe('a network read back from its file', () => {
  test('is the one that was written', () => {
    const network = stored();
    expect(network.shape).toEqual(shape);
    expect(network.standardisation).toEqual(standardisation);
    const again = new Float32Array(theta.length);
    adoptParameters(again, shape, horizons, network);
    expect(again).toEqual(theta);
  });

  test('gives its heads to the windows and levels that both have', () => {
    const wider: NetworkShape = {...shape, horizons: 3, quantiles: [0.9, 0.99]};
    const adopted = new Float32Array(parameterCount(wider)).fill(-1);
    adoptParameters(adopted, wider, [1, 2, 5], stored());
    const block = (of: NetworkShape, values: Float32Array, name: string) => {
      const {offset, size} = parameterBlocks(of).find((one) => one.name === name)!;
      return [...values.subarray(offset, offset + size)];
    };
    expect(block(wider, adopted, 'w2')).toEqual(block(shape, theta, 'w2'));
    const [first, fifth] = block(shape, theta, 'bActive');
    expect(block(wider, adopted, 'bActive')).toEqual([first, -1, fifth]);
    // Of [1m 0.5, 1m 0.9, 5m 0.5, 5m 0.9], level 0.9 goes to the first level of both windows.
    const counts = block(shape, theta, 'bCount');
    expect(block(wider, adopted, 'bCount')).toEqual([counts[1], -1, -1, -1, counts[3], -1]);
    const old = block(shape, theta, 'wCount');
    expect(block(wider, adopted, 'wCount').slice(6, 12)).toEqual([old[5], -1, -1, -1, old[7], -1]);
  });

  test('a model of others is refused', () => {
    const g = new GraphBuilder('m');
    g.input('features', ['N', features.length]);
    g.node('Relu', ['features'], {output: 'active'});
    g.output('active', ['N', 2]);
    expect(() => readNetwork(fileOf(g.finish()))).toThrow('m.onnx: is no network of coldfront');
  });
});

describe('training that goes on from a network', () => {
  test('begins where it left off and keeps it unless an epoch is better', async () => {
    const series = seriesOf(population(8, 60, 700), 700);
    const options = {...defaultTrainOptions, horizons, hidden: [8, 8] as const, rowsPerEpoch: 4096, batchRows: 256};
    const first = await trainNetwork(series, {...options, epochs: 12, batchRows: 16}, 'w');
    const bytes = inferenceGraph(first.shape, horizons, first.theta, first.standardisation, {});
    const start = readNetwork({
      ...fileOf(bytes),
      contract: {...fileOf(bytes).contract, quantiles: [...options.quantiles]},
    });
    const on = await trainNetwork(series, {...options, epochs: 2, learningRate: 1e-4}, 'w', {start});
    expect(on.losses.map(({epoch}) => epoch)).toEqual([0, 1, 2]);
    const [before, last] = [first.losses[first.bestEpoch - 1]!.validation, on.losses[0]!.validation];
    expect(last.active + last.count).toBeCloseTo(before.active + before.count, 4);
    // A step as wild as this one makes everything worse: the network that was there stays.
    const steep = {...options, epochs: 1, learningRate: 0.99, batchRows: 16};
    const wild = await trainNetwork(series, steep, 'w', {start});
    expect(wild.bestEpoch).toBe(0);
    expect(wild.theta).toEqual(first.theta);
  });
});
