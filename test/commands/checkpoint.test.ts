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
  writeFileSync(join(folder, 'calls.csv'), 'function,arrival,duration\nf,0,300\ng,5,10\nz,1200,0.001\n');
  const map = 'function=function,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

/** The report's run, and the end of each call in seconds with its outcome. */
function replayed(...args: string[]) {
  const plain = ['--cold', 'fixed:0ms', '--json', '--calls', 'log.csv', '--force'];
  const {status, stdout, stderr} = run('replay', 'w.arrow', ...plain, ...args);
  expect([status, stderr]).toEqual([0, '']);
  const rows = plainCsvRows(readFileSync(join(folder, 'log.csv'), 'utf8'));
  const ends = Object.fromEntries(rows.map((row) => [row.function, [Number(row.end_us) / 1e6, row.outcome]]));
  return {run: JSON.parse(stdout.toString()).runs[0], ends};
}

describe('replay --timeout', () => {
  test('a longer call is cut there, counted and charged; one of exactly that length is not', () => {
    const {run: it, ends} = replayed('--timeout', '10s');
    expect(ends).toEqual({f: [10, 'timeout'], g: [15, 'cold'], z: [1200.001, 'cold']});
    expect(it.timeouts).toBe(1);
    expect(it.slotSeconds.busy).toBe(20.001);
  });

  test('what --functions says of a function goes before it', () => {
    writeFileSync(join(folder, 'own.csv'), 'function,timeout\nf,20s\n');
    expect(replayed('--timeout', '5s', '--functions', 'own.csv').ends).toMatchObject({
      f: [20, 'timeout'],
      g: [10, 'timeout'],
    });
  });
});

describe('replay --checkpoint', () => {
  const checkpoint = ['--checkpoint', 'every=30s,save=100ms,restore=100ms,resume=500ms'];

  test('300 s of work in slices of 30 s are over after 307 s, and no slice is longer than the limit', () => {
    const {run: it, ends} = replayed('--timeout', '30s', ...checkpoint);
    expect(ends).toEqual({f: [307, 'cold'], g: [15, 'cold'], z: [1200.001, 'cold']});
    expect(it.timeouts).toBe(0);
    expect(it.slices).toEqual({checkpoints: 10, overheadSeconds: 7});
  });

  test('on one slot the short call has it after the first slice', () => {
    const {run: it, ends} = replayed('--hosts', '1', '--slots', '1', '--evict', 'eager', ...checkpoint);
    expect(ends).toMatchObject({f: [317, 'cold'], g: [40, 'cold']});
    expect(it.startDelayMs.max).toBe(25_000);
    const {stdout} = run('replay', 'w.arrow', '--cold', 'fixed:0ms', ...checkpoint);
    expect(stdout.toString()).toContain('fixed:ttl=10m: 10 checkpoints, 7.000 s to save and to go on');
  });

  test('the same bytes on one thread and on three', () => {
    const of = (threads: string) => {
      const fleet = ['--hosts', '3', '--slots', '1', '--cells', '3', '--policy', 'none', '--policy', 'fixed:ttl=1m'];
      return run('replay', 'w.arrow', ...fleet, ...checkpoint, '--json', '--threads', threads).stdout.toString();
    };
    expect(of('3')).toBe(of('1'));
  });

  test('what cannot be is refused in a line', () => {
    const refused = (...args: string[]) => {
      const {status, stderr} = run('replay', 'w.arrow', ...args);
      return [status, said(stderr)];
    };
    expect(refused('--checkpoint', 'every=auto,save=1s')).toEqual([2, expect.stringContaining('how often hosts fail')]);
    expect(refused('--checkpoint', 'every=1s,save=1s')[0]).toBe(2);
    expect(refused(...checkpoint, '--cores', '2')).toEqual([2, expect.stringContaining('nobody knows beforehand')]);
    expect(refused('--timeout', '0s')[0]).toBe(2);
  });
});
