import {describe, expect, test} from 'vitest';
import {poissonTail} from '../../../src/base/distributions.ts';
import {erlangB} from '../../../src/base/erlang.ts';
import {Levels} from '../../../src/plan/curves/level-columns.ts';
import {fillErlang, fillPool} from '../../../src/plan/curves/levels.ts';

const levels = new Levels();

/** Cold starts a second that remain with n slots. */
function coldAfter(rate: number, n: number): number {
  let cold = rate;
  for (let k = 0; k < n; k++) cold -= levels.wakesPerSecond[k]!;
  return cold;
}

describe('Erlang levels', () => {
  test.each([
    [1, 1],
    [0.001, 30],
    [200, 0.1],
    [3, 40],
    [1000, 3.348],
  ])('at %d calls a second held %d s, what n slots leave is rate x B(n, load)', (rate, hold) => {
    fillErlang(rate, hold, 0, 10, levels);
    for (const n of [0, 1, 2, 5, 10, Math.ceil(rate * hold), Math.ceil(rate * hold * 1.1)]) {
      if (n > levels.count) continue;
      expect(coldAfter(rate, n)).toBeCloseTo(rate * erlangB(n, rate * hold), 8);
    }
  });

  test('the first slot of a function avoids rate / (1 + load); of a rare one, nearly every cold start', () => {
    fillErlang(2, 3, 0, 1, levels);
    expect(levels.wakesPerSecond[0]).toBeCloseTo(2 / 7, 12);
    fillErlang(1e-6, 1, 0, 1, levels);
    expect(levels.wakesPerSecond[0]! / 1e-6).toBeCloseTo(1, 5);
  });

  test('a slot of a hot function avoids at most 1 / hold cold starts a second', () => {
    fillErlang(1e6, 0.5, 1e-3, 1, levels);
    expect(levels.wakesPerSecond[0]).toBeCloseTo(2, 5);
    expect(levels.idleShare[0]).toBeCloseTo(0, 5);
  });

  test('wakes fall and idle shares rise from slot to slot, also beyond a million slots', () => {
    fillErlang(1.2e6, 1, 0, 0, levels);
    expect(levels.count).toBeGreaterThan(1.2e6);
    for (let k = 1; k < levels.count; k++) {
      if (levels.wakesPerSecond[k]! > levels.wakesPerSecond[k - 1]! * (1 + 1e-9)) expect(k).toBe(-1);
    }
  });

  test('calls that take no time need one slot', () => {
    fillErlang(5, 0, 0, 3, levels);
    expect(Array.from(levels.wakesPerSecond.subarray(0, 3))).toEqual([5, 0, 0]);
  });

  test('a function that is never called fills only the slots that were forced on it', () => {
    fillErlang(0, 1, 0, 2, levels);
    expect(levels.count).toBe(2);
    expect(Array.from(levels.idleShare.subarray(0, 2))).toEqual([1, 1]);
  });
});

describe('pool levels', () => {
  test.each([
    [10, 1],
    [0.01, 3],
    [5000, 1],
    [1e5, 1],
  ])('at %d calls a second held %d s, what n slots leave is rate x P(N >= n)', (rate, hold) => {
    const load = rate * hold;
    fillPool(rate, hold, 0, 0, levels);
    for (const n of [0, 1, Math.round(load), Math.round(load + 2 * Math.sqrt(load))]) {
      expect(coldAfter(rate, n) / rate).toBeCloseTo(poissonTail(n, load), 9);
    }
  });

  test('the first slots of a busy pool are worth less than those near its load: the curve is S-shaped', () => {
    fillPool(20, 1, 0, 0, levels);
    expect(levels.wakesPerSecond[0]!).toBeLessThan(levels.wakesPerSecond[19]!);
    expect(levels.wakesPerSecond[40]!).toBeLessThan(levels.wakesPerSecond[19]!);
  });
});
