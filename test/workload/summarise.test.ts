import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {classOfCalls} from '../../src/workload/call-class.ts';
import {summariseCalls} from '../../src/workload/summarise.ts';
import {eventWorkload, minuteWorkload} from '../helpers/workload.ts';

const SECOND = 1_000_000;
const minutes = (counts: number[]) =>
  summariseCalls(
    minuteWorkload(
      counts.map((count, minute) => ({function: 'f', minute, count})),
      [0, counts.length],
    ),
  );
const events = (seconds: number[]) =>
  summariseCalls(eventWorkload(seconds.map((s) => ({function: 'f', at: s * SECOND}))));

/** Coefficient of variation of the gaps between times, the plain way. */
function plainCv(times: number[]): number {
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  const mean = gaps.reduce((a, b) => a + b, 0) / gaps.length;
  return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean;
}

describe('how a function is called', () => {
  test('rates, peaks and totals', () => {
    const summary = summariseCalls(
      minuteWorkload([
        {function: 'f', minute: 0, count: 10},
        {function: 'f', minute: 3, count: 2},
        {function: 'g', minute: 3, count: 5},
      ]),
    );
    expect([...summary.calls]).toEqual([12, 5]);
    expect([...summary.callsPerDay]).toEqual([12 * 360, 5 * 360]);
    expect([...summary.peakPerMinute]).toEqual([10, 5]);
    expect([...summary.perMinute]).toEqual([10, 0, 0, 7]);
  });

  test('events are counted by minute as well', () => {
    const summary = events([0, 1, 59.999999, 60, 300]);
    expect([...summary.perMinute]).toEqual([3, 1, 0, 0, 0, 1]);
    expect(summary.peakPerMinute[0]).toBe(3);
  });

  test.each<[string, number[], number]>([
    ['one call every minute', [1, 1, 1, 1], 0],
    ['six calls every minute', [6, 6, 6, 6, 6], 0],
    ['a call every fifth minute', [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], 0],
    ['gaps of 1 and 3 minutes', [1, 1, 0, 0, 1], 0.5],
    // Within the minute 1/2, then 3/4 + 1/4 + ... : calls at 0.25 0.75 1.5, gaps 0.5 and 0.75.
    ['two calls, then one', [2, 1], 0.125 / 0.625],
  ])('%s', (_, counts, cv) => {
    expect(minutes(counts).gapCv[0]).toBeCloseTo(cv, 12);
  });

  test('two calls have one gap, which varies from nothing: not known', () => {
    expect(minutes([1, 1]).gapCv[0]).toBeNaN();
    expect(events([1, 2]).gapCv[0]).toBeNaN();
    expect(summariseCalls(minuteWorkload([{function: 'f', minute: 0, count: 0}])).gapCv[0]).toBeNaN();
  });

  test('the variation of gaps equals the plain formula over evenly spread calls', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), {minLength: 3, maxLength: 40}), (counts) => {
        const times = counts.flatMap((n, minute) => Array.from({length: n}, (_, j) => minute + (j + 0.5) / n));
        fc.pre(times.length >= 3);
        const [cv, plain] = [minutes(counts).gapCv[0]!, plainCv(times)];
        expect(Math.abs(cv - plain)).toBeLessThan(1e-9);
      }),
    );
  });

  test('the variation of gaps between events equals the plain formula', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(100_000), {minLength: 3}), (times) => {
        const ascending = times.sort((a, b) => a - b);
        expect(events(ascending).gapCv[0]).toBeCloseTo(plainCv(ascending), 9);
      }),
    );
  });

  test('the dispersion of minute counts is variance over mean', () => {
    expect(minutes([4, 0, 4, 0]).dispersion[0]).toBe(2);
    expect(minutes([3, 3, 3]).dispersion[0]).toBe(0);
  });
});

describe('the class of a function', () => {
  const call = (over: Partial<Parameters<typeof classOfCalls>[0]>, perMinute = true) =>
    classOfCalls({calls: 1000, callsPerDay: 100, peakPerMinute: 2, gapCv: 0.8, dispersion: 1, ...over}, perMinute);

  test.each([
    ['even gaps are a clock', {gapCv: 0.25}, 'periodic'],
    ['even gaps are a clock however rare', {calls: 14, callsPerDay: 1, gapCv: 0}, 'periodic'],
    ['four calls may be even by chance', {calls: 4, callsPerDay: 1, gapCv: 0}, 'rare'],
    ['below one call an hour is rare', {callsPerDay: 23.9}, 'rare'],
    ['one call an hour is not', {callsPerDay: 24}, 'steady'],
    ['no known gaps are rare', {calls: 2, gapCv: Number.NaN}, 'rare'],
    ['one great burst among even gaps is a burst', {callsPerDay: 1440, peakPerMinute: 90, dispersion: 20}, 'bursty'],
    ['a slow swell of a busy function is none', {callsPerDay: 1e6, peakPerMinute: 2000, dispersion: 99}, 'steady'],
    ['gaps more varied than Poisson are bursts', {gapCv: 1.01}, 'bursty'],
    [
      'a busy function with even minutes is no clock when counts vary as Poisson',
      {callsPerDay: 1e5, gapCv: 0.1},
      'steady',
    ],
    ['a busy function whose counts hardly vary is one', {callsPerDay: 1e5, gapCv: 0.1, dispersion: 0.05}, 'periodic'],
  ] as const)('%s', (_, over, expected) => {
    expect(call(over)).toBe(expected);
  });

  test('single calls show the gaps of a busy function', () => {
    expect(call({callsPerDay: 1e5, gapCv: 0.1}, false)).toBe('periodic');
  });
});
