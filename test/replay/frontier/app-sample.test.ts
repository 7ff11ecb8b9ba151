import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {byApp, sampleApps, standardError} from '../../../src/replay/frontier/app-sample.ts';
import {appsOf} from '../../../src/workload/apps.ts';
import {invocationsOf, invocationsTotal, type Workload} from '../../../src/workload/workload.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

/** Apps of two functions, app k with some 2^(k / 8) calls a function. */
function workloadOf(apps: number): Workload {
  const random = new Random(3);
  const rows = Array.from({length: apps}, (_, a) =>
    [0, 1].map((f) => ({
      function: `f${f}`,
      app: `a${a}`,
      minute: random.below(10),
      count: 1 + random.below(Math.ceil(2 ** (a / 8))),
    })),
  );
  return minuteWorkload(rows.flat(), [0, 10]);
}

describe('a sample of apps', () => {
  const whole = workloadOf(83);
  const appCalls = (workload: Workload): Float64Array => {
    const {app, count} = appsOf(workload);
    const calls = new Float64Array(count);
    for (let row = 0; row < workload.functions; row++) calls[app[row]!]! += invocationsOf(workload, row);
    return calls;
  };
  const all = appCalls(whole);

  test.each([0.03, 0.1, 0.3, 0.77, 1])('takes %s of them, whole ones, and leaves the others no call', (share) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const sample = sampleApps(whole, share, seed);
      expect(Math.abs(sample.apps.length - share * 83)).toBeLessThan(1);
      const own = appCalls(sample.workload);
      const taken = new Set(sample.apps);
      expect([...own]).toEqual(Array.from(all, (calls, id) => (taken.has(id) ? calls : 0)));
      expect([sample.of, sample.functions, sample.ofFunctions]).toEqual([83, 2 * sample.apps.length, 166]);
      expect(sample.ofInvocations).toBe(invocationsTotal(whole));
    }
  });

  test('is spread over apps of all sizes: one of every ten next to each other in order of calls', () => {
    const rank = new Map([...all.keys()].sort((a, b) => all[b]! - all[a]!).map((id, k) => [all[id]!, k]));
    const {apps} = sampleApps(whole, 0.1, 9);
    for (let k = 1; k < apps.length; k++) {
      expect(rank.get(all[apps[k]!]!)! - rank.get(all[apps[k - 1]!]!)!).toBeGreaterThan(5);
      expect(rank.get(all[apps[k]!]!)! - rank.get(all[apps[k - 1]!]!)!).toBeLessThan(15);
    }
  });

  test('takes each app as often as the share says, over many seeds', () => {
    const times = new Float64Array(83);
    for (let seed = 0; seed < 2000; seed++) for (const id of sampleApps(whole, 0.25, seed).apps) times[id]! += 1;
    for (const n of times) expect(Math.abs(n / 2000 - 0.25)).toBeLessThan(0.05);
  });

  test('has one app at least', () => {
    for (let seed = 0; seed < 50; seed++) expect(sampleApps(workloadOf(3), 0.01, seed).apps.length).toBe(1);
  });

  test('adds up what functions have by app, in its own order', () => {
    const sample = sampleApps(whole, 0.2, 1);
    const calls = byApp(sample, (row) => invocationsOf(sample.workload, row));
    expect([...calls]).toEqual(Array.from(sample.apps, (id) => all[id]!));
  });
});

describe('the standard error of a sample', () => {
  test('is 0 where everything was taken, and unknown of one of several', () => {
    expect(standardError({of: 3}, Float64Array.of(1, 5, 9))).toBe(0);
    expect(standardError({of: 3}, Float64Array.of(7))).toBeNaN();
  });

  test('worked by hand: neighbours 1 and 2 apart, three of twelve', () => {
    // s^2 = (1 + 4) / (2 x 2); 3 x (1 - 3/12) x s^2.
    expect(standardError({of: 12}, Float64Array.of(5, 4, 2))).toBeCloseTo(Math.sqrt(3 * 0.75 * 1.25), 12);
  });

  test('is about how far samples are off, where apps differ by chance alone', () => {
    const random = new Random(8);
    const values = Array.from({length: 400}, () => random.exponential());
    const mean = values.reduce((a, b) => a + b, 0) / 400;
    let [squares, told] = [0, 0];
    for (let start = 0; start < 10; start++) {
      const own = Float64Array.from(values.filter((_, k) => k % 10 === start));
      squares += (own.reduce((a, b) => a + b, 0) - 40 * mean) ** 2 / 10;
      told += standardError({of: 400}, own) / 10;
    }
    expect(told / Math.sqrt(squares)).toBeGreaterThan(0.6);
    expect(told / Math.sqrt(squares)).toBeLessThan(1.7);
  });

  test('grows with the values and does not depend on where they begin', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({min: 0, max: 1000}), {minLength: 2, maxLength: 20}), (values) => {
        const own = standardError({of: 50}, Float64Array.from(values));
        expect(
          standardError(
            {of: 50},
            Float64Array.from(values, (value) => 3 * value + 11),
          ),
        ).toBeCloseTo(3 * own, 6);
      }),
    );
  });
});
