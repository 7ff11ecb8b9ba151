import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {plainCsvRows, temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
/** A message, wherever its lines break. */
const said = (stderr: string) => stderr.replace(/\s+/g, ' ');

beforeAll(() => {
  const calls = ['f,2,1', 'f,8,5', 'g,12,1', 'g,14,0.1', 'f,30,0.1', 'g,30,0.1'];
  writeFileSync(join(folder, 'calls.csv'), ['function,arrival,duration', ...calls, ''].join('\n'));
  const map = 'function=function,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
  writeFileSync(join(folder, 'async.csv'), 'function,async,idempotent\nf,yes,\n');
  writeFileSync(join(folder, 'again.csv'), 'function,async,idempotent\nf,no,yes\n');
  const many = ['--functions', '300', '--rate', '30', '--span', '20m', '--out', 'many.arrow', '--quiet'];
  expect(run('synth', ...many).status).toBe(0);
});

const fleet = ['--hosts', '1', '--slots', '10', '--fail', 'hosts=1,at=10s,for=5s,work=lose'];

/** The report's run, and a row a call: start and end in seconds, outcome, attempts. */
function replayed(...args: string[]) {
  const {status, stdout, stderr} = run('replay', 'w.arrow', '--json', '--calls', 'log.csv', '--force', ...args);
  expect([status, stderr]).toEqual([0, '']);
  const seconds = (us: string) => (us === '' ? null : Number(us) / 1e6);
  const rows = plainCsvRows(readFileSync(join(folder, 'log.csv'), 'utf8')).map((row) => [
    `${row.function}${Number(row.arrival_us) / 1e6}`,
    [seconds(row.start_us!), seconds(row.end_us!), row.outcome, Number(row.attempts)],
  ]);
  return {run: JSON.parse(stdout.toString()).runs[0], calls: Object.fromEntries(rows)};
}

describe('replay --fail', () => {
  test('a host that is down for 5 s loses what runs on it; who comes meanwhile waits until it is back', () => {
    const {run: it, calls} = replayed(...fleet);
    expect(calls).toEqual({
      f2: [2.5, 3.5, 'cold', 1],
      f8: [8, 10, 'lost', 1],
      g12: [15.5, 16.5, 'cold', 1],
      g14: [15.5, 15.6, 'cold', 1],
      f30: [30.5, 30.6, 'cold', 1],
      g30: [30, 30.1, 'warm', 1],
    });
    expect(it).toMatchObject({invocations: 6, cold: 4, warm: 1, lost: 1, retried: 0});
    // Two wait from 12 and 14 s on and are over with it when the host is back; without the failure nobody waits that long.
    expect(it.failures).toEqual({
      outages: 1,
      inFlight: 1,
      lostWorkSeconds: 2,
      longestRecoveryMs: 5000,
      unrecovered: 0,
      addedP99StartMs: it.startDelayMs.p99 - 500,
      recoveries: [{fault: 1, what: 'host', number: 1, atMs: 10_000, recoveryMs: 5000}],
    });
  });

  test('nobody waits for an asynchronous call: it runs again when its lease is over and there is a host', () => {
    const {run: it, calls} = replayed(...fleet, '--functions', 'async.csv');
    expect(calls.f8).toEqual([8, 20.5, 'warm', 2]);
    expect(it).toMatchObject({cold: 3, warm: 3, lost: 0, retried: 1});
  });

  const keeps = ['--hosts', '1', '--slots', '10', '--fail', 'hosts=1,at=10s,for=5s,work=keep'];

  test('with work=keep a call goes on where it was, and nobody waits for the answer twice', () => {
    const {run: it, calls} = replayed(...keeps);
    expect(calls.f8).toEqual([8, 18, 'warm', 1]);
    expect(calls.f30).toEqual([30, 30.1, 'warm', 1]);
    expect(it).toMatchObject({cold: 3, warm: 3, lost: 0, retried: 0, duplicated: 0});
    expect(it.failures).toMatchObject({inFlight: 1, lostWorkSeconds: 0, longestRecoveryMs: 5000});
  });

  test('an asynchronous one begins once more after a lease: it has two rows, and is told of by the first to be over', () => {
    const {status} = run('replay', 'w.arrow', ...keeps, '--functions', 'async.csv', '--calls', 'two.csv', '--force');
    expect(status).toBe(0);
    const rows = plainCsvRows(readFileSync(join(folder, 'two.csv'), 'utf8')).filter(
      (row) => row.arrival_us === '8000000',
    );
    expect(rows.map(({start_us, end_us, outcome, attempts}) => [start_us, end_us, outcome, attempts])).toEqual([
      ['8000000', '18000000', 'warm', '2'],
      ['8000000', '20500000', 'duplicated', '2'],
    ]);
  });

  test('the windows of a timeline add up to the report, calls counted where their fate is known', () => {
    const args = ['--functions', 'async.csv', '--timeline', 't.csv', '--every', '10s', '--force', '--json'];
    const {stdout} = run('replay', 'w.arrow', ...keeps, ...args);
    const it = JSON.parse(stdout.toString()).runs[0];
    const windows = plainCsvRows(readFileSync(join(folder, 't.csv'), 'utf8'));
    for (const name of ['invocations', 'warm', 'cold', 'lost', 'duplicated']) {
      expect(windows.reduce((sum, row) => sum + Number(row[name]), 0)).toBe(it[name]);
    }
    // The call that stands still from 10 to 15 s came before.
    expect(windows[0]).toMatchObject({invocations: '2', warm: '0', cold: '1'});
    expect(windows[2]).toMatchObject({duplicated: '1'});
  });

  test('an idempotent call runs again at once, and only once', () => {
    const twice = [...fleet, '--fail', 'hosts=1,at=17s,for=1s', '--functions', 'again.csv'];
    expect(replayed(...twice).calls.f8).toEqual([8, 17, 'lost', 2]);
  });

  test('while a scheduler is down running calls go on and new ones wait', () => {
    const {run: it, calls} = replayed('--hosts', '1', '--slots', '10', '--fail', 'cell=1,at=10s,for=3s');
    expect(calls.f8).toEqual([8, 13, 'warm', 1]);
    expect(calls.g12).toEqual([13.5, 14.5, 'cold', 1]);
    expect(it.failures).toMatchObject({outages: 1, longestRecoveryMs: 3000, lostWorkSeconds: 0});
  });

  test('the text says it in a line, and bounds are marked as relaxed', () => {
    const {stdout} = run('replay', 'w.arrow', ...fleet, '--policy', 'none', '--policy', 'clairvoyant');
    expect(said(stdout.toString())).toMatch(
      /none: 1 outage, at most 5 s until nobody waited for it; p99 delay \+\S+ s; of 1 call in flight 1 lost, 0 run again, 0 duplicated, 1.500 s of work lost\./,
    );
    expect(stdout.toString()).toContain('clairvoyant (relaxed)');
  });

  test('the same bytes for 1, 2 and 7 threads, and what fails does not depend on the policy', () => {
    const faults = [
      'hosts=3,at=5m,for=2m',
      'cell=2,at=8m,for=30s',
      'start-rate=1,at=10m,for=1m',
      'mtbf=10m,for=20s',
      'hosts=4,at=12m,for=1m,work=keep',
      'mtbf=20m,for=40s,work=keep',
    ];
    const of = (threads: string) => {
      const cells = ['--hosts', '8', '--slots', '6', '--cells', '4', '--checkpoint', 'every=20s,save=1s'];
      const policies = ['--policy', 'none', '--policy', 'fixed:ttl=1m'];
      const args = [...cells, ...policies, ...faults.flatMap((fault) => ['--fail', fault])];
      return run('replay', 'many.arrow', ...args, '--json', '--threads', threads).stdout.toString();
    };
    const one = of('1');
    const [none, fixed] = JSON.parse(one).runs;
    expect(none.failures.outages).toBe(fixed.failures.outages);
    expect(none.failures.outages).toBeGreaterThan(8);
    expect(none.lost).toBeGreaterThan(0);
    expect(none.duplicated).toBeGreaterThan(0);
    expect(none.lost + none.duplicated).toBeLessThanOrEqual(none.failures.inFlight);
    expect(of('2')).toBe(one);
    expect(of('7')).toBe(one);
  });

  test('what cannot be is refused in a line', () => {
    const refused = (...args: string[]) => {
      const {status, stderr} = run('replay', 'w.arrow', ...args);
      return [status, said(stderr)];
    };
    expect(refused('--fail', 'hosts=2,at=1s,for=1s')).toEqual([2, expect.stringContaining('there is 1 host')]);
    expect(refused('--fail', 'cell=2,at=1s,for=1s')).toEqual([2, expect.stringContaining('there is 1 cell')]);
    expect(refused('--fail', 'at=1s')).toEqual([2, expect.stringContaining('must say what fails')]);
    expect(refused('--fail', 'hosts=1,at=1s,for=0s')).toEqual([2, expect.stringContaining('must be above 0')]);
    expect(refused('--fail', 'hosts=1,at=1s,for=1s,work=save')).toEqual([2, expect.stringContaining('lose')]);
    const kept = ['--hosts', '1', '--slots', '9', '--fail', 'hosts=1,at=1s,for=1s,work=keep'];
    expect(refused(...kept, '--cores', '2')).toEqual([2, expect.stringContaining('work=keep')]);
    expect(refused(...kept, '--calls-per-slot', '1/s')).toEqual([2, expect.stringContaining('work=keep')]);
    expect(refused('--fail', 'hosts=1,at=1s')).toEqual([2, expect.stringContaining('needs for')]);
    expect(refused('--fail', 'start-rate=0,at=1s,for=1s')[0]).toBe(2);
    expect(refused(...fleet, '--late-binding')).toEqual([2, expect.stringContaining('leave out --late-binding')]);
  });
});
