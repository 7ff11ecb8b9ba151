import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE} from '../../src/base/units.ts';
import {type CallCursor, callCursor, MinuteCursor} from '../../src/workload/call-cursor.ts';
import {mapLists, type Workload} from '../../src/workload/workload.ts';
import {eventsOf, eventWorkload, minutesOf, minuteWorkload} from '../helpers/workload.ts';

type Step = [timeUs: number, calls: number, durationUs: number];

function stepsOf(cursor: CallCursor): Step[] {
  const steps: Step[] = [];
  while (cursor.next()) steps.push([cursor.timeUs, cursor.calls, cursor.durationUs]);
  return steps;
}

function minutesBy(cursor: MinuteCursor, f: number): [minute: number, calls: number][] {
  const minutes: [number, number][] = [];
  for (cursor.open(f); cursor.next(); ) minutes.push([cursor.minute, cursor.calls]);
  return minutes;
}

/** What the columns hold of a function, read element by element. */
function plainSteps({arrivals}: Workload, f: number): Step[] {
  return arrivals.kind === 'minute'
    ? minutesOf(arrivals, f).map(([minute, count]) => [minute * US_PER_MINUTE, count, Number.NaN])
    : eventsOf(arrivals, f).map(([at, duration]) => [at!, 1, duration ?? Number.NaN]);
}

/** Functions in a file may lie in any order and have gaps between them: the same lists, turned round. */
function turnedRound(workload: Workload): Workload {
  return {
    ...workload,
    arrivals: mapLists(workload.arrivals, (list) => {
      const start = list.start.slice().reverse();
      const length = list.length.slice().reverse();
      return {...list, start, length};
    }),
  };
}

const names = fc.constantFrom('a', 'b', 'c');
const counted = fc
  .array(fc.record({function: names, minute: fc.nat(40), count: fc.integer({min: 1, max: 2 ** 40})}), {minLength: 1})
  .map((rows) => minuteWorkload(rows));
const times = {function: names, at: fc.nat(10 * US_PER_MINUTE)};
const single = fc.array(fc.record(times), {minLength: 1}).map((rows) => eventWorkload(rows));
const timed = fc
  .array(fc.record({...times, duration: fc.nat(100_000_000)}), {minLength: 1})
  .map((rows) => eventWorkload(rows));
const anyWorkload = fc
  .tuple(fc.oneof(counted, single, timed), fc.boolean())
  .map(([workload, turned]) => (turned ? turnedRound(workload) : workload));

describe('a cursor over calls', () => {
  test('counted calls come a minute at a time, single ones each at its own', () => {
    const minutes = callCursor(
      minuteWorkload([
        {function: 'f', minute: 3, count: 2},
        {function: 'f', minute: 5, count: 7},
      ]).arrivals,
    );
    minutes.open(0);
    expect([minutes.resolutionUs, ...stepsOf(minutes)]).toEqual([60e6, [0, 2, Number.NaN], [120e6, 7, Number.NaN]]);
    const calls = callCursor(
      eventWorkload([
        {function: 'f', at: 61_000_001, duration: 5},
        {function: 'f', at: 60_000_000, duration: 9},
      ]).arrivals,
    );
    calls.open(0);
    expect([calls.resolutionUs, ...stepsOf(calls)]).toEqual([1, [0, 1, 9], [1_000_001, 1, 5]]);
  });

  test('tells what the columns hold, whatever function it stood at before', () => {
    fc.assert(
      fc.property(anyWorkload, fc.array(fc.nat(2), {minLength: 1, maxLength: 6}), (workload, visits) => {
        const cursor = callCursor(workload.arrivals);
        for (const visit of visits) {
          const f = visit % workload.functions;
          cursor.open(f);
          // The next function is opened with this one half read.
          cursor.next();
          cursor.open(f);
          expect(stepsOf(cursor)).toEqual(plainSteps(workload, f));
          expect(cursor.next()).toBe(false);
          expect(cursor.steps(f)).toBe(plainSteps(workload, f).length);
        }
      }),
    );
  });

  test('may begin anywhere in a function', () => {
    fc.assert(
      fc.property(anyWorkload, fc.nat(), (workload, from) => {
        const cursor = callCursor(workload.arrivals);
        for (let f = 0; f < workload.functions; f++) {
          const skipped = from % (cursor.steps(f) + 1);
          cursor.open(f, skipped);
          expect(stepsOf(cursor)).toEqual(plainSteps(workload, f).slice(skipped));
        }
      }),
    );
  });
});

describe('a cursor over minutes', () => {
  test('sums the calls of each minute, of either kind of trace', () => {
    fc.assert(
      fc.property(anyWorkload, (workload) => {
        const cursor = new MinuteCursor(workload.arrivals);
        for (let f = workload.functions - 1; f >= 0; f--) {
          const counts = new Map<number, number>();
          for (const [timeUs, calls] of plainSteps(workload, f)) {
            const minute = Math.floor(timeUs / US_PER_MINUTE);
            counts.set(minute, (counts.get(minute) ?? 0) + calls);
          }
          expect(minutesBy(cursor, f)).toEqual([...counts]);
          expect(cursor.atMost(f)).toBeGreaterThanOrEqual(counts.size);
        }
      }),
    );
  });

  test('a shift moves the beginning of every minute', () => {
    const workload = eventWorkload([0, 59_999_999, 60_000_000, 119_999_999].map((at) => ({function: 'f', at})));
    expect(minutesBy(new MinuteCursor(workload.arrivals), 0)).toEqual([
      [0, 2],
      [1, 2],
    ]);
    expect(minutesBy(new MinuteCursor(workload.arrivals, 1), 0)).toEqual([
      [0, 1],
      [1, 2],
      [2, 1],
    ]);
  });

  test('a function without calls has no minutes', () => {
    const {arrivals} = eventWorkload([{function: 'f', at: 1}]);
    const empty = mapLists(arrivals, (list) => ({...list, length: Float64Array.of(0)}));
    expect(minutesBy(new MinuteCursor(empty), 0)).toEqual([]);
  });
});
