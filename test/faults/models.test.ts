import {spawnSync} from 'node:child_process';
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {FEATURE_VERSION} from '../../src/forecast/features/features.ts';
import {CONTRACT_KEY} from '../../src/forecast/model/contract.ts';
import {GraphBuilder} from '../../src/forecast/onnx/build.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

beforeAll(() => {
  for (const name of ['home', 'tmp']) mkdirSync(join(folder, name));
  const synth = ['synth', '--functions', '12', '--rate', '0.2', '--span', '4h', '--out', 'w.arrow'];
  expect(coldfront(synth, {cwd: folder}).status).toBe(0);
});

/** Runs in a home and with temporary files of its own, which must be empty afterwards. */
function run(...args: string[]): {status: number | null; stdout: string; stderr: string} {
  const env = {...process.env, HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp'), NODE_EXTRA_CA_CERTS: ''};
  const {status, stdout, stderr} = spawnSync(process.execPath, [entry, ...args], {cwd: folder, env});
  expect([...readdirSync(env.HOME), ...readdirSync(env.TMPDIR)]).toEqual([]);
  return {status, stdout: stdout.toString(), stderr: stderr.toString()};
}

const contract = {
  schema: 'coldfront.model/1',
  featureVersion: FEATURE_VERSION,
  features: ['minutesSinceCall', 'minutesKnown'],
  horizonMinutes: [1],
  quantiles: [0.5, 0.9, 0.975],
  input: 'x',
  outputs: {active: 'a', counts: 'c'},
};

/**
 * A model of two features: `shape` makes both outputs of what it is given, 0.3 for each row. By default they are as a
 * model should have them: a chance, and calls.
 */
function write(
  name: string,
  shape: (g: GraphBuilder, chance: string) => {active?: string; counts?: string} = () => ({}),
  more: object = {},
): string {
  const g = new GraphBuilder('hostile');
  g.input('x', ['rows', 2]);
  const zeros = g.node('MatMul', ['x', g.constant('none', [2, 1], [0, 0])]);
  const chance = g.node('Add', [zeros, g.constant('third', [1], [0.3])]);
  const {active = chance, counts = thrice(g, chance)} = shape(g, chance);
  g.node('Identity', [active], {output: 'a'});
  g.node('Identity', [counts], {output: 'c'});
  g.output('a', ['rows', 1]);
  g.output('c', ['rows', 3]);
  const path = `./${name}.onnx`;
  writeFileSync(join(folder, path), g.finish({[CONTRACT_KEY]: JSON.stringify({...contract, ...more})}));
  return path;
}

/** The chance times a number; 0 / 0 where that is NaN. */
function times(g: GraphBuilder, chance: string, factor: number): string {
  if (!Number.isNaN(factor)) return g.node('Mul', [chance, g.constant('factor', [1], [factor])]);
  const zero = g.node('Sub', [chance, chance]);
  return g.node('Div', [zero, zero]);
}

/** The same for every quantile. */
function thrice(g: GraphBuilder, one: string): string {
  return g.node('Concat', [one, one, one], {attributes: {axis: {int: 1}}});
}

describe('what a model says that cannot be', () => {
  test.each([
    ['chance-nan', Number.NaN, 'NaN'],
    ['chance-infinite', Number.POSITIVE_INFINITY, 'Infinity'],
    ['chance-negative', -1, '-0.3'],
    ['chance-above-one', 5, '1.5'],
  ])('%s is exit 3 with the row', (name, factor, value) => {
    const path = write(name, (g, chance) => ({active: times(g, chance, factor)}));
    const {status, stdout, stderr} = run('forecast', 'w.arrow', '--model', path);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      new RegExp(
        `^coldfront forecast: ${path}: output 'a' has ${value}\\d* for row 1: a chance is from 0 to 1[^\\n]*\\n$`,
      ),
    );
  });

  test.each([
    ['counts-nan', Number.NaN, 'NaN'],
    ['counts-infinite', Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%s is exit 3 with the row, whatever asks for forecasts', (name, factor, value) => {
    const path = write(name, (g, chance) => ({counts: thrice(g, times(g, chance, factor))}));
    for (const args of [
      ['forecast', 'w.arrow', '--model', path],
      ['plan', 'w.arrow', '--model', path],
      ['backtest', 'w.arrow', '--model', path],
      ['replay', 'w.arrow', '--policy', `predictive:model=${path}`],
    ]) {
      const {status, stdout, stderr} = run(...args);
      expect([args[0], status, stdout]).toEqual([args[0], 3, '']);
      expect(stderr).toMatch(new RegExp(`output 'c' has ${value} for row \\d+: calls must be finite\\n$`));
      expect(stderr.split('\n').length).toBe(2);
    }
  });

  test('calls below 0 are none, and calls beyond all sense are still numbers', () => {
    for (const [name, factor] of [
      ['negative', -1],
      ['huge', 1e37],
    ] as const) {
      const path = write(name, (g, chance) => ({counts: thrice(g, times(g, chance, factor))}));
      const {status, stdout, stderr} = run('forecast', 'w.arrow', '--model', path, '--json');
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).not.toContain('null');
    }
  });

  test('other rows than it was given are exit 3 as the model is opened', () => {
    const path = write('rows', (g, chance) => ({
      counts: thrice(g, g.node('Concat', [chance, chance], {attributes: {axis: {int: 0}}})),
    }));
    const one = write('one-row', (g, chance) => ({
      active: g.node('ReduceMean', [chance], {attributes: {axes: {ints: [0]}, keepdims: {int: 1}}}),
    }));
    expect(run('model', one).stderr).toContain("output 'a' has 1 numbers for 2 rows, must have 1 a row");
    const {status, stderr} = run('model', path);
    expect([status, stderr]).toEqual([
      3,
      expect.stringMatching(/output 'c' has 12 numbers for 2 rows, must have 3 a row\n$/),
    ]);
  });
});

describe('a model that draws random numbers', () => {
  test.each([
    ['RandomUniformLike', ['chance']],
    ['RandomNormalLike', ['chance']],
    ['Bernoulli', ['chance']],
    ['RandomUniform', []],
    ['RandomNormal', []],
  ])('by %s is refused by name before it is run', (operator, inputs) => {
    const path = write(operator, (g, chance) => ({
      active: g.node(
        operator,
        inputs.length > 0 ? [chance] : [],
        inputs.length > 0 ? {} : {attributes: {shape: {ints: [1, 1]}}},
      ),
    }));
    for (const args of [
      ['model', path],
      ['forecast', 'w.arrow', '--model', path],
    ]) {
      const {status, stdout, stderr} = run(...args);
      expect([status, stdout]).toEqual([3, '']);
      expect(stderr).toContain(`${path}: draws random numbers (${operator})`);
      expect(stderr.split('\n').length).toBe(2);
    }
  });
});

describe('a model that the runtime will not have', () => {
  test('is exit 3 and one line, without the words that the runtime has for its log', () => {
    const files: Record<string, Uint8Array> = {};
    const bytes = readFileSync(join(folder, write('whole')));
    files['cut.onnx'] = bytes.subarray(0, 200);
    files['empty.onnx'] = new Uint8Array(0);
    files['text.onnx'] = Buffer.from('this is no model\n');
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const unknown = write('unknown', (g, chance) => ({active: g.node('Frobnicate', [chance])}));
    const shapes = write('shapes', (g, chance) => ({
      active: g.node('MatMul', [chance, g.constant('wide', [7, 1], [1, 1, 1, 1, 1, 1, 1])]),
    }));
    for (const path of [...Object.keys(files).map((name) => `./${name}`), unknown, shapes]) {
      const {status, stdout, stderr} = run('forecast', 'w.arrow', '--model', path);
      expect([path, status, stdout]).toEqual([path, 3, '']);
      expect(stderr).toMatch(/^coldfront forecast: [^\n]+\n$/);
      expect(stderr).toContain(path);
      expect(stderr).not.toMatch(/\x1b|\[[EWF]:onnxruntime|\.cc:\d+/);
    }
  });

  test('because its contract asks for more than there is memory for is exit 3', () => {
    const horizons = write('horizons', undefined, {horizonMinutes: Array.from({length: 200_000}, (_, k) => k + 1)});
    const far = write('far', undefined, {horizonMinutes: [1e15]});
    for (const path of [horizons, far]) {
      const {status, stderr} = run('model', path);
      expect([status, stderr]).toEqual([3, expect.stringMatching(/^coldfront model: [^\n]*horizon[^\n]+\n$/)]);
    }
  });
});

test('a model that is as it should be leaves nothing in HOME and TMPDIR either', () => {
  const path = write('good');
  for (const args of [
    ['model', path],
    ['forecast', 'w.arrow', '--model', path],
    ['plan', 'w.arrow', '--model', path, '--out', 'p.arrow'],
    ['backtest', 'w.arrow', '--model', path],
    ['train', 'w.arrow', '--epochs', '1', '--out', 'm.onnx'],
  ]) {
    const {status, stderr} = run(...args);
    expect([args[0], status], stderr).toEqual([args[0], 0]);
  }
});
