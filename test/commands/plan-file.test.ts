import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {readPlan} from '../../src/plan/file/plan-file.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

const DAY = 86_400;

/** Seconds of the trace's second to fourth day: a timer of each hour, and functions called every four minutes to 16 hours. */
function rows(): string[] {
  const random = new Random(1);
  const timer = Array.from({length: 72}, (_, hour) => `timer,${DAY + 3600 * hour},1`);
  const others = Array.from({length: 10}, (_, k) => {
    const times: number[] = [];
    const mean = 240 * 3 ** (k >> 1);
    for (let s = mean * random.exponential(); s < 3 * DAY; s += mean * random.exponential()) times.push(DAY + s);
    return times.map((s) => `f${k},${Math.floor(s)},30`);
  });
  return [...timer, ...others.flat()];
}

beforeAll(() => {
  writeFileSync(join(folder, 'calls.csv'), ['function,arrival,duration', ...rows(), ''].join('\n'));
  const map = 'function=function,arrival=arrival:s,duration=duration:s';
  expect(run('ingest', 'calls.csv', '--format', 'csv', '--map', map, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

describe('coldfront plan', () => {
  test('a plan file carries the trace’s clock, how long instances stay that it does not know, and its report', () => {
    // At this price functions are not kept as long as those that the plan does not know.
    const kept = ['--no-trials', '--delay-usd-per-hour', '10'];
    const {status, stdout} = run('plan', 'w.arrow', ...kept, '--out', 'p.arrow', '--json');
    expect(status).toBe(0);
    const report = JSON.parse(stdout.toString());
    const {buffer, byteOffset, length} = readFileSync(join(folder, 'p.arrow'));
    const {metadata} = readPlan(buffer.slice(byteOffset, byteOffset + length), 'p.arrow');
    expect(metadata.get('origin_us')).toBe(String(DAY * 1e6));
    expect(report.spillMs.other).not.toBe(report.spillMs.p50);
    expect(metadata.get('spill_us')).toBe(String(1000 * report.spillMs.other));
    expect(JSON.parse(metadata.get('summary')!)).toEqual(report);
  });

  test('slots of timers are ready by the p99 of cold times', () => {
    const {stdout} = run('plan', 'w.arrow', '--no-trials', '--cold', 'lognormal:median=1.35s,sigma=1.326', '--json');
    const {timers} = JSON.parse(stdout.toString());
    expect(timers).toMatchObject({functions: 1, atOnce: 1});
    // The 99th percentile of a normal variable is 2.3263 deviations above its mean; a timer may strike a second early.
    expect((timers.leadMs - 1000) / (1350 * Math.exp(1.326 * 2.3263479))).toBeCloseTo(1, 4);
  });

  test('a history of one minute is one; of counted calls there is none that is shorter', () => {
    writeFileSync(join(folder, 'counts.csv'), 'function,minute,count\nf,0,3\nf,1,5\n');
    const map = 'function=function,minute=minute,count=count';
    run('ingest', 'counts.csv', '--format', 'csv', '--map', map, '--out', 'c.arrow', '--quiet');
    expect(run('plan', 'c.arrow', '--train-until', '1m', '--json').status).toBe(0);
    expect(run('plan', 'c.arrow', '--train-until', '59s').status).toBe(2);
  });
});
