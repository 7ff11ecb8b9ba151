import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {BaselineForecaster} from '../../src/forecast/baselines/baseline-forecaster.ts';
import {type CallsByFunction, levelSeriesOf} from '../../src/forecast/level-series.ts';
import {forecastSlots} from '../../src/forecast/slot-forecast.ts';
import {noClock} from '../helpers/series.ts';

const MINUTE = 60_000_000;

/** Calls of functions as [arrival, duration] pairs in minutes. */
function callsOf(functions: readonly (readonly (readonly [number, number])[])[]): CallsByFunction {
  const start = new Float64Array(functions.length + 1);
  for (let f = 0; f < functions.length; f++) start[f + 1] = start[f]! + functions[f]!.length;
  const all = functions.flat();
  return {
    start,
    arrivalUs: Float64Array.from(all, ([arrival]) => Math.round(arrival * MINUTE)),
    durationUs: Float64Array.from(all, ([, duration]) => Math.round(duration * MINUTE)),
  };
}

const options = {spanUs: 10 * MINUTE, shiftUs: 0, maxLevel: 100, clock: noClock};

/** Rows as [minute, count] pairs. */
function rowsOf({series}: ReturnType<typeof levelSeriesOf>): number[][][] {
  return Array.from({length: series.rows}, (_, r) =>
    Array.from({length: series.length[r]!}, (_, i) => [
      series.minute[series.start[r]! + i]!,
      series.count[series.start[r]! + i]!,
    ]),
  );
}

describe('levels of concurrency', () => {
  test('a level is called when a call finds that many less one running', () => {
    const levels = levelSeriesOf(
      callsOf([
        [
          [0.5, 2],
          [1, 0.5],
          [1.2, 3],
          [1.6, 0.1],
          [5, 1],
        ],
        [],
        [[9, 1]],
      ]),
      options,
    );
    expect([...levels.firstRow]).toEqual([0, 3, 3, 4]);
    expect(rowsOf(levels)).toEqual([
      [
        [0, 1],
        [5, 1],
      ],
      [[1, 1]],
      // At 1.2 two run; at 1.6 the second has gone, so its place is the third again.
      [[1, 2]],
      [[9, 1]],
    ]);
  });

  test('a call that arrives as another finishes finds it gone', () => {
    expect(
      rowsOf(
        levelSeriesOf(
          callsOf([
            [
              [0, 1],
              [1, 1],
            ],
          ]),
          options,
        ),
      ),
    ).toEqual([
      [
        [0, 1],
        [1, 1],
      ],
    ]);
  });

  test('minutes begin earlier by the time that a start takes', () => {
    const shifted = levelSeriesOf(
      callsOf([
        [
          [0.99, 0.1],
          [1.5, 0.1],
        ],
      ]),
      {...options, shiftUs: MINUTE / 60},
    );
    expect(rowsOf(shifted)).toEqual([[[1, 2]]]);
    expect(shifted.series.span).toBe(11);
  });

  test('equals a naive count of running calls, level by level', () => {
    const call = fc.tuple(fc.integer({min: 0, max: 80}), fc.integer({min: 0, max: 30}));
    fc.assert(
      fc.property(fc.array(call, {maxLength: 40}), (tenths) => {
        const calls = tenths.map(([at, length]) => [at / 10, length / 10] as const).sort((a, b) => a[0] - b[0]);
        const naive = new Map<number, Map<number, number>>();
        calls.forEach(([at], i) => {
          const running = calls
            .slice(0, i)
            .filter(([from, length]) => Math.round((from + length) * MINUTE) > Math.round(at * MINUTE)).length;
          const row = naive.get(running) ?? new Map<number, number>();
          naive.set(running, row.set(Math.floor(at), (row.get(Math.floor(at)) ?? 0) + 1));
        });
        const wanted = [...naive].sort((a, b) => a[0] - b[0]).map(([, row]) => [...row]);
        expect(rowsOf(levelSeriesOf(callsOf([calls]), options))).toEqual(wanted);
        const low = levelSeriesOf(callsOf([calls]), {...options, maxLevel: 2});
        expect(rowsOf(low)).toEqual(wanted.slice(0, 2));
      }),
    );
  });
});

describe('slots by minute', () => {
  const always = () => new BaselineForecaster('always', [1], [0.5]);
  const never = () => new BaselineForecaster('never', [1], [0.5]);
  const calls = callsOf([
    [
      [1.5, 3],
      [2, 1],
      [6, 1],
    ],
    [],
    [[4, 0.5]],
  ]);
  const levels = levelSeriesOf(calls, options);
  const half = new Float64Array(3).fill(0.5);

  test('each level counts from the minute after it was first called', async () => {
    const {minute, slots, start} = await forecastSlots(levels, always(), half);
    expect([...start]).toEqual([0, 2, 2, 3]);
    expect([...minute]).toEqual([2, 3, 5]);
    expect([...slots]).toEqual([1, 2, 1]);
    expect([...(await forecastSlots(levels, never(), half)).start]).toEqual([0, 0, 0, 0]);
  });

  test('a function whose warm minute costs more than a cold start keeps nothing', async () => {
    const {start} = await forecastSlots(levels, always(), Float64Array.of(1, 1, 0.99));
    expect([...start]).toEqual([0, 0, 0, 1]);
  });

  test('what comes later changes no earlier step', async () => {
    const random = new Random(4);
    const make = (until: number) =>
      Array.from({length: 6}, (_, f) => {
        const own = new Random(f);
        const all = Array.from({length: 400}, () => [300 * own.next(), 3 * own.next() ** 3] as const).sort(
          (a, b) => a[0] - b[0],
        );
        return all.filter(([at]) => at < until || random.next() < 0.3);
      });
    const spanUs = 300 * MINUTE;
    const third = new Float64Array(6).fill(1 / 3);
    const forecaster = () => new BaselineForecaster('iat-histogram', [1], [0.5]);
    const whole = await forecastSlots(levelSeriesOf(callsOf(make(300)), {...options, spanUs}), forecaster(), third);
    const other = await forecastSlots(levelSeriesOf(callsOf(make(150)), {...options, spanUs}), forecaster(), third);
    for (let f = 0; f < 6; f++) {
      const before = ({minute, slots, start}: typeof whole) =>
        Array.from({length: start[f + 1]! - start[f]!}, (_, i) => [
          minute[start[f]! + i]!,
          slots[start[f]! + i]!,
        ]).filter(
          // Minute 150 is decided on what came before it.
          ([t]) => t! <= 150,
        );
      expect(before(other)).toEqual(before(whole));
      expect(before(whole).length).toBeGreaterThan(5);
    }
  });
});
