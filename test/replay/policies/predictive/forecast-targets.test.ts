import {describe, expect, test} from 'vitest';
import {Random} from '../../../../src/base/random.ts';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../../src/base/units.ts';
import {namedPriceSheet} from '../../../../src/cost/sheets.ts';
import {coldTimes} from '../../../../src/fleet/cold-time/registry.ts';
import {BaselineForecaster} from '../../../../src/forecast/baselines/baseline-forecaster.ts';
import type {ReplayOptions} from '../../../../src/replay/options.ts';
import {forecastTargets} from '../../../../src/replay/policies/predictive/forecast-targets.ts';
import type {SlotTargets} from '../../../../src/scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {Workload} from '../../../../src/workload/workload.ts';
import {testOptions} from '../../../helpers/options.ts';
import {type EventRow, eventWorkload, minuteWorkload} from '../../../helpers/workload.ts';

const COLD_US = 500_000;

function optionsFor(workload: Workload, given: Partial<ReplayOptions> = {}): ReplayOptions {
  return testOptions(workload, {
    cold: coldTimes.parse(`fixed:${COLD_US}us`),
    prices: {...namedPriceSheet('seed')!, delayUsdPerHour: 1},
    ...given,
  });
}

const gaps = () => new BaselineForecaster('iat-histogram', [1], [0.5]);
const always = () => new BaselineForecaster('always', [1], [0.5]);

/** Changes of every row as [from, slots]. */
function changesOf({start, fromUs, slots}: SlotTargets): number[][][] {
  return Array.from({length: start.length - 1}, (_, row) =>
    Array.from({length: start[row + 1]! - start[row]!}, (_, i) => [fromUs[start[row]! + i]!, slots[start[row]! + i]!]),
  );
}

/** Calls of seven functions over three hours. */
function calls(seed: number): EventRow[] {
  const random = new Random(seed);
  return Array.from({length: 1500}, () => ({
    function: `f${random.below(7)}`,
    at: Math.floor(random.next() * 180 * US_PER_MINUTE),
    duration: Math.floor(20 * US_PER_SECOND * random.next() ** 3),
  }));
}

describe('targets from forecasts', () => {
  test('a minute begins a cold time early, and what it wants was called before it', async () => {
    const workload = eventWorkload([
      {function: 'f', at: 130 * US_PER_SECOND, duration: US_PER_SECOND},
      {function: 'g', at: 0, duration: US_PER_SECOND},
      {function: 'g', at: 299 * US_PER_SECOND, duration: US_PER_SECOND},
    ]);
    const targets = await forecastTargets(workload, optionsFor(workload), always());
    expect(changesOf(targets)).toEqual([[[3 * US_PER_MINUTE - COLD_US, 1]], [[US_PER_MINUTE - COLD_US, 1]]]);
    expect(targets.spillUs.every((us) => us === 0)).toBe(true);
  });

  test('prices decide: nothing is wanted beyond what runs where a minute costs more than a cold start', async () => {
    const workload = eventWorkload([
      {function: 'f', at: 10 * US_PER_SECOND, duration: 100 * US_PER_SECOND},
      {function: 'f', at: 290 * US_PER_SECOND, duration: 1},
    ]);
    const prices = {...namedPriceSheet('seed')!, delayUsdPerHour: 0.04};
    const targets = await forecastTargets(workload, optionsFor(workload, {prices}), always());
    expect(changesOf(targets)).toEqual([
      [
        [US_PER_MINUTE - COLD_US, 1],
        [2 * US_PER_MINUTE - COLD_US, 0],
      ],
    ]);
  });

  test('changing the future changes nothing of the past', async () => {
    const cutUs = 100 * US_PER_MINUTE;
    const past = calls(1).filter(({at}) => at < cutUs);
    const futures = [1, 2, 3].map((seed) => calls(seed).filter(({at}) => at >= cutUs));
    // The same functions in the same order, whatever comes.
    const workloads = futures.map((future) => eventWorkload([...past, ...future, {function: 'f0', at: 180 * 6e7 - 1}]));
    const all = await Promise.all(workloads.map((w) => forecastTargets(w, optionsFor(w), gaps())));
    const before = all.map((targets) =>
      changesOf(targets).map((row) => row.filter(([fromUs]) => fromUs! + COLD_US <= cutUs)),
    );
    expect(before[1]).toEqual(before[0]);
    expect(before[2]).toEqual(before[0]);
    expect(changesOf(all[1]!)).not.toEqual(changesOf(all[0]!));
    expect(before[0]!.flat().length).toBeGreaterThan(100);
  });

  test('a function is forecast the same among others and alone, and until the replay ends', async () => {
    const rows = Array.from({length: 1500}, (_, f) => ({function: `f${f}`, minute: f % 7, count: 1 + (f % 3)}));
    const more = rows.map((row) => ({...row, minute: row.minute + 9}));
    const workload = minuteWorkload([...rows, ...more], [0, 30]);
    const options = optionsFor(workload, {untilUs: 20 * US_PER_MINUTE});
    const told: number[] = [];
    const all = changesOf(await forecastTargets(workload, options, gaps(), (done) => told.push(done)));
    expect(told).toEqual([1024, 1500]);
    const single = minuteWorkload(
      [...rows, ...more].filter((row) => row.function === 'f1301'),
      [0, 30],
    );
    const alone = changesOf(await forecastTargets(single, optionsFor(single, {untilUs: options.untilUs}), gaps()));
    expect(alone[0]).toEqual(all[1301]);
    expect(all[1301]!.length).toBeGreaterThan(0);
    expect(Math.max(...all.flat().map(([fromUs]) => fromUs!))).toBeLessThan(options.untilUs);
  });
});
