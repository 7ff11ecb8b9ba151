import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {cronPeriod, cronPhase, firingsOf, firstFiring} from '../../../src/workload/synth/clockwork.ts';

describe('functions that fire by the clock', () => {
  test.each([
    ['once a day', 1, 1440],
    ['every five minutes', 288, 5],
    ['once a minute', 1440, 1],
    ['any rate above once a minute', 1e6, 1],
    ['27 a day is nearer to hourly than to half-hourly', 27, 60],
    ['40 a day is nearer to half-hourly', 40, 30],
    ['twice a fortnight', 1 / 7, 10_080],
    ['once in ten years still has a month', 1 / 3650, 43_200],
  ])('%s', (_, callsPerDay, minutes) => {
    expect(cronPeriod(callsPerDay)).toBe(minutes);
  });

  test.each([
    ['on the full five minutes from a full hour', 5, 0, 0, 61, 0, 13],
    ['a span that ends before the next firing', 5, 0, 0, 60, 0, 12],
    ['the clock starts within the period', 60, 15, 30, 120, 45, 2],
    ['not at all in the span', 1440, 700, 0, 60, 700, 0],
    ['at the first minute alone', 1440, 0, 0, 1, 0, 1],
  ])('fires %s', (_, period, phase, clock, minutes, first, firings) => {
    expect(firstFiring(period, phase, clock)).toBe(first);
    expect(firingsOf(period, phase, clock, minutes)).toBe(firings);
  });

  test('firings are those that a walk over the minutes finds', () => {
    const n = (max: number) => fc.integer({min: 0, max});
    fc.assert(
      fc.property(n(90), n(200), n(10_079), n(400), (span, phase, clock, minutes) => {
        const period = span + 1;
        let walked = 0;
        for (let m = 0; m < minutes; m++) if ((m + clock - (phase % period)) % period === 0) walked++;
        expect(firingsOf(period, phase % period, clock, minutes)).toBe(walked);
      }),
    );
  });

  test('a phase lies in its period, mostly on the hour, jobs of a day often at midnight', () => {
    const unit = fc.double({min: 1e-9, max: 1 - 1e-9, noNaN: true});
    fc.assert(
      fc.property(fc.constantFrom(1, 5, 15, 60, 120, 480, 1440, 10_080, 43_200), unit, unit, (period, u, v) => {
        const phase = cronPhase(period, u, v);
        expect(Number.isInteger(phase) && phase >= 0 && phase < period).toBe(true);
        if (u < 0.85) expect(phase % Math.min(60, period)).toBe(0);
        if (u < 0.85 && v < 0.35 && period >= 1440) expect(phase).toBe(0);
      }),
    );
  });
});
