import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {UserError} from '../../../src/base/errors.ts';
import {FEATURE_VERSION} from '../../../src/forecast/features/features.ts';
import {CONTRACT_KEY} from '../../../src/forecast/model/contract.ts';
import {loadModel} from '../../../src/forecast/model/load-model.ts';
import {GraphBuilder} from '../../../src/forecast/onnx/build.ts';
import {temporaryFolder} from '../../helpers/traces.ts';

const folder = temporaryFolder();

/** A contract for the model below. */
const contract = {
  schema: 'coldfront.model/1',
  featureVersion: FEATURE_VERSION,
  features: ['minutesSinceCall', 'hazard'],
  horizonMinutes: [1, 10],
  quantiles: [0.5, 0.9],
  input: 'x',
  outputs: {active: 'p', counts: 'q', countsAre: 'jittered'},
};

/** Linear heads on two features: `p` [rows, 2], `q` [rows, 4]. */
function model(
  options: {rows?: string | number; metadata?: Record<string, string>; extraInput?: boolean} = {},
): Uint8Array {
  const g = new GraphBuilder('linear');
  g.input('x', [options.rows ?? 'rows', 2]);
  if (options.extraInput) g.input('mood', ['rows', 1]);
  g.node('MatMul', ['x', g.constant('wp', [2, 2], [1, 0, 0, 1])], {output: 'p'});
  g.node('MatMul', ['x', g.constant('wq', [2, 4], [1, 0, 0, 0, 0, 1, 0, 0])], {output: 'q'});
  g.output('p', [options.rows ?? 'rows', 2]);
  g.output('q', [options.rows ?? 'rows', 4]);
  return g.finish(options.metadata);
}

let files = 0;
function write(bytes: Uint8Array | string, beside?: object): string {
  const path = join(folder, `m${files++}.onnx`);
  writeFileSync(path, bytes);
  if (beside) writeFileSync(`${path}.contract.json`, JSON.stringify(beside));
  return path;
}

/** The error of loading: bad input, exit 3. */
function refusal(path: string, contractPath?: string): string {
  try {
    loadModel(path, contractPath);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).exitCode).toBe(3);
    return (error as UserError).message;
  }
  throw new Error('was accepted');
}

describe('loading a model', () => {
  test('the contract may lie in the file, beside it, or where one says', () => {
    const own = write(model({metadata: {[CONTRACT_KEY]: JSON.stringify(contract)}}));
    expect(loadModel(own)).toMatchObject({contract, contractFrom: 'the model'});
    const foreign = write(model(), contract);
    expect(loadModel(foreign).contractFrom).toBe(`${foreign}.contract.json`);
    const apart = write(JSON.stringify({...contract, quantiles: [0.4, 0.6]}));
    expect(loadModel(own, apart).contract.quantiles).toEqual([0.4, 0.6]);
  });

  test('what a contract need not say is filled in', () => {
    const {scaling, outputs} = loadModel(write(model(), {...contract, outputs: {active: 'p'}})).contract;
    expect([scaling, outputs]).toEqual(['graph', {active: 'p', countsAre: 'calls'}]);
  });

  test.each<[string, object, string]>([
    ['another feature version', {featureVersion: FEATURE_VERSION + 1}, `featureVersion is ${FEATURE_VERSION + 1}`],
    ['features we do not compute', {features: ['hazard', 'moonPhase']}, 'unknown features: moonPhase'],
    [
      'more features than the input takes',
      {features: ['hazard', 'gap1', 'gap2']},
      "input 'x' has 2 columns, the contract makes it 3",
    ],
    [
      'more horizons than the output has',
      {horizonMinutes: [1, 5, 10]},
      "output 'p' has 2 columns, the contract makes it 3",
    ],
    [
      'more quantiles than the output has',
      {quantiles: [0.1, 0.5, 0.9]},
      "output 'q' has 4 columns, the contract makes it 6",
    ],
    ['an input that is not there', {input: 'features'}, "has no input 'features' as the contract says; it has: x"],
    [
      'an output that is not there',
      {outputs: {active: 'prob'}},
      "has no output 'prob' as the contract says; it has: p, q",
    ],
    ['no output at all', {outputs: {}}, 'must name active, counts or both'],
    ['quantiles that do not ascend', {quantiles: [0.9, 0.5]}, 'contract: quantiles: must ascend'],
    ['a level of 1', {quantiles: [0.5, 1]}, 'contract: quantiles.1'],
    ['half a minute', {horizonMinutes: [0.5, 1]}, 'contract: horizonMinutes.0'],
    [
      'scaling for other features',
      {scaling: {offset: [0], factor: [1, 1]}},
      'scaling has 1 offsets and 2 factors for 2',
    ],
    ['a champion nobody knows', {champions: ['model', 'crystal-ball', 'model']}, "'crystal-ball' is neither 'model'"],
    [
      'offsets for one segment only',
      {
        conformal: [
          [
            [0, 0],
            [0, 0],
          ],
        ],
      },
      'conformal must be 3 x 2 x 2 numbers',
    ],
    ['another schema', {schema: 'coldfront.model/9'}, 'contract: schema'],
  ])('a contract with %s is refused by name', (_, change, message) => {
    expect(refusal(write(model(), {...contract, ...change}))).toContain(message);
  });

  test.each<[string, string, string]>([
    ['no file', join(folder, 'nowhere.onnx'), 'there is no such file'],
    ['a folder', folder, 'is a directory'],
    ['a text', write('HashOwner,HashApp'), 'is not an ONNX model'],
    ['an empty file', write(''), 'is not an ONNX model'],
    ['a model without a contract', write(model()), "carries no contract (metadata 'coldfront.contract')"],
    ['a contract that is no JSON', write(model({metadata: {[CONTRACT_KEY]: '{'}})), 'the contract is not JSON'],
    ['a fixed number of rows', write(model({rows: 8}), contract), "'x' takes exactly 8 rows"],
    ['an input nobody feeds', write(model({extraInput: true}), contract), "needs another input besides 'x': 'mood'"],
  ])('%s is refused by name', (_, path, message) => {
    expect(refusal(path)).toContain(message);
    expect(refusal(path)).toContain(path);
  });
});
