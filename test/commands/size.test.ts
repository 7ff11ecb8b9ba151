import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const json = (...args: string[]) => {
  const {status, stdout, stderr} = run(...args, '--json');
  expect(stderr).toBe('');
  return {status, report: JSON.parse(stdout.toString())};
};

interface Row {
  readonly value: number;
  readonly met: boolean;
  readonly p99StartMs: number | null;
  readonly usdPerDay: number;
}

/** Runs by seed, of one policy. */
const runsOf = (seeds: readonly number[], ...flags: string[]) =>
  seeds.map((seed) => json('replay', 'w.arrow', '--seed', String(seed), ...flags).report.runs[0]);

beforeAll(() => {
  expect(
    run('synth', '--functions', '20', '--rate', '4', '--span', '30m', '--seed', '5', '--out', 'w.arrow').status,
  ).toBe(0);
});

describe('what is said', () => {
  test('the answer, what binds, what one step less breaks, and the curve as a picture', () => {
    const {status, stdout} = run(
      'size',
      'w.arrow',
      '--find',
      'hosts',
      '--slots',
      '2',
      '--cold',
      'fixed:2s',
      '--p99-start',
      '2300ms',
      '--max-usd-per-day',
      '1e6',
      '--seeds',
      '1',
    );
    const text = stdout.toString();
    expect(status).toBe(0);
    expect(text).toMatch(/^\d+ hosts: the smallest that meets every objective \(fixed:ttl=10m, seed 1\)\.$/m);
    expect(text).toMatch(/^ {2}met: p99 start delay of all calls is .* ms, must be at most 2300 ms; it binds$/m);
    expect(text).toMatch(/^With \d+ hosts? p99 start delay of all calls would be .* ms\.$/m);
    expect(text).toMatch(/^ +\d+ .*=+\|?=*$/m);
    expect(text).toMatch(/^ +\d+ {2}<-/m);
  });

  test('nothing meets: exit 4 and the nearest miss', () => {
    const {status, report} = json('size', 'w.arrow', '--find', 'slots', '--cold-share', '0', '--seeds', '1');
    expect([status, report.answer]).toEqual([4, null]);
    const least = Math.min(...report.curve.map(({coldShare}: {coldShare: number}) => coldShare));
    expect(report.curve.find(({value}: Row) => value === report.nearestMiss).coldShare).toBe(least);
    expect(run('size', 'w.arrow', '--find', 'slots', '--cold-share', '0', '--seeds', '1').stdout.toString()).toMatch(
      /^Nothing meets every objective \(.*\)\. Nearest: \d+ slots? a host\.$/m,
    );
  });

  test('headroom is demand: as --scale by as much', () => {
    const asked = (...flags: string[]) =>
      json('size', 'w.arrow', '--find', 'slots', '--p99-start', '700ms', '--seeds', '1', '--quiet', ...flags).report;
    const [more, scaled] = [asked('--headroom', '50%'), asked('--scale', '1.5')];
    expect(more.curve).toEqual(scaled.curve);
    expect(more.answer).toBeGreaterThan(asked().answer);
  });

  test('the flag of what is sought is the most that is tried', () => {
    const {status, report} = json(
      'size',
      'w.arrow',
      '--find',
      'slots',
      '--slots',
      '3',
      '--p99-start',
      '1ms',
      '--seeds',
      '1',
    );
    expect([status, report.curve.map(({value}: Row) => value)]).toEqual([4, [1, 2, 3]]);
  });

  test('calls that never start are late ones', () => {
    const {report} = json(
      'size',
      'w.arrow',
      '--find',
      'slots',
      '--slots',
      '2',
      '--full',
      'drop',
      '--p99-start',
      '1h',
      '--seeds',
      '1',
    );
    expect(report.curve[0]).toMatchObject({met: false, p99StartMs: null});
    expect(report.curve[0].lostShare).toBeGreaterThan(0.01);
  });

  test('each of a share of functions keeps the limit', () => {
    const {report} = json(
      'size',
      'w.arrow',
      '--find',
      'slots',
      '--p99-start',
      '700ms',
      '--functions-within',
      '90%',
      '--seeds',
      '1',
    );
    const [found] = runsOf([1], '--slots', `${report.answer}`);
    expect(found.functionP99StartMs.p90).toBeLessThanOrEqual(700);
    const [less] = runsOf([1], '--slots', `${report.answer - 1}`);
    expect(less.functionP99StartMs.p90).toBeGreaterThan(700);
  });

  test('CSV has a line a size', () => {
    const args = ['size', 'w.arrow', '--find', 'ttl', '--cold-share', '50%', '--seeds', '1', '--csv'];
    const [header, ...lines] = run(...args)
      .stdout.toString()
      .trimEnd()
      .split('\n');
    expect(header).toBe(
      'value,met,seeds,p99_start_ms,p999_start_ms,p99_cold_ms,cold_share,lost_share,usd_per_day,peak_slots,missed',
    );
    expect(lines.length).toBe(12);
  });
});

test.each<[string[], string]>([
  [['--find', 'hosts', '--p99-start', '1s'], '--find hosts is of hosts without a limit'],
  [['--find', 'slots'], 'there is no objective to meet'],
  [['--find', 'slot', '--p99-start', '1s'], "--find is 'slot', which is none of its choices (did you mean slots?"],
  [['--find', 'ttl', '--cold-share', '1%', '--policy', 'none'], "--policy is 'none', which keeps instances for no ttl"],
  [['--find', 'slots', '--p99-start', '1s', '--seeds', '1,x'], "--seeds is '1,x'"],
  [['--find', 'slots', '--cold-share', '1%', '--functions-within', '99%'], '--functions-within is of --p99-start'],
  [
    ['--find', 'provisioned', '--cold-share', '1%', '--platform', 'lambda'],
    '--find provisioned plans slots of a fleet',
  ],
])('%j is exit 2 and a line', (args, said) => {
  const {status, stdout, stderr} = run('size', 'w.arrow', ...args);
  expect([status, stdout.toString()]).toEqual([2, '']);
  expect(stderr.startsWith(`coldfront size: ${said}`), stderr).toBe(true);
  expect(stderr.trimEnd()).not.toContain('\n');
});

test('a damaged workload is named', () => {
  writeFileSync(join(folder, 'bad.arrow'), 'x');
  expect(run('size', 'bad.arrow', '--find', 'slots', '--p99-start', '1s').status).toBe(3);
});
