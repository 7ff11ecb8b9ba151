import {describe, expect, test} from 'vitest';
import {rowsByScore} from '../../../src/demand/function-row.ts';
import {heatOf} from '../../../src/tasks/describe/heat.ts';
import {summariseCalls} from '../../../src/workload/summarise.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {type MinuteRow, minuteWorkload} from '../../helpers/workload.ts';

function heat(rows: MinuteRow[], minutes: number, startTime = '') {
  const made = minuteWorkload(rows, [0, minutes]);
  const workload: Workload = {...made, meta: {...made.meta, startTime}};
  const calls = summariseCalls(workload);
  return heatOf(workload, calls, rowsByScore(calls.calls));
}

describe('when calls come', () => {
  test('by hours of UTC days: what lies before and after the trace is not known', () => {
    // From 22:00 on a Sunday for two days and an hour: 23:59, 00:00 and 12:30 of the second day.
    const rows = [119, 120, 120 + 750].map((minute) => ({function: 'f', minute, count: minute}));
    const {days} = heat(rows, 2 * 1440 + 60, '2026-11-29T22:00:00Z');
    expect(days!.utc).toBe(true);
    expect(days!.rows.map(({day}) => day)).toEqual(['2026-11-29', '2026-11-30', '2026-12-01']);
    const [first, second, third] = days!.rows.map(({calls}) => calls);
    expect(first).toEqual([...new Array(22).fill(null), 0, 119]);
    expect(second!.filter((calls) => calls !== 0)).toEqual([120, 870]);
    expect([second![0], second![12]]).toEqual([120, 870]);
    expect(third).toEqual([...new Array(23).fill(0), null]);
  });

  test('by days of the trace where it does not say when it began, and not at all of a day', () => {
    const rows = [{function: 'f', minute: 1441, count: 5}];
    const {days} = heat(rows, 2880);
    expect([days!.utc, days!.by]).toEqual([false, 'day']);
    expect(days!.rows.map(({day, calls}) => [day, calls[0]])).toEqual([
      ['day 1', 0],
      ['day 2', 5],
    ]);
    expect(heat(rows, 2879).days).toBe(null);
  });

  test('of more than 31 days as means of the days of the week', () => {
    // Every Monday from the first at 03:00 ten calls, on the second of five twenty more.
    const mondays = [0, 7, 14, 21, 28].map((day) => ({
      function: 'f',
      minute: day * 1440 + 180,
      count: day === 7 ? 30 : 10,
    }));
    const {days} = heat(mondays, 35 * 1440, '2026-11-02T00:00:00Z');
    expect(days!.by).toBe('weekday');
    expect(days!.rows.map(({day}) => day)[6]).toBe('Sunday');
    expect(days!.rows[0]!.calls[3]).toBeCloseTo(14, 12);
    expect(days!.rows.flatMap(({calls}) => calls).filter((calls) => calls !== 0)).toHaveLength(1);
  });

  test('by function, the busiest twelve, in 120 steps at most that add up to their calls', () => {
    const rows = Array.from({length: 20}, (_, k) => [
      {function: `f${k}`, minute: 0, count: 1 + k},
      {function: `f${k}`, minute: 599, count: 2},
    ]).flat();
    const {functions} = heat(rows, 600);
    expect(functions.everyMs).toBe(300_000);
    expect(functions.rows.map(({function: name}) => name)).toEqual(Array.from({length: 12}, (_, k) => `f${19 - k}`));
    expect(functions.rows[0]!.calls).toEqual([20, ...new Array(118).fill(0), 2]);
  });

  test('nothing where nothing is called', () => {
    expect(heat([], 10).functions.rows).toEqual([]);
  });
});
