import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const said = (stderr: Buffer | string) => stderr.toString().replace(/\s+/g, ' ');
const base = ['replay', 'w.arrow', '--policy', 'fixed:ttl=10m', '--cold', 'fixed:0ms', '--cores', '1'];

beforeAll(() => {
  // `web` is called every ten seconds for two hours; from 90 minutes on `batch` runs beside it for ten.
  const web = Array.from({length: 720}, (_, k) => `web,http,${10 * k},1`);
  const rows = ['function,trigger,arrival,duration', ...web, 'batch,queue,5400,600', 'other,queue,7300,1', ''];
  writeFileSync(join(folder, 'calls.csv'), rows.join('\n'));
  const map = 'function=function,trigger=trigger,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

const json = (...args: string[]) => {
  const {status, stdout, stderr} = run(...base, '--json', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString()).runs[0].contention.detection;
};

describe('replay with the key detect', () => {
  test('tells who would find what a neighbour slows down, and how well the score ranks it', () => {
    // The one call of batch ends in one minute, which is a spell too short to find.
    const found = json('--set', 'detect=10%');
    expect(found).toMatchObject({slower: 0.1, functionsWatched: 1, shortSpells: 1, functionsSlowed: 1});
    expect(found.cpi).toMatchObject({precision: 1, minutesToDetect: 3});
    expect(found.robust.precision).toBe(1);
    // Of the functions with work batch alone was slowed over all, and scores below web, level with the other.
    expect(found.scoreRanks).toBe(0.25);
    const {stdout} = run(...base, '--set', 'detect=10%');
    expect(stdout.toString()).toContain('CPI rule: ');
    expect(stdout.toString()).toContain('robust z of durations: ');
    expect(json()).toBeUndefined();
  });

  test('the same bytes on 1, 2 and 7 threads, in cells, and merged from shares', () => {
    const cells = ['--hosts', '2', '--slots', '9', '--cells', '2', '--set', 'detect=slower=20%,learn=1h'];
    const one = json(...cells, '--threads', '1');
    expect(json(...cells, '--threads', '2')).toEqual(one);
    expect(json(...cells, '--threads', '7')).toEqual(one);
    for (const k of [1, 2]) {
      const {status, stderr} = run(...base, ...cells, '--shard', `${k}/2`, '--out', `${k}.part`, '--quiet');
      expect([status, stderr]).toEqual([0, '']);
    }
    const merged = run('merge', '1.part', '2.part', '--json');
    expect(JSON.parse(merged.stdout.toString()).runs[0].contention.detection).toEqual(one);
  });

  test('without cores, or with a share that is none, it is refused', () => {
    const none = run('replay', 'w.arrow', '--set', 'detect=10%');
    expect([none.status, said(none.stderr)]).toEqual([2, expect.stringContaining('give --cores')]);
    const wrong = run(...base, '--set', 'detect=ten');
    expect([wrong.status, said(wrong.stderr)]).toEqual([2, expect.stringContaining("slower is 'ten'")]);
  });
});
