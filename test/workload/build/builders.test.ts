import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {invocationsTotal} from '../../../src/workload/workload.ts';
import {contentOf, type EventRow, eventWorkload, type MinuteRow, minuteWorkload} from '../../helpers/workload.ts';

const MINUTE_US = 60_000_000;
const calls = (workload: ReturnType<typeof minuteWorkload>) => contentOf(workload).rows.map((row) => row.calls);

describe('a per-minute workload', () => {
  test('begins at the first minute present and ends with the last, called or not', () => {
    const workload = minuteWorkload([{function: 'f', minute: 482, count: 3}], [480, 490]);
    expect(workload.meta).toMatchObject({originUs: 480 * MINUTE_US, spanUs: 10 * MINUTE_US});
    expect(calls(workload)).toEqual([[[2, 3]]]);
  });

  test('has minutes ascending and the counts of one minute added, whatever the order of rows', () => {
    const rows = [9, 2, 9, 5, 2].map((minute, i) => ({function: 'f', minute, count: i + 1}));
    expect(calls(minuteWorkload(rows))).toEqual([
      [
        [0, 7],
        [3, 4],
        [7, 4],
      ],
    ]);
  });

  test('leaves minutes without calls out but keeps their function', () => {
    expect(calls(minuteWorkload([{function: 'f', minute: 0, count: 0}]))).toEqual([[]]);
  });

  test('widens to doubles when counts of one minute add up beyond 32 bits', () => {
    const workload = minuteWorkload([
      {function: 'f', minute: 1, count: 2 ** 32 - 1},
      {function: 'g', minute: 0, count: 1},
      {function: 'f', minute: 1, count: 1},
    ]);
    expect(calls(workload)).toEqual([[[1, 2 ** 32]], [[0, 1]]]);
  });

  test('tells the same name under another app or owner apart', () => {
    const row = {function: 'f', minute: 0, count: 1};
    const workload = minuteWorkload([row, {...row, app: 'b'}, {...row, owner: 'b'}, row]);
    expect(calls(workload)).toEqual([[[0, 2]], [[0, 1]], [[0, 1]]]);
  });

  test('equals a plain sum over its rows, for any rows', () => {
    const row: fc.Arbitrary<MinuteRow> = fc.record({
      function: fc.constantFrom('a', 'b', 'c'),
      app: fc.constantFrom('x', 'y'),
      minute: fc.integer({min: 100, max: 120}),
      count: fc.oneof(fc.nat(5), fc.constant(2 ** 31)),
    });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const expected = new Map<string, Map<number, number>>();
        const called = rows.filter((r) => r.count > 0);
        const origin = Math.min(...called.map((r) => r.minute));
        for (const r of rows) {
          const key = `${r.app}/${r.function}`;
          const counts = expected.get(key) ?? new Map<number, number>();
          expected.set(key, counts);
          if (r.count > 0) counts.set(r.minute - origin, (counts.get(r.minute - origin) ?? 0) + r.count);
        }
        const workload = minuteWorkload(rows);
        expect(Object.fromEntries(contentOf(workload).rows.map((r) => [`${r.app}/${r.function}`, r.calls]))).toEqual(
          Object.fromEntries([...expected].map(([key, counts]) => [key, [...counts].sort(([a], [b]) => a - b)])),
        );
        expect(invocationsTotal(workload)).toBe(rows.reduce((sum, r) => sum + r.count, 0));
      }),
    );
  });
});

describe('an event workload', () => {
  test("begins at the first arrival's minute and ends with the last one's", () => {
    const workload = eventWorkload([
      {function: 'f', at: 200_000_000},
      {function: 'f', at: 130_000_000},
    ]);
    expect(workload.meta).toMatchObject({originUs: 2 * MINUTE_US, spanUs: 2 * MINUTE_US});
    expect(calls(workload)).toEqual([[[10_000_000], [80_000_000]]]);
  });

  test('an arrival on the minute begins a new minute', () => {
    expect(eventWorkload([{function: 'f', at: MINUTE_US}]).meta).toMatchObject({
      originUs: MINUTE_US,
      spanUs: MINUTE_US,
    });
  });

  test('a call that began before time zero of the trace moves the origin back by whole minutes', () => {
    const workload = eventWorkload([{function: 'f', at: -1}]);
    expect(workload.meta).toMatchObject({originUs: -MINUTE_US, spanUs: MINUTE_US});
    expect(calls(workload)).toEqual([[[MINUTE_US - 1]]]);
  });

  test('sums durations up per function', () => {
    const {duration} = eventWorkload([
      {function: 'f', at: 0, duration: 1000},
      {function: 'f', at: 1, duration: 4000},
    ]);
    expect([duration.meanMs[0], duration.minMs[0], duration.maxMs[0]]).toEqual([2.5, 1, 4]);
  });

  test('is each function sorted by arrival, ties in the order of rows, durations and cold times beside them', () => {
    const row: fc.Arbitrary<EventRow> = fc.record({
      function: fc.constantFrom('a', 'b'),
      at: fc.integer({min: 0, max: 30}),
      duration: fc.nat(),
      cold: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const expected = Object.fromEntries(
          [...new Set(rows.map((r) => r.function))].map((name) => [
            name,
            rows
              .filter((r) => r.function === name)
              .sort((a, b) => a.at - b.at)
              .map((r) => [r.at, r.duration, r.cold]),
          ]),
        );
        expect(Object.fromEntries(contentOf(eventWorkload(rows)).rows.map((r) => [r.function, r.calls]))).toEqual(
          expected,
        );
      }),
    );
  });
});
