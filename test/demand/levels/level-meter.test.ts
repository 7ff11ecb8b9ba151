import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {LevelMeter} from '../../../src/demand/levels/level-meter.ts';
import {type Call, poissonCalls, simulatePool} from '../../plan/pool-simulation.ts';

function measure(calls: readonly Call[], keepAlive: number, until: number): LevelMeter {
  const meter = new LevelMeter(keepAlive, until / 2);
  for (const {at, hold} of calls) expect(meter.call(at, at + hold)).toBe(true);
  meter.finish(until);
  return meter;
}

const column = (values: Float64Array, levels: number): number[] => Array.from(values.subarray(0, levels));

describe('levels of concurrency', () => {
  test('a hand-worked trace: three calls, two of them at once, keep-alive 10 s', () => {
    // Busy: 1 over [0, 5), 2 over [2, 4); then 1 over [20, 21).
    const meter = measure(
      [
        {at: 0, hold: 5},
        {at: 2, hold: 2},
        {at: 20, hold: 1},
      ],
      10,
      100,
    );
    expect(meter.levels).toBe(2);
    expect(column(meter.rises, 2)).toEqual([2, 1]);
    // The first rises are cold; at 20 level 1 has been idle since 5, for 15 s.
    expect(column(meter.coldRises, 2)).toEqual([2, 1]);
    // Level 1 idles over [5, 20) and [21, 100), level 2 over [0, 2) and [4, 100).
    expect(column(meter.idleSeconds, 2)).toEqual([94, 98]);
    expect(column(meter.spillSeconds, 2)).toEqual([20, 10]);
  });

  test('idle for exactly the keep-alive is cold, a hair less is warm', () => {
    const at = (second: number): number =>
      measure(
        [
          {at: 0, hold: 1},
          {at: second, hold: 1},
        ],
        10,
        100,
      ).coldRises[0]!;
    expect(at(11)).toBe(2);
    expect(at(10.999)).toBe(1);
  });

  test('a call that comes as another ends finds its instance', () => {
    const meter = measure(
      [
        {at: 0, hold: 5},
        {at: 5, hold: 5},
      ],
      10,
      20,
    );
    expect(meter.levels).toBe(1);
    expect(column(meter.coldRises, 1)).toEqual([1]);
  });

  test('one pass says for every number of kept slots which calls are cold, as a pool simulated for each says', () => {
    const random = new Random(5);
    for (let trial = 0; trial < 60; trial++) {
      const rate = 10 ** (random.next() * 3 - 2);
      const hold = 10 ** (random.next() * 3 - 2);
      const until = Math.min(200 / rate, 5000);
      const keepAlive = [0, 1, 10, 60][random.below(4)]!;
      const calls = poissonCalls(random, rate, hold, until, 'heavy');
      const meter = measure(calls, keepAlive, until);
      for (let kept = 0; kept <= meter.levels + 1; kept++) {
        const pool = simulatePool(calls, kept, keepAlive, until);
        let cold = 0;
        for (let level = kept; level < meter.levels; level++) cold += meter.coldRises[level]!;
        expect(pool.cold).toBe(cold);
      }
    }
  });

  test('concurrency beyond measuring is refused', () => {
    const meter = new LevelMeter(1, 1);
    let taken = 0;
    while (meter.call(taken * 1e-6, 1e9)) taken++;
    expect(taken).toBe(4096);
  });
});
