import {expect, test} from 'vitest';
import {ConstantGaps} from '../../../src/plan/curves/constant-gaps.ts';

const gaps = new ConstantGaps();

test('gaps of the first level are exponential', () => {
  for (const keep of [0.2, 1, 3]) {
    gaps.read(1, 2, 1, 0.5, keep);
    // What is left of the error is Simpson's.
    expect(gaps.lateShare).toBeCloseTo(Math.exp(-2 * keep), 4);
    expect(gaps.idledSeconds).toBeCloseTo((1 - Math.exp(-2 * keep)) / 2, 3);
  }
});

test('a gap of the second level outlasts a hold where none comes, or the first that comes finds the other call ended', () => {
  gaps.read(2, 2, 1, 1.5, 1);
  expect(gaps.lateShare).toBeCloseTo(Math.exp(-2) * (1 + 2 / 2), 9);
  // Half a hold: the other call has ended with chance 1/2, and then one that comes came first with chance 1/2.
  gaps.read(2, 2, 1, 1.5, 0.5);
  expect(gaps.lateShare).toBeCloseTo(Math.exp(-1) * (1 / 2 + (1 / 2) * (1 + 1 / 2)), 9);
});

test('kept for good an instance idles through whole gaps', () => {
  gaps.read(4, 3, 1, 0.9, 1e6);
  expect(gaps.idledSeconds).toBeCloseTo(0.9, 9);
  expect(gaps.lateShare).toBe(0);
});
