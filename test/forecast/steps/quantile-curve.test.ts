import {describe, expect, test} from 'vitest';
import {QuantileCurve} from '../../../src/forecast/steps/quantile-curve.ts';

function curve(levels: number[], values: number[]): QuantileCurve {
  const made = new QuantileCurve(levels);
  made.load(Float64Array.from(values), 0);
  return made;
}

describe('a distribution through a few quantiles', () => {
  test('calls that are always the same have that mean and no spread', () => {
    const same = curve([0.5, 0.9], [7, 7]);
    expect([same.mean(), same.variance(), same.none()]).toEqual([7, 0, 0]);
    expect(same.valueAt(0.99)).toBe(7);
  });

  test('lines below and between, an exponential tail beyond', () => {
    // From 0 at level 0 over 5 at 0.5 to 10 at 0.75; the tail's mean excess is 5 / ln 2.
    const line = curve([0.5, 0.75], [5, 10]);
    const excess = 5 / Math.log(2);
    expect(line.valueAt(0.25)).toBeCloseTo(2.5, 12);
    expect(line.valueAt(0.6)).toBeCloseTo(7, 12);
    expect(line.valueAt(0.875)).toBeCloseTo(15, 12);
    expect(line.mean()).toBeCloseTo(0.5 * 2.5 + 0.25 * 7.5 + 0.25 * (10 + excess), 12);
    expect(line.none()).toBeCloseTo(0.05, 12);
  });

  test('the variance is that of the same distribution added up in small shares', () => {
    const line = curve([0.3, 0.6, 0.95], [1, 4, 30]);
    const shares = 400_000;
    let [sum, squares] = [0, 0];
    for (let i = 0; i < shares; i++) {
      const value = line.valueAt((i + 0.5) / shares);
      sum += value;
      squares += value * value;
    }
    expect(line.mean() / (sum / shares)).toBeCloseTo(1, 4);
    expect(line.variance() / (squares / shares - (sum / shares) ** 2)).toBeCloseTo(1, 2);
  });

  test('a function that is silent at every level is called with half the chance that is left', () => {
    expect(curve([0.5, 0.9], [0, 0]).none()).toBeCloseTo(0.95, 12);
  });

  test('a single quantile is taken for one of a Poisson distribution: mean + z sqrt(mean)', () => {
    // The median stands for the mean; at 0.9, z is 1.2816.
    const median = curve([0.5], [16]);
    expect(median.valueAt(0.9)).toBeCloseTo(16 + 1.2815515655 * 4, 6);
    const upper = curve([0.9], [16 + 1.2815515655 * 4]);
    expect(upper.valueAt(0.5)).toBeCloseTo(16, 6);
  });
});
