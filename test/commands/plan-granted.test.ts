import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const said = (...args: string[]): string => {
  const {status, stdout, stderr} = run(...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout.toString();
};
const json = (...args: string[]) => JSON.parse(said(...args, '--json'));
const rows = (csv: string) => {
  const [head, ...lines] = csv.trimEnd().split('\n');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, k) => [head!.split(',')[k]!, cell])));
};

beforeAll(() => {
  expect(
    run('synth', '--functions', '30', '--rate', '6', '--span', '2h', '--seed', '3', '--out', 'w.arrow').status,
  ).toBe(0);
  // Every call says whether it was cold: a keep-alive of a minute would have done this.
  const calls = Array.from({length: 120}, (_, k) => `a,${k * 45_000},100,${k === 0 ? 500 : ''}`);
  const rare = Array.from({length: 20}, (_, k) => `b,${k * 270_000},100,500`);
  writeFileSync(join(folder, 'log.csv'), `f,at,ms,cold\n${[...calls, ...rare].join('\n')}\n`);
  const map = 'function=f,arrival=at:ms,duration=ms:ms,cold=cold:ms';
  expect(run('ingest', 'log.csv', '--format', 'csv', '--map', map, '--out', 'log.arrow').status).toBe(0);
});

describe('functions that have slots', () => {
  test('--csv has all of them, the JSON the first ten, and the sums are of all', () => {
    const flags = ['plan', 'w.arrow', '--rest', 'none', '--no-trials'];
    const lines = rows(said(...flags, '--csv'));
    const {granted, functionsWarm} = json(...flags);
    expect(lines.length).toBe(functionsWarm);
    expect(granted.total.functions).toBe(functionsWarm);
    expect(granted.functions.length).toBe(Math.min(10, functionsWarm));
    const sum = lines.reduce((all, line) => all + Number(line.gain_usd_per_day), 0);
    expect(sum).toBeCloseTo(granted.total.gainUsdPerDay, 9);
    expect(json(...flags, '--top', '2', '--sort', 'slots').granted.functions.length).toBe(2);
  });

  test('cold starts that slots are said to avoid are those that replays with and without them differ by', () => {
    said('plan', 'w.arrow', '--rest', 'none', '--no-trials', '--out', 'p.arrow');
    const {granted} = json('plan', 'w.arrow', '--rest', 'none', '--no-trials', '--top', '1000');
    const seeds = [1, 2, 3, 4, 5];
    const coldOf = (policy: string) => {
      const cold = new Map<string, number>();
      for (const seed of seeds) {
        const [own] = json('replay', 'w.arrow', '--policy', policy, '--by', 'function', '--seed', `${seed}`).runs;
        for (const {payer, cold: its} of own.chargeback) cold.set(payer, (cold.get(payer) ?? 0) + its / seeds.length);
      }
      return cold;
    };
    const [without, planned] = [coldOf('none'), coldOf('plan:file=p.arrow')];
    const days = 2 / 24;
    let [said_, found] = [0, 0];
    for (const {function: name, coldStartsAvoidedPerDay} of granted.functions) {
      said_ += coldStartsAvoidedPerDay * days;
      found += without.get(name)! - (planned.get(name) ?? 0);
    }
    expect(Math.abs(said_ / found - 1)).toBeLessThan(0.03);
  });

  test('a column of dollars is of the span that is asked for, everywhere in the plan', () => {
    const text = (per: string) => said('plan', 'w.arrow', '--rest', 'none', '--no-trials', '--per', per);
    expect(text('month')).toContain('gain $/month');
    expect(text('month')).not.toMatch(/\$\/day|\$[\d.,]+ a day/);
    expect(text('year')).toMatch(/Expected: .*\n.*\$[\d,.]+ a year:/);
  });
});

describe('what a plan saves against what runs today', () => {
  test('in hindsight it is what replays of both find, to the last digit', () => {
    const plan = json('plan', 'w.arrow', '--baseline', 'fixed:ttl=5m', '--out', 'q.arrow', '--force');
    const {baseline} = json('replay', 'w.arrow', '--policy', 'plan:file=q.arrow', '--baseline', 'fixed:ttl=5m');
    const {savings} = plan;
    expect(savings.over).toBe('trace');
    expect([savings.policy, savings.usdPerDay, savings.p99StartMs]).toEqual([
      'fixed:ttl=5m',
      baseline.usdPerDay,
      baseline.p99StartMs,
    ]);
    const [own] = savings.savings;
    const [found] = baseline.savings;
    expect(own.savesUsdPerMonth).toBeCloseTo(found.savesUsdPerMonth, 9);
    expect([own.share, own.p99StartMs]).toEqual([found.share, found.p99StartMs]);
    expect(said('plan', 'w.arrow', '--baseline', 'fixed:ttl=5m')).toMatch(
      /^The plan (saves|costs) \$[\d,.]+ a month \([\d.]+ %\) .*what you run, fixed:ttl=5m, p99 from .* to .*, on this very trace\.$/m,
    );
  });

  test('with --validate it is of the hours after the plan', () => {
    const {savings, validation} = json('plan', 'w.arrow', '--train-until', '1h', '--validate');
    expect(savings).toMatchObject({
      over: 'after',
      usdPerDay: validation[0].baselineUsdPerDay,
      p99StartMs: validation[0].baselineP99StartMs,
    });
    const [today] = json('replay', 'w.arrow', '--from', '1h').runs;
    expect(savings.p99StartMs).toBe(today.startDelayMs.p99);
    expect(savings.usdPerDay).toBeCloseTo(today.usdPerDay, 9);
  });

  test.each([
    ['replay', []],
    ['plan', []],
    ['frontier', ['--policy', 'none']],
    ['size', ['--find', 'slots', '--p99-start', '1s', '--seeds', '1']],
  ] as [string, string[]][])('%s takes what the log tells for it: calibrated', (command, flags) => {
    const {baseline, savings} = json(command, 'log.arrow', ...flags, '--baseline', 'calibrated');
    const policy = command === 'plan' ? savings.policy : (baseline.policy ?? baseline);
    expect(policy).toMatch(/^fixed:ttl=\d+ms$/);
    const ttlMs = Number(/\d+/.exec(policy)![0]);
    // a stays warm for the 45 s between its calls, b goes cold in its 270.
    expect([ttlMs >= 44_900, ttlMs < 270_000]).toEqual([true, true]);
  });
});
