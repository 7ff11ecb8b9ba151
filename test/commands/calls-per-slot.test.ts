import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

/** Three calls of 10 ms within 30 ms, and one a second later that is over before the span is. */
beforeAll(() => {
  const rows = [0, 20, 30, 1000].map((ms) => `f,${ms},10`);
  writeFileSync(join(folder, 'calls.csv'), ['function,arrival,duration', ...rows, ''].join('\n'));
  const map = 'function=function,arrival=arrival:ms,duration=duration:ms';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

function replayed(...args: string[]) {
  const given = ['replay', 'w.arrow', '--policy', 'infinite', '--cold', 'fixed:0ms', '--until', '2s', '--json'];
  const {status, stdout, stderr} = run(...given, ...args);
  expect([status, stderr]).toEqual([0, '']);
  const {startDelayMs, slotSeconds, cold, warm} = JSON.parse(stdout.toString()).runs[0];
  return {sum: Math.round(startDelayMs.mean * 4), max: startDelayMs.max, slotSeconds, cold, warm};
}

const oneSlot = ['--hosts', '1', '--slots', '1'];

describe('replay --calls-per-slot', () => {
  test.each([['1'], ['2'], ['0']])('one slot of concurrency %s begins a call each 100 ms', (concurrency) => {
    const rate = ['--calls-per-slot', '10/s', '--concurrency', concurrency];
    // They begin at 0, 100, 200 and 1000 ms.
    expect(replayed(...oneSlot, ...rate)).toEqual({
      sum: 80 + 170,
      max: 170,
      slotSeconds: {busy: 0.04, idle: 1.96, starting: 0},
      cold: 1,
      warm: 3,
    });
  });

  test('a burst is begun at once, and then the next when there is a token', () => {
    // At 0 and 20 ms the two of the burst; the bucket of two is full 200 ms after the first, so there is one at 100.
    expect(replayed(...oneSlot, '--calls-per-slot', '10/s:burst=2')).toMatchObject({sum: 70, cold: 1});
    expect(replayed(...oneSlot, '--calls-per-slot', '10/s:burst=3')).toMatchObject({sum: 0, cold: 1});
  });

  test('where there is room another instance opens, and serves while the first rests', () => {
    expect(replayed('--calls-per-slot', '10/s')).toMatchObject({sum: 0, cold: 3, warm: 1, slotSeconds: {busy: 0.04}});
  });

  test.each([
    ['0/s', 'must be calls a time above 0'],
    ['10/s:per=function', 'per'],
    ['10/s:burst=0', 'burst'],
  ])('%s is refused', (rate, message) => {
    const {status, stderr} = run('replay', 'w.arrow', '--calls-per-slot', rate);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
