import {expect, test} from 'vitest';
import {US_PER_MS, US_PER_SECOND} from '../../src/base/units.ts';
import {namedPriceSheet} from '../../src/cost/sheets.ts';
import type {MinimumSchedule, ReplayOptions} from '../../src/replay/options.ts';
import {replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {type EventRow, eventWorkload} from '../helpers/workload.ts';

const call = (second: number, seconds: number): EventRow => ({
  ...{function: 'f', at: second * US_PER_SECOND, duration: seconds * US_PER_SECOND, memoryMib: 1024},
});

/** From those seconds on f keeps so many. */
const schedule = (changes: readonly (readonly [second: number, min: number])[]): MinimumSchedule => ({
  atUs: Float64Array.from(changes, ([second]) => second * US_PER_SECOND),
  row: new Int32Array(changes.length),
  min: Int32Array.from(changes, ([, min]) => min),
});

async function run(calls: readonly EventRow[], minimums: MinimumSchedule, given: Partial<ReplayOptions> = {}) {
  const workload = eventWorkload([...calls]);
  const options = testOptions(workload, {prices: namedPriceSheet('lambda')!, minimums, ...given});
  return replayReport(workload, await replay(workload, [parsePolicy('none')], options), options, 0).runs[0]!;
}

test('instances are kept from a time on, ready at that moment, and let go from another on', async () => {
  // Cold at 10 s. Two are kept from 60 to 120 s: warm at 60 and 70 s; at 119 s a call runs on beyond that; cold at 130 s.
  const calls = [call(10, 5), call(60, 1), call(70, 1), call(119, 8), call(130, 1)];
  const {cold, warm, slotSeconds, costUsd, prewarms} = await run(
    calls,
    schedule([
      [60, 2],
      [120, 0],
    ]),
  );
  expect({cold, warm, prewarms}).toEqual({cold: 2, warm: 3, prewarms: 0});
  // One is idle for 60 s, the other but for 3 s of them.
  expect(slotSeconds).toEqual({busy: 16, idle: 60 + 57, starting: 1});
  // A minute of two is charged as five; what ran on them at its own price.
  expect(costUsd.warm).toBeCloseTo(2 * 300 * 4.1667e-6, 15);
  expect(costUsd.execution).toBeCloseTo((1 + 1 + 8) * 9.7222e-6 + (5.5 + 1.5) * 1.66667e-5, 12);
});

test('more and fewer by turns: stretches of a number are charged each by itself, within the counted part', async () => {
  const calls = [call(0, 1), call(1199, 0.5)];
  const steps = schedule([
    [0, 1],
    [400, 3],
    [700, 1],
  ]);
  const {costUsd, slotSeconds} = await run(calls, steps, {fromUs: 100 * US_PER_SECOND});
  expect(costUsd.warm).toBeCloseTo((300 + 3 * 300 + 600) * 4.1667e-6, 12);
  expect(slotSeconds.idle).toBe(300 + 900 + 500 - 0.5);
});

test('a call that waits for room takes what is kept from now on', async () => {
  const fleet = {fleet: {count: 1, slots: 2, memoryMib: Number.POSITIVE_INFINITY}};
  const calls = [call(0, 10), {...call(1, 10), function: 'g'}, call(2, 1)];
  // Both slots are taken until 10.5 s; nothing more can be kept at 5 s.
  const {queued, startDelayMs} = await run(calls, schedule([[5, 2]]), fleet);
  expect([queued, startDelayMs.max! * US_PER_MS]).toEqual([1, 8.5 * US_PER_SECOND]);
});
