import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront, shell} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const json = (...args: string[]) => {
  const {status, stderr, stdout} = run(...args, '--json');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
};

beforeAll(() => {
  for (const file of readdirSync(join(fixtures, 'own-models'))) {
    copyFileSync(join(fixtures, 'own-models', file), join(folder, file));
  }
  expect(run('ingest', join(fixtures, 'traces/azure2019-d07-window480'), '--out', 'w.arrow').status).toBe(0);
});

describe('models of others', () => {
  test('from a bare file to a forecast: suggest, say what is missing, show', () => {
    copyFileSync(join(folder, 'gru.onnx'), join(folder, 'bare.onnx'));
    const bare = run('forecast', 'w.arrow', '--model', './bare.onnx');
    expect([bare.status, bare.stderr.replace(/\s+/g, ' ')]).toEqual([3, expect.stringContaining('--suggest')]);
    const suggested = run('model', './bare.onnx', '--suggest', '--out', 'bare.onnx.contract.json');
    expect(suggested.status).toBe(0);
    expect(suggested.stderr).toContain('input.transform: what was done to the counts in training');
    const unsaid = run('model', './bare.onnx');
    expect([unsaid.status, unsaid.stderr.replace(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining("input.transform: is still '?'"),
    ]);
    const file = join(folder, 'bare.onnx.contract.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"?"', '"log1p"'));
    expect(json('model', './bare.onnx')).toMatchObject({
      contractFrom: './bare.onnx.contract.json',
      contract: {input: {kind: 'series', layout: 'time,rows,1', mask: 'known'}, horizonSteps: 6},
    });
    expect(json('forecast', 'w.arrow', '--model', './bare.onnx').windows).toEqual(
      json('forecast', 'w.arrow', '--model', './gru.onnx').windows,
    );
    const own = run('train', 'w.arrow', '--from', './gru.onnx', '--out', 'none.onnx');
    expect([own.status, own.stderr.replace(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining('is a model of contract coldfront.model/2'),
    ]);
    expect(JSON.parse(run('model', 'azure-2019', '--suggest').stdout.toString()).input.kind).toBe('features');
    const again = run('model', './bare.onnx', '--suggest', '--out', 'bare.onnx.contract.json');
    expect([again.status, again.stderr]).toEqual([2, expect.stringContaining('--force')]);
  });

  test.each(['./lstm.onnx', './trees.contract.json', './fixed-batch.onnx'])(
    '%s is tried, backtested and followed by a policy',
    (model) => {
      const trial = json('model', model, '--try', 'w.arrow');
      expect(trial).toMatchObject({functions: 150, repeats: true, rowsApart: true});
      expect(trial.shown).toHaveLength(5);
      expect(trial.shown[0].came).toHaveLength(40);
      const horizon = `${trial.windowMinutes}m`;
      const {models} = json(
        'backtest',
        'w.arrow',
        '--model',
        model,
        '--horizon',
        horizon,
        '--folds',
        '1',
        '--from',
        '460m',
      );
      expect(models[0].wql).toBeGreaterThan(0);
      // The scheduler decides by the next minute.
      if (trial.windowMinutes > 1) return;
      expect(models[0].usdPerDay).toBeGreaterThan(0);
      const [replayed] = json('replay', 'w.arrow', '--until', '30m', '--policy', `predictive:model=${model}`).runs;
      expect(replayed.warm + replayed.cold).toBe(replayed.invocations);
    },
    60_000,
  );

  test('a trial says what is odd, in words', () => {
    const {status, stdout} = run('model', './fixed-batch.onnx', '--try', 'w.arrow');
    expect(status).toBe(0);
    expect(stdout.toString()).toContain('! quantiles cross in some rows and are sorted');
    expect(stdout.toString()).toMatch(/cost {9}[\d.]+ us a row, \d+ MiB in all/);
  });

  test('running a model leaves nothing behind in the folders of the user', () => {
    const home = join(folder, 'home');
    mkdirSync(home);
    const line = `HOME='${home}' TMPDIR='${home}' '${process.execPath}' '${entry}' forecast w.arrow --model ./lstm.onnx --quiet`;
    expect(shell(line, folder).status).toBe(0);
    expect(existsSync(home) && readdirSync(home)).toEqual([]);
  });
});
