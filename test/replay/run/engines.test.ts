import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../src/base/units.ts';
import {coldTimes} from '../../../src/fleet/cold-time/registry.ts';
import {engines, type ReplayOptions} from '../../../src/replay/options.ts';
import {replayReport} from '../../../src/replay/report/replay-report.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;

/** Functions called rarely and up to thousands of times a minute, with durations of every kind. */
function busy(seed: number): Workload {
  const random = new Random(seed);
  const rows = Array.from({length: 12}, (_, f) =>
    Array.from({length: 4}, (_, minute) => ({
      function: `f${f}`,
      minute,
      count: random.below([3, 30, 400, 6000][f % 4]!),
    })).filter(({count}) => count > 0),
  ).flat();
  return minuteWorkload(rows, [0, 4]);
}

describe('engines', () => {
  test('tell the same to the last digit, fleets full and empty, counted from anywhere, in one cell and in several', async () => {
    const random = new Random(3);
    const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
    const served = new Map<string, number>();
    for (let round = 0; round < 40; round++) {
      const workload = withDurations(busy(round), random);
      const options: ReplayOptions = testOptions(workload, {
        fleet: {
          count: pick([2, 4]),
          slots: pick([POSITIVE_INFINITY, 2, 8, 30, 100, 400]),
          memoryMib: POSITIVE_INFINITY,
        },
        cells: pick([1, 1, 2]),
        cold: coldTimes.parse(pick(['fixed:500ms', 'fixed:20ms', 'lognormal:median=1.35s,sigma=1.326'])),
        fromUs: pick([0, 0, US_PER_MINUTE + 1234, 90 * US_PER_SECOND]),
        untilUs: pick([4 * US_PER_MINUTE, 3 * US_PER_MINUTE + 31_415_926]),
        maxWaitUs: pick([POSITIVE_INFINITY, US_PER_SECOND]),
        seed: round,
      });
      const policy = pick(['fixed:ttl=10m', 'fixed:ttl=70s', 'fixed:ttl=5s', 'infinite']);
      const told = new Set<string>();
      for (const engine of engines) {
        const [ledger] = await replay(workload, [parsePolicy(policy)], {...options, engine});
        told.add(JSON.stringify(replayReport(workload, [ledger!], options, 3)));
        for (const [by, calls] of ledger!.served)
          served.set(`${engine} by ${by}`, (served.get(`${engine} by ${by}`) ?? 0) + calls);
      }
      expect(told.size, `round ${round}`).toBe(1);
    }
    expect([...served.keys()].sort()).toEqual([
      'events by events',
      'kernel by events',
      'kernel by kernel',
      'lanes by events',
      'lanes by lanes',
    ]);
    expect(served.get('kernel by kernel')).toBe(served.get('lanes by lanes'));
    expect(served.get('kernel by kernel')).toBeGreaterThan(100_000);
  });
});

/** The same functions with percentiles, averages, both or nothing, short, long and 0. */
function withDurations(workload: Workload, random: Random): Workload {
  const levels = [0, 1, 25, 50, 75, 99, 100];
  const functions = workload.functions;
  const meanMs = new Float64Array(functions).fill(Number.NaN);
  const percentileMs = new Float64Array(functions * levels.length).fill(Number.NaN);
  for (let f = 0; f < functions; f++) {
    if (random.below(4) > 0)
      meanMs[f] = random.below(3) === 0 ? 0 : random.next() * [2, 300, 9000, 700_000][random.below(4)]!;
    if (random.below(3) === 0) continue;
    let ms = random.below(2) * random.below(100);
    for (let k = 0; k < levels.length; k++)
      percentileMs[f * levels.length + k] = ms += random.below(2) * random.next() * 400;
  }
  return {...workload, duration: {...workload.duration, levels, meanMs, percentileMs}};
}
