import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {plainCsvRows, temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const text = (name: string) => readFileSync(join(folder, name), 'utf8');

const rowsOf = (name: string) => plainCsvRows(text(name));

beforeAll(() => {
  const map = 'function=function,arrival=arrival:s,duration=duration:s';
  writeFileSync(join(folder, 'calls.csv'), 'function,arrival,duration\na,0,30\na,10,10\nb,61,5\n');
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
  const many = ['--functions', '1200', '--rate', '30', '--span', '20m', '--out', 'many.arrow', '--quiet'];
  expect(run('synth', ...many).status).toBe(0);
  writeFileSync(join(folder, 'f.csv'), 'function,min,timeout,reserved,async\n*,,2s,2,yes\n');
});

describe('replay --timeline', () => {
  test('a window a row: calls where they arrive, instances where they are, idle ones cut at the edges', () => {
    const args = ['--policy', 'fixed:ttl=1m', '--cold', 'fixed:1s', '--every', '30s', '--timeline', 't.csv', '--quiet'];
    expect(run('replay', 'w.arrow', ...args).status).toBe(0);
    const rows = rowsOf('t.csv').map(({from_ms, until_ms, invocations, cold, starts, cold_share, ...more}) => [
      ...[from_ms, until_ms, invocations, cold, starts, cold_share],
      ...[more.busy_slot_seconds, more.idle_slot_seconds, more.starting_slot_seconds],
    ]);
    // a runs from 1 to 31 s and from 11 to 21 s and is kept until 91 and 81 s; b from 62 to 67 s.
    expect(rows).toEqual([
      ['0', '30000', '2', '2', '2', '1', '39', '9', '2'],
      ['30000', '60000', '0', '0', '0', '', '1', '59', '0'],
      ['60000', '90000', '1', '1', '1', '1', '5', '74', '1'],
      ['90000', '120000', '0', '0', '0', '', '0', '31', '0'],
    ]);
  });

  test.each([
    // a's second call comes at 10 s and waits for the slot up to 30 s, or gives up at 15 s.
    ['warm-first', [], ['0.5', '0.5', '0', '0', '0', '0']],
    ['warm-first', ['--max-wait', '5s'], ['0.25', '0', '0', '0', '0', '0']],
    ['fifo', [], ['0.5', '0.5', '0', '0', '0', '0']],
    ['fifo', ['--max-wait', '5s'], ['0.25', '0', '0', '0', '0', '0']],
  ])('calls that wait for room on average: %s %j', (queue, more, expected) => {
    const fleet = ['--hosts', '1', '--slots', '1', '--policy', 'fixed:ttl=1m', '--cold', 'fixed:0ms', '--queue', queue];
    const args = [...fleet, ...more, '--every', '20s', '--timeline', 'q.csv', '--force', '--quiet'];
    expect(run('replay', 'w.arrow', ...args).status).toBe(0);
    expect(rowsOf('q.csv').map(({queued}) => queued)).toEqual(expected);
  });

  const settings = [
    ['a fleet without limits', ['--policy', 'hybrid', '--every', '90s']],
    [
      'cells whose calls wait and give up',
      ['--hosts', '4', '--slots', '2', '--cells', '2', '--max-wait', '20s', '--every', '1m'],
    ],
    [
      'part of the span, by owner',
      ['--hosts', '1', '--slots', '8', '--from', '3m', '--until', '17m', '--by', 'owner', '--every', '2m'],
    ],
    ['a strict order', ['--hosts', '1', '--slots', '8', '--queue', 'fifo', '--every', '1m']],
    [
      'several calls in an instance, by function',
      ['--concurrency', '4', '--by', 'function', '--every', '5m', '--prices', 'cloud-run-request'],
    ],
    [
      'what throttles, cuts and tries again',
      ['--functions', 'f.csv', '--full', 'drop', '--retry', 'attempts=2,after=30s', '--every', '1m'],
    ],
    ['after a warm-up', ['--hosts', '1', '--slots', '8', '--warm-up', '5m', '--every', '2m']],
    ['whole hosts', ['--memory', '1GiB', '--prices', 'knative', '--every', '4m', '--by', 'app']],
  ] as const;

  test.each(settings)('adds up to the report, which is the one without, whatever the threads: %s', (_, args) => {
    const of = (...more: string[]) => run('replay', 'many.arrow', ...args, '--json', ...more).stdout.toString();
    const plain = of();
    const logs = ['1', '3'].map((threads) => {
      expect(of('--threads', threads, '--timeline', 'many.csv', '--force')).toBe(plain);
      return text('many.csv');
    });
    expect(logs[1]).toBe(logs[0]);
    const rows = rowsOf('many.csv');
    const sum = (name: string) => rows.reduce((all, row) => all + Number(row[name]), 0);
    const [report] = JSON.parse(plain).runs;
    const counts = {
      ...{invocations: 'invocations', warm: 'warm', cold: 'cold', dropped: 'dropped', throttled: 'throttled'},
      ...{abandoned: 'abandoned', still_queued: 'stillQueued', prewarms: 'prewarms'},
    };
    expect(report.invocations).toBeGreaterThan(1000);
    for (const [column, name] of Object.entries(counts)) expect([column, sum(column)]).toEqual([column, report[name]]);
    for (const state of ['busy', 'idle', 'starting'])
      expect(sum(`${state}_slot_seconds`)).toBeCloseTo(report.slotSeconds[state], 5);
    expect(sum('usd')).toBeCloseTo(report.costUsd.total, 9);
    // Who has arrived is served, lost or waits.
    for (const row of rows) expect(Math.min(Number(row.waiting), Number(row.warm))).toBeGreaterThanOrEqual(0);
  });

  test('a bound has no timeline', () => {
    const bound = run('replay', 'w.arrow', '--policy', 'clairvoyant', '--timeline', 'bound.csv');
    expect([bound.status, bound.stderr]).toEqual([2, expect.stringContaining('clairvoyant is a bound')]);
  });
});
