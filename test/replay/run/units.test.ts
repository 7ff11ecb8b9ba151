import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {US_PER_MINUTE} from '../../../src/base/units.ts';
import {coldTimes} from '../../../src/fleet/cold-time/registry.ts';
import type {PolicyChoice} from '../../../src/replay/policies/policy.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import {nothingAsked, type ReplayPlan} from '../../../src/replay/run/replay-plan.ts';
import {unitsOf} from '../../../src/replay/run/units.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {type EventRow, eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

/** Served event by event, by lanes, and by nobody at all. */
const texts = [
  'hybrid',
  'adaptive',
  'fixed:ttl=1m',
  'hazard',
  'clairvoyant',
  'none',
  'landlord',
  'hybrid:unit=function',
  'knative',
];

function counted() {
  const random = new Random(4);
  const rows = Array.from({length: 20}, (_, f) =>
    Array.from({length: 30}, (_, minute) => ({function: `f${f}`, minute, count: random.below([2, 9, 80][f % 3]!)})),
  ).flat();
  return minuteWorkload(
    rows.filter(({count}) => count > 0),
    [0, 30],
  );
}

function recorded() {
  const random = new Random(5);
  const row = (): EventRow => ({
    function: `f${random.below(12)}`,
    at: random.below(20 * US_PER_MINUTE),
    duration: random.below(5_000_000),
    cold: random.below(900_000),
  });
  return eventWorkload(Array.from({length: 2000}, row));
}

describe('policies over the same calls', () => {
  test.each([
    ['counted calls, a fleet without limits', counted(), {}],
    [
      'counted calls, a full fleet in two cells',
      counted(),
      {fleet: {count: 4, slots: 6, memoryMib: Number.POSITIVE_INFINITY}, cells: 2},
    ],
    ['recorded calls with cold times of their own', recorded(), {cold: coldTimes.parse('trace')}],
    ['the second half of them', recorded(), {fromUs: 11 * US_PER_MINUTE}],
  ])('come to the same together and each alone: %s', async (_, workload, given) => {
    const options = testOptions(workload, given);
    const policies = texts.map(parsePolicy);
    const together = await replay(workload, policies, options);
    for (const [k, policy] of policies.entries()) {
      const [alone] = await replay(workload, [policy], options);
      expect(together[k], policy.text).toEqual(alone);
    }
  });
});

describe('units', () => {
  const parts = [0, 1, 2, 3, 4, 5, 6, 7].map(() => ({
    rows: new Int32Array(1),
    part: new Int32Array(1),
    parts: new Int32Array(1),
  }));
  const other = parts.slice(0, 2);
  const plan = (names: readonly string[], cells: ReplayPlan['cells'], asked = nothingAsked): ReplayPlan =>
    ({policies: names.map((name): PolicyChoice => parsePolicy(name)), cells, asked}) as unknown as ReplayPlan;
  const shown = (names: readonly string[], cells: ReplayPlan['cells'], threads: number, asked = nothingAsked) => {
    // Heaviest first, which here are the last.
    const tasks = cells.flatMap((own, policy) => own.map((_, k) => ({policy, cell: own.length - 1 - k})));
    const units = unitsOf(plan(names, cells, asked), tasks, threads);
    return units.map((unit) => unit.map(({policy, cell}) => `${policy}:${cell}`).join(' '));
  };

  test('are of policies with the same cells, up to four, bounds by themselves, heaviest first', () => {
    const names = ['hybrid', 'hazard', 'clairvoyant', 'adaptive', 'none', 'landlord', 'fixed:ttl=1m'];
    const cells = [other, other, other, parts, other, other, other];
    const units = shown(names, cells, 1);
    expect(units.filter((unit) => unit.includes(':1') || unit.includes('3:7'))).toEqual([
      '0:1 1:1 4:1 5:1',
      '2:1',
      '3:7',
      '3:1',
      '6:1',
    ]);
    expect(units.slice(0, 2)).toEqual(['0:1 1:1 4:1 5:1', '0:0 1:0 4:0 5:0']);
  });

  test('are of one policy each where threads would be left without work, or somebody asks for rows', () => {
    const names = ['hybrid', 'hazard', 'adaptive'];
    const cells = [other, other, other];
    const single = ['0:1', '0:0', '1:1', '1:0', '2:1', '2:0'];
    expect(shown(names, cells, 2)).toEqual(single);
    const many = [parts, parts, parts];
    expect(shown(names, many, 1)[0]).toBe('0:7 1:7 2:7');
    expect(shown(names, many, 1, {...nothingAsked, calls: true}).length).toBe(24);
  });
});
