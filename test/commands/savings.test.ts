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
  // a is called each 20 s for an hour, b each 5 min.
  const rows = [
    ...Array.from({length: 180}, (_, k) => `a,${k * 20_000},100`),
    ...Array.from({length: 12}, (_, k) => `b,${k * 300_000},100`),
  ];
  writeFileSync(join(folder, 't.csv'), `f,at,ms\n${rows.join('\n')}\n`);
  const map = 'function=f,arrival=at:ms,duration=ms:ms';
  expect(run('ingest', 't.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow').status).toBe(0);
});

describe('--baseline', () => {
  const policies = ['--policy', 'none', '--policy', 'fixed:ttl=1m', '--baseline', 'fixed:ttl=10m'];

  test('every other run is held against it, in dollars of 30 days, with both p99', () => {
    const {baseline, runs} = json('replay', 'w.arrow', ...policies);
    expect(runs.map(({policy}: {policy: string}) => policy)).toEqual(['fixed:ttl=10m', 'none', 'fixed:ttl=1m']);
    expect(baseline).toMatchObject({policy: 'fixed:ttl=10m', usdPerDay: runs[0].usdPerDay});
    for (const [k, saving] of baseline.savings.entries()) {
      const own = runs[k + 1];
      expect(saving.savesUsdPerMonth).toBeCloseTo(30 * (runs[0].usdPerDay - own.usdPerDay), 10);
      expect(saving.share).toBeCloseTo(1 - own.usdPerDay / runs[0].usdPerDay, 12);
      expect(saving.p99StartMs).toBe(own.startDelayMs.p99);
    }
    const text = said('replay', 'w.arrow', ...policies);
    expect(text).toMatch(
      /^none costs \$[\d,.]+ a month \([\d,.]+ %\) more than what you run, fixed:ttl=10m, p99 from .* to 500 ms\.$/m,
    );
  });

  test('one that is among the policies is not replayed twice', () => {
    const {runs} = json('replay', 'w.arrow', '--policy', 'none', '--baseline', 'none');
    expect(runs.length).toBe(1);
  });

  test('of size it is replayed on the fleet that is found', () => {
    const {answer, baseline} = json(
      'size',
      'w.arrow',
      '--find',
      'slots',
      '--p99-start',
      '600ms',
      '--seeds',
      '1',
      '--baseline',
      'none',
    );
    const [own] = json('replay', 'w.arrow', '--slots', `${answer}`, '--policy', 'none').runs;
    const [found] = json('replay', 'w.arrow', '--slots', `${answer}`).runs;
    expect(baseline.usdPerDay).toBe(own.usdPerDay);
    expect(baseline.savings[0].savesUsdPerMonth).toBeCloseTo(30 * (own.usdPerDay - found.usdPerDay), 10);
  });
});

describe('money', () => {
  const costOf = (...flags: string[]) => json('replay', 'w.arrow', ...flags).runs[0].costUsd;

  test('--price-factor is of what the platform charges, not of what waiting is worth', () => {
    for (const sheet of ['seed', 'lambda', 'cloud-run-request']) {
      const prices = ['--prices', sheet, '--delay-usd-per-hour', '20'];
      const [once, twice] = [costOf(...prices), costOf(...prices, '--price-factor', '2')];
      expect(twice.delay).toBe(once.delay);
      for (const line of ['warm', 'execution', 'requests']) expect(twice[line]).toBeCloseTo(2 * once[line], 12);
      expect(twice.total - twice.delay).toBeCloseTo(2 * (once.total - once.delay), 12);
    }
  });

  test.each([
    ['day', 1],
    ['month', 30],
    ['year', 365],
  ])('--per %s: all columns of a table are of that span and add up as they are shown', (per, days) => {
    const flags = ['--prices', 'lambda', '--delay-usd-per-hour', '7', '--per', per];
    const [head, row] = said('replay', 'w.arrow', ...flags)
      .split('\n')
      .filter((line) => /^(policy|fixed\S*) {2}/.test(line)) as [string, string];
    const titles = head.split(/ {2,}/);
    const cells = row.split(/ {2,}/).map((cell) => Number(cell.replaceAll(',', '')));
    expect(titles.at(-1)).toBe(`$/${per}`);
    const first = titles.findIndex((title) => title.endsWith(' $'));
    const parts = cells.slice(first, -1).reduce((sum, value) => sum + value, 0);
    expect(parts).toBeCloseTo(cells.at(-1)!, 9);
    expect(cells.at(-1)).toBeCloseTo(
      days * json('replay', 'w.arrow', ...flags.slice(0, 4)).runs[0].usdPerDay,
      days === 1 ? 3 : 1,
    );
  });
});

describe('history', () => {
  beforeAll(() => {
    for (const [k, price] of ['10', '20', '40'].entries()) {
      writeFileSync(
        join(folder, `r${k}.json`),
        said('replay', 'w.arrow', '--policy', 'none', '--delay-usd-per-hour', price, '--json'),
      );
    }
  });

  test('is a row a report, in their order, and how far the last is from the first', () => {
    const {reports, trends} = json('history', 'r0.json', 'r1.json', 'r2.json');
    expect(reports).toEqual(['r0.json', 'r1.json', 'r2.json']);
    const [{run, points, change}] = trends;
    expect(run).toBe('none');
    const usd = points.map(({usdPerDay}: {usdPerDay: number}) => usdPerDay);
    expect(usd[2]).toBeGreaterThan(usd[1]);
    expect(change.usdPerDay).toBeCloseTo(usd[2] / usd[0] - 1, 12);
    expect(change.p99StartMs).toBe(0);
    const text = said('history', 'r0.json', 'r1.json', 'r2.json');
    expect(text).toMatch(/^\$\/day {5}.*█ \+[\d.]+ %$/m);
    expect(said('history', 'r0.json', 'r1.json', '--csv').split('\n').length).toBe(4);
  });

  test('a run that is in no report is exit 2, what is no report exit 3', () => {
    expect(run('history', 'r0.json', '--policy', 'fixed:ttl=9m')).toMatchObject({
      status: 2,
      stderr: "coldfront history: no report has a run of 'fixed:ttl=9m' (runs: none)\n",
    });
    expect(run('history', 'r0.json', 't.csv').status).toBe(3);
  });
});

describe('explain', () => {
  test('tells rate, rhythm, gaps and durations of one function as they are', () => {
    const report = json('explain', 'w.arrow', 'a', '--no-trials');
    expect(report).toMatchObject({
      function: 'a',
      calls: 180,
      class: 'periodic',
      periodMs: 20_000,
      peakPerMinute: 3,
      gapsMs: {p10: 20_000, p50: 20_000, p99: 20_000},
      durationMs: {mean: 100, p50: 100},
    });
    expect(report.shareOfCalls).toBeCloseTo(180 / 192, 12);
    expect(report.rhythm.calls.reduce((sum: number, n: number) => sum + n, 0)).toBe(180);
  });

  test('its runs are those of a trace of its own calls', () => {
    const {runs} = json('explain', 'w.arrow', 'b', '--no-trials', '--policy', 'none', '--policy', 'fixed:ttl=10m');
    expect(runs.map(({policy, cold}: {policy: string; cold: number}) => [policy, cold])).toEqual([
      ['none', 12],
      ['fixed:ttl=10m', 1],
    ]);
  });

  test('its plan is the one of plan --explain', () => {
    const flags = ['--no-trials', '--budget-slots', '1'];
    expect(json('explain', 'w.arrow', 'a', ...flags).plan).toEqual(
      json('plan', 'w.arrow', '--explain', 'a', ...flags).explain[0],
    );
  });

  test('a name that is none, or may be several, is exit 2', () => {
    expect(run('explain', 'w.arrow', 'zzz')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("there is no function 'zzz'"),
    });
    expect(run('explain', 'w.arrow', '')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('may be 2 functions'),
    });
  });
});
