import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {FEATURE_VERSION, features, writeFeatures} from '../../../src/forecast/features/features.ts';
import {CallHistory} from '../../../src/forecast/history.ts';
import {type Calls, historyAt, noClock, population, randomCalls, seriesOf, timer} from '../../helpers/series.ts';

const SPAN = 3000;

function rowOf(calls: Calls, now: number, clock?: {minuteOfDay: number; dayOfWeek: number}): Float32Array {
  const row = new Float32Array(features.length);
  writeFeatures(historyAt(calls, now, SPAN, clock), row, 0);
  return row;
}

function feature(row: Float32Array, name: string): number {
  const column = features.findIndex((one) => one.name === name);
  expect(column, name).toBeGreaterThanOrEqual(0);
  return row[column]!;
}

/** Logarithms come out of a float32. */
const close = (value: number, wanted: number) => expect(value).toBeCloseTo(wanted, 5);

describe('features', () => {
  test('names are unique, and their list is part of every model: change it with FEATURE_VERSION', () => {
    const names = features.map((one) => one.name);
    expect(new Set(names).size).toBe(names.length);
    expect([FEATURE_VERSION, names.length, names[0], names.at(-1)]).toEqual([
      1,
      111,
      'minutesSinceCall',
      'trigger:others',
    ]);
  });

  test('shuffling the future changes no feature of the past', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({min: 0.002, max: 1, noNaN: true}),
        fc.integer({min: 1, max: 2900}),
        (seed, rate, now) => {
          const random = new Random(seed);
          const past = randomCalls(random, now, rate);
          fc.pre(past.length > 0);
          const future = (): Calls =>
            randomCalls(random, SPAN - now, 0.5).map(([minute, count]) => [now + minute, count]);
          expect(rowOf([...past, ...future()], now)).toEqual(rowOf([...past, ...future()], now));
          expect(rowOf([...past, ...future()], now)).toEqual(rowOf(past, now));
        },
      ),
      {numRuns: 300},
    );
  });

  test('every feature of every history is a finite number', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({min: 0.001, max: 1, noNaN: true}),
        fc.integer({min: 1, max: 2999}),
        (seed, rate, now) => {
          const calls = randomCalls(new Random(seed), now, rate, 100_000);
          fc.pre(calls.length > 0);
          expect([...rowOf(calls, now, {minuteOfDay: 77, dayOfWeek: 3})].every(Number.isFinite)).toBe(true);
        },
      ),
    );
  });

  test('what was asked before makes no difference: minute by minute, back and forth, from history to history', () => {
    const rows = population(5, 18, SPAN).filter((calls) => calls.length > 0 && calls[0]![0] < 2900);
    const series = seriesOf(rows, SPAN);
    const walked = new CallHistory(SPAN, noClock);
    const random = new Random(8);
    for (const [f, calls] of rows.entries()) {
      walked.load(series, f);
      const from = calls[0]![0] + 1;
      const inOrder = Array.from({length: 90}, (_, k) => Math.min(SPAN, from + k));
      const anywhere = Array.from({length: 60}, () => from + random.below(SPAN - from));
      for (const now of [...inOrder, ...anywhere]) {
        walked.seek(now);
        const row = new Float32Array(features.length);
        writeFeatures(walked, row, 0);
        expect(row, `row ${f}, minute ${now}`).toEqual(rowOf(calls, now, noClock));
      }
    }
  });

  test('a single call two minutes ago, by hand', () => {
    const row = rowOf([[10, 3]], 12);
    close(feature(row, 'minutesSinceCall'), 1); // log2 2
    close(feature(row, 'minutesKnown'), Math.log2(3));
    close(feature(row, 'activeMinutes'), 1); // log2(1 + 1)
    close(feature(row, 'activeIn5'), Math.log(1.25 / 2.5));
    close(feature(row, 'gap1'), -1);
    close(feature(row, 'hazard'), Math.log(0.1 / 0.5));
    close(feature(row, 'calls2Ago'), Math.log(4));
    close(feature(row, 'calls1Ago'), 0);
    close(feature(row, 'meanIn60'), Math.log(1 + 3 / 2));
    close(feature(row, 'singleShare'), 0);
    close(feature(row, 'calls60Ago'), -1);
  });

  test('gaps 5 5 5 7 and five minutes since: three of the four gaps that lasted so long ended now', () => {
    const row = rowOf(
      [
        [0, 1],
        [5, 1],
        [10, 1],
        [15, 1],
        [22, 1],
      ],
      27,
    );
    close(feature(row, 'gapsReached'), Math.log2(5));
    close(feature(row, 'gapsEqual'), Math.log2(4));
    close(feature(row, 'hazard'), Math.log(3.1 / 1.5));
    close(feature(row, 'gap1'), Math.log2(7));
    close(feature(row, 'gap2'), Math.log2(5));
    // After a gap of 7 there was none yet.
    close(feature(row, 'gapsReachedAfterSameGap'), 0);
    // Over two gaps: 12 since the call before last; sums 10, 10, 12.
    close(feature(row, 'twoGapsReached'), 1);
    close(feature(row, 'twoGapsEqual'), 1);
    close(feature(row, 'commonGap'), Math.log2(5));
    close(feature(row, 'commonGapShare'), 3 / 4);
    close(feature(row, 'commonGapDue'), 1);
    close(feature(row, 'hazardIn2'), Math.log(1.1 / 3.5));
  });

  test('a timer of 15 minutes stands out in its own phase and not a minute later', () => {
    const due = rowOf(timer(15, 600, 7), 607);
    const late = rowOf(timer(15, 600, 7), 606);
    // 40 calls in 600 minutes: base (40 + .5) / 601; eight hits in eight cycles.
    const base = 40.5 / 601;
    close(feature(due, 'phase15'), Math.log((8 + 2 * base) / 10 / base));
    close(feature(late, 'phase15'), Math.log((2 * base) / 10 / base));
    expect(feature(due, 'bestPeriod')).toBe(Math.fround(Math.log2(15)));
  });

  test('the clock: minute 480 of the day, a Saturday', () => {
    const row = rowOf([[0, 1]], 30, {minuteOfDay: 450, dayOfWeek: 5});
    expect(['onMultipleOf60', 'onMultipleOf30', 'onMultipleOf5'].map((name) => feature(row, name))).toEqual([1, 1, 1]);
    close(feature(row, 'hourSine'), Math.sin((2 * Math.PI * 480) / 1440));
    expect(feature(row, 'weekend')).toBe(1);
    const undated = rowOf([[0, 1]], 30, {minuteOfDay: 450, dayOfWeek: Number.NaN});
    expect(['weekdaySine', 'weekdayCosine', 'weekend'].map((name) => feature(undated, name))).toEqual([0, 0, 0]);
  });

  test('yesterday counts only once it was known', () => {
    const calls: Calls = [
      [100, 9],
      [200, 1],
    ];
    close(feature(rowOf(calls, 1540), 'calls1440Ago'), Math.log(10));
    close(feature(rowOf(calls, 1539), 'calls1440Ago'), -1);
  });
});
