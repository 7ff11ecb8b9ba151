import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {GraphBuilder} from '../../../src/forecast/onnx/build.ts';
import {inspectOnnx} from '../../../src/forecast/onnx/inspect.ts';
import {openForecaster} from '../../../src/forecast/open-forecaster.ts';
import {temporaryFolder} from '../../helpers/traces.ts';

const endless = fileURLToPath(new URL('../../../fixtures/own-models/endless.onnx', import.meta.url));
const folder = temporaryFolder();

/** A model whose output is a number read from a tensor of so many ones. */
function filling(cells: number): string {
  const g = new GraphBuilder('m');
  g.input('x', ['N', 4]);
  const ones = g.node('ConstantOfShape', [g.integers('cells', [cells])]);
  const mean = g.node('ReduceMean', [ones], {attributes: {keepdims: {int: 0}}});
  const sum = g.node('MatMul', ['x', g.constant('w', [4, 1], [1, 1, 1, 1])]);
  g.node('Add', [sum, mean], {output: 'y'});
  g.output('y', ['N', 1]);
  const path = join(folder, `m${cells}.onnx`);
  writeFileSync(path, g.finish());
  const input = {kind: 'series', name: 'x', window: 4};
  const contract = {schema: 'coldfront.model/2', input, outputs: {mean: {name: 'y'}}};
  writeFileSync(`${path}.contract.json`, JSON.stringify(contract));
  return path;
}

const open = (path: string) => openForecaster(path, {quantiles: [0.5]});

describe('a model that takes any time or memory', () => {
  test('is ended when one row does not end, and the process with it', async () => {
    await expect(open(endless)).rejects.toThrow(
      'endless.onnx: does not end within 5 s on one row; what may do so is Loop',
    );
    expect(spawnSync('pgrep', ['-P', String(process.pid), '-f', 'trial-worker.js']).stdout.toString()).toBe('');
  }, 60_000);

  test('is ended when one row fills the memory', async () => {
    // On a machine that is slow to hand out memory the time is up first.
    await expect(open(filling(3e9))).rejects.toThrow(
      /(takes more than 2048 MiB|does not end within 5 s) on one row; what may do so is ConstantOfShape/,
    );
  }, 60_000);

  test('is used as any other when it does neither', async () => {
    expect((await open(filling(10))).horizons).toEqual([1]);
  });

  test('operators within loops and branches are seen', () => {
    expect(inspectOnnx(readFileSync(endless)).operators).toEqual(['MatMul', 'Loop', 'Identity', 'Mul']);
  });
});
