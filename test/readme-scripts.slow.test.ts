import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {coldfront} from './helpers/cli.ts';
import {temporaryFolder} from './helpers/traces.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const scripts = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```python\n([\s\S]*?)```/g)].map(
  ([, text]) => text!,
);

/** The Python that has those modules; undefined where none has. Debian's own is not always the first one. */
function pythonWith(modules: readonly string[]): string | undefined {
  const imports = `import ${modules.join(', ')}`;
  return ['/usr/bin/python3', 'python3'].find((python) => spawnSync(python, ['-c', imports]).status === 0);
}

const recipes = [
  {
    name: 'PyTorch',
    modules: ['torch', 'pandas'],
    features: ['--kind', 'series', '--window', '60', '--horizon', '10m'],
    rows: 'rows',
    model: './torch.onnx',
  },
  {
    name: 'scikit-learn',
    modules: ['sklearn', 'onnx', 'pandas'],
    features: ['--kind', 'lags', '--lags', '1,2,3,5,10,30,60,1440'],
    rows: 'lags',
    model: './trees.contract.json',
  },
] as const;

describe("README's way from a workload to a model of one's own", () => {
  test('has a script for each', () => {
    expect(scripts.map((script) => recipes.filter(({modules}) => script.includes(modules[0])).length)).toEqual([1, 1]);
  });

  describe.each(recipes)('$name', ({features, model, modules, name, rows}) => {
    const python = pythonWith(modules);

    test.skipIf(python === undefined)(
      `trains (left out where Python has no ${modules.join(', ')})`,
      () => {
        const folder = temporaryFolder();
        const run = (...args: string[]) => {
          const {status, stderr, stdout} = coldfront(args, {cwd: folder});
          expect([status, stderr]).toEqual([0, '']);
          return stdout.toString();
        };
        run('ingest', join(root, 'fixtures/traces/azure2019-d07-window480'), '--out', 'w.arrow');
        // Debian's pandas reads no Parquet: the same rows as CSV.
        run('features', 'w.arrow', ...features, '--targets', '--rows', '20000', '--out', `${rows}.csv`);
        const script = scripts.find((text) => text.includes(modules[0]))!;
        writeFileSync(
          join(folder, 'train.py'),
          script.replaceAll(/read_parquet\('(\w+)\.parquet'\)/g, "read_csv('$1.csv')"),
        );
        const {status, stderr} = spawnSync(python!, ['train.py'], {cwd: folder, encoding: 'utf8'});
        expect([status, name, status === 0 ? '' : stderr]).toEqual([0, name, '']);
        const trial = JSON.parse(run('model', model, '--try', 'w.arrow', '--json'));
        expect(trial).toMatchObject({repeats: true, rowsApart: true});
        const report = JSON.parse(
          run('backtest', 'w.arrow', '--model', model, '--model', 'never', '--from', '384m', '--json'),
        );
        const [own, never] = report.models as {usdPerDay: number; wql: number}[];
        expect(own!.usdPerDay).toBeLessThan(never!.usdPerDay);
        expect(own!.wql).toBeLessThan(1);
      },
      300_000,
    );
  });
});
