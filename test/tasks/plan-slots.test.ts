import {describe, expect, test} from 'vitest';
import {payingFunctions, type SlotsTried, withSlots} from '../../src/tasks/plan-slots.ts';
import type {Stage} from '../../src/tasks/plan-stages.ts';

/** What slots saved each function in one part; each dollar of it was a cold start avoided. */
const part = (...savedUsd: number[]): SlotsTried => ({
  savedUsd: Float64Array.from(savedUsd),
  avoidedCold: Float64Array.from(savedUsd, (usd) => Math.max(0, usd)),
});

describe('functions for which slots are worth it', () => {
  test('are those that they made dearer in no part of the history and cheaper in some', () => {
    const parts = [part(1, 5, 0, 0, -1), part(0, 5, 0, 2, -1), part(2, -0.01, 0, 0, -1)];
    expect([...payingFunctions(parts, new Float64Array(5).fill(1))]).toEqual([1, 0, 0, 1, 0]);
  });

  test('that were not tried go by the sum over those that were, each for as many as it stands for', () => {
    const parts = [part(3, -1, 0), part(1, 0, 0)];
    expect([...payingFunctions(parts, Float64Array.of(1, 2, 0))]).toEqual([1, 0, 1]);
    expect([...payingFunctions(parts, Float64Array.of(1, 4, 0))]).toEqual([1, 0, 0]);
  });

  test('without a part there are none', () => {
    expect([...payingFunctions([], Float64Array.of(1, 0))]).toEqual([0, 0]);
  });
});

describe('a stage with slots for some functions', () => {
  const bill = {warm: 6, execution: 2, hosts: 0, delay: 4, requests: 1, dropped: 0.5, total: 13.5};
  const stage: Stage = {
    ...{days: 1, calls: 100, cold: 9, coldUsd: 3.6, newFunctions: 2, bill},
    ...{idleInstances: 3, idleMib: 384, idleUsd: 6},
  };

  test('costs less by what they saved, warm time and delay alike, and has as many cold starts fewer', () => {
    const told = withSlots(stage, part(1, 7), Uint8Array.of(1, 0), Float64Array.of(2, 1));
    const {cold, coldUsd, bill: with2, newFunctions} = told;
    expect([cold, newFunctions]).toEqual([7, 2]);
    // Seven of nine.
    expect(coldUsd).toBeCloseTo(2.8, 12);
    // Two functions like the first: two dollars less of ten.
    expect(with2).toEqual({...bill, warm: expect.closeTo(4.8, 12), delay: expect.closeTo(3.2, 12), total: 11.5});
  });

  test('costs nothing less than nothing', () => {
    const {cold, bill: with2} = withSlots(stage, part(99), Uint8Array.of(1), Float64Array.of(1));
    expect([cold, with2.warm, with2.delay, with2.total]).toEqual([0, 0, 0, 3.5]);
  });
});
