import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {CountDistribution} from '../../../src/forecast/baselines/distribution.ts';
import {baselines} from '../../../src/forecast/baselines/registry.ts';
import {countQuantile} from '../../../src/forecast/forecaster.ts';
import {type Calls, historyAt, randomCalls, timer} from '../../helpers/series.ts';

const LEVELS = [0.5, 0.9, 0.975];

function forecastOf(name: string, calls: Calls, now: number, horizon = 1, span = now + 200): CountDistribution {
  const cell = new CountDistribution(LEVELS);
  baselines.named(name).create()(historyAt(calls, now, span), horizon, cell);
  return cell;
}

/** The median in whole calls. */
const median = (cell: CountDistribution) => countQuantile(cell.jittered[0]!);
/** The mean of a Poisson forecast. */
const poissonMean = (cell: CountDistribution) => -Math.log1p(-cell.active);

describe.each(baselines.names)('the baseline %s', (name) => {
  test('gives a coherent forecast of every history and window, from the past alone', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.double({min: 0.01, max: 1, noNaN: true}),
        fc.integer({min: 1, max: 1800}),
        fc.constantFrom(1, 10, 60),
        (seed, rate, now, horizon) => {
          const random = new Random(seed);
          const past = randomCalls(random, now, rate, 100);
          fc.pre(past.length > 0);
          const future: Calls = randomCalls(random, 100, 0.5, 9).map(([minute, count]) => [now + minute, count]);
          const {active, jittered} = forecastOf(name, past, now, horizon);
          expect(active).toBeGreaterThanOrEqual(0);
          expect(active).toBeLessThanOrEqual(1);
          for (const [q, z] of jittered.entries()) {
            expect(Number.isFinite(z) && z >= 0 && (q === 0 || z >= jittered[q - 1]!), `quantiles ${jittered}`).toBe(
              true,
            );
          }
          const seen = forecastOf(name, [...past, ...future], now, horizon);
          expect([seen.active, ...seen.jittered]).toEqual([active, ...jittered]);
        },
      ),
      {numRuns: 60},
    );
  });
});

describe('baselines by hand', () => {
  const busy: Calls = [
    [0, 2],
    [30, 4],
    [57, 6],
    [58, 1],
    [59, 3],
  ];

  test('last value: as many as in the window just past', () => {
    expect(median(forecastOf('last-value', busy, 60))).toBe(3);
    expect(median(forecastOf('last-value', busy, 60, 2))).toBe(4);
    expect(forecastOf('last-value', busy, 61).active).toBe(0);
  });

  test('recent: the busiest minute of the last ten', () => {
    expect(median(forecastOf('recent', busy, 60))).toBe(6);
    expect(median(forecastOf('recent', busy, 68))).toBe(1 + 2);
    expect(forecastOf('recent', busy, 70).active).toBe(0);
  });

  test('rolling mean: 16 calls in 60 minutes, variance 66/60 - (16/60)^2', () => {
    const cell = forecastOf('rolling-mean', busy, 60);
    const deviation = Math.sqrt(66 / 60 - (16 / 60) ** 2);
    expect(cell.jittered[2]).toBeCloseTo(16 / 60 + 1.959964 * deviation + 0.5, 4);
  });

  test('rolling p95: the 57th smallest of sixty minutes', () => {
    // 55 minutes of 0, then 1, 2, 3, 4, 6.
    expect(median(forecastOf('rolling-p95', busy, 60))).toBe(2);
    expect(
      forecastOf(
        'rolling-p95',
        [
          [0, 9],
          [1, 9],
        ],
        60,
      ).active,
    ).toBe(0);
  });

  test('ewma: weight .3 on the newest minute, .21 on the one before', () => {
    expect(
      poissonMean(
        forecastOf(
          'ewma',
          [
            [57, 6],
            [58, 1],
            [59, 3],
          ],
          60,
        ),
      ),
    ).toBeCloseTo(0.3 * 3 + 0.21 * 1 + 0.147 * 6, 8);
  });

  test('seasonal: yesterday and last week, the last value until then', () => {
    const calls: Calls = [
      [0, 7],
      [1439, 2],
    ];
    expect(median(forecastOf('seasonal-day', calls, 1440))).toBe(7);
    expect(median(forecastOf('seasonal-week', calls, 1440))).toBe(2);
    expect(median(forecastOf('seasonal-week', [[0, 7]], 10_080))).toBe(7);
  });

  test('croston: sizes 10, 20 and gaps 4, 6 with weight .1; SBA takes five per cent off', () => {
    const calls: Calls = [
      [0, 10],
      [4, 20],
      [10, 20],
    ];
    // Size 10 -> 11 -> 11.9; gap 4 (the first) -> 4 -> 4.2.
    expect(poissonMean(forecastOf('croston', calls, 11))).toBeCloseTo(11.9 / 4.2, 6);
    expect(poissonMean(forecastOf('sba', calls, 11))).toBeCloseTo((0.95 * 11.9) / 4.2, 6);
    expect(poissonMean(forecastOf('croston', calls, 90))).toBeCloseTo(11.9 / 4.2, 6);
  });

  test('TSB fades when a function dies, Croston does not', () => {
    const calls: Calls = [
      [0, 1],
      [2, 1],
      [4, 1],
      [6, 1],
    ];
    const alive = poissonMean(forecastOf('tsb', calls, 7));
    // Probability 1/2 at first; each gap of two fades it once and lifts it once.
    let p = 0.5;
    for (let k = 0; k < 3; k++) {
      p *= 0.9;
      p += 0.1 * (1 - p);
    }
    expect(alive).toBeCloseTo(p, 8);
    expect(poissonMean(forecastOf('tsb', calls, 27))).toBeCloseTo(p * 0.9 ** 20, 8);
    expect(poissonMean(forecastOf('croston', calls, 27))).toBeCloseTo(0.5, 8);
  });

  test('the IAT histogram expects a timer when it is due, and little before', () => {
    const calls = timer(10, 300);
    const due = forecastOf('iat-histogram', calls, 300);
    const early = forecastOf('iat-histogram', calls, 297);
    // All 29 gaps lasted ten minutes; one imagined gap ends at 1 in 11.
    expect(due.active).toBeCloseTo((29 + 1 / 11) / 30, 8);
    expect(early.active).toBeCloseTo(1 / 8 / 30, 8);
    expect(forecastOf('iat-histogram', calls, 297, 10).active).toBeCloseTo((29 + 10 / 17) / 30, 8);
  });

  test('Fourier continues an oscillation and a level', () => {
    // 20 + 15 cos(2 pi t / 32), sixteen whole turns.
    const wave = (t: number) => Math.round(20 + 15 * Math.cos((2 * Math.PI * t) / 32));
    const calls: Calls = Array.from({length: 512}, (_, t) => [t, wave(t)] as const);
    expect(median(forecastOf('fourier', calls, 512))).toBeGreaterThan(30);
    const later: Calls = Array.from({length: 528}, (_, t) => [t, wave(t)] as const);
    expect(median(forecastOf('fourier', later, 528))).toBeLessThan(9);
  });

  test('never and always say what their names say', () => {
    expect(forecastOf('never', busy, 60).active).toBe(0);
    expect([forecastOf('always', busy, 500).active, median(forecastOf('always', busy, 500))]).toEqual([1, 1]);
  });
});
