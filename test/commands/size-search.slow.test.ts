import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const json = (...args: string[]) => {
  const {status, stdout, stderr} = run(...args, '--json');
  expect(stderr).toBe('');
  return {status, report: JSON.parse(stdout.toString())};
};

interface Row {
  readonly value: number;
  readonly met: boolean;
  readonly p99StartMs: number | null;
  readonly usdPerDay: number;
}

/** Runs by seed, of one policy. */
const runsOf = (seeds: readonly number[], ...flags: string[]) =>
  seeds.map((seed) => json('replay', 'w.arrow', '--seed', String(seed), ...flags).report.runs[0]);

beforeAll(() => {
  expect(
    run('synth', '--functions', '20', '--rate', '4', '--span', '30m', '--seed', '5', '--out', 'w.arrow').status,
  ).toBe(0);
});

describe('size equals an exhaustive search by replay', () => {
  const seeds = [1, 2];
  const p99 = (run: {startDelayMs: {p99: number}}) => run.startDelayMs.p99;

  /** What the smallest that meets is, trying all up to `most` by `coldfront replay`. */
  const smallest = (values: readonly number[], flags: (value: number) => string[], meets: (run: never) => boolean) =>
    values.find((value) => runsOf(seeds, ...flags(value)).every((one) => meets(one as never))) ?? null;
  const upTo = (most: number) => Array.from({length: most}, (_, k) => k + 1);

  test.each<[string, number, string[], (value: number) => string[], number[]]>([
    [
      'hosts',
      2300,
      ['--slots', '2', '--cold', 'fixed:2s'],
      (n) => ['--hosts', `${n}`, '--slots', '2', '--cold', 'fixed:2s'],
      upTo(40),
    ],
    ['slots', 700, ['--hosts', '3'], (n) => ['--hosts', '3', '--slots', `${n}`], upTo(20)],
    [
      'memory',
      700,
      ['--default-memory', '200MiB'],
      (n) => ['--memory', `${n}MiB`, '--default-memory', '200MiB'],
      upTo(20).map((n) => 1024 * n),
    ],
  ])('%s', (find, ms, flags, of, values) => {
    const asked = json('size', 'w.arrow', '--find', find, '--p99-start', `${ms}ms`, '--seeds', '1,2', ...flags);
    const naive = smallest(values, of, (one) => p99(one) <= ms);
    expect(naive).not.toBeNull();
    expect([asked.status, asked.report.answer]).toEqual([0, naive]);
    for (const row of (asked.report.curve as Row[]).slice(-5)) {
      const [first] = runsOf([1], ...of(row.value));
      expect(row.p99StartMs ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(p99(first));
      if (!row.met) continue;
      const all = runsOf(seeds, ...of(row.value));
      expect(row.p99StartMs).toBe(Math.max(...all.map(p99)));
      expect(row.usdPerDay).toBeCloseTo(all.reduce((sum, one) => sum + one.usdPerDay, 0) / 2, 12);
    }
  });

  test('concurrency', () => {
    const asked = json(
      'size',
      'w.arrow',
      '--find',
      'concurrency',
      '--cold-share',
      '3%',
      '--seeds',
      '1,2',
      '--policy',
      'fixed:ttl=1m',
    );
    const naive = smallest(
      upTo(64),
      (n) => ['--concurrency', `${n}`, '--policy', 'fixed:ttl=1m'],
      ({coldShare}: {coldShare: number}) => coldShare <= 0.03,
    );
    expect([asked.status, asked.report.answer]).toEqual([naive === null ? 4 : 0, naive]);
  });

  test('ttl: the cheapest that meets', () => {
    const grid = [0, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400].map((s) => s * 1000);
    const asked = json('size', 'w.arrow', '--find', 'ttl', '--cold-share', '5%', '--seeds', '1,2');
    const tried = grid.map((ms) => {
      const runs = runsOf(seeds, '--policy', `fixed:ttl=${ms}ms`);
      const usd = runs.reduce((sum, one) => sum + one.usdPerDay, 0) / 2;
      return {ms, usd, met: runs.every(({coldShare}) => coldShare <= 0.05)};
    });
    const best = tried.filter(({met}) => met).sort((a, b) => a.usd - b.usd)[0]!;
    expect(asked.report.answer).toBe(best.ms);
    expect((asked.report.curve as Row[]).map(({value, met}) => [value, met])).toEqual(
      tried.map(({ms, met}) => [ms, met]),
    );
  });

  test('provisioned: slots given to plan', () => {
    const flags = ['--rest', 'none', '--no-trials'];
    const asked = json('size', 'w.arrow', '--find', 'provisioned', '--cold-share', '40%', '--seeds', '1', ...flags);
    const meets = (slots: number): boolean => {
      expect(run('plan', 'w.arrow', '--budget-slots', `${slots}`, ...flags, '--out', 'p.arrow', '--force').status).toBe(
        0,
      );
      return runsOf([1], '--policy', 'plan:file=p.arrow')[0].coldShare <= 0.4;
    };
    const naive = [0, ...upTo(60)].find(meets);
    expect(naive).toBeGreaterThan(0);
    expect(asked.report.answer).toBe(naive);
  });
});
