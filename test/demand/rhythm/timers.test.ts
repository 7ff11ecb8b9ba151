import {describe, expect, test} from 'vitest';
import {timersOf} from '../../../src/demand/rhythm/timers.ts';
import {eventWorkload, type MinuteRow, minuteWorkload} from '../../helpers/workload.ts';
import {poisson} from './times.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const [minuteUs, hourUs] = [60e6, 3600e6];

/** A call in each of those minutes. */
const minutes = (name: string, at: readonly number[]): MinuteRow[] =>
  at.map((minute) => ({function: name, minute, count: 1}));
const everyHour = (at: (hour: number) => number, hours = 48) =>
  Array.from({length: hours}, (_, hour) => hour * 60 + at(hour));

describe('the timers of a history', () => {
  test('a cron of minute 20 strikes from minute 20 to 21 of each hour, and misses as few strokes as nothing seen lets believe', () => {
    const found = timersOf(
      minuteWorkload(
        minutes(
          'cron',
          everyHour(() => 20),
        ),
        [0, 48 * 60],
      ),
    );
    expect([found.function, found.periodUs]).toEqual([Int32Array.of(0), Float64Array.of(hourUs)]);
    expect([found.fromUs, found.untilUs]).toEqual([Float64Array.of(20 * minuteUs), Float64Array.of(21 * minuteUs)]);
    // The schedule of the first day held for the 24 strokes of the second: of all, half a miss in 100 and 24; of this one,
    // that over a hundred strokes and none over its 24.
    expect(found.missShare[0]).toBeCloseTo((100 * (0.5 / 124)) / 124, 15);
  });

  test('timers that were given another minute halfway raise the misses of all', () => {
    const moved = (name: string, to: number): MinuteRow[] =>
      minutes(
        name,
        everyHour((hour) => (hour < 24 ? 20 : to)),
      );
    const steady = minutes(
      'steady',
      everyHour(() => 40),
    );
    const found = timersOf(minuteWorkload([...moved('a', 25), ...steady], [0, 48 * 60]));
    const f = [...found.function].indexOf(1);
    // Of 48 held-out strokes 24 came at another minute, and none of its own.
    expect(found.missShare[f]).toBeCloseTo((100 * (24.5 / 148)) / 124, 12);
  });

  test('one that strays by two minutes is held for three, and believed a whole miss', () => {
    const found = timersOf(
      minuteWorkload(
        minutes(
          'stray',
          everyHour((hour) => 20 + (hour % 3)),
        ),
        [0, 48 * 60],
      ),
    );
    expect([found.fromUs[0], found.untilUs[0]].map((us) => Math.round(us! / minuteUs))).toEqual([20, 23]);
    expect(found.missShare[0]).toBeCloseTo(1 / 49, 15);
  });

  test('of two hundred calls two may stray on either side, ten are part of the stroke', () => {
    const late = (strays: number) =>
      timersOf(
        minuteWorkload(
          minutes(
            'cron',
            everyHour((hour) => (hour < strays ? 25 : hour % 20 === 10 ? 22 : 20), 200),
          ),
          [0, 200 * 60],
        ),
      );
    const held = ({fromUs, untilUs}: ReturnType<typeof late>) =>
      [fromUs[0], untilUs[0]].map((us) => Math.round(us! / minuteUs));
    // Ten at minute 22, and none, two or three at 25.
    expect(held(late(0))).toEqual([20, 23]);
    expect(held(late(2))).toEqual([20, 23]);
    expect(held(late(3))).toEqual([20, 26]);
  });

  test('a stroke may lie across the turn of its period', () => {
    const found = timersOf(
      minuteWorkload(
        minutes(
          'turn',
          everyHour((hour) => 59 + (hour % 2)),
        ),
        [0, 49 * 60],
      ),
    );
    expect((found.untilUs[0]! - found.fromUs[0]!) / minuteUs).toBeCloseTo(2, 6);
    expect(found.untilUs[0]).toBeGreaterThan(hourUs);
    expect(found.fromUs[0]).toBeLessThan(hourUs);
  });

  test('single calls are known to the second', () => {
    const rows = Array.from({length: 30}, (_, k) => ({function: 'cron', at: (k * 600 + 7) * 1e6}));
    const found = timersOf(eventWorkload(rows));
    expect([found.periodUs[0], found.fromUs[0], found.untilUs[0]]).toEqual([600e6, 7e6, 8e6]);
  });

  test('neither random calls, nor a timer with a stroke in two missing, nor one of every minute is one', () => {
    const missing = everyHour(() => 20).filter((_, hour) => hour % 5 < 2 || hour % 7 === 0);
    const random = Array.from(poisson(HOUR, 2 * DAY, 3), (second) => Math.floor(second / 60));
    const always = Array.from({length: 2 * 24 * 60}, (_, minute) => minute);
    const rows = [...minutes('missing', missing), ...minutes('random', random), ...minutes('always', always)];
    expect(timersOf(minuteWorkload(rows)).function).toHaveLength(0);
    expect(timersOf(minuteWorkload([])).function).toHaveLength(0);
  });

  test('of hundreds of random functions next to none is called a timer', () => {
    const rows = Array.from({length: 300}, (_, f) =>
      Array.from(poisson(600 + 20 * f, 2 * DAY, 50 + f), (second) => ({
        function: `f${f}`,
        minute: Math.floor(second / 60),
        count: 1,
      })),
    ).flat();
    expect(timersOf(minuteWorkload(rows)).function.length).toBeLessThanOrEqual(1);
  });
});
