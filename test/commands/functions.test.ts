import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

/** Ten calls of f at once, 10 s each; g at 0, 5 and 100 s, 20 s each. */
const calls = [
  ...Array.from({length: 10}, () => 'f,acme,0,10,http'),
  ...[0, 5, 100].map((s) => `g,best,${s},20,queue`),
];

beforeAll(() => {
  writeFileSync(join(folder, 'calls.csv'), ['function,owner,arrival,duration,trigger', ...calls, ''].join('\n'));
  const map = 'function=function,owner=owner,arrival=arrival:s,duration=duration:s,trigger=trigger';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

function replayed(rows: string, ...args: string[]) {
  writeFileSync(join(folder, 'f.csv'), rows);
  const {status, stdout, stderr} = run('replay', 'w.arrow', '--functions', 'f.csv', '--json', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString()).runs[0];
}

describe('replay --functions', () => {
  test('concurrency of one function: ten calls in one instance, nine of them bound while it starts', () => {
    const {cold, warm, startDelayMs, slotSeconds} = replayed('function,concurrency\nf,10\n');
    expect([cold, warm, startDelayMs.max]).toEqual([3, 10, 500]);
    expect(slotSeconds.busy).toBe(10 + 60);
  });

  test('min, max and timeout, with retries of what nobody waits for', () => {
    const rows = 'function,min,max,timeout\nf,2,2,\ng,,,15s\n';
    const {cold, warm, throttled, timeouts, retried} = replayed(
      rows,
      '--full',
      'drop',
      '--retry',
      'attempts=2,after=1s',
    );
    // Two of f are served, eight throttled; g is cut three times, and each time tried once more.
    expect({cold, warm, throttled, timeouts, retried}).toEqual({
      cold: 3,
      warm: 2,
      throttled: 8,
      timeouts: 3,
      retried: 3,
    });
  });

  test('ttl, memory, cold and team', () => {
    const rows = 'function,owner,ttl,memory,cold,team\n*,best,0,1GiB,fixed:2s,red\n';
    const {coldTimeMs, teams, gbSeconds} = replayed(rows, '--policy', 'infinite');
    expect(coldTimeMs.max).toBe(2000);
    expect(teams.map(({team}: {team: string}) => team)).toEqual(['acme', 'red']);
    // The last call of g starts at 102 s and is cut off by the end of the span, at 120 s.
    expect(gbSeconds.busy).toBe(20 + 20 + 18 + 100 / 8);
  });

  test('JSON, and a name that is nobody is said', () => {
    writeFileSync(
      join(folder, 'f.json'),
      JSON.stringify([
        {function: 'f', concurrency: 10},
        {function: 'h', max: 1},
      ]),
    );
    const {status, stderr} = run('replay', 'w.arrow', '--functions', 'f.json', '--csv', '--quiet');
    expect(status).toBe(0);
    const loud = run('replay', 'w.arrow', '--functions', 'f.json', '--csv').stderr;
    expect([stderr, loud]).toEqual([
      '',
      "f.json: 'h' is no function of the workload, so what is said there holds for none\n",
    ]);
  });

  test('priorities are heard by a queue that asks for them; limits go with any of them', () => {
    const slot = ['--hosts', '1', '--slots', '1', '--queue', 'priority'];
    // Of those who wait for the one slot at 10.5 s the call of g goes first.
    const {teams} = replayed('function,priority\nf,1\n', ...slot, '--cold', 'fixed:0ms');
    const delays = Object.fromEntries(
      teams.map(({team, startDelayMs}: {team: string; startDelayMs: {max: number}}) => [team, startDelayMs.max]),
    );
    expect(delays.best).toBeLessThan(delays.acme);
    writeFileSync(join(folder, 'f.csv'), 'function,max\nf,1\n');
    expect(run('replay', 'w.arrow', '--functions', 'f.csv', ...slot).status).toBe(0);
  });

  test('what is wrong is named by file and line', () => {
    writeFileSync(join(folder, 'f.csv'), 'function,ttl\ng,10m\nf,10\n');
    const {status, stderr} = run('replay', 'w.arrow', '--functions', 'f.csv');
    expect(status).toBe(3);
    expect(stderr).toContain("f.csv:3: ttl is '10', must be a time with a unit");
    expect(run('replay', 'w.arrow', '--functions', 'nowhere.csv').status).toBe(3);
  });
});
