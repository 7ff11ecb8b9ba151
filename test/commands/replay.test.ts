import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

/** f calls at 0, 60 and 1000 s, g at 5 s, for a second each. */
const calls = ['f,0', 'f,60', 'f,1000', 'g,5'].map((call) => `${call},1`);

beforeAll(() => {
  writeFileSync(join(folder, 'calls.csv'), ['function,arrival,duration', ...calls, ''].join('\n'));
  const map = 'function=function,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

describe('coldfront replay', () => {
  test('--per-function writes a line a policy and function beside the report', () => {
    const policies = ['--policy', 'none', '--policy', 'fixed:ttl=10m'];
    const {status, stdout} = run('replay', 'w.arrow', ...policies, '--per-function', 'f.csv', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString()).runs.map((one: {cold: number}) => one.cold)).toEqual([4, 3]);
    const [header, ...lines] = readFileSync(join(folder, 'f.csv'), 'utf8').trimEnd().split('\n');
    expect(header).toMatch(/^policy,function,app,owner,team,invocations,warm,cold,.*,usd$/);
    expect(lines.map((line) => line.split(',').slice(0, 8).join())).toEqual([
      'none,f,f,f,f,3,0,3',
      'none,g,g,g,g,1,0,1',
      'fixed:ttl=10m,f,f,f,f,3,1,2',
      'fixed:ttl=10m,g,g,g,g,1,0,1',
    ]);
    const dollars = (policy: string) =>
      lines.filter((line) => line.startsWith(policy)).reduce((sum, line) => sum + Number(line.split(',').at(-1)), 0);
    for (const {policy, costUsd} of JSON.parse(stdout.toString()).runs)
      expect(dollars(policy)).toBeCloseTo(costUsd.total, 12);
  });

  test('an output that exists is kept, and nothing is read, replayed or written, unless --force is given', () => {
    writeFileSync(join(folder, 'kept.csv'), 'mine');
    const args = ['replay', 'w.arrow', '--out', 'report.txt', '--per-function', 'kept.csv'];
    const refused = run(...args);
    expect([refused.status, refused.stdout.toString()]).toEqual([2, '']);
    expect(refused.stderr).toContain('kept.csv');
    expect(existsSync(join(folder, 'report.txt'))).toBe(false);
    expect(readFileSync(join(folder, 'kept.csv'), 'utf8')).toBe('mine');
    // That is known before a workload is read.
    expect(run('replay', 'missing.arrow', '--per-function', 'kept.csv').status).toBe(2);
    expect(run(...args, '--force').status).toBe(0);
    expect(readFileSync(join(folder, 'kept.csv'), 'utf8')).toContain('fixed:ttl=10m,f,f,f,f,3,1,2,0');
    expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toMatch(/^2 functions, 4 invocations, 17 min /);
  });

  test('--timing says how many calls were replayed, of all policies together', () => {
    const {stderr} = run('replay', 'w.arrow', '--policy', 'none', '--policy', 'infinite', '--timing', '--json');
    expect(stderr).toMatch(
      /^replayed 8 invocations in \d+\.\d{3} s \(\d+\.\d{2} M invocations\/s\) by \w+ [\d.]+ %, \w+ [\d.]+ %\n$/,
    );
  });

  describe('a trace that tells of cold starts', () => {
    // As under five minutes of keep-alive; a blank is a warm call.
    const told = ['f,0,1,800', 'f,60,1,', 'f,1000,1,1000', 'g,5,1,400'];

    beforeAll(() => {
      writeFileSync(join(folder, 'told.csv'), ['function,arrival,duration,cold', ...told, ''].join('\n'));
      const map = 'function=function,arrival=arrival:s,duration=duration:s,cold=cold:ms';
      expect(run('ingest', 'told.csv', '--format', 'csv', '--map', map, '--out', 'told.arrow').stderr).toBe('');
    });
    const report = (...args: string[]) => JSON.parse(run('replay', 'told.arrow', '--json', ...args).stdout.toString());

    test('its own share stands beside what is simulated, over the same window', () => {
      const coldTimeMs = {p50: 800, p99: 1000};
      expect(report().observedCold).toEqual({calls: 3, of: 4, share: 0.75, coldTimeMs});
      const within = {calls: 1, of: 2, share: 0.5, coldTimeMs: {p50: 1000, p99: 1000}};
      expect(report('--from', '1m').observedCold).toEqual(within);
      expect(run('replay', 'told.arrow').stdout.toString()).toContain('Observed: 75.0 % of 4 calls were cold');
      expect(JSON.parse(run('replay', 'w.arrow', '--json').stdout.toString()).observedCold).toBe(null);
    });

    test('--calibrate replays first the shortest keep-alive that reproduces it', () => {
      const {calibrated, runs} = report('--calibrate', '--policy', 'none');
      // The second call of f comes 59 s after the first, of which its own 0.8 s or less are the cold start.
      expect(calibrated).toMatchObject({differingCalls: 0, of: 4, coldShare: 0.75, observedShare: 0.75});
      expect(calibrated.ttlMs).toBeGreaterThan(57_000);
      expect(calibrated.ttlMs).toBeLessThan(60_000);
      expect(runs.map(({policy}: {policy: string}) => policy)).toEqual([calibrated.policy, 'none']);
    });

    test('--calibrate by a trace that tells nothing is refused', () => {
      const {status, stderr} = run('replay', 'w.arrow', '--calibrate');
      expect([status, stderr]).toEqual([3, expect.stringContaining('does not say which calls were cold')]);
    });
  });
});
