import {describe, expect, test} from 'vitest';
import {US_PER_SECOND} from '../../../src/base/units.ts';
import type {ReplayOptions} from '../../../src/replay/options.ts';
import {type RunReport, replayReport} from '../../../src/replay/report/replay-report.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {eventWorkload} from '../../helpers/workload.ts';

/** A team's function is called so often, a second apart: under `infinite` the first call alone is cold. */
async function runOf(
  calls: Readonly<Record<string, number>>,
  given: Partial<ReplayOptions> = {},
  policy = 'infinite',
): Promise<RunReport> {
  const workload = eventWorkload(
    Object.entries(calls).flatMap(([owner, n]) =>
      Array.from({length: n}, (_, k) => ({function: `f-${owner}`, owner, at: k * US_PER_SECOND, duration: 1000})),
    ),
  );
  const options = testOptions(workload, given);
  const ledgers = await replay(workload, [parsePolicy(policy)], options);
  return replayReport(workload, ledgers, options, 10).runs[0]!;
}

describe('how even the teams are served', () => {
  test('shares of warm calls of 3/4, 1/2 and 0: Jain 25/39, and 3/4 between the best and the worst', async () => {
    const {fairness, teams} = await runOf({a: 4, b: 2, c: 1});
    expect(teams.map(({team, invocations, cold}) => [team, invocations, cold])).toEqual([
      ['a', 4, 1],
      ['b', 2, 1],
      ['c', 1, 1],
    ]);
    // (3/4 + 1/2)^2 / (3 x (9/16 + 1/4)) = (25/16) / (39/16).
    expect(fairness.jain).toBeCloseTo(25 / 39, 14);
    expect(fairness.maxNormalisedLag).toBe(0.75);
  });

  test('the size of a team does not count, only what share of its calls is warm', async () => {
    const {fairness} = await runOf({large: 100, small: 100, tiny: 2});
    // (0.99 + 0.99 + 0.5)^2 / (3 x (2 x 0.9801 + 0.25)) = 6.1504 / 6.6306.
    expect(fairness.jain).toBeCloseTo(6.1504 / 6.6306, 12);
    expect(fairness.maxNormalisedLag).toBeCloseTo(0.49, 12);
  });

  test('one of two gets everything: 1/2; both the same, or nobody anything: 1', async () => {
    expect((await runOf({a: 5, b: 1})).fairness).toEqual({jain: 0.5, maxNormalisedLag: 0.8});
    expect((await runOf({a: 5, b: 5})).fairness).toEqual({jain: 1, maxNormalisedLag: 0});
    expect((await runOf({a: 5, b: 1}, {}, 'none')).fairness).toEqual({jain: 1, maxNormalisedLag: 0});
  });

  test('a dropped call is no warm one', async () => {
    // One slot, and b calls while a holds it: all of b's calls are dropped, 3 of a's 4 are warm.
    const fleet = {count: 1, slots: 1, memoryMib: Number.POSITIVE_INFINITY};
    const {semantics} = testOptions(eventWorkload([{function: 'f', at: 0}]));
    const run = await runOf({a: 4, b: 1}, {fleet, semantics: {...semantics, full: 'drop', evict: 'never'}});
    expect([run.cold, run.dropped]).toEqual([1, 1]);
    expect(run.fairness).toEqual({jain: 0.5, maxNormalisedLag: 0.75});
  });

  test('nobody called: there is nothing to compare', async () => {
    const {fairness, teams} = await runOf({a: 3}, {fromUs: 30 * US_PER_SECOND});
    expect(fairness).toEqual({jain: null, maxNormalisedLag: null});
    expect(teams).toEqual([]);
  });
});
