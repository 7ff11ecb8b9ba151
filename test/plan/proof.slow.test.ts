import {writeFileSync} from 'node:fs';
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

/** What a plan promises and what a replay of it finds. */
function provedBy(workload: string, plan: readonly string[], replay: readonly string[]) {
  const json = (name: string, args: readonly string[]) => {
    const {status, stdout} = coldfront([...args, '--json'], {cwd: folder});
    expect([args.join(' '), status, status === 0 ? '' : stdout.toString()]).toEqual([args.join(' '), 0, '']);
    writeFileSync(join(folder, name), stdout);
    return JSON.parse(stdout.toString());
  };
  const rest = plan.includes('--spill') ? [] : ['--rest', 'keep'];
  const plans = ['plan', workload, '--force', '--out', 'p.arrow', '--no-timers', ...rest, ...plan];
  const {expected, recorded} = json('p.json', plans);
  const {runs} = json('r.json', ['replay', workload, '--policy', 'plan:file=p.arrow', ...replay]);
  return {expected, recorded, found: runs[0]};
}

beforeAll(() => {
  const random = new Random(21);
  const steady = poissonRows(random, (base) => base);
  const daily = poissonRows(random, (base, hour) => base * (hour % 12 < 6 ? 0.25 : 1.5));
  writeWorkload(minuteWorkload(steady, [0, MINUTES]), join(folder, 'steady.arrow'), {force: false});
  writeWorkload(minuteWorkload(daily, [0, MINUTES]), join(folder, 'daily.arrow'), {force: false});
  const busy = Array.from({length: MINUTES}, (_, minute) => ({function: 'busy', minute, count: 600}));
  writeWorkload(minuteWorkload(busy), join(folder, 'busy.arrow'), {force: false});
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
    const {expected, recorded, found} = provedBy(workload, plan, ['--delay-usd-per-hour', '0.1', ...replay]);
    // Enough cold starts for chance to make no more than a few percent.
    expect(found.cold).toBeGreaterThan(1000);
    // Of the trace itself to the last call, of days to come as they were.
    if (recorded) expect(recorded.coldShare).toBe(found.coldShare);
    else {
      const [low, high] = expected.interval80.coldShare;
      expect(found.coldShare).toBeGreaterThan(low);
      expect(found.coldShare).toBeLessThan(high);
    }
    const idleSeconds = expected.slotSecondsPerDay.kept + expected.slotSecondsPerDay.spill;
    const foundSeconds = found.slotSeconds.idle * (found.usdPerDay / found.costUsd.total);
    expect(idleSeconds / foundSeconds).toBeGreaterThan(0.9);
    expect(idleSeconds / foundSeconds).toBeLessThan(1.1);
  });
});

describe("a plan's bill is its replay's", () => {
  test('600 calls a minute of 2 s at 128 MiB on Lambda: $3.78 a day, execution and requests above all', () => {
    const prices = ['--prices', 'aws-lambda', '--default-duration', '2s'];
    const {expected, recorded, found} = provedBy('busy.arrow', prices, prices);
    const {costUsdPerDay: cost} = expected;
    // Calls that still run at the end of a part are charged up to it.
    expect(cost.execution).toBeCloseTo(864_000 * 2 * 0.125 * 1.66667e-5, 3);
    expect(cost.requests).toBeCloseTo(0.864 * 0.2, 12);
    expect(cost.dropped).toBe(0);
    expect(cost.total).toBeCloseTo(cost.warm + cost.execution + cost.delay + cost.requests, 12);
    expect(recorded.costUsdPerDay.total).toBeCloseTo(found.usdPerDay, 9);
    expect(Math.abs(cost.total / found.usdPerDay - 1)).toBeLessThan(0.02);
    expect(found.usdPerDay).toBeCloseTo(3.78, 1);
    // Both files are of the same dollars, so they meet a limit together.
    for (const [limit, status] of [
      ['3.85', 0],
      ['3.7', 4],
    ] as const) {
      for (const report of ['p.json', 'r.json']) {
        expect(coldfront(['check', report, '--max-usd-per-day', limit], {cwd: folder}).status).toBe(status);
      }
    }
    const {stdout} = coldfront(['diff', 'p.arrow', 'r.json', '--json'], {cwd: folder});
    const {changed} = JSON.parse(stdout.toString());
    expect(changed.find(({fact}: {fact: string}) => fact === 'USD a day')).toMatchObject({
      before: cost.total,
      after: found.usdPerDay,
    });
  });

  test.each([
    ['steady.arrow', ['--spill', '60s']],
    ['steady.arrow', ['--train-until', '12h']],
    ['daily.arrow', ['--window', '1h']],
  ])('line by line: %s %j', (workload, plan) => {
    const prices = [
      ...['--execution-usd-per-gb-second', '1.66667e-5', '--warm-usd-per-gb-second', '2e-6'],
      ...['--usd-per-million-requests', '.2', '--delay-usd-per-hour', '.5', '--drop-usd', '1'],
    ];
    const replay = plan.includes('--train-until') ? ['--from', '12h'] : [];
    const {expected, recorded, found} = provedBy(workload, [...plan, ...prices], [...replay, ...prices]);
    const perDay = found.usdPerDay / found.costUsd.total;
    for (const [line, usd] of Object.entries<number>((recorded ?? expected).costUsdPerDay)) {
      const paid = found.costUsd[line] * perDay;
      const most = recorded ? 1e-9 : 0.1;
      if (line === 'dropped' || line === 'hosts') expect([usd, paid]).toEqual([0, 0]);
      else expect(Math.abs(usd / paid - 1), `${line}: ${usd} promised, ${paid} found`).toBeLessThan(most);
    }
  });
});
