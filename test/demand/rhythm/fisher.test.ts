import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {fisherTail} from '../../../src/demand/rhythm/fisher.ts';

describe("Fisher's g", () => {
  test('two weeks of hours at 1 %: a share of 5.66 % (METHODS E1.4b)', () => {
    expect(fisherTail(0.0566, 168)).toBeCloseTo(0.01, 4);
  });

  test('of two ordinates the larger holds more than three fifths with chance 2 x 2/5', () => {
    expect(fisherTail(0.6, 2)).toBeCloseTo(0.8, 12);
    expect(fisherTail(0.5, 2)).toBe(1);
    expect(fisherTail(1, 2)).toBe(0);
  });

  test('is exceeded by white noise as often as it says', () => {
    const random = new Random(3);
    const m = 20;
    const runs = 4000;
    let above = 0;
    for (let run = 0; run < runs; run++) {
      const ordinates = Array.from({length: m}, () => random.exponential());
      const share = Math.max(...ordinates) / ordinates.reduce((a, b) => a + b);
      if (share > 0.25) above++;
    }
    expect(above / runs).toBeCloseTo(fisherTail(0.25, m), 1.7);
  });

  test('falls from 1 to 0 and never beyond', () => {
    let last = 1;
    for (let x = 0; x <= 1; x += 0.005) {
      const tail = fisherTail(x, 5000);
      expect(tail).toBeLessThanOrEqual(last + 1e-9);
      expect(tail).toBeGreaterThanOrEqual(0);
      last = tail;
    }
    expect(last).toBe(0);
  });
});
