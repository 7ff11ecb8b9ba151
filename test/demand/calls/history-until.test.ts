import {describe, expect, test} from 'vitest';
import {historyUntil} from '../../../src/demand/calls/history-until.ts';
import {contentOf, eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const MINUTE_US = 60e6;

describe('what was known at a time', () => {
  const events = eventWorkload([0, 10, 20, 30].map((at) => ({function: 'f', at, duration: 5})));
  const counts = minuteWorkload(
    [0, 1, 2].map((minute) => ({function: 'f', minute, count: minute + 1})),
    [0, 4],
  );
  const callsOf = (workload: typeof events, untilUs: number) =>
    contentOf(historyUntil(workload, untilUs)).rows[0]!.calls;

  test('single calls before it, not one at that very time', () => {
    expect(callsOf(events, 20)).toEqual([
      [0, 5],
      [10, 5],
    ]);
    expect(callsOf(events, 21)).toHaveLength(3);
    expect(historyUntil(events, 20).meta.spanUs).toBe(20);
  });

  test('minutes that are over, not one that is cut', () => {
    expect(callsOf(counts, 2 * MINUTE_US)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(callsOf(counts, 2 * MINUTE_US - 1)).toEqual([[0, 1]]);
    expect(callsOf(counts, MINUTE_US - 1)).toEqual([]);
  });

  test('all of it at or beyond the end of the span', () => {
    expect(historyUntil(counts, 4 * MINUTE_US)).toBe(counts);
    expect(historyUntil(counts, Number.POSITIVE_INFINITY)).toBe(counts);
  });
});
