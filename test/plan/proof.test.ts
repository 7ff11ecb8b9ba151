import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {writeWorkload} from '../../src/workload/file/file.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {type MinuteRow, minuteWorkload} from '../helpers/workload.ts';

const folder = temporaryFolder();
const MINUTES = 1440;
const HOUR_MINUTES = 60;

/** Functions with Poisson arrivals at rates from one call an hour to two a second, the same all day or by the hour. */
function poissonRows(random: Random, rateOf: (base: number, hour: number) => number): MinuteRow[] {
  return Array.from({length: 60}, (_, f) => {
    const base = 60 * 2 * 7200 ** -(f / 59);
    return Array.from({length: MINUTES}, (_, minute) => {
      let count = 0;
      for (let left = rateOf(base, Math.floor(minute / HOUR_MINUTES)); (left -= random.exponential()) > 0; ) count++;
      return {function: `f${f}`, minute, count};
    }).filter(({count}) => count > 0);
  }).flat();
}

/** Cold shares that a plan promises and that a replay finds. */
function shares(workload: string, plan: readonly string[], replay: readonly string[]) {
  const json = (args: readonly string[]) => {
    const {status, stdout} = coldfront([...args, '--json'], {cwd: folder});
    expect([args.join(' '), status, status === 0 ? '' : stdout.toString()]).toEqual([args.join(' '), 0, '']);
    return JSON.parse(stdout.toString());
  };
  const {expected} = json(['plan', workload, '--force', '--out', 'p.arrow', '--no-timers', ...plan]);
  const {runs} = json(['replay', workload, '--policy', 'plan:file=p.arrow', ...replay]);
  return {promised: expected, found: runs[0]};
}

beforeAll(() => {
  const random = new Random(21);
  const steady = poissonRows(random, (base) => base);
  const daily = poissonRows(random, (base, hour) => base * (hour % 12 < 6 ? 0.25 : 1.5));
  writeWorkload(minuteWorkload(steady, [0, MINUTES]), join(folder, 'steady.arrow'), {force: false});
  writeWorkload(minuteWorkload(daily, [0, MINUTES]), join(folder, 'daily.arrow'), {force: false});
});

describe('a plan for Poisson arrivals is what a replay finds', () => {
  test.each([
    ['steady.arrow', ['--spill', '60s', '--delay-usd-per-hour', '1'], []],
    ['steady.arrow', ['--spill', '60s', '--delay-usd-per-hour', '0.1'], []],
    ['steady.arrow', ['--spill', '10m', '--delay-usd-per-hour', '0.1'], []],
    ['steady.arrow', ['--spill', '5s', '--budget-slots', '60'], []],
    ['steady.arrow', ['--delay-usd-per-hour', '0.1'], []],
    ['steady.arrow', ['--train-until', '12h', '--delay-usd-per-hour', '0.1'], ['--from', '12h']],
    ['daily.arrow', ['--window', '1h', '--spill', '60s', '--delay-usd-per-hour', '0.1'], []],
    ['daily.arrow', ['--window', '6h', '--spill', '60s', '--budget-slots', '100'], []],
  ])('%s %j', (workload, plan, replay) => {
    const {promised, found} = shares(workload, plan, ['--delay-usd-per-hour', '0.1', ...replay]);
    // Enough cold starts for chance to make no more than a few percent.
    expect(found.cold).toBeGreaterThan(1000);
    expect(promised.coldShare / found.coldShare).toBeGreaterThan(0.9);
    expect(promised.coldShare / found.coldShare).toBeLessThan(1.1);
    const idleSeconds = promised.slotSecondsPerDay.kept + promised.slotSecondsPerDay.spill;
    const foundSeconds = found.slotSeconds.idle * (found.usdPerDay / found.costUsd.total);
    expect(idleSeconds / foundSeconds).toBeGreaterThan(0.9);
    expect(idleSeconds / foundSeconds).toBeLessThan(1.1);
  });
});
