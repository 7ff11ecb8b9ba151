import {copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {Ajv2020} from 'ajv/dist/2020.js';
import {describe, expect, test} from 'vitest';
import {UserError} from '../../../src/base/errors.ts';
import {readModel} from '../../../src/forecast/model/load-model.ts';
import schema from '../../../src/forecast/model/model-2.schema.json' with {type: 'json'};
import {GraphBuilder} from '../../../src/forecast/onnx/build.ts';
import {openForecaster} from '../../../src/forecast/open-forecaster.ts';
import {stepContract} from '../../../src/forecast/steps/contract.ts';
import {temporaryFolder} from '../../helpers/traces.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/own-models/', import.meta.url));
const folder = temporaryFolder();
const validate = new Ajv2020({strict: true, allowUnionTypes: true, strictRequired: false, strictTypes: false}).compile(
  schema,
);

const contract = {
  schema: 'coldfront.model/2',
  input: {kind: 'series', name: 'x', window: 4},
  outputs: {mean: {name: 'y'}},
  horizonSteps: 2,
};
type Json = Record<string, unknown>;
const withInput = (change: Json): Json => ({...contract, input: {...contract.input, ...change}});
const withOutputs = (outputs: Json, more: Json = {}): Json => ({...contract, outputs, ...more});

/** The complaint about a contract. */
function complaint(json: unknown): string {
  try {
    stepContract(json, (message) => new UserError('BAD_INPUT', message));
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  return 'was accepted';
}

let models = 0;
/** A model whose last count, times weights, is its forecast; beside it the contract. */
function write(json: unknown, options: {shape?: (string | number)[]; weights?: number[]; op?: string} = {}): string {
  const {op = 'Identity', shape = ['N', 4], weights = [0, 0, 0, 0, 0, 0, 1, 2]} = options;
  const g = new GraphBuilder('m');
  g.input('x', shape);
  g.node(op, [g.node('MatMul', ['x', g.constant('w', [4, 2], weights)])], {output: 'y'});
  g.output('y', ['N', 2]);
  const path = join(folder, `m${models++}.onnx`);
  writeFileSync(path, g.finish());
  writeFileSync(`${path}.contract.json`, JSON.stringify(json));
  return path;
}

async function refusal(path: string, contractPath?: string): Promise<string> {
  try {
    await openForecaster(path, {quantiles: [0.5], contract: contractPath});
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.exitCode).toBe(3);
    return error.message;
  }
  throw new Error('was accepted');
}

describe('a contract of version 2', () => {
  test('the published schema accepts what the program accepts, and both say what is left out', () => {
    const own = readdirSync(fixtures).filter((file) => file.endsWith('.contract.json'));
    expect(own.length).toBeGreaterThan(5);
    for (const file of own) {
      const json = JSON.parse(readFileSync(join(fixtures, file), 'utf8'));
      expect([file, validate(json), complaint(json)]).toEqual([file, true, 'was accepted']);
    }
    expect([validate(contract), complaint(contract)]).toEqual([true, 'was accepted']);
  });

  test.each<[string, unknown, string]>([
    ['no input', {...contract, input: undefined}, 'input: '],
    ['a kind unknown', withInput({kind: 'images'}), 'input.kind: must be series, lags or features'],
    ['no window', withInput({window: undefined}), 'input.window: '],
    ['a window of nothing', withInput({window: 0}), 'input.window: '],
    ['a window beyond all bounds', withInput({window: 1e9}), 'input.window: '],
    ['a layout without rows', withInput({layout: 'time,1'}), 'input.layout: must list rows'],
    ['a layout of another tensor', withInput({layout: 'rows,quantiles'}), 'input.layout: must list rows'],
    ['a layout without time', withInput({layout: 'rows,1'}), 'input.layout: has no side for 4 steps of time'],
    ['channels without a side', withInput({channels: ['hour']}), 'input.layout: has no side for channels'],
    [
      'a channel unknown',
      withInput({layout: 'rows,time,channels', channels: ['moon']}),
      "input.channels: 'moon' must be one of minute, hour",
    ],
    ['a factor of 0', withInput({transform: {offset: 1, factor: 0}}), 'input.transform.factor: must not be 0'],
    ['a transform that is not undone', withInput({transform: 'log1p'}), 'outputs.transform: must be written out'],
    [
      'fractions in whole numbers',
      {...withInput({transform: 'sqrt', dtype: 'int64'}), outputs: {mean: {name: 'y'}, transform: 'none'}},
      'input.transform: sqrt gives fractions',
    ],
    [
      'two lengths of a step',
      {...withInput({stepMinutes: 5}), stepMinutes: 1},
      'stepMinutes: is 1 here and 5 in input',
    ],
    [
      'a slip of the pen',
      withInput({transfrom: 'log1p'}),
      'input.transfrom: is no term of a contract; is transform meant?',
    ],
    [
      'another spelling',
      {...contract, horizon_steps: 5},
      'horizon_steps: is no term of a contract; is horizonSteps meant?',
    ],
    ['no outputs', withOutputs({}), 'outputs: must name mean, quantiles, active or parameters'],
    [
      'no side for steps',
      withOutputs({mean: {name: 'y', layout: 'rows,1'}}),
      'outputs.mean.layout: has no side for 2 steps',
    ],
    [
      'levels that fall',
      withOutputs({quantiles: {name: 'y', levels: [0.9, 0.5]}}),
      'outputs.quantiles.levels: must ascend',
    ],
    ['a level of 1', withOutputs({quantiles: {name: 'y', levels: [0.5, 1]}}), 'outputs.quantiles.levels.1: '],
    [
      'files for two steps',
      withOutputs({quantiles: {files: [{level: 0.5, file: 'a.onnx', name: 'y'}]}}),
      'outputs.quantiles.files: forecast one step',
    ],
    [
      'half a distribution',
      withOutputs({parameters: {family: 'negative-binomial', names: {mean: 'y'}}}),
      'outputs.parameters.names: negative-binomial has dispersion too',
    ],
    ['a hostile horizon', {...contract, horizonSteps: 1e15}, 'horizonSteps: '],
    [
      'a scale without a window',
      {...contract, input: {kind: 'lags', name: 'x', lags: [1]}, outputs: {mean: {name: 'y'}, transform: 'mean-scale'}},
      'outputs.transform: mean-scale needs a window',
    ],
  ])('%s is refused by field and rule', (_, json, message) => {
    expect(complaint(json)).toContain(message);
  });

  test('words of no meaning are let pass', () => {
    expect(complaint({...contract, note: 'ours', author: 'me'})).toBe('was accepted');
  });
});

describe('a model and its contract', () => {
  test('the contract lies beside the file under either name, where --contract says, or is named itself', async () => {
    const path = write(contract);
    expect(readModel(path).contractFrom).toBe(`${path}.contract.json`);
    const apart = join(folder, 'apart');
    mkdirSync(apart);
    const bare = join(apart, 'bare.onnx');
    copyFileSync(path, bare);
    expect(await refusal(bare)).toContain('carries no contract');
    expect(readModel(bare, `${path}.contract.json`).contract.schema).toBe('coldfront.model/2');
    copyFileSync(`${path}.contract.json`, join(apart, 'bare.contract.json'));
    expect(readModel(bare).contractFrom).toBe(join(apart, 'bare.contract.json'));
    const {name} = await openForecaster(join(apart, 'bare.contract.json'), {quantiles: [0.5]});
    expect(name).toBe(join(apart, 'bare.contract.json'));
    writeFileSync(join(apart, 'other.json'), JSON.stringify({...contract, model: 'bare.onnx'}));
    await openForecaster(join(apart, 'other.json'), {quantiles: [0.5]});
  });

  test.each<[string, unknown, Parameters<typeof write>[1], string]>([
    ['no such input', withInput({name: 'z'}), {}, "has no input 'z' as the contract says; it has 'x'"],
    ['no such output', withOutputs({mean: {name: 'z'}}), {}, "has no output 'z' as the contract says; it has 'y'"],
    ['another window', withInput({window: 5}), {}, "input 'x' is [N, 4], the contract makes it [rows, 5] (rows,time)"],
    ['another type', withInput({dtype: 'float64'}), {}, "input 'x' is float32, the contract says float64"],
    ['another batch', withInput({batch: 3}), {shape: [2, 4]}, "input 'x' takes 2 rows at a time, the contract says 3"],
    [
      'more steps than it gives',
      {...contract, horizonSteps: 3},
      {},
      "output 'y' is [1, 2] for 1 rows, the contract makes it [1, 3] (rows,steps)",
    ],
    [
      'chances that are none',
      withOutputs({active: {name: 'y'}}),
      {weights: Array(8).fill(3)},
      "output 'y' has 3 for row 1: a chance is from 0 to 1",
    ],
    ['no number', contract, {weights: Array(8).fill(Number.NaN)}, "output 'y' has NaN for row 1: calls must be finite"],
    [
      'calls without end',
      withOutputs({mean: {name: 'y'}, transform: 'log1p'}),
      {weights: Array(8).fill(1e4)},
      "output 'y' has 10000 for row 1: calls must be finite",
    ],
    ['chance itself', contract, {op: 'RandomUniformLike'}, 'draws random numbers (RandomUniformLike)'],
  ])('%s is refused as soon as the model is opened', async (_, json, options, message) => {
    expect(await refusal(write(json, options))).toContain(message);
  });

  test('windows of whole steps up to the horizon may be asked for, others not', async () => {
    const path = write({...withInput({stepMinutes: 5})});
    expect((await openForecaster(path, {quantiles: [0.5]})).horizons).toEqual([5, 10]);
    expect((await openForecaster(path, {quantiles: [0.5], horizons: [10]})).horizons).toEqual([10]);
    await expect(openForecaster(path, {quantiles: [0.5], horizons: [15]})).rejects.toThrow(
      'forecasts 2 steps of 5 minutes, not the next 15 minutes',
    );
  });
});
