import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {sensitivityOf} from '../../src/tradeoff/interference/sensitive.ts';
import {falseAlarmsPerTaskDay, inflationFor, varianceShares} from '../../src/tradeoff/interference/slowdown.ts';
import {parallelStall, throttledTime} from '../../src/tradeoff/interference/throttling.ts';
import {triggerKind} from '../../src/workload/trigger-kind.ts';
import {eventWorkload} from '../helpers/workload.ts';
import {ask, askTrace, numberOf, relativeError} from './ask.ts';

describe('the slowdown that explains a p99', () => {
  test('takes M/M/1 from one p99 to the other', () => {
    for (const [ratio, rho] of [
      [20, 0.7],
      [3, 0.2],
      [1.5, 0.95],
      [1, 0.5],
    ] as const) {
      const x = inflationFor(ratio, rho);
      const p99 = (service: number): number => (service * Math.log(100)) / (1 - rho * service);
      expect(p99(x) / p99(1)).toBeCloseTo(ratio, 9);
    }
  });
});

/** The scheduler's rule in steps of a tenth of a millisecond: the worst over every phase of the period. */
function worstByStepping(cpu: number, quota: number, period: number): number {
  let worst = 0;
  for (let phase = 0; phase < period; phase++) {
    // The group has just used up its quota, so that much of the period has passed at least.
    if (phase < quota) continue;
    let left = 0;
    let done = 0;
    let t = phase;
    while (done < cpu) {
      if (t > phase && t % period === 0) left = quota;
      if (left > 0) {
        left--;
        done++;
      }
      t++;
    }
    worst = Math.max(worst, t - phase);
  }
  return worst;
}

describe('CPU throttling', () => {
  test.each([
    [10, 50, 100],
    [50, 50, 100],
    [51, 50, 100],
    [120, 50, 100],
    [200, 50, 100],
    [7, 3, 40],
  ])('of %i units under %i per %i takes what stepping through it takes', (cpu, quota, period) => {
    expect(throttledTime(cpu, 0, {quota, period})).toBe(worstByStepping(cpu, quota, period));
  });

  test('work within what is left of the quota is not stopped, nor is one thread by a whole period', () => {
    expect(throttledTime(10, 20, {quota: 50, period: 100})).toBe(10);
    expect(throttledTime(500, 0, {quota: 100, period: 100})).toBe(500);
    expect(throttledTime(30, 20, {quota: 50, period: 100})).toBe(20 + 50 + 10);
  });

  test('eight threads burn 50 ms in 6.25 and stand for the rest of the period', () => {
    expect(parallelStall(8, {quota: 50, period: 100})).toBe(93.75);
    expect(parallelStall(1, {quota: 200, period: 100})).toBe(0);
  });
});

test('the CPI rule alarms as often on seeded normal samples as it says', () => {
  const random = new Random(21);
  const windows = 3_000_000;
  let alarms = 0;
  for (let window = 0; window < windows; window++) {
    let outliers = 0;
    for (let sample = 0; sample < 5; sample++) if (random.next() < 0.022750131948179195) outliers++;
    if (outliers >= 3) alarms++;
  }
  expect(relativeError((alarms / windows) * 288, falseAlarmsPerTaskDay())).toBeLessThan(0.1);
});

test('the shares of variance add up', () => {
  for (const shares of Object.values(varianceShares)) {
    expect(Object.values(shares).reduce((a: number, b: number) => a + b, 0)).toBeCloseTo(1, 12);
  }
});

describe('partitions of the cache', () => {
  /** p99 of the time from arrival to end in an M/M/1 queue, by simulation. */
  function p99Of(serviceMs: number, gapMs: number): number {
    const random = new Random(17);
    const calls = 2_000_000;
    const times = new Float64Array(calls);
    let [now, free] = [0, 0];
    for (let call = 0; call < calls; call++) {
      now += random.exponential() * gapMs;
      free = Math.max(free, now) + random.exponential() * serviceMs;
      times[call] = free - now;
    }
    return times.sort()[Math.floor(0.99 * calls)]!;
  }

  test('premises agree: the service time makes this p99, beside A another, and with partitions a third', () => {
    const report = ask('interference', '--cache-gain 100%');
    const serviceMs = numberOf(report, 'E2.1.serviceMs')!;
    const gapMs = serviceMs / 0.7;
    expect(relativeError(p99Of(serviceMs, gapMs), 10)).toBeLessThan(0.02);
    const inflation = numberOf(report, 'E2.1.inflation')!;
    expect(relativeError(p99Of(serviceMs * inflation, gapMs), 200)).toBeLessThan(0.2);
    // All of the cache's part gone: half the inflation less takes the p99 from 200 to 23 ms.
    const withCat = numberOf(report, 'E2.4.p99WithCatMs')!;
    expect(relativeError(p99Of(serviceMs * (1 + (inflation - 1) * 0.52), gapMs), withCat)).toBeLessThan(0.05);
    expect(withCat).toBeCloseTo(23, 0);
  });

  test('are worth what they spare waiting users, from some rate on', () => {
    const report = ask('interference', '--rate 2 --cache-gain 100% --cat-usd-per-hour .05');
    const usd = 2 * 0.01 * ((200 - numberOf(report, 'E2.4.p99WithCatMs')!) / 1000) * 20;
    expect(numberOf(report, 'E2.4.catSavesUsdPerHour')).toBeCloseTo(usd, 12);
    expect(numberOf(report, 'E2.4.catNetUsdPerHour')).toBeCloseTo(usd - 0.05, 12);
    const rate = numberOf(report, 'E2.4.catBreakEvenPerSecond')!;
    expect(rate).toBeCloseTo(0.05 / (usd / 2), 12);
    expect(
      ask('interference', `--rate ${rate * 1.01} --cache-gain 100% --cat-usd-per-hour .05`).verdict.text,
    ).toContain('That pays');
    expect(
      ask('interference', `--rate ${rate * 0.99} --cache-gain 100% --cat-usd-per-hour .05`).verdict.text,
    ).toContain('keep A and B apart instead');
  });

  test('that remove nothing pay at no rate', () => {
    const report = ask('interference', '--cache-gain 0');
    expect(numberOf(report, 'E2.4.p99WithCatMs')).toBeCloseTo(200, 9);
    expect(report.verdict.text).toContain('keep A and B apart instead');
  });
});

describe('the verdict', () => {
  test.each([
    {flags: '', code: 'contention'},
    {flags: '--quota 5ms', code: 'quota'},
    {flags: '--utilisation .1', code: 'more-than-contention'},
    {flags: '--p99-with 10ms', code: 'none'},
  ])('$flags: $code', ({flags, code}) => {
    expect(ask('interference', flags).verdict.code).toBe(code);
  });
});

describe('who waits for an answer', () => {
  test.each([
    ['http', 'sync'],
    ['timer', 'timer'],
    ['queue', 'async'],
    ['APIG-S', 'sync'],
    ['TIMER-A', 'timer'],
    ['OBS-A', 'async'],
    ['APIG-S TIMER-A', 'sync'],
    ['workflow-S', 'sync'],
    ['others', 'unknown'],
    ['', 'unknown'],
  ])('a trigger %s is %s', (trigger, kind) => {
    expect(triggerKind(trigger)).toBe(kind);
  });

  const durations = (medianMs: number, cv: number) => ({
    meanUs: medianMs * 1000,
    cv,
    quantileUs: () => medianMs * 1000,
    above: () => ({calls: 0, time: 0}),
  });

  test('a short even HTTP function ranks above a queue worker, that above a long timer', () => {
    const score = (trigger: string, medianMs: number, cv: number): number =>
      sensitivityOf({trigger, durations: durations(medianMs, cv), calls: 20, daily: false, timer: false}).score;
    expect(score('http', 50, 0.2)).toBeGreaterThan(0.9);
    expect(score('queue', 50, 0.2)).toBeLessThan(0.55);
    expect(score('timer', 60_000, 3)).toBeLessThan(0.02);
  });

  test('every sign that counts is among the reasons', () => {
    const {reasons} = sensitivityOf({
      trigger: 'queue',
      durations: durations(100, 1),
      calls: 20,
      daily: true,
      timer: true,
    });
    expect(reasons).toBe(
      '- nobody waits on its trigger, + median below 1 s, - called by the clock, + rises and falls with the day',
    );
    const none = sensitivityOf({trigger: '', durations: undefined, calls: 20, daily: false, timer: false});
    expect(none).toEqual({score: 0.5, reasons: 'the trace shows no sign'});
  });

  test('durations of a few calls are no sign: one call is always even', () => {
    const few = {trigger: '', durations: durations(50, 0), daily: false, timer: false};
    expect(sensitivityOf({...few, calls: 1})).toEqual({score: 0.5, reasons: 'the trace shows no sign'});
    expect(sensitivityOf({...few, calls: 19}).score).toBe(0.5);
    expect(sensitivityOf({...few, calls: 20}).score).toBeGreaterThan(0.8);
  });

  test('who shows no sign is not isolated, however often it is called, nor does a score stand for a chance', async () => {
    const calls = Array.from({length: 3000}, (_, i) => ({
      function: 'worker',
      trigger: 'queue',
      at: i * 1e6 + (i % 7) * 1e4,
      duration: 20_000,
    }));
    const report = await askTrace('interference', '', eventWorkload(calls));
    // 86,400 calls a day pay for isolation if somebody waits with a chance of .53 %; the score is .5 or less.
    expect(report.tables[0]!.rows[0]).toMatchObject({isolate: false});
    expect(numberOf(report, 'E2.3.functionsWorthIfSensitive')).toBe(1);
    expect(numberOf(report, 'E2.3.functionsWorthIsolating')).toBe(0);
    expect(report.verdict.code).toBe('leave');
  });

  test('a trace is ranked, and isolation pays where calls are many', async () => {
    const calls = (name: string, trigger: string, n: number) =>
      Array.from({length: n}, (_, i) => ({function: name, trigger, at: i * 1e6 + (i % 7) * 1e4, duration: 20_000}));
    const workload = eventWorkload([
      ...calls('api', 'http', 3000),
      ...calls('rare', 'http', 3),
      ...calls('some', 'http', 300),
      ...calls('worker', 'queue', 3000),
    ]);
    const report = await askTrace('interference', '', workload);
    const rows = report.tables[0]!.rows;
    expect(rows.map((row) => row.function).at(-1)).toBe('worker');
    expect(rows.find((row) => row.function === 'api')).toMatchObject({isolate: true});
    expect(rows.find((row) => row.function === 'rare')).toMatchObject({isolate: false});
    // 8,640 calls a day: isolation would pay at a chance of 5.3, so never.
    expect(rows.find((row) => row.function === 'some')).toMatchObject({isolate: false});
    // Cost over calls a day x share affected x delay x price: 3,000 calls in 50 min are 86,400 a day.
    const usd = 0.01 * 0.19 * (20 / 3600);
    expect(rows.find((row) => row.function === 'api')!.threshold).toBeCloseTo(0.48 / (86_400 * usd), 9);
    expect(numberOf(report, 'E2.3.functionsSensitive')).toBe(3);
  });
});
