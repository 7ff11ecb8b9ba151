import {expect, test} from 'vitest';
import {invocationsTotal} from '../../../src/workload/workload.ts';
import {azureLike, DAY_US} from './helpers.ts';

test('a day of 500,000 functions is made within 2 GiB', () => {
  const workload = azureLike(500_000, {spanUs: DAY_US, ratePerSecond: 73_000});
  expect(invocationsTotal(workload)).toBe(73_000 * 86_400);
  expect(workload.arrivals.minute.values.length).toBeGreaterThan(8e7);
  // In KiB.
  expect(process.resourceUsage().maxRSS).toBeLessThan(2 * 1024 * 1024);
});
