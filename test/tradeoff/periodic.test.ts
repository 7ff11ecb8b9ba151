import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {detectPeriod} from '../../src/demand/rhythm/detect.ts';
import {discoveryThreshold} from '../../src/demand/rhythm/false-discovery.ts';
import {fisherTail} from '../../src/demand/rhythm/fisher.ts';
import {fold, spreadSeconds} from '../../src/demand/rhythm/fold.ts';
import {RHYTHM_BINS, strongestRhythm} from '../../src/demand/rhythm/rhythm.ts';
import {preWarmOf, strokesAtOnce} from '../../src/tradeoff/periodic/schedule.ts';
import {type EventRow, eventWorkload, type MinuteRow, minuteWorkload} from '../helpers/workload.ts';
import {ask, numberOf} from './ask.ts';

const DAY = 86_400;

/** Times of a timer over a span, each late by up to `jitter` seconds. */
function timer(period: number, phase: number, span: number, jitter = 0, seed = 1): Float64Array {
  const random = new Random(seed);
  const length = Math.floor((span - phase) / period);
  return Float64Array.from({length}, (_, k) => phase + k * period + jitter * random.next());
}

function poisson(meanGap: number, span: number, seed: number): Float64Array {
  const random = new Random(seed);
  const times: number[] = [];
  for (let t = meanGap * random.exponential(); t < span; t += meanGap * random.exponential()) times.push(t);
  return Float64Array.from(times);
}

describe("Fisher's g", () => {
  test('two weeks of hours at 1 %: a share of 5.66 % (METHODS E1.4b)', () => {
    expect(fisherTail(0.0566, 168)).toBeCloseTo(0.01, 4);
  });

  test('is exceeded by white noise as often as it says', () => {
    const random = new Random(3);
    const m = 20;
    const runs = 4000;
    let above = 0;
    for (let run = 0; run < runs; run++) {
      const ordinates = Array.from({length: m}, () => random.exponential());
      const share = Math.max(...ordinates) / ordinates.reduce((a, b) => a + b);
      if (share > 0.25) above++;
    }
    expect(above / runs).toBeCloseTo(fisherTail(0.25, m), 1.7);
  });

  test('falls from 1 to 0 and never beyond', () => {
    let last = 1;
    for (let x = 0; x <= 1; x += 0.005) {
      const tail = fisherTail(x, 5000);
      expect(tail).toBeLessThanOrEqual(last + 1e-9);
      expect(tail).toBeGreaterThanOrEqual(0);
      last = tail;
    }
    expect(last).toBe(0);
  });
});

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

describe('rhythms', () => {
  const series = (value: (t: number) => number): Float64Array =>
    Float64Array.from({length: RHYTHM_BINS}, (_, t) => value(t));

  test('a wave of 14 cycles is found with its peak', () => {
    const random = new Random(2);
    const found = strongestRhythm(
      series((t) => 5 + 2 * Math.cos(2 * Math.PI * ((14 * t) / RHYTHM_BINS - 0.3)) + 0.3 * random.normal()),
    )!;
    expect(found.cycles).toBe(14);
    expect(found.peak).toBeCloseTo(0.3, 1);
    expect(found.share).toBeGreaterThan(0.9);
    expect(found.p).toBeLessThan(1e-10);
  });

  test('a step, as of a function deployed in mid-trace, is none', () => {
    expect(strongestRhythm(series((t) => (t < 60 ? 0 : 4)))).toBeUndefined();
  });

  test('a constant has none', () => {
    expect(strongestRhythm(series(() => 3.7))).toBeUndefined();
  });
});

describe('Benjamini-Hochberg', () => {
  test('their own example: four of fifteen at 5 %', () => {
    const p = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
    ];
    expect(discoveryThreshold(Float64Array.from(p), 0.05)).toBe(0.0095);
  });

  test('believes none of none, and none without evidence', () => {
    expect(discoveryThreshold(new Float64Array(0), 0.05)).toBe(-1);
    expect(discoveryThreshold(Float64Array.from([0.3, 0.9]), 0.05)).toBe(-1);
  });
});

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

  test('counts the timers of the busiest minute', () => {
    const at = (periodSeconds: number, phaseSeconds: number) => ({...stroke, periodSeconds, phaseSeconds});
    expect(strokesAtOnce([at(300, 0), at(600, 0), at(3600, 60), at(20, 5)])).toBe(3);
    expect(strokesAtOnce([])).toBe(0);
  });
});

describe('a trace', () => {
  test('is told apart into timers, rhythms and random calls', () => {
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
    const report = ask('periodic', '', minuteWorkload(rows));
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

  test('a declared timer needs no test, only calls enough to see when', () => {
    const at = (name: string, trigger: string) =>
      [0, 60, 120, 180].map((minute) => ({function: name, trigger, minute, count: 1}));
    const rows = ask('periodic', '', minuteWorkload([...at('told', 'timer'), ...at('silent', 'http')])).tables[1]!.rows;
    expect(rows.map((row) => [row.function, row.kind, row.periodSeconds])).toEqual([
      ['told', 'timer', 3600],
      ['silent', 'random', null],
    ]);
  });

  test('of hundreds of random functions next to none is called periodic', () => {
    const rows: EventRow[] = [];
    for (let f = 0; f < 300; f++) {
      for (const t of poisson(300 + 7 * f, 2 * DAY, 1000 + f))
        rows.push({function: `f${f}`, at: Math.floor(t * 1e6), duration: 0});
    }
    const report = ask('periodic', '', eventWorkload(rows));
    expect(numberOf(report, 'E1.4.functionsRandom')).toBeGreaterThanOrEqual(297);
  });

  test('a day of one call a minute has no rhythm of its own, however the day is cut', () => {
    const rows = Array.from({length: 1440}, (_, minute) => ({function: 'steady', minute, count: 1}));
    expect(numberOf(ask('periodic', '', minuteWorkload(rows)), 'E1.4.functionsSteady')).toBe(1);
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

  test('an hourly timer, kept for ten minutes: 24 cold starts and 24 times 600 s, worked by hand', () => {
    const report = ask('periodic', '', eventWorkload([...every('hour', 3600)]));
    // The span ends with the last call's minute, 23 h 1 min: the last idle instance lives 59 s of its ten minutes.
    const days = (23 * 3600 + 60) / DAY;
    // A cold start costs its caller half a second at $20 an hour, and half a second of the slot.
    const kept = (24 / 360 + ((24 * 0.5 + 23 * 600 + 59) * 0.01) / DAY) / days;
    expect(numberOf(report, 'E1.4.keepAliveUsdPerDay')).toBeCloseTo(kept, 10);
    expect(numberOf(report, 'E1.4.functionsBetterScheduled')).toBe(1);
    expect(report.verdict.code).toBe('schedule');
    // Scheduled it is held 9.0004 s and a second each hour: p99 cold 7 s, jitter 1 s both ways, 1/2,500 s to start it.
    const saved = numberOf(report, 'E1.4.scheduleSavesOnKeepAliveUsdPerDay')!;
    expect(saved).toBeLessThan(kept);
    expect(saved).toBeGreaterThan(0.95 * kept);
  });

  test('a timer that the keep-alive bridges anyway saves what idles in between, and nothing where warmth is free', () => {
    const trace = eventWorkload(every('five', 300));
    const saved = numberOf(ask('periodic', '', trace), 'E1.4.scheduleSavesOnKeepAliveUsdPerDay')!;
    expect(saved).toBeGreaterThan(0);
    expect(saved).toBeLessThan(numberOf(ask('periodic', '', trace), 'E1.4.keepAliveUsdPerDay')!);
    const free = ask('periodic', '--warm-usd-per-day 0 --cold 0s', trace);
    expect([free.verdict.code, numberOf(free, 'E1.4.scheduleSavesOnKeepAliveUsdPerDay')]).toEqual(['keep-alive', 0]);
  });

  test('a trace without timers says so', () => {
    expect(ask('periodic', '', eventWorkload([{function: 'f', at: 5, duration: 0}])).verdict.code).toBe('no-timers');
  });
});
