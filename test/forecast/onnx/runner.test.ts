import {spawn, spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {forecastAt} from '../../../src/forecast/forecast.ts';
import {GraphBuilder} from '../../../src/forecast/onnx/build.ts';
import {inspectOnnx} from '../../../src/forecast/onnx/inspect.ts';
import {openForecaster} from '../../../src/forecast/open-forecaster.ts';
import type {StepForecaster} from '../../../src/forecast/steps/step-forecaster.ts';
import {coldfront} from '../../helpers/cli.ts';
import {seriesOf} from '../../helpers/series.ts';
import {temporaryFolder} from '../../helpers/traces.ts';

const own = (name: string) => fileURLToPath(new URL(`../../../fixtures/own-models/${name}`, import.meta.url));
const entry = fileURLToPath(new URL('../../../bin/run.js', import.meta.url));
const [endless, sometimesEndless] = [own('endless.onnx'), own('sometimes-endless.onnx')];
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
const guarded = () => spawnSync('pgrep', ['-P', String(process.pid), '-f', 'guarded-worker.js']).stdout.toString();

describe('a model that may take any time or memory', () => {
  test('is ended when one row does not end, and the process with it', async () => {
    await expect(open(endless)).rejects.toThrow(
      'endless.onnx: does not end within 5 s on one row; what may do so is Loop',
    );
    expect(guarded()).toBe('');
  }, 60_000);

  test('is ended when it is the data that keep it going, later than on the row that it is tried on', async () => {
    const few = seriesOf([[[3, 1]], [[5, 1]], [[7, 1]]], 30);
    const many = seriesOf([[[3, 1]], [[5, 2]], [[7, 1]]], 30);
    const forecaster = await open(sometimesEndless);
    expect((await forecastAt(few, forecaster, 8)).mean).toHaveLength(3);
    await expect(forecastAt(many, forecaster, 8)).rejects.toThrow(
      'sometimes-endless.onnx: does not end within 6 s on 3 rows; what may do so is Loop',
    );
    expect(guarded()).toBe('');
  }, 60_000);

  test('is ended when it fills the memory', async () => {
    // On a machine that is slow to hand out memory the time is up first.
    await expect(open(filling(3e9))).rejects.toThrow(
      /(takes more than 2048 MiB|does not end within 5 s) (on one row|as it is opened); what may do so is ConstantOfShape/,
    );
  }, 60_000);

  test('is used as any other when it does neither, and leaves no process behind', async () => {
    const forecaster = (await open(filling(10))) as StepForecaster;
    const {mean} = await forecastAt(seriesOf([[[1, 4]], [[3, 2]]], 30), forecaster, 4);
    expect([...mean]).toEqual([4, 2]);
    await forecaster.close();
    await expect.poll(guarded).toBe('');
  });

  test('does not keep a command waiting, and ends with it even when that is killed', async () => {
    const folder = temporaryFolder();
    const trace = 'function,minute,count\na,0,1\na,1,1\nb,5,2\n';
    writeFileSync(join(folder, 'w.csv'), trace);
    const map = ['--format', 'csv', '--map', 'function=function,minute=minute,count=count'];
    expect(coldfront(['ingest', 'w.csv', ...map, '--out', 'w.arrow'], {cwd: folder}).status).toBe(0);
    const forecast = ['forecast', 'w.arrow', '--model'];
    expect(coldfront([...forecast, filling(10)], {cwd: folder}).status).toBe(0);
    const {status, stderr} = coldfront([...forecast, sometimesEndless], {cwd: folder});
    expect([status, stderr.replace(/\s+/g, ' ')]).toEqual([3, expect.stringContaining('within 6 s on 2 rows')]);
    const killed = spawn(process.execPath, [entry, ...forecast, sometimesEndless], {cwd: folder, stdio: 'ignore'});
    const children = () =>
      spawnSync('pgrep', ['-P', String(killed.pid)])
        .stdout.toString()
        .trim();
    await expect.poll(children, {timeout: 20_000}).not.toBe('');
    const child = children();
    killed.kill('SIGKILL');
    await expect.poll(() => spawnSync('kill', ['-0', child]).status, {timeout: 5000}).not.toBe(0);
  }, 60_000);

  test('operators within loops and branches are seen', () => {
    expect(inspectOnnx(readFileSync(endless)).operators).toEqual(['MatMul', 'Loop', 'Identity', 'Mul']);
  });
});
