import {describe, expect, test} from 'vitest';
import {detectPeriod} from '../../../src/demand/rhythm/detect.ts';
import {poisson, timer} from './times.ts';

const DAY = 86_400;

describe('the period of a function', () => {
  test.each([
    {period: 300, phase: 60, resolution: 60},
    {period: 3600, phase: 960, resolution: 60},
    {period: 420, phase: 0, resolution: 60},
    {period: 780, phase: 120, resolution: 60},
    {period: 30, phase: 7, resolution: 1},
    {period: 6 * 3600, phase: 600, resolution: 60},
  ])('$period s from $phase s is found exactly', ({period, phase, resolution}) => {
    const times = timer(period, phase, 7 * DAY).map((t) => Math.floor(t / resolution) * resolution);
    const found = detectPeriod(times, times.length, resolution)!;
    expect(found.fold.periodSeconds).toBe(period);
    expect(found.fold.phaseSeconds).toBeCloseTo(phase, 6);
    expect(found.p).toBeLessThan(1e-4);
  });

  test('is found among as many random calls again', () => {
    const times = Float64Array.from([...timer(3600, 0, 7 * DAY), ...poisson(3600, 7 * DAY, 4)]).sort();
    const found = detectPeriod(times, times.length, 1)!;
    expect(found.fold.periodSeconds).toBe(3600);
    expect(found.p).toBeLessThan(1e-6);
    expect(found.fold.strength).toBeLessThan(0.8);
  });

  test('random calls show one no more often than the p it comes with', () => {
    let believed = 0;
    for (let seed = 0; seed < 400; seed++) {
      const times = poisson(200 + 20 * seed, DAY, seed);
      if ((detectPeriod(times, times.length, 1)?.p ?? 1) < 0.05) believed++;
    }
    expect(believed / 400).toBeLessThan(0.05);
  });

  test('two bursts a week apart are no weekly or daily timer', () => {
    const burst = (at: number): number[] => Array.from({length: 50}, (_, k) => at + 60 * k);
    const times = Float64Array.from([...burst(0), ...burst(7 * DAY)]);
    expect(detectPeriod(times, times.length, 60)?.p ?? 1).toBeGreaterThan(0.01);
  });

  test('three calls are too few', () => {
    expect(detectPeriod(Float64Array.from([0, 60, 120]), 3, 1)).toBeUndefined();
  });
});
