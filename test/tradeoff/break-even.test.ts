import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {mixtureCost, mixtureTtl, RANDOMISED_RATIO, skiRentalTtl} from '../../src/tradeoff/break-even/ski-rental.ts';
import {type EventRow, eventWorkload, minuteWorkload} from '../helpers/workload.ts';
import {askTrace, numberOf} from './ask.ts';

/** $0.01 a day of warmth, half a second of that and of a user's time a cold start: the seed's; C/c is 24,000.5 s. */
const prices = {warm: 0.01 / 86_400, cold: 1 / 360 + 0.005 / 86_400};

describe('ski rental', () => {
  const tau = skiRentalTtl(prices.warm, prices.cold);

  test('keeps for C/c: 6.67 h in the seed', () => {
    expect(tau).toBeCloseTo(24_000.5, 8);
    expect(skiRentalTtl(prices.warm, 0)).toBe(0);
    expect(skiRentalTtl(0, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  const costOf = (ttl: number, gap: number): number =>
    gap <= ttl ? gap * prices.warm : ttl * prices.warm + prices.cold;

  test('never costs more than twice the best in hindsight', () => {
    for (let gap = 0; gap < 10 * tau; gap += tau / 37) {
      expect(costOf(tau, gap)).toBeLessThanOrEqual(2 * Math.min(gap * prices.warm, prices.cold) + 1e-12);
    }
  });

  test.each([0.1, 0.5, 0.999, 1, 3])('drawn at random it costs e/(e-1) times the best at a gap of %f C/c', (gap) => {
    const draws = 200_000;
    let sum = 0;
    // Draws of the density e^(t/T)/(T(e - 1)) on [0, T = C/c].
    for (let i = 0; i < draws; i++) sum += costOf(tau * Math.log1p(((i + 0.5) / draws) * (Math.E - 1)), gap * tau);
    const best = Math.min(gap, 1) * prices.cold;
    expect(sum / draws / best).toBeCloseTo(RANDOMISED_RATIO, 3);
  });
});

describe('the best keep-alive for a mixture of exponential gaps', () => {
  const gaps = {share: [0.8, 0.2], meanSeconds: [60, 36_000]};

  test('is cheapest on a grid', () => {
    const best = mixtureTtl(gaps, prices.warm, prices.cold);
    const cost = mixtureCost(gaps, best, prices.warm, prices.cold);
    for (let ttl = 0; ttl < 3600; ttl += 7)
      expect(mixtureCost(gaps, ttl, prices.warm, prices.cold)).toBeGreaterThanOrEqual(cost);
  });

  test('costs what seeded draws cost', () => {
    const random = new Random(5);
    const draws = 400_000;
    let sum = 0;
    for (let i = 0; i < draws; i++) {
      const gap = random.exponential() * (random.next() < 0.8 ? 60 : 36_000);
      sum += Math.min(gap, 510) * prices.warm + (gap > 510 ? prices.cold : 0);
    }
    expect(sum / draws / mixtureCost(gaps, 510, prices.warm, prices.cold)).toBeCloseTo(1, 2);
  });

  test.each([
    {name: 'all above break-even: keep for ever', mean: 23_999, ttl: Number.POSITIVE_INFINITY},
    {name: 'all below break-even: drop at once', mean: 24_001, ttl: 0},
  ])('one exponential is all or nothing: $name', ({mean, ttl}) => {
    expect(mixtureTtl({share: [1], meanSeconds: [mean]}, prices.warm, prices.cold)).toBe(ttl);
  });
});

describe('a trace', () => {
  const second = 1_000_000;
  const day = 86_400 * second;
  /** A day: calls of 1 s every hour, three at once every two hours, one and two calls; at half past, to leave both ends. */
  const rows: EventRow[] = [
    {function: 'once', at: 700 * 60 * second, duration: second},
    {function: 'twice', at: 100 * 60 * second, duration: second},
    {function: 'twice', at: 110 * 60 * second, duration: second},
    {function: 'last', at: day - 30 * second, duration: second},
  ];
  for (let hour = 0; hour < 24; hour++) {
    const at = (hour + 0.5) * 3600 * second;
    rows.push({function: 'hourly', at, duration: second});
    if (hour % 2 === 0) for (let k = 0; k < 3; k++) rows.push({function: 'three', at: at + k, duration: second});
  }
  const asked = askTrace('break-even', '', eventWorkload(rows.sort((a, b) => a.at - b.at)));
  const rowOf = async (name: string) => (await asked).tables[0]!.rows.find((one) => one.function === name)!;
  const span = 86_400 - 30 * 60;
  const days = (86_400 - 30 * 60) / 86_400;

  test('has dollars and a decision for each function, by hand', async () => {
    // The trace begins at its first call's minute, 00:30, and ends with the day.
    const once = await rowOf('once');
    expect(once).toMatchObject({verdict: 'cold', ttlSeconds: expect.any(Number)});
    expect(once.coldUsdPerDay).toBeCloseTo(prices.cold / days, 12);
    const twice = await rowOf('twice');
    expect(twice).toMatchObject({verdict: 'keep', ttlSeconds: 599.000001});
    // The cold call ends half a second late. It is kept until the next one, the second as long again.
    expect(twice.keepUsdPerDay).toBeCloseTo((prices.cold + (598.5 + 599.000001) * prices.warm) / days, 9);
    const hourly = await rowOf('hourly');
    expect(hourly).toMatchObject({verdict: 'warm'});
    expect(hourly.coldUsdPerDay).toBeCloseTo((24 * prices.cold) / days, 10);
    // The slot starts as the trace begins, for half a second: its first call waits for it.
    expect(hourly.warmUsdPerDay).toBeCloseTo(((span - 24) * prices.warm) / days, 6);
  });

  test('counts calls that overlap: one slot serves one of three at once', async () => {
    const three = await rowOf('three');
    expect(three.coldUsdPerDay).toBeCloseTo((36 * prices.cold) / days, 10);
    // Two of three calls are cold each time, and the slot idles but for the call that it serves.
    const idle = span - 12 * 1;
    expect(Math.abs(Number(three.warmUsdPerDay) / ((24 * prices.cold + idle * prices.warm) / days) - 1)).toBeLessThan(
      1e-3,
    );
    expect(three.verdict).toBe('keep');
    // Three instances kept for the two hours between.
    const kept = 3 * prices.cold + (11 * 3 * 7199 + 3 * 5399) * prices.warm;
    expect(Math.abs(Number(three.keepUsdPerDay) / (kept / days) - 1)).toBeLessThan(1e-3);
  });

  test('what each saves adds up to what all save', async () => {
    const report = await asked;
    const sum = report.tables[0]!.rows.reduce((total, one) => total + Number(one.savedUsdPerDay), 0);
    expect(numberOf(report, 'E1.2.savedUsdPerDay')).toBeCloseTo(sum, 12);
    const cold = numberOf(report, 'E1.2.usdPerDayCold')!;
    expect(numberOf(report, 'E1.2.usdPerDayBest')).toBeCloseTo(cold - sum, 12);
    const counts = ['Warm', 'Keep', 'Cold'].map((kind) => numberOf(report, `E1.2.functions${kind}`)!);
    expect(counts.reduce((a, b) => a + b)).toBe(5);
    const decided = report.tables[0]!.rows.reduce((total, one) => total + Number(one.usdPerDay), 0);
    // The first calls of `hourly` and `three` come as their slots begin to start, and wait for them: half a second each.
    const waits = (2 * (0.5 / 3600) * 20) / days;
    expect(numberOf(report, 'E1.2.usdPerDayDecided')).toBeCloseTo(decided + waits, 9);
    const today = numberOf(report, 'E1.2.usdPerDayKeepAlive')!;
    expect(numberOf(report, 'E1.2.savedOnKeepAliveUsdPerDay')).toBeCloseTo(today - decided - waits, 9);
  });

  test('what is learned in a regular first half serves the second nearly as well as hindsight', async () => {
    const share = numberOf(await asked, 'E1.2.learnedShare')!;
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThanOrEqual(1);
  });

  test('an empty trace has nothing to say', async () => {
    expect((await askTrace('break-even', '', minuteWorkload([]))).tables[0]!.rows).toEqual([]);
  });

  test('a trace of more calls than can be replayed is asked about its beginning, and unknown if that has too many', async () => {
    const counts = [40, 2, 2 ** 40].map((count, minute) => ({function: 'f', minute, count}));
    const report = await askTrace('break-even', '', minuteWorkload(counts));
    expect(report.verdict.text).toMatch(/^Of the first 2 min, with 42 of 1,099,511,627,818 calls: Of the 1 functions/);
    const days = 2 / 1440;
    expect(numberOf(report, 'E1.2.usdPerDayCold')).toBeCloseTo((42 * prices.cold) / days, 3);
    const huge = minuteWorkload([{function: 'f', minute: 0, count: 2 ** 40}]);
    expect((await askTrace('break-even', '', huge)).verdict.code).toBe('unknown');
  });
});
