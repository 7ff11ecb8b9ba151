import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {US_PER_MINUTE} from '../../../src/base/units.ts';
import {coldTimes} from '../../../src/fleet/cold-time/registry.ts';
import {functionKeys} from '../../../src/fleet/function-keys.ts';
import {replayReport} from '../../../src/replay/report/replay-report.ts';
import {cellsOfPolicies} from '../../../src/replay/run/parts.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

/** Many functions of apps of three, called now and then in 20 minutes. */
function rareFunctions(functions: number): Workload {
  const random = new Random(7);
  return minuteWorkload(
    Array.from({length: functions}, (_, f) =>
      Array.from({length: 1 + random.below(4)}, () => ({
        function: `f${f}`,
        app: `a${Math.floor(f / 3)}`,
        memoryMib: 100 + (f % 5),
        minute: random.below(20),
        count: 1 + random.below(6),
      })),
    ).flat(),
    [0, 20],
  );
}

const workload = rareFunctions(2500);
const unlimited = testOptions(workload, {fromUs: 2 * US_PER_MINUTE});
/** Room for all that one may think of, and still a limit: such a fleet is one cell. */
const vast = {...unlimited, fleet: {count: 1, slots: 1e9, memoryMib: Number.POSITIVE_INFINITY}};

async function runOf(policy: string, options = unlimited, threads = 1): Promise<string> {
  const ledgers = await replay(workload, [parsePolicy(policy)], options, threads);
  return JSON.stringify(replayReport(workload, ledgers, options, 5).runs);
}

describe('a fleet without limits', () => {
  test('is cut into groups of up to 1,000 functions on average, apps whole', () => {
    const key = functionKeys(workload);
    const [cells] = cellsOfPolicies(workload, key, [parsePolicy('adaptive')], unlimited);
    expect(cells).toHaveLength(3);
    const groupOf = new Map<number, number>();
    cells!.forEach(({rows}, group) => {
      for (const row of rows) {
        const app = workload.app.id[row]!;
        expect(groupOf.get(app) ?? group).toBe(group);
        groupOf.set(app, group);
      }
    });
    expect(cells!.reduce((sum, {rows}) => sum + rows.length, 0)).toBe(2500);
  });

  test.each([{fleet: vast.fleet}, {startsPerSecond: 100}, {startsPerHost: 10}])('is not cut with %o', (given) => {
    const key = functionKeys(workload);
    const [cells] = cellsOfPolicies(workload, key, [parsePolicy('adaptive')], {...unlimited, ...given});
    expect(cells).toHaveLength(1);
  });

  test.each([
    'none',
    'fixed:ttl=1m',
    'infinite',
    'hybrid:range=5m',
    'hybrid:range=5m,unit=function',
    'hazard',
    'ski-rental',
    'ski-rental:random=yes',
    'clairvoyant',
    'clairvoyant-keep',
  ])('tells of %s what one cell tells, its exact peaks too', async (policy) => {
    expect(await runOf(policy)).toBe(await runOf(policy, vast));
  });

  test.each(['fixed:0ms', 'fixed:2m', 'lognormal:median=20s,sigma=1'])(
    'where nothing is kept and starts take %s, tells what events tell',
    async (cold) => {
      for (const fromUs of [0, 2 * US_PER_MINUTE, 5.5 * US_PER_MINUTE]) {
        const options = {...unlimited, fromUs, untilUs: 17.25 * US_PER_MINUTE, cold: coldTimes.parse(cold)};
        const byEvents = await runOf('none', {...options, engine: 'events'});
        expect(await runOf('none', options)).toBe(byEvents);
        expect(JSON.parse(byEvents)[0].expirations).toBeGreaterThan(1000);
      }
    },
  );

  test.each(['fixed:ttl=1m', 'hybrid', 'adaptive'])('tells the same of %s on 1, 2 and 7 threads', async (policy) => {
    const one = await runOf(policy);
    expect(await runOf(policy, unlimited, 2)).toBe(one);
    expect(await runOf(policy, unlimited, 7)).toBe(one);
  });

  test('has one peak, not the sum of its cells, with --cells as well', async () => {
    const peaksOf = async (cells: number) => {
      const [run] = JSON.parse(await runOf('fixed:ttl=1m', {...unlimited, cells}));
      return [run.peakSlots, run.peakMemoryMib];
    };
    expect(await peaksOf(4)).toEqual(await peaksOf(1));
  });
});
