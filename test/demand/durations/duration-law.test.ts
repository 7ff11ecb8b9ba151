import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {type DurationLaw, DurationLaws} from '../../../src/demand/durations/duration-law.ts';
import {Durations} from '../../../src/demand/durations/durations.ts';
import {meanDurations, meanDurationUs} from '../../../src/demand/durations/mean-durations.ts';
import {PercentileLines} from '../../../src/demand/durations/percentile-lines.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const {NaN: unknown} = Number;

/** A per-minute trace of one function, with that average and those percentiles, ms. */
function told(meanMs: number, levels: number[] = [], percentiles: number[] = []): Workload {
  const workload = minuteWorkload([{function: 'f', minute: 0, count: 10}]);
  const percentileMs = Float64Array.from(percentiles);
  return {...workload, duration: {...workload.duration, meanMs: Float64Array.of(meanMs), levels, percentileMs}};
}

const lawOf = (workload: Workload): DurationLaw => new DurationLaws(workload).of(0)!;

describe('the law of durations, hand-worked', () => {
  test('lies on the line through the percentiles', () => {
    // Halves of mean 50 and 550: 300 altogether, as given.
    const law = lawOf(told(300, [0, 50, 100], [0, 100, 1000]));
    expect(law.meanUs).toBe(300_000);
    expect([0, 0.5, 0.75, 1].map((p) => law.quantileUs(p))).toEqual([0, 100_000, 550_000, 1_000_000]);
    expect(law.above(550_000).calls).toBeCloseTo(0.25, 6);
    expect(law.above(550_000).time).toBeCloseTo((0.25 * 775) / 300, 5);
    // E[X^2] = (100^2 / 3 + (100^2 + 100 * 1000 + 1000^2) / 3) / 2.
    expect(law.cv).toBeCloseTo(Math.sqrt((10_000 + 1_110_000) / 6 - 90_000) / 300, 12);
  });

  test('takes the average for it where the percentiles are all 0: such a function runs 40 s, not never', () => {
    const law = lawOf(told(40_000, [0, 50, 100], [0, 0, 0]));
    expect([law.meanUs, law.quantileUs(0.01), law.quantileUs(0.99), law.cv]).toEqual([40e6, 40e6, 40e6, 0]);
    expect(law.above(30e6)).toEqual({calls: 1, time: 1});
    expect(law.above(40e6)).toEqual({calls: 0, time: 0});
  });

  test('has the mean of the line where there are percentiles alone', () => {
    // Flat at 100 ms up to the median, then to 200 ms at 99 %, flat again: 50 + 73.5 + 2.
    expect(lawOf(told(unknown, [50, 99], [100, 200])).meanUs).toBeCloseTo(125_500, 6);
    expect(lawOf(told(unknown, [0, 50, 100], [0, 1000, 4000])).meanUs).toBe(1_500_000);
  });

  test('is scaled to the average, disorder and negatives mended', () => {
    expect(lawOf(told(600, [0, 50, 100], [0, 100, 1000])).quantileUs(0.5)).toBe(200_000);
    const mended = lawOf(told(75, [0, 50, 100], [-5, 100, 50]));
    expect([mended.quantileUs(0), mended.quantileUs(1)]).toEqual([0, 100_000]);
    expect(lawOf(told(-5, [0, 50, 100], [1, 1, 1]))).toMatchObject({meanUs: 0, cv: unknown});
  });

  test('is constant with an average alone, and unknown with nothing', () => {
    expect(lawOf(told(70, [0, 100], [unknown, unknown]))).toMatchObject({meanUs: 70_000, cv: 0});
    expect(new DurationLaws(told(unknown)).of(0)).toBeUndefined();
  });

  test('is that of the calls themselves where the trace has each', () => {
    const ms = [4000, 100, 300, 200, 400];
    const law = lawOf(eventWorkload(ms.map((duration, i) => ({function: 'f', at: i, duration: duration * 1000}))));
    expect(law.meanUs).toBe(1_000_000);
    expect([0, 0.2, 0.5, 0.95, 1].map((p) => law.quantileUs(p))).toEqual([100e3, 100e3, 300e3, 4e6, 4e6]);
    expect(law.above(300_000)).toEqual({calls: 2 / 5, time: 4400 / 5000});
    expect(law.above(4_000_000)).toEqual({calls: 0, time: 0});
    expect(law.cv).toBeCloseTo(Math.sqrt((16_000_000 + 300_000) / 5 - 1_000_000) / 1000, 12);
  });
});

/** Any average and percentiles, sane or not. */
const ms = fc.oneof(fc.double({min: 0, max: 5000, noNaN: true}), fc.constantFrom(0, 0, 1, 30, 0.0004, -7));
const anyTold = fc
  .record({
    levels: fc.uniqueArray(fc.integer({min: 0, max: 100}), {maxLength: 9}).map((list) => list.sort((a, b) => a - b)),
    meanMs: fc.oneof(ms, fc.constant(unknown)),
    percentiles: fc.array(ms, {minLength: 9, maxLength: 9}),
  })
  .map(({levels, meanMs, percentiles}) => told(meanMs, levels, percentiles.slice(0, levels.length)))
  .filter((workload) => new DurationLaws(workload).of(0) !== undefined);

describe('the law of durations is that of the draws', () => {
  const draws = 4000;

  /** The durations at evenly spaced shares, ascending: what draws come to without their chance. */
  function evenDraws(workload: Workload): Float64Array {
    const lines = new PercentileLines(workload, Int32Array.of(0), 0);
    return Float64Array.from({length: draws}, (_, k) => lines.at(0, (k + 0.5) / draws));
  }

  test('they exceed any limit as often, and hold as much of the time, as the law says', () => {
    fc.assert(
      fc.property(anyTold, fc.double({min: 0, max: 1, noNaN: true}), (workload, share) => {
        const law = lawOf(workload);
        const drawn = evenDraws(workload);
        const total = drawn.reduce((sum, us) => sum + us, 0);
        const at = drawn[Math.min(draws - 1, Math.floor(share * draws))]!;
        for (const limit of [at - 1, at, at + 0.4, at + 1, at / 2, 2 * at]) {
          const longer = drawn.filter((us) => us > limit);
          const found = law.above(limit);
          expect(Math.abs(found.calls - longer.length / draws)).toBeLessThanOrEqual(1.01 / draws);
          if (law.meanUs < 1000) continue;
          const timeShare = longer.reduce((sum, us) => sum + us, 0) / total;
          expect(Math.abs(found.time - timeShare)).toBeLessThanOrEqual((2 * drawn.at(-1)! + 1000) / total + 1e-3);
        }
      }),
      {seed: 7, numRuns: 300},
    );
  });

  test('their mean is its mean, to half a microsecond', () => {
    fc.assert(
      fc.property(anyTold, (workload) => {
        const drawn = evenDraws(workload);
        const mean = drawn.reduce((sum, us) => sum + us, 0) / draws;
        const range = drawn.at(-1)! - drawn[0]!;
        expect(Math.abs(lawOf(workload).meanUs - mean)).toBeLessThanOrEqual(0.5001 + (2 * range) / draws);
      }),
      {seed: 8, numRuns: 300},
    );
  });

  test('its quantiles are theirs', () => {
    fc.assert(
      fc.property(anyTold, fc.nat(draws - 1), (workload, k) => {
        expect(lawOf(workload).quantileUs((k + 0.5) / draws)).toBe(evenDraws(workload)[k]);
      }),
      {seed: 9, numRuns: 200},
    );
  });

  test('seeded draws of a stream follow it', () => {
    const workload = told(300, [0, 50, 100], [0, 100, 1000]);
    const lines = new PercentileLines(workload, Int32Array.of(0), 0);
    const n = 100_000;
    const out = new Float64Array(n + 1);
    lines.draw(0, 17, 4, n, out, 1);
    const mean = out.reduce((sum, us) => sum + us, 0) / n;
    const law = lawOf(workload);
    expect(out[0]).toBe(0);
    expect(Math.abs(mean / law.meanUs - 1)).toBeLessThan((4 * law.cv) / Math.sqrt(n));
    for (const limit of [50_000, 100_000, 640_000]) {
      const share = out.filter((us) => us > limit).length / n;
      expect(Math.abs(share - law.above(limit).calls)).toBeLessThan(2 / Math.sqrt(n));
    }
  });
});

describe('recorded durations', () => {
  test('differ in nothing from a plain count over the calls', () => {
    const calls = fc.array(fc.nat(1_000_000), {minLength: 1, maxLength: 40});
    fc.assert(
      fc.property(calls, fc.nat(1_000_000), fc.double({min: 0, max: 1, noNaN: true}), (us, limit, p) => {
        const law = lawOf(eventWorkload(us.map((duration, at) => ({function: 'f', at, duration}))));
        const longer = us.filter((one) => one > limit);
        const sum = us.reduce((a, b) => a + b, 0);
        expect(law.meanUs).toBe(sum / us.length);
        expect(law.above(limit).calls).toBe(longer.length / us.length);
        expect(law.above(limit).time).toBe(sum === 0 ? 0 : longer.reduce((a, b) => a + b, 0) / sum);
        const quantile = law.quantileUs(p);
        expect(us.filter((one) => one <= quantile).length).toBeGreaterThanOrEqual(p * us.length);
        expect(us.filter((one) => one < quantile).length).toBeLessThan(Math.max(1e-9, p * us.length) + 1e-9);
      }),
    );
  });
});

describe('calls of unknown duration', () => {
  const workload = eventWorkload([
    {function: 'f', at: 0, duration: 400},
    {function: 'f', at: 1, duration: unknown},
    {function: 'f', at: 2, duration: 100},
    {function: 'silent', at: 3, duration: unknown},
  ]);

  test('say nothing of the others, and are drawn from them', () => {
    expect(lawOf(workload)).toMatchObject({meanUs: 250});
    expect(new DurationLaws(workload).of(1)).toBeUndefined();
    const draws = new Durations(workload, Int32Array.of(0, 1), 7);
    expect([0.01, 0.5, 0.51, 0.99].map((u) => draws.at(0, u))).toEqual([100, 100, 400, 400]);
    expect(draws.at(1, 0.5)).toBe(7);
    expect(meanDurations(workload, 7)).toEqual({us: Float64Array.of(250, 7), withoutDuration: 1});
  });
});

describe('mean durations', () => {
  test('are the means of the laws, and where there is none the default, counted', () => {
    fc.assert(
      fc.property(anyTold, (workload) => {
        expect(meanDurationUs(workload, 0)).toBe(lawOf(workload).meanUs);
        expect(meanDurations(workload, 7)).toEqual({us: Float64Array.of(lawOf(workload).meanUs), withoutDuration: 0});
      }),
    );
    expect(meanDurations(told(unknown), 7e6)).toEqual({us: Float64Array.of(7e6), withoutDuration: 1});
  });

  test('come from the calls, the average, the percentiles or the default', () => {
    const minutes = minuteWorkload(
      ['average', 'percentiles', 'nothing'].map((name) => ({function: name, minute: 0, count: 1})),
    );
    const workload: Workload = {
      ...minutes,
      duration: {
        ...minutes.duration,
        meanMs: Float64Array.of(-5, unknown, unknown),
        levels: [0, 50, 100],
        percentileMs: Float64Array.of(1, 1, 1, 0, 1000, 4000, unknown, unknown, unknown),
      },
    };
    // Negative averages count as 0; the line 0, 1000, 4000 has mean 1,500.
    expect(meanDurations(workload, 7e6)).toEqual({us: Float64Array.of(0, 1_500_000, 7e6), withoutDuration: 1});
    const events = eventWorkload([
      {function: 'f', at: 0, duration: 4e6},
      {function: 'f', at: 1, duration: 2e6},
    ]);
    expect(meanDurations(events, 1e6).us).toEqual(Float64Array.of(3e6));
  });
});
