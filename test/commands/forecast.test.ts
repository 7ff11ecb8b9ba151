import {cpSync, existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {priceSheets} from '../../src/cost/sheets.ts';
import {coldfront, shell} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const json = (...args: string[]) => {
  const {status, stderr, stdout} = run(...args, '--json');
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString());
};
const quick = ['--epochs', '3', '--rows-per-epoch', '8192', '--hidden', '24,16', '--horizon', '10m'];

describe('train, model, forecast and backtest', () => {
  beforeAll(() => {
    expect(run('ingest', fixture, '--out', 'w.arrow').status).toBe(0);
    // A fifth of its functions, for what does not ask how good a model is.
    cpSync(fixture, join(folder, 'few'), {recursive: true});
    const counts = join(folder, 'few', readdirSync(fixture).find((name) => name.startsWith('invocations'))!);
    writeFileSync(counts, readFileSync(counts, 'utf8').split('\n').slice(0, 31).join('\n'));
    expect(run('ingest', 'few', '--out', 'few.arrow').status).toBe(0);
    const {status, stderr} = run('train', 'w.arrow', '--out', 'm.onnx', ...quick, '--checkpoint', 'm.ckpt');
    expect([status, stderr]).toEqual([0, '']);
  });

  test('train says what it made, the same bytes each time, and never overwrites unasked', () => {
    const report = json('train', 'w.arrow', '--out', 'm2.onnx', ...quick);
    expect(report).toMatchObject({
      schema: 'coldfront.train/1',
      functions: 150,
      spanMinutes: 480,
      trainedUntilMinute: 408,
      horizonMinutes: [1, 2, 5, 10],
      quantiles: [0.5, 0.9, 0.975, 0.9975],
      stopped: 'finished',
    });
    expect(report.losses).toHaveLength(3);
    const again = json('train', 'w.arrow', '--out', 'm2.onnx', ...quick, '--force');
    expect(again).toEqual(report);
    const refused = run('train', 'w.arrow', '--out', 'm.onnx', ...quick);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--force')]);
  });

  test('training goes on from a checkpoint', () => {
    const more = ['--epochs', '7', '--rows-per-epoch', '4096', '--hidden', '8,8', '--horizon', '1m'];
    const whole = json('train', 'w.arrow', '--out', 'whole.onnx', ...more, '--checkpoint', 'c.ckpt');
    const rest = json('train', 'w.arrow', '--out', 'rest.onnx', ...more, '--checkpoint', 'c.ckpt', '--resume');
    expect({...rest, out: ''}).toEqual({...whole, out: ''});
    const other = run('train', 'w.arrow', '--out', 'x.onnx', ...quick, '--checkpoint', 'c.ckpt', '--resume');
    expect([other.status, other.stderr]).toEqual([
      3,
      expect.stringContaining('c.ckpt: is of a run with other options'),
    ]);
    expect(existsSync(join(folder, 'x.onnx'))).toBe(false);
  });

  test('training goes on from the shipped model or an own one, with their windows, levels and widths', () => {
    const few = ['--epochs', '1', '--rows-per-epoch', '4096'];
    const own = json('train', 'w.arrow', '--out', 'on.onnx', '--from', './m.onnx', ...few);
    expect(own).toMatchObject({horizonMinutes: [1, 2, 5, 10], quantiles: [0.5, 0.9, 0.975, 0.9975]});
    expect(own.losses.map(({epoch}: {epoch: number}) => epoch)).toEqual([0, 1]);
    const shipped = json('train', 'w.arrow', '--out', 'more.onnx', '--from', 'azure-2019', '--horizon', '2m', ...few);
    expect(shipped.horizonMinutes).toEqual([1, 2]);
    const other = run('train', 'w.arrow', '--out', 'x.onnx', '--from', './m.onnx', '--hidden', '8,8', ...few);
    expect([other.status, other.stderr.replace(/\s+/g, ' ')]).toEqual([
      2,
      expect.stringContaining('./m.onnx has 24,16'),
    ]);
    const baseline = run('train', 'w.arrow', '--out', 'x.onnx', '--from', 'tsb', ...few);
    expect([baseline.status, baseline.stderr.replace(/\s+/g, ' ')]).toEqual([
      2,
      expect.stringContaining('nothing was learnt there'),
    ]);
    const chosen = run('train', 'w.arrow', '--out', 'x.onnx', '--features', 'recency,moon', ...few);
    expect([chosen.status, chosen.stderr.replace(/\s+/g, ' ')]).toEqual([
      2,
      expect.stringContaining("'moon' is neither a signal nor a feature"),
    ]);
  });

  test('backtest chooses a model by the minutes before what is scored', () => {
    const flags = ['backtest', 'few.arrow', '--model', 'auto', '--from', '470m', '--folds', '1'];
    const {status, stderr, stdout} = run(...flags, '--json');
    const said = /^auto is (\S+): the cheapest from 3.92 h to 7.83 h, \$[\d.]+ a day, \S+ \$[\d.]+$/m.exec(stderr);
    expect([status, said?.length]).toEqual([0, 2]);
    expect(JSON.parse(stdout.toString()).models.map(({name}: {name: string}) => name)).toEqual([said![1]]);
    const early = run('backtest', 'few.arrow', '--model', 'auto', '--from', '1m');
    expect([early.status, early.stderr.replace(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining('too few to choose a model by'),
    ]);
  }, 120_000);

  test('Ctrl-C before the first epoch leaves nothing', () => {
    const {status} = shell(
      `'${process.execPath}' '${fileURLToPath(new URL('../../bin/run.js', import.meta.url))}' train w.arrow --out none.onnx --rows-per-epoch 8000000 --checkpoint none.ckpt & pid=$!
       sleep 2; kill -INT $pid; wait $pid`,
      folder,
    );
    expect(status).toBe(130);
    expect([existsSync(join(folder, 'none.onnx')), existsSync(join(folder, 'none.ckpt'))]).toEqual([false, false]);
  });

  test('Ctrl-C ends training with 130 and keeps the best so far', () => {
    const {status} = shell(
      `'${process.execPath}' '${fileURLToPath(new URL('../../bin/run.js', import.meta.url))}' train w.arrow --out i.onnx --epochs 100000 --rows-per-epoch 4096 --patience 100000 --checkpoint i.ckpt & pid=$!
       while [ ! -f i.ckpt ]; do sleep 0.1; done; kill -INT $pid; wait $pid`,
      folder,
    );
    expect(status).toBe(130);
    expect(json('model', './i.onnx').contract.training).toMatchObject({stopped: 'interrupted'});
  });

  test('model shows the contract, with the command that made it', () => {
    const {contract, contractFrom, inputs, outputs} = json('model', './m.onnx');
    expect(contract.training.command).toMatch(/^coldfront train w\.arrow --out m\.onnx --epochs 3/);
    expect([contractFrom, inputs[0].shape[0], outputs.map(({name}: {name: string}) => name)]).toEqual([
      'the model',
      'rows',
      ['active', 'counts'],
    ]);
    const text = run('model', './m.onnx').stdout.toString();
    expect(text).toMatch(/^quantiles +0\.5, 0\.9, 0\.975, 0\.9975$/m);
  });

  test('forecast looks at the past only: cutting the trace changes nothing', () => {
    const at = json('forecast', 'w.arrow', '--model', './m.onnx', '--at', '4h', '--out', 'at.arrow');
    expect(at).toMatchObject({schema: 'coldfront.forecast/1', functions: 150, fromMs: 14_400_000, out: 'at.arrow'});
    expect(at.windows.map(({windowMs}: {windowMs: number}) => windowMs)).toEqual([60_000, 120_000, 300_000, 600_000]);
    const names = ['invocations_per_function_md.anon.d07.csv'];
    const text = readFileSync(join(fixture, names[0]!), 'utf8').trimEnd().split('\n');
    // The first 240 minutes: four columns of names, then minutes 480..719.
    const cut = text.map((line) => line.split(',').slice(0, 244).join(','));
    writeFileSync(join(folder, 'cut.csv'), `${cut.join('\n')}\n`);
    expect(run('ingest', 'cut.csv', '--out', 'cut.arrow').status).toBe(0);
    const seen = json('forecast', 'cut.arrow', '--model', './m.onnx');
    expect(seen.top).toEqual(at.top);
    for (const [i, window] of at.windows.entries()) {
      expect(seen.windows[i].expectedActive).toBeCloseTo(window.expectedActive, 3);
    }
  });

  test('a forecast through pipes: workload in, Arrow out, summary on stderr', () => {
    const {status, stderr, stdout} = shell('cat w.arrow | coldfront forecast - --model tsb --out -', folder);
    expect([status, stdout.subarray(0, 6).toString()]).toEqual([0, 'ARROW1']);
    expect(stderr).toContain('tsb: 150 functions from 8 h on');
  });

  test('backtest scores models in the order given, against the rule to beat', () => {
    const models = ['rolling-mean', './m.onnx', 'never', 'always', 'iat-histogram'];
    const report = json('backtest', 'w.arrow', ...models.flatMap((name) => ['--model', name]));
    expect(report).toMatchObject({schema: 'coldfront.backtest/1', windowMs: 60_000, quantiles: [0.5, 0.9, 0.975]});
    expect(report.models.map(({name}: {name: string}) => name)).toEqual(models);
    for (const model of report.models) {
      expect(Object.keys(model.pinball)).toEqual(['0.5', '0.9', '0.975']);
      expect(Object.keys(model.coverage)).toEqual(['0.5', '0.9', '0.975']);
      expect(model.regretUsdPerDay).toBeGreaterThanOrEqual(0);
      expect(model.segments.map(({name}: {name: string}) => name)).toEqual([
        'below 1/h',
        '1/h to 1/min',
        'above 1/min',
      ]);
    }
    // What the replay finds is what a replay finds, from a quarter of the span on, and so are the ranks.
    const texts = models.map((name) => `predictive:model=${name}`);
    const {runs} = json('replay', 'w.arrow', '--from', '2h', ...texts.flatMap((text) => ['--policy', text]));
    runs.forEach((run: {usdPerDay: number}, k: number) => {
      expect(report.models[k].usdPerDay).toBeCloseTo(run.usdPerDay, 9);
    });
    // The rule to beat is the cheapest baseline: here not the rolling mean.
    const baselines = [0, 2, 3, 4].map((k) => runs[k].usdPerDay);
    expect(report.reference.usdPerDay).toBeLessThanOrEqual(Math.min(...baselines) + 1e-9);
    expect(report.reference.usdPerDay).toBeLessThan(baselines[0]);
    expect(report.models[1].worthShipping).toBe(report.models[1].usdPerDay < report.reference.usdPerDay);
    const folds = report.models[0].folds.map((fold: {usdPerDay: number}) => fold.usdPerDay);
    expect(folds.reduce((sum: number, usd: number) => sum + usd / 4, 0)).toBeCloseTo(report.models[0].usdPerDay, 9);
    expect(report.prices).toEqual({
      ...priceSheets.seed!.sheet,
      coldUsd: expect.closeTo(0.5 / 180 + 0.005 / 86_400, 15),
    });
  }, 120_000);

  test('backtest says n/a of a season without a season of history, and null in JSON', () => {
    const {models, warnings} = json('backtest', 'few.arrow', '--model', 'seasonal-day', '--model', 'never');
    expect(models[0]).toMatchObject({name: 'seasonal-day', rows: 0, wql: null, usdPerDay: null, worthShipping: null});
    expect(models[0].reason).toBe('it needs 1 d of history before the first window, there are 2 h');
    // Half of the calls of a busy minute are not below a forecast of none.
    expect(warnings).toEqual([
      expect.stringMatching(/^never: .* within its 50 % quantile.*: off by more than 5 points\.$/),
    ]);
    const text = run('backtest', 'few.arrow', '--model', 'seasonal-day', '--model', 'never').stdout.toString();
    expect(text).toMatch(/^seasonal-day( +n\/a){7}$/m);
    expect(text).toContain(warnings[0]);
  });

  test('--importance prices every signal of a model', () => {
    const {importance} = json('backtest', 'w.arrow', '--model', './m.onnx', '--importance', '--from', '7h');
    expect(importance).toHaveLength(1);
    const signals = importance[0].signals as {signal: string; usdPerDay: number}[];
    expect(signals.map(({usdPerDay}) => usdPerDay)).toEqual(
      signals.map(({usdPerDay}) => usdPerDay).sort((a, b) => b - a),
    );
    const worth = new Map(signals.map(({signal, usdPerDay}) => [signal, usdPerDay]));
    expect(worth.get('gaps')).toBeGreaterThan(0);
    // The span is too short to tell an hour of the day from a trend: the model does not listen.
    expect(worth.get('hour')).toBe(0);
  });

  test('a model that does not pay is called not worth shipping', () => {
    const text = run('backtest', 'few.arrow', '--model', './m.onnx').stdout.toString();
    expect(text).toMatch(
      /^\.\/m\.onnx: (not )?worth shipping, \$[\d.]+ a day (below|above) \S+, the best baseline\.$/m,
    );
    writeFileSync(
      join(folder, 'f.contract.json'),
      JSON.stringify({...json('model', './m.onnx').contract, champions: ['never', 'never', 'never']}),
    );
    const never = run(
      'backtest',
      'few.arrow',
      '--model',
      './m.onnx',
      '--contract',
      'f.contract.json',
    ).stdout.toString();
    expect(never).toMatch(/^\.\/m\.onnx: not worth shipping, \$[\d.]+ a day above \S+, the best baseline\.$/m);
  });

  test.each<[string, string[], number, string]>([
    ['a name that is neither file nor baseline', ['forecast', 'w.arrow', '--model', 'magic'], 2, "--model is 'magic'"],
    ['a window without a unit', ['backtest', 'w.arrow', '--horizon', '10'], 2, "--horizon is '10'"],
    ['half a minute', ['forecast', 'w.arrow', '--horizon', '30s'], 2, 'must be whole minutes'],
    ['levels that do not ascend', ['backtest', 'w.arrow', '--quantiles', '0.9,0.5'], 2, "--quantiles is '0.9,0.5'"],
    ['a time beyond the span', ['forecast', 'w.arrow', '--at', '9h'], 2, '--at is 9h'],
    ['a horizon the model lacks', ['forecast', 'w.arrow', '--model', './m.onnx', '--horizon', '7m'], 3, 'not 7'],
    [
      'a quantile the model lacks',
      ['backtest', 'w.arrow', '--model', './m.onnx', '--quantiles', '0.99'],
      3,
      'not 0.99',
    ],
    ['no such model', ['model', './none.onnx'], 3, './none.onnx: there is no such file'],
    ['a workload for a model', ['model', './w.arrow'], 3, 'is not an ONNX model'],
    ['widths that are none', ['train', 'w.arrow', '--out', 'x.onnx', '--hidden', '64'], 2, "--hidden is '64'"],
    ['a share above 1', ['train', 'w.arrow', '--out', 'x.onnx', '--augment', '2'], 2, "--augment is '2'"],
    ['no output', ['train', 'w.arrow'], 2, 'out'],
  ])('%s is refused by name', (_, args, status, message) => {
    const result = run(...args);
    expect([result.status, result.stderr]).toEqual([status, expect.stringContaining(message)]);
    expect(result.stdout.toString()).toBe('');
  });
});
