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

interface Change {
  before: number;
  after: number;
  demand: number;
  prices: number;
  policy: number;
}

const causes = ['demand', 'prices', 'policy'] as const;
const report = (name: string, ...flags: string[]): string => {
  writeFileSync(join(folder, name), said(...flags, '--json'));
  return name;
};

beforeAll(() => {
  for (const [name, rate] of [
    ['old', '3'],
    ['new', '5'],
  ] as const) {
    const flags = ['--functions', '15', '--rate', rate, '--span', '1h', '--seed', '4'];
    expect(run('synth', ...flags, '--out', `${name}.arrow`).status).toBe(0);
  }
  report('a.json', 'replay', 'old.arrow', '--policy', 'fixed:ttl=10m');
  report('b.json', 'replay', 'new.arrow', '--policy', 'adaptive', '--prices', 'memory');
});

describe('diff --workload', () => {
  test('shares the change out among demand, prices and policy: means over the orders in which they may come', () => {
    const {why} = json('diff', 'a.json', 'b.json', '--workload', 'old.arrow', '--workload', 'new.arrow');
    // All eight mixtures by hand.
    const found = new Map<string, number>();
    const usd = (...mixture: readonly [workload: string, prices: string, policy: string]): number => {
      const [workload, prices, policy] = mixture;
      const known = found.get(mixture.join());
      if (known !== undefined) return known;
      const {usdPerDay} = json('replay', `${workload}.arrow`, '--prices', prices, '--policy', policy).runs[0];
      found.set(mixture.join(), usdPerDay);
      return usdPerDay;
    };
    const value = (come: readonly string[]): number =>
      usd(
        come.includes('demand') ? 'new' : 'old',
        come.includes('prices') ? 'memory' : 'seed',
        come.includes('policy') ? 'adaptive' : 'fixed:ttl=10m',
      );
    const orders = causes.flatMap((a) =>
      causes.filter((b) => b !== a).map((b) => [a, b, causes.find((c) => c !== a && c !== b)!]),
    );
    for (const cause of causes) {
      const parts = orders.map((order) => {
        const at = order.indexOf(cause);
        return value(order.slice(0, at + 1)) - value(order.slice(0, at));
      });
      expect(why.usdPerDay[cause]).toBeCloseTo(parts.reduce((sum, part) => sum + part, 0) / 6, 9);
    }
    expect(why.replays).toBe(8);
  });

  test('functions add up to all, and each adds up to its own change', () => {
    const {why} = json('diff', 'a.json', 'b.json', '--workload', 'old.arrow', '--workload', 'new.arrow');
    for (const key of ['before', 'after', ...causes] as const) {
      const sum = why.functions.reduce((all: number, one: Change) => all + one[key], 0);
      expect(sum).toBeCloseTo(why.usdPerDay[key], 8);
    }
    for (const one of [why.usdPerDay, ...why.functions] as Change[]) {
      expect(one.demand + one.prices + one.policy).toBeCloseTo(one.after - one.before, 9);
    }
    const text = said(
      'diff',
      'a.json',
      'b.json',
      '--workload',
      'old.arrow',
      '--workload',
      'new.arrow',
      '--top',
      '4',
      '--per',
      'month',
    );
    const lines = text.slice(text.indexOf('function')).trimEnd().split('\n');
    const cells = lines.slice(1).map((line) =>
      line
        .split(/ {2,}/)
        .slice(1)
        .map((cell) => Math.round(1e6 * Number(cell))),
    );
    const all = cells.pop()!;
    expect(cells.length).toBe(5);
    for (const [c, sum] of all.entries()) expect(cells.reduce((so, line) => so + line[c]!, 0)).toBe(sum);
    for (const [before, after, change, ...parts] of [...cells, all]) {
      expect(before! + change!).toBe(after);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(change);
    }
  });

  test('what is the same on both sides has no part, and is not replayed again', () => {
    report('c.json', 'replay', 'old.arrow', '--policy', 'none');
    const {why} = json('diff', 'a.json', 'c.json', '--workload', 'old.arrow');
    expect([why.usdPerDay.demand, why.usdPerDay.prices, why.replays]).toEqual([0, 0, 2]);
    expect(why.usdPerDay.policy).toBeCloseTo(why.usdPerDay.after - why.usdPerDay.before, 12);
  });

  test('plans are followed, each made of its own week', () => {
    for (const name of ['old', 'new']) said('plan', `${name}.arrow`, '--no-trials', '--out', `${name}.plan`);
    const {why, kind} = json('diff', 'old.plan', 'new.plan', '--workload', 'old.arrow', '--workload', 'new.arrow');
    expect([kind, why.before.policy, why.after.policy]).toEqual(['plan', 'plan:file=old.plan', 'plan:file=new.plan']);
    const [found] = json('replay', 'new.arrow', '--policy', 'plan:file=new.plan').runs;
    expect(why.usdPerDay.after).toBeCloseTo(found.usdPerDay, 9);
  });

  test('a report that its workload does not bear out is refused in a line, and so is what cannot be told', () => {
    const wrong = run('diff', 'a.json', 'b.json', '--workload', 'new.arrow');
    expect([wrong.status, wrong.stderr]).toEqual([
      3,
      expect.stringMatching(/^.*a\.json.*says \$.* a day, and a replay of new\.arrow/),
    ]);
    report('d.json', 'replay', 'old.arrow', '--policy', 'none', '--price-factor', '2');
    const twice = run('diff', 'a.json', 'd.json', '--workload', 'old.arrow');
    expect([twice.status, twice.stderr]).toEqual([2, expect.stringContaining('does not name a price sheet')]);
    report('e.json', 'replay', 'old.arrow', '--policy', 'none', '--policy', 'infinite');
    const two = run('diff', 'a.json', 'e.json', '--workload', 'old.arrow');
    expect([two.status, two.stderr]).toEqual([2, expect.stringContaining('has 2 runs')]);
    const named = ['--policy', 'fixed:ttl=10m', '--policy', 'infinite'];
    expect(run('diff', 'a.json', 'e.json', '--workload', 'old.arrow', ...named).status).toBe(0);
  });
});
