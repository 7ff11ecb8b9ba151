import {describe, expect, test} from 'vitest';
import {isTried, sampleOf} from '../../src/tasks/plan-sample.ts';
import {originsOf} from '../../src/tasks/plan-stages.ts';
import {invocationsOf, invocationsTotal} from '../../src/workload/workload.ts';
import {minuteWorkload} from '../helpers/workload.ts';

/** 400 functions that are called 1, 10 or 100 times in an hour. */
const workload = minuteWorkload(
  Array.from({length: 400}, (_, f) => ({function: `f${f}`, minute: f % 60, count: 10 ** (f % 3)})),
  [0, 60],
);

describe('a sample of functions', () => {
  test('is everything where the limits let it through', () => {
    const sample = sampleOf(workload, {calls: 1e6, functionMinutes: 1e6}, 1);
    expect(sample.workload).toBe(workload);
    expect([sample.functions, sample.of]).toEqual([400, 400]);
    expect([...sample.weight].every((weight) => weight === 1)).toBe(true);
  });

  test('takes the same share of every octave of calls, and stands for all functions and all calls', () => {
    const sample = sampleOf(workload, {calls: 1e6, functionMinutes: 60 * 100}, 1);
    expect(sample.functions).toBeGreaterThan(95);
    expect(sample.functions).toBeLessThan(105);
    const each = Array.from(sample.weight, (weight, f) => weight * invocationsOf(workload, f));
    expect(sample.weight.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(400, 9);
    expect(each.reduce((sum, calls) => sum + calls, 0)).toBeCloseTo(invocationsTotal(workload), 6);
    for (let f = 0; f < 400; f++) {
      expect(invocationsOf(sample.workload, f)).toBe(sample.weight[f]! > 0 ? invocationsOf(workload, f) : 0);
    }
  });

  test('keeps fewer of an octave that alone would take more than its part of the calls', () => {
    const sample = sampleOf(workload, {calls: 3000, functionMinutes: 1e6}, 1);
    // 134 once, 133 ten times, 133 a hundred times; each octave may have 1,000 calls.
    expect(invocationsTotal(sample.workload)).toBe(134 + 10 * 100 + 100 * 10);
    expect(sample.weight.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(400, 9);
  });

  test('is the same for the same seed, and another for another', () => {
    const limits = {calls: 1e6, functionMinutes: 60 * 100};
    const rows = (seed: number): string => [...sampleOf(workload, limits, seed).weight].join();
    expect(rows(1)).toBe(rows(1));
    expect(rows(1)).not.toBe(rows(2));
  });
});

describe('a sample is tried', () => {
  const one = (count: number) => minuteWorkload([{function: 'hot', minute: 0, count}], [0, 60]);
  const {calls, functionMinutes} = {calls: 20e6, functionMinutes: 3e5};

  test.each([
    [60e6, true],
    [60e6 + 1, false],
    [2 ** 32, false],
  ])('a function of %d calls: %s', (count, tried) => {
    const sample = sampleOf(one(count), {calls, functionMinutes}, 1);
    // It is whole, however many calls it has: no other function stands for it.
    expect([sample.functions, sample.calls]).toEqual([1, count]);
    expect(isTried(sample)).toBe(tried);
  });

  test('the calls of a sample are those of its functions', () => {
    const sample = sampleOf(workload, {calls: 3000, functionMinutes: 1e6}, 1);
    expect(sample.calls).toBe(invocationsTotal(sample.workload));
  });
});

describe('origins inside a history', () => {
  test('lie at whole minutes after 0.4, 0.6 and 0.8 of it', () => {
    const {atUs, binsUs} = originsOf(240 * 60e6)!;
    expect(atUs.map((us) => us / 60e6)).toEqual([96, 144, 192]);
    expect(binsUs.map((us) => us / 60e6)).toEqual([24, 48, 72, 96, 120, 144, 168, 192, 216]);
  });

  test('of less than ten minutes there are none', () => {
    expect(originsOf(10 * 60e6 - 1)).toBeUndefined();
    expect(originsOf(10 * 60e6)!.atUs).toEqual([4 * 60e6, 6 * 60e6, 8 * 60e6]);
  });
});
