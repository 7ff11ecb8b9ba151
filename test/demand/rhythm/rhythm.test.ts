import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {RHYTHM_BINS, strongestRhythm} from '../../../src/demand/rhythm/rhythm.ts';

describe('rhythms', () => {
  const series = (value: (t: number) => number): Float64Array =>
    Float64Array.from({length: RHYTHM_BINS}, (_, t) => value(t));

  test('a wave of 14 cycles is found with its peak', () => {
    const random = new Random(2);
    const found = strongestRhythm(
      series((t) => 5 + 2 * Math.cos(2 * Math.PI * ((14 * t) / RHYTHM_BINS - 0.3)) + 0.3 * random.normal()),
    )!;
    expect(found.cycles).toBe(14);
    expect(found.peak).toBeCloseTo(0.3, 1);
    expect(found.share).toBeGreaterThan(0.9);
    expect(found.p).toBeLessThan(1e-10);
  });

  test('a step, as of a function deployed in mid-trace, is none', () => {
    expect(strongestRhythm(series((t) => (t < 60 ? 0 : 4)))).toBeUndefined();
  });

  test('a constant has none', () => {
    expect(strongestRhythm(series(() => 3.7))).toBeUndefined();
  });
});
