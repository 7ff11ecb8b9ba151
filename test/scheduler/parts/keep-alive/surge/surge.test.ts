import {describe, expect, test} from 'vitest';
import {Random} from '../../../../../src/base/random.ts';
import {replay} from '../../../../../src/replay/run/replay.ts';
import {Cusum} from '../../../../../src/scheduler/parts/keep-alive/surge/cusum.ts';
import {Trend} from '../../../../../src/scheduler/parts/keep-alive/surge/trend.ts';
import {addBursts} from '../../../../../src/workload/burst/add-bursts.ts';
import {parsePolicy, testOptions} from '../../../../helpers/options.ts';
import {madeOf} from '../../../../helpers/policies.ts';
import {minuteWorkload} from '../../../../helpers/workload.ts';

const terms = {ratio: 3, threshold: 10, memoryUs: 3600e6};

describe('the detector', () => {
  test('calls at once add ln 3 each: the tenth is beyond 10', () => {
    const cusum = new Cusum(1, terms);
    const on = Array.from({length: 10}, () => cusum.arrived(0, 5e6));
    expect(on).toEqual([...new Array(9).fill(false), true]);
  });

  test('time takes (ratio - 1) x usual rate: calls as they usually come never sum up', () => {
    const cusum = new Cusum(1, terms);
    let alarms = 0;
    // In the first minute it does not know yet what is usual.
    for (let k = 1; k <= 3600; k++) if (cusum.arrived(0, k * 1e6) && k > 60) alarms++;
    expect(alarms).toBe(0);
    // (1 - 1/e) hours of a call a second, by age, and a call in the minute before: 2,277 calls in 2,336 s.
    expect(cusum.usual(0) * 1e6).toBeCloseTo(0.975, 2);
    // Four a second from there: each adds ln 3 and its quarter of a second takes 0.49, so 1.1 + 0.61 k is 10 with the fifteenth.
    let first = 0;
    for (let k = 1; first === 0; k++) if (cusum.arrived(0, 3600e6 + k * 0.25e6)) first = k;
    expect(first).toBe(15);
    expect(cusum.surges(0, 3600e6 + 3.9e6)).toBe(true);
    // Seconds without a call, and it is over.
    expect(cusum.surges(0, 3600e6 + 15e6)).toBe(false);
  });

  test.each([
    {threshold: 10, most: 9 + 9},
    {threshold: 15, most: 1},
  ])('random calls at one rate set it off once in e^$threshold of them at most', ({threshold, most}) => {
    const random = new Random(5);
    const cusum = new Cusum(1, {...terms, threshold});
    let [us, alarms, was] = [0, 0, false];
    for (let k = 0; k < 200_000; k++) {
      us += Math.round(-Math.log(random.next()) * 1e6);
      const on = cusum.arrived(0, us);
      if (k > 3600 && on && !was) alarms++;
      was = on;
    }
    // 200,000 calls / e^10 = 9, and three deviations of a Poisson number.
    expect(alarms).toBeLessThanOrEqual(most);
  });
});

describe('the trend', () => {
  test('a level that rises by 10 a second rises by 5 in the half second ahead', () => {
    const trend = new Trend(Float64Array.of(0.5e6));
    for (let k = 0; k < 200; k++) trend.add(0, 1, k * 0.1e6);
    expect(trend.rise(0, 0.5e6)).toBeCloseTo(5, 1);
  });

  test('a level that stands or falls does not rise', () => {
    const trend = new Trend(Float64Array.of(0.5e6));
    trend.add(0, 50, 0);
    trend.add(0, 0, 20e6);
    expect(trend.rise(0, 0.5e6)).toBeCloseTo(0, 6);
    trend.add(0, -40, 20e6);
    trend.add(0, 0, 21e6);
    expect(trend.rise(0, 0.5e6)).toBe(0);
  });
});

describe('surge', () => {
  test('where nothing surges it keeps as fixed does', () => {
    const policy = madeOf('surge:ttl=2m,hold=30s');
    expect([policy.keepAliveUs(0, 0, false), policy.keepAliveUs(0, 0, true)]).toEqual([120e6, 30e6]);
  });

  test('a rise that nobody has planned finds instances ahead of it; a level that stands starts none', async () => {
    const workload = minuteWorkload(
      Array.from({length: 120}, (_, minute) => ({function: 'f', minute, count: 60})),
      [0, 120],
    );
    const rise = {atUs: 90 * 60e6, forUs: 60e6, shape: 'ramp', calls: 30_000, weight: Float64Array.of(1)} as const;
    const busy = addBursts(workload, [rise], 1);
    const policies = ['fixed:ttl=10m', 'surge:ttl=10m'].map(parsePolicy);
    const [fixed, surge] = await replay(busy, policies, testOptions(busy, {defaultDurationUs: 2e6}), 1);
    // The rise opens some 2,000 instances; without it nobody knows of them, with it most are there.
    expect(fixed!.counts.cold).toBeGreaterThan(1800);
    expect(surge!.counts.cold).toBeLessThan(fixed!.counts.cold / 3);
    expect(surge!.counts.prewarms).toBeGreaterThan(1000);
    // What is started ahead is not many times what is needed.
    expect(surge!.counts.prewarms + surge!.counts.cold).toBeLessThan(1.3 * fixed!.counts.cold);
    const [calm, calmer] = await replay(workload, policies, testOptions(workload, {fromUs: 60 * 60e6}), 1);
    expect([calmer!.counts.cold, calmer!.counts.prewarms]).toEqual([calm!.counts.cold, 0]);
  });
});
