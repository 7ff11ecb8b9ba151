import {expect, test} from 'vitest';
import {US_PER_DAY} from '../../../src/base/units.ts';
import {growthFactor, readGrowth} from '../../../src/tasks/scaling/growth.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

const meta = {...minuteWorkload([{function: 'a', minute: 0, count: 1}]).meta, startTime: '2026-01-01T00:00:00Z'};

test('traffic grows from the end of the trace, compound by periods', () => {
  const day = {...meta, spanUs: US_PER_DAY};
  expect(growthFactor(readGrowth('10%,until=2026-03-03', 'growth'), day)).toBeCloseTo(1.1 ** 2, 12);
  expect(growthFactor(readGrowth('10%,per=year,until=2027-01-02', 'growth'), day)).toBeCloseTo(1.1, 12);
  expect(growthFactor(readGrowth('-50%,per=week,until=2026-01-16', 'growth'), day)).toBeCloseTo(0.25, 12);
  expect(growthFactor(readGrowth('10%,until=2026-01-02', 'growth'), day)).toBe(1);
});

test('a trace without a date needs to be told one', () => {
  const growth = readGrowth('10%,until=2026-03-03', 'growth');
  expect(() => growthFactor(growth, {...meta, startTime: ''})).toThrow('does not say on which day it ends');
  const from = readGrowth('10%,until=2026-03-03,from=2026-02-01', 'growth');
  expect(growthFactor(from, {...meta, startTime: ''})).toBeCloseTo(1.1, 12);
});
