import {describe, expect, test} from 'vitest';
import type {ColdTimes} from '../../../src/fleet/cold-time/expected-cold-times.ts';
import {coldTimeExceededBy} from '../../../src/plan/outcome/cold-mixture.ts';

/** Functions whose cold starts all take the same time, each its own. */
function constant(...us: number[]): ColdTimes {
  return {meanUs: Float64Array.from(us), alike: false, shareAbove: (f, limit) => (limit < us[f]! ? 1 : 0)};
}

/** Exponential with that mean, for every function. */
function exponential(meanUs: number, functions: number): ColdTimes {
  return {
    meanUs: new Float64Array(functions).fill(meanUs),
    alike: true,
    shareAbove: (_, us) => Math.exp(-us / meanUs),
  };
}

describe('the time that all but so many cold starts do not exceed', () => {
  const times = constant(500_000, 2_000_000, 7);

  test('is the longest of those that are not let off, to the microsecond', () => {
    const weights = Float64Array.of(99, 1, 40);
    expect(coldTimeExceededBy(0, weights, times)).toBe(2_000_000);
    expect(coldTimeExceededBy(0.99, weights, times)).toBe(2_000_000);
    // Exactly the one slow start is let off.
    expect(coldTimeExceededBy(1, weights, times)).toBe(500_000);
    expect(coldTimeExceededBy(99.9, weights, times)).toBe(500_000);
    expect(coldTimeExceededBy(100, weights, times)).toBe(7);
  });

  test('is 0 where all are let off, where there are none, and where none takes any time', () => {
    expect(coldTimeExceededBy(100, Float64Array.of(99, 1, 0), times)).toBe(0);
    expect(coldTimeExceededBy(0, new Float64Array(3), times)).toBe(0);
    expect(coldTimeExceededBy(0, Float64Array.of(5), constant(0))).toBe(0);
  });

  test('follows a tail: a hundredth of an exponential lies above ln 100 means', () => {
    const us = coldTimeExceededBy(1, Float64Array.of(30, 70), exponential(1e6, 2));
    expect(us).toBe(Math.ceil(1e6 * Math.log(100)));
  });
});
