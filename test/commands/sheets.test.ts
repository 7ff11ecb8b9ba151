import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const said = (...args: string[]): string => {
  const {status, stdout, stderr} = run(...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.toString();
};
const json = (...args: string[]) => JSON.parse(said(...args, '--json'));

beforeAll(() => {
  expect(run('synth', '--functions', '12', '--rate', '3', '--span', '1h', '--out', 'w.arrow').status).toBe(0);
});

const commands: [string, string[]][] = [
  ['replay', ['--policy', 'none', '--policy', 'adaptive']],
  ['frontier', ['--policy', 'none', '--policy', 'adaptive']],
  ['plan', ['--no-trials']],
  ['size', ['--find', 'slots', '--p99-start', '1s', '--seeds', '1']],
];

describe('two price sheets', () => {
  test.each(commands)('%s under each is what it is under that one alone', (command, flags) => {
    const sheets = ['seed', 'aws-lambda'];
    const both = json(command, 'w.arrow', ...flags, ...sheets.flatMap((name) => ['--prices', name]));
    const alone = sheets.map((name) => json(command, 'w.arrow', ...flags, '--prices', name));
    const {bySheet, ...first} = both;
    expect(first).toEqual(alone[0]);
    expect(bySheet.map(({sheet}: {sheet: string}) => sheet)).toEqual(sheets);
    for (const [k, {rows, prices}] of bySheet.entries()) {
      expect(prices).toEqual(alone[k].prices);
      const {runs = [], rows: swept = [], usdPerDay, curve = [], answer} = alone[k];
      const own = [...runs, ...swept].map((one: {usdPerDay: number}) => one.usdPerDay);
      const size = curve.filter(({value}: {value: number}) => value === answer);
      const dollars = own.length > 0 ? own : [usdPerDay ?? size[0].usdPerDay];
      expect(rows.map((one: {usdPerDay: number}) => one.usdPerDay)).toEqual(dollars);
    }
    const text = said(command, 'w.arrow', ...flags, '--prices', 'seed', '--prices', 'aws-lambda', '--per', 'month');
    expect(text).toContain('under both sheets');
    expect(text).toContain('seed $/month');
    expect(text).toContain('aws-lambda less seed');
  });

  test('a command that goes by one sheet says so in a line', () => {
    for (const [command, ...flags] of [['platforms'], ['explain', 'x'], ['backtest', '--model', 'last-value']]) {
      const {status, stderr} = run(command!, 'w.arrow', ...flags, '--prices', 'seed', '--prices', 'lambda');
      expect([command, status, stderr.trimEnd().split('\n').length]).toEqual([command, 2, 1]);
      expect(stderr).toContain('--prices is given 2 times');
    }
    const {status, stderr} = run('plan', 'w.arrow', '--prices', 'seed', '--prices', 'memory', '--out', 'p.arrow');
    expect([status, stderr.split('\n')[0]]).toEqual([2, expect.stringContaining('--out writes one plan')]);
    const shard = run(
      'replay',
      'w.arrow',
      '--prices',
      'seed',
      '--prices',
      'memory',
      '--shard',
      '1/2',
      '--out',
      'x.part',
    );
    expect([shard.status, shard.stderr.includes('whole and unshared')]).toEqual([2, true]);
  });
});

describe('the key currency', () => {
  const euros = ['--set', 'currency=EUR,rate=0.5'];

  test.each([
    ...commands,
    ['platforms', ['--on', 'lambda']],
    ['backtest', ['--model', 'last-value']],
    ['plan', ['--platform', 'lambda']],
  ] as [string, string[]][])('%s %j tells every amount in it, and JSON as ever', (command, flags) => {
    const text = said(command, 'w.arrow', ...flags, ...euros);
    expect(text).toContain('€');
    expect(text).not.toContain('$');
    // The objective of a plan has that name.
    expect(text.replace('Objective dollars', '')).not.toMatch(/dollars/i);
    expect(json(command, 'w.arrow', ...flags, ...euros)).toEqual(json(command, 'w.arrow', ...flags));
  });

  test('amounts are dollars times the rate', () => {
    const costOf = (...flags: string[]) => /costs (\S+) a day/.exec(said('replay', 'w.arrow', ...flags))![1];
    const [usd, eur] = [costOf(), costOf(...euros)];
    expect(Number(eur!.replace('€', ''))).toBeCloseTo(Number(usd!.replace('$', '')) / 2, 1);
  });

  test('it may stand in a file, of other currencies the code goes before the amount, and what it cannot be is refused', () => {
    writeFileSync(join(folder, 'chf.json'), '{"currency": {"code": "CHF", "rate": 0.9}}');
    expect(said('replay', 'w.arrow', '--profile', 'chf.json')).toMatch(/costs CHF [\d.]+ a day/);
    const bad = run('replay', 'w.arrow', '--set', 'currency=euro,rate=1');
    expect([bad.status, bad.stderr.split('\n')[0]]).toEqual([2, expect.stringContaining('three capital letters')]);
    const {stderr, status} = run('report', '--run', 'w.arrow', '--out', 'r.html', ...euros);
    expect([status, stderr]).toEqual([0, 'a page tells dollars, whatever the currency\n']);
  });

  test('trade-offs tell it too', () => {
    const text = said('tradeoff', 'break-even', ...euros);
    expect(text).toContain('€');
    expect(text).not.toContain('$');
  });
});
