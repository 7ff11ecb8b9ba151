import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const said = (stderr: Buffer | string) => stderr.toString().replace(/\s+/g, ' ');

beforeAll(() => {
  // Four functions that are called together every minute, and one that comes later.
  const calls = [0, 60, 120].flatMap((s) => ['f,', 'g,', 'h,', 'i,'].map((name) => `${name}${s},1`));
  writeFileSync(join(folder, 'calls.csv'), ['function,arrival,duration', ...calls, 'late,125,1', ''].join('\n'));
  const map = 'function=function,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

function replayed(...args: string[]) {
  const {status, stdout, stderr} = run('replay', 'w.arrow', '--policy', 'none', '--json', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout.toString()).runs[0];
}

describe('replay --cold MODEL:startCores=N', () => {
  test('four starts at once on two cores take twice as long, one alone as long as ever', () => {
    const {cold, coldTimeMs, slotSeconds, startDelayMs} = replayed('--cold', 'fixed:500ms,startCores=2');
    expect(cold).toBe(13);
    expect([coldTimeMs.p50, coldTimeMs.max]).toEqual([1000, 1000]);
    expect(slotSeconds.starting).toBe(12 * 1 + 0.5);
    expect(startDelayMs.mean).toBeCloseTo((12 * 1000 + 500) / 13, 9);
    expect(replayed('--cold', 'fixed:500ms').slotSeconds.starting).toBe(6.5);
    // On four hosts, one each, they do not feel each other.
    const apart = ['--hosts', '4', '--slots', '2', '--placement', 'round-robin'];
    expect(replayed('--cold', 'fixed:500ms,startCores=1', ...apart).slotSeconds.starting).toBe(6.5);
  });

  test('the same bytes on 1, 2 and 7 threads, in cells', () => {
    const fleet = [
      '--hosts',
      '4',
      '--slots',
      '3',
      '--cells',
      '2',
      '--cold',
      'lognormal:median=1s,sigma=1,startCores=1',
    ];
    const [one, two, seven] = ['1', '2', '7'].map((threads) => replayed(...fleet, '--threads', threads));
    expect(two).toEqual(one);
    expect(seven).toEqual(one);
  });

  test('together with limits on starts, calls in slices, hosts that fail and several calls an instance', () => {
    const cold = ['--cold', 'fixed:500ms,startCores=1'];
    // Two at a time take a second, so the third and the fourth begin when these are over.
    const {coldTimeMs, queueMs} = replayed(...cold, '--hosts', '1', '--slots', '9', '--starts-per-host', '2');
    expect([coldTimeMs.p50, coldTimeMs.max, queueMs.max]).toEqual([1000, 1000, 1000]);
    // They begin at 0, 250, 500 and 750 ms and are over at 917, 1,667, 1,917 and 2,000.
    const paced = replayed(...cold, '--start-rate', '4', '--from', '0s', '--until', '1m');
    expect([paced.cold, paced.coldTimeMs.max, paced.queueMs.max]).toEqual([4, 1416.667, 750]);
    const failing = replayed(...cold, '--hosts', '2', '--slots', '9', '--fail', 'hosts=2,at=500ms,for=1m');
    expect(failing.lost).toBe(4);
    expect(failing.warm + failing.cold + failing.lost).toBe(13);
  });

  test.each([
    [['--late-binding'], '--late-binding'],
    [['--calls-per-slot', '5'], '--calls-per-slot'],
    [['--hosts', '2', '--slots', '4', '--fail', 'hosts=1,at=1m,for=1m,work=keep'], '--fail with work=keep'],
  ])('with %j it is refused', (args, message) => {
    const {status, stderr} = run('replay', 'w.arrow', '--cold', 'fixed:1s,startCores=2', ...args);
    expect([status, said(stderr)]).toEqual([2, expect.stringContaining(`does not go together with ${message}`)]);
  });

  test('of single functions it is refused: it is of hosts', () => {
    writeFileSync(join(folder, 'f.csv'), 'function,cold\nf,"fixed:1s,startCores=2"\n');
    const {status, stderr} = run('replay', 'w.arrow', '--functions', 'f.csv');
    expect([status, said(stderr)]).toEqual([2, expect.stringContaining('startCores is of hosts')]);
  });
});
