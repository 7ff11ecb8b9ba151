import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../src/base/units.ts';
import {type ReplayOptions, withinSpan} from '../../../src/replay/options.ts';
import {preparePolicies} from '../../../src/replay/policies/registry.ts';
import {replayReport} from '../../../src/replay/report/replay-report.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {refusalOf} from '../../helpers/registry.ts';
import {type EventRow, eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const SPAN = 40 * US_PER_MINUTE;

/** Calls of five functions of two apps, some every minute, some now and then. */
function calls(): EventRow[] {
  const random = new Random(5);
  return Array.from({length: 900}, (_, k) => ({
    function: `f${k % 5}`,
    app: `a${k % 2}`,
    at: k === 0 ? SPAN - 1 : Math.floor(random.next() ** (1 + (k % 3)) * SPAN),
    duration: Math.floor(random.exponential() * 5 * US_PER_SECOND),
  }));
}

async function runOf(workload: Workload, policy: string, given: Partial<ReplayOptions>): Promise<string> {
  const options = withinSpan(testOptions(workload, given), workload.meta.spanUs);
  const input = {workload, options, note: () => undefined, timing: undefined};
  const ledgers = await replay(workload, await preparePolicies([parsePolicy(policy)], input), options);
  return JSON.stringify(replayReport(workload, ledgers, options, 3).runs);
}

describe('a warm-up', () => {
  const policies = [
    'none',
    'fixed:ttl=90s',
    'infinite',
    'hybrid',
    'adaptive',
    'clairvoyant',
    'predictive:model=always',
  ];
  const fleets = [{}, {fleet: {count: 1, slots: 6, memoryMib: Number.POSITIVE_INFINITY}}];

  test.each(policies.flatMap((policy) => fleets.map((fleet) => [policy, fleet] as const)))(
    'under %s is what calls of the first minutes before all others would have done (%o)',
    async (policy, fleet) => {
      const warmUpUs = 3 * US_PER_MINUTE;
      const own = calls();
      const before = own.filter(({at}) => at < warmUpUs);
      const after = own.map((row) => ({...row, at: row.at + warmUpUs}));
      const longer = eventWorkload([...before, ...after]);
      for (const [fromUs, untilUs] of [
        [0, SPAN],
        [7 * US_PER_SECOND, 30.5 * US_PER_MINUTE],
      ] as const) {
        const warmed = await runOf(eventWorkload(own), policy, {...fleet, warmUpUs, fromUs, untilUs});
        const wanted = {...fleet, fromUs: fromUs + warmUpUs, untilUs: untilUs + warmUpUs};
        expect(JSON.parse(warmed)).toEqual(JSON.parse(await runOf(longer, policy, wanted)));
      }
    },
  );

  test('of counts makes the same calls twice, and counts the second', async () => {
    const workload = minuteWorkload(
      ['a', 'b', 'c'].flatMap((name, f) =>
        Array.from({length: 9}, (_, minute) => ({function: name, minute, count: 40 ** f + minute})),
      ),
      [0, 9],
    );
    // Kept for good, so the second pass of a first minute needs nothing that the first has not made.
    const once = await runOf(workload, 'infinite', {untilUs: US_PER_MINUTE});
    const twice = await runOf(workload, 'infinite', {untilUs: US_PER_MINUTE, warmUpUs: US_PER_MINUTE});
    const [[cold], [warm]] = [JSON.parse(once), JSON.parse(twice)];
    expect([warm.invocations, warm.cold, warm.firstStarts]).toEqual([cold.invocations, 0, 0]);
    expect(warm.gbSeconds.busy).toBeGreaterThan(0.9 * cold.gbSeconds.busy);
    for (const engine of ['events', 'lanes', 'kernel'] as const) {
      const given = {warmUpUs: 2 * US_PER_MINUTE, fromUs: 30 * US_PER_SECOND, untilUs: 8.25 * US_PER_MINUTE};
      expect(await runOf(workload, 'fixed:ttl=80s', {...given, engine})).toBe(
        await runOf(workload, 'fixed:ttl=80s', given),
      );
    }
  });

  test('longer than what is replayed is refused', () => {
    const workload = eventWorkload(calls());
    const options = testOptions(workload, {warmUpUs: 6 * US_PER_MINUTE, untilUs: 5.5 * US_PER_MINUTE});
    const error = refusalOf(() => withinSpan(options, workload.meta.spanUs));
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain('--warm-up is 6m');
    expect(error.suggestions[0]).toContain('5m');
  });
});
