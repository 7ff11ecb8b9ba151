import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {writeWorkload} from '../../src/workload/file/file.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {type MinuteRow, minuteWorkload} from '../helpers/workload.ts';

const folder = temporaryFolder();
const MINUTES = 1440;
const SEEDS = [1, 2, 3, 4, 5];

/** Functions with Poisson arrivals of 1 s, calls a minute, and the slots that each has before it gets one more. */
const functions = [
  {name: 'f0', perMinute: 6, slots: 0},
  {name: 'f1', perMinute: 20, slots: 0},
  {name: 'f2', perMinute: 60, slots: 1},
  {name: 'f3', perMinute: 120, slots: 2},
  {name: 'f4', perMinute: 300, slots: 5},
];

function poissonRows(random: Random): MinuteRow[] {
  return functions.flatMap(({name, perMinute}) =>
    Array.from({length: MINUTES}, (_, minute) => {
      let count = 0;
      for (let left = perMinute; (left -= random.exponential()) > 0; ) count++;
      return {function: name, minute, count};
    }).filter(({count}) => count > 0),
  );
}

function run(...args: string[]): string {
  const {status, stdout, stderr} = coldfront(args, {cwd: folder});
  expect([args.join(' '), status, stderr]).toEqual([args.join(' '), 0, '']);
  return stdout.toString();
}

/** Plans with `more` slots for each function than it has; what `--explain` says of each, and what a replay bills it. */
function planned(more: number, plan: readonly string[], replay: readonly string[]) {
  const rows = functions.map(({name, slots}) => `${name},${slots + more}`);
  writeFileSync(join(folder, 'limits.csv'), ['function,pin', ...rows, ''].join('\n'));
  const explain = functions.flatMap(({name}) => ['--explain', name]);
  const asked = ['--limits', 'limits.csv', '--out', 'p.arrow', '--force', '--no-timers', '--no-trials'];
  const {explain: explained} = JSON.parse(run('plan', 'w.arrow', ...asked, ...plan, ...explain, '--json'));
  run('replay', 'w.arrow', '--policy', 'plan:file=p.arrow', '--per-function', 'f.csv', '--force', ...replay);
  const [header, ...lines] = readFileSync(join(folder, 'f.csv'), 'utf8').trim().split('\n');
  const column = (name: string): number => header!.split(',').indexOf(name);
  const found = new Map(lines.map((line) => line.split(',')).map((cells) => [cells[column('function')]!, cells]));
  return functions.map(({name, slots}, f) => ({
    marginalUsd: explained[f].windows[0].levels.find(({slot}: {slot: number}) => slot === slots + 1).marginalUsdPerDay,
    usd: Number(found.get(name)![column('usd')]),
    cold: Number(found.get(name)![column('cold')]),
  }));
}

describe('what a plan says one slot more is worth is the difference of two replays', () => {
  test.each([
    {rest: 'fixed:ttl=10s', delay: '20', fewest: 1},
    {rest: 'fixed:ttl=2s', delay: '0.1', fewest: 4},
    {rest: 'none', delay: '1', fewest: 5},
  ])('within 5 %, over $rest, a user hour at $delay dollars, mean of five traces', ({rest, delay, fewest}) => {
    const prices = ['--delay-usd-per-hour', delay];
    const promised = functions.map(() => 0);
    const found = functions.map(() => 0);
    const avoided = functions.map(() => 0);
    for (const seed of SEEDS) {
      writeWorkload(minuteWorkload(poissonRows(new Random(seed)), [0, MINUTES]), join(folder, 'w.arrow'), {
        force: true,
      });
      const without = planned(0, ['--rest', rest, ...prices], [...prices, '--seed', String(seed)]);
      const having = planned(1, ['--rest', rest, ...prices], [...prices, '--seed', String(seed)]);
      functions.forEach((_, f) => {
        promised[f]! += without[f]!.marginalUsd;
        found[f]! += without[f]!.usd - having[f]!.usd;
        avoided[f]! += without[f]!.cold - having[f]!.cold;
      });
    }
    const many = functions.map((_, f) => f).filter((f) => avoided[f]! >= 1000 * SEEDS.length);
    expect(many.length).toBeGreaterThanOrEqual(fewest);
    for (const f of many) {
      expect(
        Math.abs(promised[f]! / found[f]! - 1),
        `${functions[f]!.name}: ${promised[f]} promised, ${found[f]} found`,
      ).toBeLessThan(0.05);
    }
  });
});
