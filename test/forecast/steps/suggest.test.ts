import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {inspectOnnx, type OnnxInfo} from '../../../src/forecast/onnx/inspect.ts';
import {stepContract} from '../../../src/forecast/steps/contract.ts';
import {suggestContract} from '../../../src/forecast/steps/suggest.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/own-models/', import.meta.url));
const refuse = (message: string) => new Error(message);
const suggest = (file: string) => suggestContract(inspectOnnx(readFileSync(join(fixtures, file))));

/** A model as its file would declare it. */
const declared = (inputs: OnnxInfo['inputs'], outputs: OnnxInfo['outputs'], operators: string[] = []): OnnxInfo => ({
  irVersion: 8,
  producer: '',
  opsets: {'ai.onnx': 17},
  metadata: {},
  operators,
  parameters: 0,
  inputs,
  outputs,
});
const tensor = (name: string, ...shape: (number | string)[]) => ({name, elementType: 1, shape});

describe('a contract read off a model', () => {
  test('time first, a mask by its name, a mean by steps', () => {
    const {contract, toSay} = suggest('lstm.onnx');
    expect(contract).toEqual({
      schema: 'coldfront.model/2',
      input: {
        kind: 'series',
        name: 'x',
        dtype: 'float32',
        layout: 'time,rows,1',
        window: 24,
        transform: '?',
        mask: 'known',
      },
      outputs: {mean: {name: 'mean', layout: 'steps,rows,1'}, transform: '?'},
      horizonSteps: 6,
      stepMinutes: 1,
    });
    expect(toSay.map((line) => line.split(':')[0])).toEqual([
      'input.transform',
      'outputs.mean',
      'outputs.transform',
      'stepMinutes',
    ]);
  });

  test.each([
    ['gru.onnx', {transform: 'log1p'}, 'log1p'],
    ['chances.onnx', {transform: 'none'}, undefined],
    ['tcn.onnx', {transform: 'sqrt', channels: ['hour']}, undefined],
  ])('%s: what a person adds makes it the contract that lies beside it', (file, input, transform) => {
    const {contract} = suggest(file);
    const outputs = {...(contract.outputs as object), ...(transform ? {transform} : {})};
    const said = stepContract({...contract, input: {...(contract.input as object), ...input}, outputs}, refuse);
    const own = stepContract(JSON.parse(readFileSync(join(fixtures, `${file}.contract.json`), 'utf8')), refuse);
    expect({...said, input: {...said.input, dtype: 0}, stepMinutes: 1}).toEqual({
      ...own,
      input: {...own.input, dtype: 0, stepMinutes: undefined},
      stepMinutes: 1,
    });
  });

  test('trees take lags, which only people know', () => {
    const {contract, toSay} = suggest('trees-q0.9.onnx');
    expect(contract.input).toEqual({
      kind: 'lags',
      name: 'input',
      dtype: 'float32',
      lags: '?',
      calendar: [],
      transform: '?',
    });
    expect(contract.horizonSteps).toBe(1);
    expect(toSay[0]).toContain('which steps back the 5 columns are');
    expect(() => stepContract(contract, refuse)).toThrow("input.lags: is still '?'");
  });

  test('a fixed batch, free sides, quantiles, and the parameters of a distribution by their names', () => {
    expect(suggestContract(declared([tensor('x', 1, 60, 1)], [tensor('q', 1, 5, 3)])).contract).toMatchObject({
      input: {layout: 'rows,time,1', window: 60, batch: 1},
      outputs: {quantiles: {name: 'q', layout: 'rows,steps,quantiles', levels: '?'}},
      horizonSteps: 5,
    });
    expect(suggestContract(declared([tensor('x', 'N', 'T')], [tensor('y', 'N', 'H')])).contract).toMatchObject({
      input: {layout: 'rows,time', window: '?'},
      horizonSteps: '?',
    });
    const normal = suggestContract(declared([tensor('x', 'N', 60)], [tensor('loc', 'N', 5), tensor('scale', 'N', 5)]));
    expect(normal.contract.outputs).toEqual({
      parameters: {family: 'normal', names: {mean: 'loc', sd: 'scale'}, layout: 'rows,steps'},
    });
    const poisson = suggestContract(declared([tensor('x', 'N', 111)], [tensor('rate', 'N')]));
    expect(poisson.contract).toMatchObject({
      input: {kind: 'features', name: 'x'},
      outputs: {parameters: {family: 'poisson', names: {mean: 'rate'}}},
      horizonSteps: 1,
    });
  });
});
