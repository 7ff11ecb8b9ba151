import {describe, expect, test} from 'vitest';
import {poissonTail} from '../../../src/base/distributions.ts';
import {ColdHolds, fillWithoutRest} from '../../../src/plan/curves/cold-holds.ts';
import {Levels} from '../../../src/plan/curves/level-columns.ts';

const holds = new ColdHolds();

describe('cold starts that hold instances longer', () => {
  test('without a slot every call is cold, and starts that take no time leave a Poisson pool', () => {
    holds.begin(2, 1.5, 0.5).with(0);
    expect(holds.coldPerSecond).toBe(2);
    holds.begin(2, 1.5, 0).with(4);
    expect(holds.coldPerSecond).toBeCloseTo(2 * poissonTail(4, 3), 9);
    // Idle slots: 4 P(N = 0) + 3 P(N = 1) + 2 P(N = 2) + P(N = 3), with N Poisson of mean 3.
    expect(holds.idleSlots).toBeCloseTo(Math.exp(-3) * (4 + 3 * 3 + 2 * 4.5 + 4.5), 9);
  });

  test.each([
    [1 / 3, 1, 0.5],
    [1, 1, 0.5],
    [0.1, 2, 1],
    [2, 0.3, 0.5],
  ])(
    'one slot, %d calls a second of %d s that start for %d s: within 8 % of what constant times make',
    (rate, hold, start) => {
      // A busy period that begins warm lasts e^(rate x start) (e^(rate x hold) - 1) / rate on average.
      const free = 1 / (1 + Math.exp(rate * start) * Math.expm1(rate * hold));
      holds.begin(rate, hold, start).with(1);
      expect(rate - holds.coldPerSecond).toBeGreaterThan(0.92 * rate * free);
      expect(rate - holds.coldPerSecond).toBeLessThan(1.08 * rate * free);
    },
  );

  test('levels add up: all cold starts are avoided by all slots, and so many as were asked for are told of', () => {
    const levels = new Levels();
    for (const [rate, hold] of [
      [0.001, 1],
      [1, 1],
      [6, 2],
      [9, 3],
    ] as const) {
      fillWithoutRest(rate, hold, 0.5, 3, levels);
      expect(levels.count).toBeGreaterThanOrEqual(3);
      const avoided = levels.coldPerSecond.subarray(0, levels.count).reduce((sum, one) => sum + one, 0);
      expect(avoided / rate).toBeCloseTo(1, 6);
      expect(levels.idleShare[levels.count - 1]).toBeGreaterThan(0.9);
      expect(levels.spillShare[0]).toBe(0);
    }
  });
});
