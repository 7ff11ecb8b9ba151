import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {preWarmOf} from '../../src/tradeoff/periodic/schedule.ts';
import {poisson} from '../demand/rhythm/times.ts';
import {type EventRow, eventWorkload, type MinuteRow, minuteWorkload} from '../helpers/workload.ts';
import {ask, askTrace, numberOf} from './ask.ts';

const DAY = 86_400;

describe('the schedule', () => {
  const terms = {
    leadSeconds: 9,
    jitterSeconds: 1,
    resolutionSeconds: 0,
    warmUsdPerSecond: 0.01 / DAY,
    coldUsd: 1 / 360,
  };
  const stroke = {periodSeconds: 3600, phaseSeconds: 0, strength: 1, cycles: 24, kept: 1, surprise: 24};

  test('starts lead time before the stroke and drops jitter after it, across the turn of the period', () => {
    expect(preWarmOf(stroke, terms)).toMatchObject({action: 'pre-warm', startSeconds: 3591, untilSeconds: 1});
    expect(preWarmOf(stroke, terms).usdPerDay).toBeCloseTo(24 * 10 * terms.warmUsdPerSecond, 12);
    expect(preWarmOf(stroke, terms).savesUsdPerDay).toBeCloseTo(24 / 360 - 240 * terms.warmUsdPerSecond, 12);
  });

  test('a trace that knows only the minute holds for the minute', () => {
    expect(preWarmOf(stroke, {...terms, resolutionSeconds: 60}).untilSeconds).toBe(61);
  });

  test('keeps where start and drop would overlap', () => {
    expect(preWarmOf({...stroke, periodSeconds: 10}, terms).action).toBe('keep');
  });

  test('does nothing where a cold start is cheaper', () => {
    expect(preWarmOf(stroke, {...terms, coldUsd: 1e-9})).toMatchObject({
      action: 'none',
      usdPerDay: 0,
      savesUsdPerDay: 0,
    });
  });
});

describe('a trace', () => {
  test('is told apart into timers, rhythms and random calls', async () => {
    const random = new Random(6);
    const rows: MinuteRow[] = [];
    const days = 14;
    for (let minute = 0; minute < days * 1440; minute++) {
      if (minute % 15 === 2) rows.push({function: 'cron', minute, count: 3});
      const daily = 0.3 * (1 + Math.cos((2 * Math.PI * (minute - 540)) / 1440));
      if (random.next() < daily) rows.push({function: 'people', minute, count: 1});
      if (random.next() < 0.05) rows.push({function: 'random', minute, count: 1});
      rows.push({function: 'steady', minute, count: 5});
    }
    const report = await askTrace('periodic', '', minuteWorkload(rows));
    const kinds = report.tables.find((table) => table.id === 'functions')!.rows;
    const row = (name: string) => kinds.find((one) => one.function === name)!;
    expect(row('cron')).toMatchObject({kind: 'timer', periodSeconds: 900, phaseSeconds: 120});
    expect(row('people')).toMatchObject({kind: 'rhythm', periodSeconds: DAY});
    // The peak lies at nine in the morning, to a bin of two and a half hours.
    expect(Math.abs(Number(row('people').phaseSeconds) - 9 * 3600)).toBeLessThan(5000);
    expect(row('random').kind).toBe('random');
    expect(row('steady').kind).toBe('steady');
    expect(numberOf(report, 'E1.4.functionsTimer')).toBe(1);
    expect(report.tables.find((table) => table.id === 'schedule')!.rows).toHaveLength(1);
  });

  test('a declared timer needs no test, only calls enough to see when', async () => {
    const at = (name: string, trigger: string) =>
      [0, 60, 120, 180].map((minute) => ({function: name, trigger, minute, count: 1}));
    const rows = (await askTrace('periodic', '', minuteWorkload([...at('told', 'timer'), ...at('silent', 'http')])))
      .tables[1]!.rows;
    expect(rows.map((row) => [row.function, row.kind, row.periodSeconds])).toEqual([
      ['told', 'timer', 3600],
      ['silent', 'random', null],
    ]);
  });

  test('of hundreds of random functions next to none is called periodic', async () => {
    const rows: EventRow[] = [];
    for (let f = 0; f < 300; f++) {
      for (const t of poisson(300 + 7 * f, 2 * DAY, 1000 + f))
        rows.push({function: `f${f}`, at: Math.floor(t * 1e6), duration: 0});
    }
    const report = await askTrace('periodic', '', eventWorkload(rows));
    expect(numberOf(report, 'E1.4.functionsRandom')).toBeGreaterThanOrEqual(297);
  });

  test('a day of one call a minute has no rhythm of its own, however the day is cut', async () => {
    const rows = Array.from({length: 1440}, (_, minute) => ({function: 'steady', minute, count: 1}));
    expect(numberOf(await askTrace('periodic', '', minuteWorkload(rows)), 'E1.4.functionsSteady')).toBe(1);
  });
});

describe('the reserve for random arrivals', () => {
  test('is the exact 99 % quantile of a negative binomial and of a Poisson count, by their recurrences', () => {
    // P(k + 1) = P(k) (k + r)/(k + 1) (1 - 1/D), r = mean/(D - 1), P(0) = D^-r; D -> 1 is Poisson: P(k) mean/(k + 1).
    const quantile = (first: number, next: (k: number) => number): number => {
      let [k, p, sum] = [0, first, first];
      for (; sum < 0.99; k++) sum += p *= next(k);
      return k;
    };
    const r = 10 / 59;
    const bursty = quantile(60 ** -r, (k) => ((k + r) / (k + 1)) * (59 / 60));
    const even = quantile(Math.exp(-10), (k) => 10 / (k + 1));
    const report = ask('periodic');
    expect([bursty, even]).toEqual([121, 18]);
    expect(numberOf(report, 'E1.4.standbyNegativeBinomial')).toBe(bursty);
    expect(numberOf(report, 'E1.4.standbyPoissonExact')).toBe(even);
    expect(report.verdict.text).toContain('keep 121 a minute in reserve, where Poisson would say 18');
  });
});

describe('a schedule against the keep-alive of today', () => {
  /** Calls of 1 s every `period` seconds of a day. */
  const every = (name: string, period: number): EventRow[] =>
    Array.from({length: DAY / period}, (_, k) => ({function: name, at: k * period * 1e6, duration: 1e6}));

  test('an hourly timer, kept for ten minutes: 24 cold starts and 24 times 600 s, worked by hand', async () => {
    const report = await askTrace('periodic', '', eventWorkload([...every('hour', 3600)]));
    // The span ends with the last call's minute, 23 h 1 min: the last instance, cold, idles 58.5 s of its ten minutes.
    const days = (23 * 3600 + 60) / DAY;
    // A cold start costs its caller half a second at $20 an hour, and half a second of the slot.
    const kept = (24 / 360 + ((24 * 0.5 + 23 * 600 + 58.5) * 0.01) / DAY) / days;
    expect(numberOf(report, 'E1.4.keepAliveUsdPerDay')).toBeCloseTo(kept, 10);
    expect(numberOf(report, 'E1.4.functionsBetterScheduled')).toBe(1);
    expect(report.verdict.code).toBe('schedule');
    // Scheduled it is held 9.0004 s and a second each hour: p99 cold 7 s, jitter 1 s both ways, 1/2,500 s to start it.
    const saved = numberOf(report, 'E1.4.scheduleSavesOnKeepAliveUsdPerDay')!;
    // The first call comes as its instance begins to start, and waits for it: half a second.
    const scheduled = (1 / 360 + ((0.5 + 23 * 8.0004) * 0.01) / DAY) / days;
    expect(Math.abs(saved - (kept - scheduled))).toBeLessThan((24 * 2 * 0.01) / DAY);
  });

  test('a window across the turn of the period is open as the trace begins: then even the first call is warm', async () => {
    const calls = Array.from({length: 24}, (_, k) => ({function: 'hour', at: (k * 3600 + 5) * 1e6, duration: 1e6}));
    const report = await askTrace('periodic', '', eventWorkload(calls));
    const row = report.tables[0]!.rows[0]!;
    expect(Number(row.startSeconds)).toBeGreaterThan(Number(row.untilSeconds));
    const days = (23 * 3600 + 60) / DAY;
    // 24 cold starts of half a second, less some seconds of an idle slot each time.
    const saved = numberOf(report, 'E1.4.scheduleSavesUsdPerDay')!;
    expect(saved).toBeLessThan((24 / 360 + (24 * 0.5 * 0.01) / DAY) / days);
    expect(saved).toBeGreaterThan((24 / 360 - (24 * 10 * 0.01) / DAY) / days);
  });

  test('a timer that the keep-alive bridges anyway saves what idles in between, and nothing where warmth is free', async () => {
    const trace = eventWorkload(every('five', 300));
    const saved = numberOf(await askTrace('periodic', '', trace), 'E1.4.scheduleSavesOnKeepAliveUsdPerDay')!;
    expect(saved).toBeGreaterThan(0);
    expect(saved).toBeLessThan(numberOf(await askTrace('periodic', '', trace), 'E1.4.keepAliveUsdPerDay')!);
    const free = await askTrace('periodic', '--warm-usd-per-day 0 --cold 0s', trace);
    expect([free.verdict.code, numberOf(free, 'E1.4.scheduleSavesOnKeepAliveUsdPerDay')]).toEqual(['keep-alive', 0]);
  });

  test('a timer that stopped after four strokes is unloaded after each call: the schedule would go on all day', async () => {
    const calls = [0, 1, 2, 3].map((k) => ({
      ...{function: 'stopped', trigger: 'timer'},
      ...{at: (k * 3600 + 600) * 1e6, duration: 0},
    }));
    const late = {function: 'late', at: (DAY - 30) * 1e6, duration: 0};
    // Ten seconds of an instance cost $.0012, a cold start $.0028: by its strokes so far the schedule would pay.
    const report = await askTrace('periodic', '--warm-usd-per-day 10', eventWorkload([...calls, late]));
    const row = report.tables[0]!.rows[0]!;
    expect(row).toMatchObject({function: 'stopped', action: 'none', usdPerDay: 0, savesUsdPerDay: 0});
    // What it is kept for today is saved all the same: four times ten minutes in a day less the ten before the first.
    expect(Number(row.savesOnKeepAliveUsdPerDay)).toBeCloseTo((4 * 600 * 10) / (DAY - 600), 9);
  });

  test('a trace without timers says so', async () => {
    expect((await askTrace('periodic', '', eventWorkload([{function: 'f', at: 5, duration: 0}]))).verdict.code).toBe(
      'no-timers',
    );
  });
});
