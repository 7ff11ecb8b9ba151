import {expect, test} from 'vitest';
import {namedPriceSheet} from '../../../src/cost/sheets.ts';
import {functionCosts} from '../../../src/forecast/backtest/costs.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

test('calls hold their slot for the average, for the mean of percentiles alone, or for the default', () => {
  const workload = minuteWorkload(
    ['average', 'percentiles', 'nothing'].map((name) => ({function: name, minute: 0, count: 1})),
  );
  const {NaN: unknown} = Number;
  const duration = {
    ...workload.duration,
    meanMs: Float64Array.of(90_000, unknown, unknown),
    levels: [50, 99],
    percentileMs: Float64Array.of(1, 2, 100, 200, unknown, unknown),
  };
  const terms = {prices: namedPriceSheet('seed')!, coldUs: 500_000, memoryMib: workload.memoryMib};
  const {holdMinutes} = functionCosts({...workload, duration}, terms, 6000);
  expect(holdMinutes[0]).toBe(1.5);
  // 50 + 73.5 + 2 ms.
  expect(holdMinutes[1]).toBeCloseTo(0.1255 / 60, 12);
  expect(holdMinutes[2]).toBe(0.1);
});
