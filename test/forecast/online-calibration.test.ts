import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {OnlineCalibration} from '../../src/forecast/online-calibration.ts';

/** Lets `minutes` of chance `said` go by that come true with chance `real`. */
function live(calibration: OnlineCalibration, random: Random, minutes: number, said: number, real: number): void {
  for (let i = 0; i < minutes; i++) calibration.learn(said, random.next() < real);
}

describe('chances corrected by how they came true', () => {
  test('before anything was seen a chance stays what it is', () => {
    const calibration = new OnlineCalibration();
    for (const chance of [1e-9, 1e-4, 0.01, 0.5, 1]) expect(calibration.corrected(chance)).toBeCloseTo(chance, 12);
  });

  test('calls that came over calls expected, one and a half of each imagined', () => {
    const calibration = new OnlineCalibration();
    for (let i = 0; i < 100; i++) calibration.learn(0.03, i % 50 === 0);
    // 2 came, 3 were expected.
    expect(calibration.corrected(0.03)).toBeCloseTo((0.03 * 3.5) / 4.5, 12);
    // Neighbours half an octave away share it, others know nothing.
    expect(calibration.corrected(0.03 / 1.4)).toBeLessThan(0.03 / 1.4);
    expect(calibration.corrected(0.003)).toBeCloseTo(0.003, 12);
    expect(calibration.corrected(0.3)).toBeCloseTo(0.3, 12);
  });

  test('a model that is wrong by a factor is found out in both directions, each where it is wrong', () => {
    const calibration = new OnlineCalibration();
    const random = new Random(3);
    live(calibration, random, 40_000, 0.01, 0.002);
    live(calibration, random, 4000, 0.2, 0.6);
    expect(calibration.corrected(0.01)).toBeGreaterThan(0.0015);
    expect(calibration.corrected(0.01)).toBeLessThan(0.0025);
    expect(calibration.corrected(0.2)).toBeGreaterThan(0.55);
    expect(calibration.corrected(0.2)).toBeLessThan(0.65);
    expect(calibration.corrected(0.9)).toBeLessThanOrEqual(1);
    calibration.reset();
    expect(calibration.corrected(0.01)).toBeCloseTo(0.01, 12);
  });

  test('chances beyond the ends count as the ends', () => {
    const calibration = new OnlineCalibration();
    for (let i = 0; i < 10; i++) calibration.learn(0, false);
    for (let i = 0; i < 10; i++) calibration.learn(1, true);
    expect(calibration.corrected(0)).toBe(0);
    expect(calibration.corrected(1)).toBe(1);
  });
});
