import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {EventBuilder} from '../../../src/workload/build/event-builder.ts';
import {FunctionTable} from '../../../src/workload/build/function-table.ts';
import {MinuteBuilder} from '../../../src/workload/build/minute-builder.ts';
import {COLD_UNTIMED, invocationsTotal, UNKNOWN_START, WARM} from '../../../src/workload/workload.ts';
import {
  contentOf,
  type EventRow,
  eventWorkload,
  type MinuteRow,
  minuteWorkload,
  testMeta,
} from '../../helpers/workload.ts';

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

describe('what no workload may hold', () => {
  const {NaN: unknown, POSITIVE_INFINITY: endless} = Number;

  test.each([
    [unknown, 0, 0],
    [endless, 0, 0],
    [0.5, 0, 0],
    [2 ** 53, 0, 0],
    [0, endless, 0],
    [0, -endless, 0],
    [0, 0.5, 0],
    [0, 0, endless],
    [0, 0, 0.5],
  ])('a call at %d us that takes %d us and starts in %d us is refused and leaves no trace', (at, duration, cold) => {
    const builder = new EventBuilder({duration: true, cold: true});
    const f = builder.functions.idOf('o', 'a', 'f');
    expect(builder.add(f, at, duration, cold)).toBe(false);
    expect(builder.calls).toBe(0);
    expect(contentOf(builder.finish(testMeta)).rows).toMatchObject([{calls: []}]);
  });

  test('lengths below 0 become 0 and are counted', () => {
    const builder = new EventBuilder({duration: true, cold: true});
    const f = builder.functions.idOf('o', 'a', 'f');
    expect([builder.add(f, 0, -5, 7), builder.add(f, 1, 3, -4)]).toEqual([true, true]);
    const {rows, meta} = contentOf(builder.finish({...testMeta, clampedDurations: 1}));
    expect([rows[0]!.calls, meta.clampedDurations]).toEqual([
      [
        [0, 0, 7],
        [1, 3, 0],
      ],
      3,
    ]);
  });

  test.each([-1, 0.5, unknown, endless, 2 ** 53])('a count of %d is refused', (count) => {
    const builder = new MinuteBuilder();
    expect(builder.add(builder.functions.idOf('', '', 'f'), 0, count)).toBe(false);
    expect(invocationsTotal(builder.finish(testMeta))).toBe(0);
  });

  test.each([-1, 0.5, unknown, endless, 2 ** 32 - 1])('minute %d is refused', (minute) => {
    const builder = new MinuteBuilder();
    expect(builder.add(builder.functions.idOf('', '', 'f'), minute, 1)).toBe(false);
  });

  test('counts of a minute that add up beyond 2^53 are bad input', () => {
    const row = {function: 'f', minute: 0, count: Number.MAX_SAFE_INTEGER};
    expect(() => minuteWorkload([row, {...row, count: 1}])).toThrow(/more than 2\^53 calls of a function in a minute/);
  });

  test.each([0, -1, unknown, endless])('a memory of %d MiB is none', (mib) => {
    const functions = new FunctionTable();
    const f = functions.idOf('o', 'a', 'f');
    expect([functions.setMemory(f, mib), functions.raiseMemory(f, mib)]).toEqual([false, false]);
    expect(functions.columns().memoryMib[0]).toBeNaN();
  });
});

describe('what a trace does not say', () => {
  test('a call without a duration is a call; the mean is over the others', () => {
    const workload = eventWorkload([
      {function: 'f', at: 0, duration: 1000},
      {function: 'f', at: 1},
      {function: 'g', at: 2},
    ]);
    expect(calls(workload)).toEqual([
      [
        [0, 1000],
        [1, -1],
      ],
      [[2, -1]],
    ]);
    expect([...workload.duration.meanMs]).toEqual([1, Number.NaN]);
  });

  test('how a call started is a length, warm, unknown, or cold for an unknown time, each counted', () => {
    const builder = new EventBuilder({duration: false, cold: true}, 2);
    const f = builder.functions.idOf('o', 'a', 'f');
    for (const [at, cold] of [300, WARM, UNKNOWN_START, COLD_UNTIMED, 0, Number.NaN].entries())
      builder.add(f, at, 0, cold);
    expect([builder.coldCalls, builder.withoutStart, builder.calls]).toEqual([3, 2, 6]);
    expect(calls(builder.finish(testMeta))).toEqual([
      [
        [0, 300],
        [1, WARM],
        [2, UNKNOWN_START],
        [3, COLD_UNTIMED],
        [4, 0],
        [5, UNKNOWN_START],
      ],
    ]);
  });

  test.each([10, 1])('columns of which nothing is known are left out, with %d calls in memory', (inMemory) => {
    const builder = new EventBuilder({duration: true, cold: true}, inMemory);
    const f = builder.functions.idOf('o', 'a', 'f');
    for (const at of [0, 1, 2]) builder.add(f, at, Number.NaN, Number.NaN);
    const {arrivals} = builder.finish(testMeta);
    expect(arrivals).toMatchObject({kind: 'event', durationUs: undefined, coldUs: undefined});
  });

  test('an app that is not named is the function itself, an owner that is not named is the app', () => {
    const functions = new FunctionTable();
    const ids = [functions.idOf('', '', 'f'), functions.idOf('', 'x', 'g'), functions.idOf('', 'x', 'h')];
    const others = [functions.idOf('', '', 'x'), functions.idOf('o', '', ' f ')];
    const {app, owner} = functions.columns();
    const label = ({id, values}: typeof app, f: number) => values[id[f]!];
    expect([...ids, ...others].map((f) => `${label(owner, f)}/${label(app, f)}`)).toEqual([
      'f/f',
      'x/x',
      'x/x',
      'x*/x*',
      'o/f',
    ]);
  });

  test('the same name under another app or owner is another function, whatever came in between', () => {
    const word = fc.constantFrom('', 'a', 'b', '1 2', '1');
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word, word), {maxLength: 60}), (rows) => {
        const functions = new FunctionTable();
        const known = new Map<string, number>();
        for (const row of rows) {
          const key = JSON.stringify(row);
          expect(functions.find(...row)).toBe(known.get(key) ?? -1);
          if (!known.has(key)) known.set(key, known.size);
          expect(functions.idOf(...row)).toBe(known.get(key));
        }
        const visited: [string, number][] = [];
        functions.forEach((owner, app, name, f) => {
          visited.push([JSON.stringify([owner, app, name]), f]);
        });
        expect(new Map(visited)).toEqual(known);
      }),
    );
  });

  test('blanks around a name are no part of it', () => {
    const functions = new FunctionTable();
    expect(functions.idOf(' o', 'a ', '\tf')).toBe(functions.idOf('o', 'a', 'f'));
    expect(functions.find('o ', 'a', 'f ')).toBe(0);
  });

  test('the first trigger that says something stays', () => {
    const functions = new FunctionTable();
    const f = functions.idOf('o', 'a', 'f');
    for (const trigger of ['', 'others', '', 'http', 'queue']) functions.setTrigger(f, trigger);
    expect(functions.columns().trigger.values).toEqual(['http']);
  });
});
