import {describe, expect, test} from 'vitest';
import {draw32, unit} from '../../../src/base/random.ts';
import {PercentileLines} from '../../../src/demand/durations/percentile-lines.ts';

const {NaN: unknown} = Number;

/** Durations of one function, the default being 1 s. */
function durations(meanMs: number, levels: number[], percentileMs: number[]): PercentileLines {
  const duration = {
    meanMs: Float64Array.of(meanMs),
    minMs: Float64Array.of(unknown),
    maxMs: Float64Array.of(unknown),
    levels,
    percentileMs: Float64Array.from(percentileMs),
  };
  return new PercentileLines({duration}, Int32Array.of(0), 1_000_000);
}

/** Mean over a fine grid of shares. */
function meanUs(of: PercentileLines): number {
  const n = 100_000;
  let sum = 0;
  for (let k = 0; k < n; k++) sum += of.at(0, (k + 0.5) / n);
  return sum / n;
}

const azure = [0, 1, 25, 50, 75, 99, 100];

describe('durations of a function', () => {
  test('are linear between its percentiles', () => {
    const of = durations(unknown, [0, 50, 100], [10, 20, 40]);
    expect([0.25, 0.5, 0.75].map((u) => of.at(0, u))).toEqual([15_000, 20_000, 30_000]);
    expect(of.at(0, 1e-12)).toBe(10_000);
    expect(of.at(0, 1 - 1e-12)).toBe(40_000);
  });

  test('are scaled so that their mean is the average the trace gives', () => {
    for (const [meanMs, percentiles] of [
      [100, [1, 2, 30, 60, 90, 300, 900]],
      [7, [0, 0, 0, 0, 0, 50, 5000]],
      [2500, [3, 3, 3, 3, 3, 3, 3]],
    ] as const) {
      expect(meanUs(durations(meanMs, azure, [...percentiles])) / (meanMs * 1000)).toBeCloseTo(1, 3);
    }
  });

  test('never fall as the share rises, even where the percentiles do', () => {
    const of = durations(50, azure, [5, 80, 20, 60, 10, 90, 85]);
    const values = Array.from({length: 1001}, (_, k) => of.at(0, Math.min(1 - 1e-9, k / 1000 + 1e-9)));
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values[0]).toBeGreaterThanOrEqual(0);
  });

  test('are never negative: Azure 2019 has percentiles below 0', () => {
    const of = durations(40, azure, [-144_223, -300, 10, 20, 30, 200, 400]);
    expect(of.at(0, 0.001)).toBe(0);
    expect(meanUs(of) / 40_000).toBeCloseTo(1, 2);
  });

  test('flat beyond the outermost percentiles', () => {
    const of = durations(unknown, [25, 75], [10, 30]);
    expect([0.01, 0.25, 0.5, 0.75, 0.99].map((u) => of.at(0, u))).toEqual([10_000, 10_000, 20_000, 30_000, 30_000]);
  });

  test('with an average alone are constant', () => {
    const of = durations(123.4567, [], []);
    expect([0.01, 0.5, 0.99].map((u) => of.at(0, u))).toEqual([123_457, 123_457, 123_457]);
  });

  test('with percentiles of 0 and an average above it take the average', () => {
    const of = durations(12, azure, [0, 0, 0, 0, 0, 0, 0]);
    expect([0.01, 0.5, 0.99].map((u) => of.at(0, u))).toEqual([12_000, 12_000, 12_000]);
  });

  test('of which the trace says nothing are the default', () => {
    const of = durations(unknown, azure, [unknown, unknown, unknown, unknown, unknown, unknown, unknown]);
    expect(of.at(0, 0.3)).toBe(1_000_000);
  });

  test('every whole percent is found in its piece of the line', () => {
    const levels = Array.from({length: 101}, (_, k) => k);
    const of = durations(
      unknown,
      levels,
      levels.map((k) => k * k),
    );
    for (let k = 0; k <= 99; k++) {
      expect(of.at(0, (k + 0.5) / 100)).toBe(Math.floor(1000 * ((k * k + (k + 1) * (k + 1)) / 2) + 0.5));
    }
  });
});

describe('draws of durations', () => {
  const draws = (of: PercentileLines, n: number): Float64Array => {
    const out = new Float64Array(n);
    of.draw(0, 12, 34, n, out, 0);
    return out;
  };
  const shares = (n: number): number[] => Array.from({length: n}, (_, j) => unit(draw32(12, 34, j)));

  test.each([
    ['short', 80, [0, 1, 20, 60, 90, 300, 900], 1],
    ['half of them 0', 3, [0, 0, 0, 0, 5, 8, 9], 1],
    // Beyond 8 s single precision counts in steps of 1, beyond 134 s of 16.
    ['up to minutes', 20_000, [10, 20, 5000, 10_000, 30_000, 100_000, 250_000], 32],
  ])('follow the line, to a microsecond: %s', (_, meanMs, percentiles, withinUs) => {
    const of = durations(meanMs, azure, percentiles);
    expect(of.hasTable(0)).toBe(true);
    const n = 50_000;
    const drawn = draws(of, n);
    const off = shares(n).reduce((most, share, j) => Math.max(most, Math.abs(drawn[j]! - of.at(0, share))), 0);
    expect(off).toBeLessThanOrEqual(withinUs);
    // Three standard errors of the mean of so many.
    const spread = Math.sqrt(of.moments(0).squareUs - (meanMs * 1000) ** 2);
    expect(Math.abs(drawn.reduce((sum, us) => sum + us, 0) / n - meanMs * 1000)).toBeLessThan((3 * spread) / n ** 0.5);
  });

  test('are the same whether few are drawn or many', () => {
    const of = durations(80, azure, [0, 1, 20, 60, 90, 300, 900]);
    const few = draws(of, 99);
    expect([...draws(of, 1000).subarray(0, 99)]).toEqual([...few]);
    expect([...draws(of, 99)]).toEqual([...few]);
  });

  test.each([
    ['percentiles of broken percents', 80, [0, 0.5, 100], [1, 20, 400]],
    ['calls longer than 9 minutes', unknown, [0, 50, 100], [1, 20, 4e6]],
    ['one duration that single precision does not know', 12_345.679, [], []],
  ])('are those of the line to the last digit, of %s', (_, meanMs, levels, percentiles) => {
    const of = durations(meanMs, levels, percentiles);
    expect(of.hasTable(0)).toBe(false);
    expect([...draws(of, 500)]).toEqual(shares(500).map((share) => of.at(0, share)));
  });
});
