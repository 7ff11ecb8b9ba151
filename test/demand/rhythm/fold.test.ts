import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {fold, spreadSeconds} from '../../../src/demand/rhythm/fold.ts';
import {timer} from './times.ts';

const DAY = 86_400;

describe('phase folding', () => {
  test('a timer has strength 1 at its period and none at twice that', () => {
    const times = timer(300, 120, DAY);
    expect(fold(times, times.length, 300)).toMatchObject({kept: 1, cycles: times.length});
    expect(fold(times, times.length, 300).strength).toBeCloseTo(1, 6);
    expect(fold(times, times.length, 300).phaseSeconds).toBeCloseTo(120, 0);
    expect(fold(times, times.length, 600).strength).toBeLessThan(0.01);
  });

  test('a spread of 30 s is found as such', () => {
    const random = new Random(9);
    const times = Float64Array.from({length: 2000}, (_, k) => 3600 * (k + 0.5) + 30 * random.normal());
    expect(spreadSeconds(fold(times, times.length, 3600))).toBeCloseTo(30, -0.5);
  });

  test('a burst counts once', () => {
    const times = Float64Array.from([0, 10, 20, 30, 40, 3600, 3610, 7200]);
    expect(fold(times, times.length, 3600)).toMatchObject({cycles: 3, kept: 1, phaseSeconds: 0});
  });

  test('of a long period calls ten minutes apart and more each count', () => {
    const times = Float64Array.from({length: 20}, (_, k) => DAY * Math.floor(k / 2) + 1200 * (k % 2));
    const {strength, phaseSeconds} = fold(times, times.length, DAY);
    expect(strength).toBeCloseTo(Math.cos((Math.PI * 1200) / DAY), 4);
    expect(phaseSeconds / 600).toBeCloseTo(1, 1);
  });

  test('every second stroke missing is half kept', () => {
    const times = Float64Array.from([0, 7200, 14_400, 21_600]);
    expect(fold(times, times.length, 3600).kept).toBeCloseTo(4 / 7, 10);
  });

  test('calls at every minute of a two-minute period have no direction', () => {
    const times = Float64Array.from({length: 1440}, (_, minute) => minute * 60);
    for (const period of [120, 180, 300, 3600])
      expect(fold(times, times.length, period).surprise).toBeLessThanOrEqual(1);
  });

  test('no calls: no order', () => {
    expect(fold(new Float64Array(0), 0, 60)).toMatchObject({strength: 0, cycles: 0, surprise: 0});
  });
});
