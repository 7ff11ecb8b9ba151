import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {clockOf, minuteSeriesOf, UNKNOWN_TRIGGER} from '../../../src/demand/calls/minute-series.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const MINUTE = 60_000_000;

/** The rows as [minute, count] pairs. */
function rowsOf(series: ReturnType<typeof minuteSeriesOf>): number[][][] {
  return Array.from({length: series.rows}, (_, f) =>
    Array.from({length: series.length[f]!}, (_, i) => [
      series.minute[series.start[f]! + i]!,
      series.count[series.countStart[f]! + i]!,
    ]),
  );
}

describe('minute series', () => {
  test('a per-minute trace is seen as it is', () => {
    const series = minuteSeriesOf(
      minuteWorkload([
        {function: 'a', minute: 5, count: 2, trigger: 'timer'},
        {function: 'b', minute: 7, count: 1, trigger: 'carrier pigeon'},
        {function: 'a', minute: 9, count: 4},
      ]),
    );
    expect(rowsOf(series)).toEqual([
      [
        [0, 2],
        [4, 4],
      ],
      [[2, 1]],
    ]);
    expect([series.span, ...series.trigger]).toEqual([5, 1, UNKNOWN_TRIGGER]);
    expect(series.clock.minuteOfDay).toBe(5);
  });

  test('events are counted by the minute they arrive in, whatever their order', () => {
    const times = fc.array(fc.tuple(fc.integer({min: 0, max: 2}), fc.integer({min: 0, max: 20 * MINUTE})), {
      minLength: 1,
    });
    fc.assert(
      fc.property(times, (calls) => {
        const workload = eventWorkload(calls.map(([f, at]) => ({function: `f${f}`, at})));
        const series = minuteSeriesOf(workload);
        const origin = workload.meta.originUs;
        const names = Array.from({length: workload.functions}, (_, f) => workload.name.at(f));
        const naive = names.map((name) => {
          const counts = new Map<number, number>();
          for (const [f, at] of calls) {
            if (`f${f}` !== name) continue;
            const minute = Math.floor((at - origin) / MINUTE);
            counts.set(minute, (counts.get(minute) ?? 0) + 1);
          }
          return [...counts].sort((a, b) => a[0] - b[0]);
        });
        expect(rowsOf(series)).toEqual(naive);
      }),
    );
  });

  test('shifted minutes begin that much earlier, so that a decision is ready in time', () => {
    const workload = eventWorkload([
      {function: 'a', at: 0},
      {function: 'a', at: MINUTE - 500_001},
      {function: 'a', at: MINUTE - 500_000},
      {function: 'a', at: 2 * MINUTE - 1},
    ]);
    const series = minuteSeriesOf(workload, 500_000);
    expect(rowsOf(series)).toEqual([
      [
        [0, 2],
        [1, 1],
        [2, 1],
      ],
    ]);
    expect(series.span).toBe(3);
  });

  test.each([
    ['a trace that counts minutes of its first day', 480 * MINUTE, '', 480, Number.NaN],
    ['the second day of such a trace', (1440 + 61) * MINUTE, '', 61, Number.NaN],
    ['a dated trace: 2019-07-15 was a Monday', 0, '2019-07-15T08:30:00Z', 510, 0],
    ['a Sunday', 0, '2019-07-21T00:00:00Z', 0, 6],
  ])('the clock of %s', (_, originUs, startTime, minuteOfDay, dayOfWeek) => {
    expect(clockOf(originUs, startTime)).toEqual({minuteOfDay, dayOfWeek});
  });
});
