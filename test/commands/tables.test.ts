import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {parse} from 'csv-parse/sync';
import {beforeAll, describe, expect, test} from 'vitest';
import {snakeCase} from '../../src/base/report-table.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const out = (...args: string[]) => {
  const {status, stdout, stderr} = run(...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.toString();
};
const csv = (text: string): Record<string, string>[] => parse(text, {columns: true, relax_column_count: false});

beforeAll(() => {
  out('synth', '--functions', '20', '--rate', '1', '--span', '3h', '--out', 'w.arrow', '--quiet');
  out('plan', 'w.arrow', '--no-trials', '--out', 'p.arrow', '--quiet', '--window', '1h');
  out('plan', 'w.arrow', '--no-trials', '--out', 'q.arrow', '--quiet', '--budget-slots', '1');
  for (const policy of ['none', 'infinite']) {
    writeFileSync(
      join(folder, `${policy}.json`),
      out('replay', 'w.arrow', '--policy', policy, '--policy', 'lru', '--json'),
    );
  }
});

/** Every command whose report has tables, and where JSON has the rows of each: a path, in which * is every one of a list. */
const tables: readonly [args: string, rows: Readonly<Record<string, string>>][] = [
  [
    'describe w.arrow',
    {functions: 'busiest.*', sensitive: 'latencySensitive.top.*', classes: 'classes.*', triggers: 'triggers.*'},
  ],
  [
    'plan w.arrow --no-trials --rest none --window 1h',
    {windows: 'perWindow.*', refused: 'refused.*', teams: 'teams.*'},
  ],
  ['replay w.arrow --policy none --policy fixed:ttl=10m', {runs: 'runs.*', teams: 'runs.*.teams.*'}],
  ['frontier w.arrow --policy none --policy fixed:ttl=10m', {policies: 'rows.*'}],
  ['size w.arrow --find ttl --cold-share 50% --seeds 1', {curve: 'curve.*'}],
  ['platforms w.arrow --on lambda', {platforms: 'rows.*'}],
  ['forecast w.arrow --model rolling-mean', {windows: 'windows.*'}],
  ['backtest w.arrow --model rolling-mean', {models: 'models.*', segments: 'models.*.segments.*'}],
  ['history none.json infinite.json', {points: 'trends.*.points.*'}],
  ['diff p.arrow q.arrow', {functions: 'changed.*'}],
  ['diff none.json infinite.json', {numbers: 'changed.*'}],
  ['explain w.arrow f1 --no-trials', {runs: 'runs.*', levels: 'plan.windows.*.levels.*'}],
  ['config --all', {settings: 'settings.*'}],
  ['tradeoff burst', {quantities: 'answers.*'}],
  ['check none.json --max-cold-share 100% --quiet', {objectives: 'runs.*.objectives.*'}],
  ['model', {}],
];

function rowsAt(report: unknown, path: string): object[] {
  return path
    .split('.')
    .reduce<unknown[]>(
      (found, key) =>
        found.flatMap((one) => (key === '*' ? (one as unknown[]) : [(one as Record<string, unknown>)[key]]) ?? []),
      [report],
    ) as object[];
}

/** Names of the single values of a row, as CSV has them. */
function namesIn(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    if (Array.isArray(inner)) return inner.some((one) => typeof one === 'object') ? [] : [snakeCase(`${prefix}${key}`)];
    if (inner !== null && typeof inner === 'object') return namesIn(inner, `${prefix}${key}.`);
    return [snakeCase(`${prefix}${key}`)];
  });
}

describe.each(tables)('coldfront %s', (line, rows) => {
  const args = line.split(' ');

  test('--csv: one table, whose rows and names are those of JSON', () => {
    const report = JSON.parse(out(...args, '--json'));
    for (const [table, path] of Object.entries(rows)) {
      const lines = csv(out(...args, '--csv', '--table', table));
      const expected = rowsAt(report, path);
      // What JSON lists the first of only, CSV has all of.
      if (table === 'functions' || table === 'sensitive') expect(lines.length).toBeGreaterThanOrEqual(expected.length);
      else expect(lines.length).toBe(expected.length);
      const known = new Set(expected.flatMap((row) => namesIn(row)));
      const besides = ['run', 'policy', 'model', 'segment', 'function', 'start_ms', 'slot_hours_per_day'];
      for (const name of Object.keys(lines[0] ?? {})) expect([...known, ...besides], table).toContain(name);
    }
    const whole = csv(out(...args, '--csv'));
    expect(whole.length).toBeGreaterThan(0);
    expect(Object.keys(whole[0]!).join()).toMatch(/^[a-z0-9_.,]+$/);
  });

  test('--top, --sort and --columns are of the first table, in text and CSV alike; strangers are exit 2', () => {
    const [first] = csv(out(...args, '--csv'));
    const [name, other = name] = Object.keys(first!);
    const cut = csv(out(...args, '--csv', '--sort', `${other}:desc,${name}`, '--columns', `${name},${other}`));
    expect(Object.keys(cut[0]!)).toEqual([...new Set([name, other])]);
    const text = out(...args, '--columns', name!, '--top', '1', '--sort', name!);
    expect(text.length).toBeGreaterThan(0);
    const {status, stderr, stdout} = run(...args, '--columns', 'no_such_column');
    expect([status, stdout.toString()]).toEqual([2, '']);
    expect(stderr).toMatch(/--columns: there is no column of [\w-]+ 'no_such_column'[^\n]*\n$/);
    expect(run(...args, '--csv', '--json').status).toBe(2);
    expect(run(...args, '--table', 'nonsense').stderr).toContain('there are ');
  });
});

test('describe --sort looks at all functions, not at those that are listed anyway', () => {
  const all = csv(out('describe', 'w.arrow', '--csv'));
  const largest = all.map((row) => Number(row.memory_mib)).sort((a, b) => b - a);
  const three = csv(
    out('describe', 'w.arrow', '--csv', '--sort', 'memory_mib:desc', '--top', '3', '--columns', 'memory_mib'),
  );
  expect(three.map((row) => Number(row.memory_mib))).toEqual(largest.slice(0, 3));
  const text = out(
    'describe',
    'w.arrow',
    '--sort',
    'memory_mib:desc',
    '--top',
    '3',
    '--columns',
    'function,memory_mib',
  );
  const at = text.indexOf('Busiest functions\n');
  expect(
    text
      .slice(at)
      .split('\n')
      .slice(2, 5)
      .map((row) => Number(row.trim().split(/ +/)[1])),
  ).toEqual(largest.slice(0, 3).map((mib) => Number(mib.toPrecision(3))));
});

test('the columns of a forecast are those of its file', () => {
  const [row] = csv(out('forecast', 'w.arrow', '--model', 'rolling-mean', '--horizon', '10m', '--csv'));
  expect(Object.keys(row!)).toEqual(
    expect.arrayContaining(['function', 'app', 'owner', 'active_10m', 'mean_10m', 'q0.9_10m']),
  );
});

test('replay --by: who pays is the first table, and runs are another', () => {
  const args = ['replay', 'w.arrow', '--by', 'team'];
  expect(Object.keys(csv(out(...args, '--csv'))[0]!).slice(0, 3)).toEqual(['policy', 'team', 'invocations']);
  expect(Object.keys(csv(out(...args, '--csv', '--table', 'runs'))[0]!).slice(0, 2)).toEqual(['policy', 'invocations']);
  const top = out(...args, '--sort', 'usd:desc', '--top', '1');
  expect(top.trimEnd().split('\n')).toHaveLength(2);
});
