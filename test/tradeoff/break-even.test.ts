import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {bestTtl, ttlCost} from '../../src/demand/gaps/best-ttl.ts';
import {IdleGaps} from '../../src/demand/gaps/idle-gaps.ts';
import {mixtureCost, mixtureTtl, RANDOMISED_RATIO, skiRentalTtl} from '../../src/tradeoff/break-even/ski-rental.ts';
import {type EventRow, eventWorkload, type MinuteRow, minuteWorkload} from '../helpers/workload.ts';
import {ask, numberOf} from './ask.ts';

/** $0.01 a day of warmth, half a second of that and of a user's time a cold start: the seed's; C/c is 24,000.5 s. */
const prices = {warm: 0.01 / 86_400, cold: 1 / 360 + 0.005 / 86_400};

const anyRows = fc
  .array(fc.record({at: fc.integer({min: 0, max: 5_000_000_000}), duration: fc.integer({min: 0, max: 400_000_000})}), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows): EventRow[] => rows.map((row) => ({function: 'f', ...row})));

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

describe('idle gaps of a trace', () => {
  const second = 1_000_000;

  test('run from the end of the last call to the next one', () => {
    const gaps = new IdleGaps(
      eventWorkload([
        {function: 'f', at: 10 * second, duration: 2 * second},
        {function: 'f', at: 20 * second, duration: 30 * second},
        {function: 'f', at: 25 * second, duration: second},
        {function: 'f', at: 100 * second, duration: 0},
      ]),
    );
    gaps.read(0);
    expect([...gaps.seconds.subarray(0, gaps.length)]).toEqual([8, 50]);
    expect(gaps).toMatchObject({calls: 4, headSeconds: 10, tailSeconds: 20, gapSeconds: 58});
    expect(gaps.busySeconds).toBe(32);
  });

  test('per-minute counts are spaced evenly in their minute', () => {
    const workload = minuteWorkload([
      {function: 'f', minute: 0, count: 1},
      {function: 'f', minute: 2, count: 3},
    ]);
    workload.duration.meanMs[0] = 5000;
    const gaps = new IdleGaps(workload);
    gaps.read(0);
    // Calls at 30 s, then 130, 150 and 170 s, 5 s each.
    expect([...gaps.seconds.subarray(0, gaps.length)]).toEqual([95, 15]);
    expect([...gaps.weight.subarray(0, gaps.length)]).toEqual([1, 2]);
    expect(gaps).toMatchObject({calls: 4, headSeconds: 30, tailSeconds: 5});
  });

  test('a function that is always running has none', () => {
    const workload = minuteWorkload([{function: 'f', minute: 0, count: 600}]);
    workload.duration.meanMs[0] = 150;
    const gaps = new IdleGaps(workload);
    gaps.read(0);
    expect(gaps.length).toBe(0);
  });

  test('head, gaps, running and tail make up the span', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const workload = eventWorkload(rows);
        const gaps = new IdleGaps(workload);
        gaps.read(0);
        let gapSeconds = 0;
        for (let i = 0; i < gaps.length; i++) gapSeconds += gaps.seconds[i]! * gaps.weight[i]!;
        expect(gaps.gapSeconds).toBeCloseTo(gapSeconds, 6);
        // The union of the calls' intervals, second by microsecond.
        const sorted = [...rows].sort((a, b) => a.at - b.at);
        const origin = workload.meta.originUs;
        let busy = 0;
        let end = 0;
        for (const {at, duration} of sorted) {
          const until = Math.min(at - origin + duration!, workload.meta.spanUs);
          busy += Math.max(0, until - Math.max(end, at - origin));
          end = Math.max(end, until);
        }
        expect(gaps.busySeconds).toBeCloseTo(busy / second, 5);
      }),
    );
  });
});

describe('the best keep-alive over own gaps', () => {
  test('is cheapest among all gaps and none, by brute force', () => {
    fc.assert(
      fc.property(anyRows, fc.double({min: 1e-9, max: 1e-3, noNaN: true}), (rows, warm) => {
        const gaps = new IdleGaps(eventWorkload(rows));
        gaps.read(0);
        const best = bestTtl(gaps, {warm, cold: prices.cold});
        const candidates = [0, ...gaps.seconds.subarray(0, gaps.length)];
        const least = Math.min(...candidates.map((ttl) => ttlCost(gaps, ttl, {warm, cold: prices.cold}).usd));
        expect(best.usd).toBeCloseTo(least, 12);
        expect(ttlCost(gaps, best.ttlSeconds, {warm, cold: prices.cold})).toMatchObject({cold: best.cold});
      }),
    );
  });

  test('fitted to a first half it sees nothing of the second', () => {
    const minutes = [0, 1, 2, 3, 100];
    const rows = minutes.map((minute): EventRow => ({function: 'f', at: minute * 60_000_000, duration: 0}));
    const gaps = new IdleGaps(eventWorkload(rows));
    gaps.read(0);
    // Three gaps of a minute, then one open at half time: bridging a minute is worth it, waiting for more is not known.
    expect(bestTtl(gaps, prices, 10 * 60).ttlSeconds).toBe(60);
    expect(bestTtl(gaps, {warm: 1e-9, cold: 1}).ttlSeconds).toBe(97 * 60);
  });
});

describe('a trace', () => {
  const day = 1440;
  const rows: MinuteRow[] = [];
  for (let minute = 0; minute < day; minute++) rows.push({function: 'busy', minute, count: 2});
  for (let minute = 0; minute < day; minute += 60) rows.push({function: 'hourly', minute, count: 1});
  rows.push(
    {function: 'once', minute: 700, count: 1},
    {function: 'twice', minute: 100, count: 1},
    {function: 'twice', minute: 110, count: 1},
  );
  const report = ask('break-even', '', minuteWorkload(rows));
  const table = report.tables[0]!;
  const row = (name: string) => table.rows.find((one) => one.function === name)!;

  test('has a verdict, a rate and what it saves for each function', () => {
    // Reserved from the start, a slot also spares the first cold start.
    expect(row('busy')).toMatchObject({verdict: 'warm', callsPerDay: 2880});
    expect(row('hourly')).toMatchObject({verdict: 'warm', callsPerDay: 24, ttlSeconds: 3599});
    expect(row('twice')).toMatchObject({verdict: 'keep', ttlSeconds: 599});
    expect(row('once')).toMatchObject({verdict: 'cold', ttlSeconds: 0, savedUsdPerDay: 0});
    // 24 cold starts avoided, warm but for the second that each call runs.
    expect(row('hourly').savedUsdPerDay).toBeCloseTo(24 * prices.cold - (86_400 - 24) * prices.warm, 10);
    // One avoided, for the gap and as long again after the second call.
    expect(row('twice').savedUsdPerDay).toBeCloseTo(prices.cold - 2 * 599 * prices.warm, 10);
  });

  test('what each saves adds up to what all save', () => {
    const sum = table.rows.reduce((total, one) => total + Number(one.savedUsdPerDay), 0);
    expect(numberOf(report, 'E1.2.savedUsdPerDay')).toBeCloseTo(sum, 12);
    const cold = numberOf(report, 'E1.2.usdPerDayCold')!;
    expect(numberOf(report, 'E1.2.usdPerDayBest')).toBeCloseTo(cold - sum, 12);
    const counts = ['Warm', 'Keep', 'Cold'].map((kind) => numberOf(report, `E1.2.functions${kind}`)!);
    expect(counts.reduce((a, b) => a + b)).toBe(4);
  });

  test('what is learned in a regular first half serves the second nearly as well as hindsight', () => {
    const share = numberOf(report, 'E1.2.learnedShare')!;
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThanOrEqual(1);
  });

  test('an empty trace has nothing to say', () => {
    expect(ask('break-even', '', minuteWorkload([])).tables[0]!.rows).toEqual([]);
  });
});
