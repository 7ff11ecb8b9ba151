import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {readTrace} from '../../../src/trace/read-trace.ts';
import {likePopulation} from '../../../src/workload/synth/like-population.ts';
import {averageOf} from '../../../src/workload/synth/lognormal-durations.ts';
import {ownRate, type SynthOptions, synthesise} from '../../../src/workload/synth/synthesise.ts';
import {invocationsTotal, type MinuteArrivals, type Workload} from '../../../src/workload/workload.ts';
import {eventWorkload, type MinuteRow, minutesOf, minuteWorkload} from '../../helpers/workload.ts';
import {callsOf, DAY_US, quantile, shareOf} from './helpers.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/traces/${name}`, import.meta.url));

function like(trace: Workload, functions: number, options: Partial<SynthOptions> = {}) {
  const rest = {ratePerSecond: undefined, spanUs: trace.meta.spanUs, meanDurationMs: undefined, seed: 1, ...options};
  const population = likePopulation(trace, functions, rest.seed);
  return synthesise(population, rest) as Workload & {arrivals: MinuteArrivals};
}

/** A ratio no further than this from 1. */
function within(tolerance: number, ratio: number): void {
  expect(Math.abs(ratio - 1), `ratio ${ratio}`).toBeLessThanOrEqual(tolerance);
}

const known = (values: Float64Array) => values.filter((value) => !Number.isNaN(value));
const labelShare = ({trigger, functions}: Workload, name: string) =>
  Array.from(trigger.id).filter((id) => trigger.values[id] === name).length / functions;

describe('a workload like eight hours of Azure 2019', async () => {
  const {workload: trace} = await readTrace([fixture('azure2019-d07-window480')], {format: 'auto'});
  const daily = (workload: Workload) => callsOf(workload).map((n) => (n * DAY_US) / workload.meta.spanUs);

  test('of the same size has its total to the call and its functions to a few calls', () => {
    const same = like(trace, trace.functions);
    expect(invocationsTotal(same)).toBe(invocationsTotal(trace));
    const sorted = (workload: Workload) => callsOf(workload).sort((a, b) => a - b);
    const [own, original] = [sorted(same), sorted(trace)];
    for (let i = 0; i < own.length; i++) {
      expect(Math.abs(own[i]! - original[i]!)).toBeLessThanOrEqual(1 + 0.02 * original[i]!);
    }
    expect(same.meta).toEqual({...trace.meta, source: 'synth', clampedDurations: 0});
  });

  test.each([600, 5000])('of %d functions has its quantiles of rates, durations and memory', (functions) => {
    const larger = like(trace, functions);
    for (const share of [0.1, 0.25, 0.5, 0.75, 0.9]) {
      within(0.1, quantile(daily(larger), share) / quantile(daily(trace), share));
      const durations = quantile(known(larger.duration.meanMs), share) / quantile(known(trace.duration.meanMs), share);
      within(0.1, durations);
      within(0.05, quantile(known(larger.memoryMib), share) / quantile(known(trace.memoryMib), share));
    }
    for (const name of ['http', 'timer', 'queue']) {
      expect(Math.abs(labelShare(larger, name) - labelShare(trace, name))).toBeLessThan(0.02);
    }
    // The rate per function is the trace's, read between its functions.
    const perFunction = invocationsTotal(larger) / functions / (invocationsTotal(trace) / trace.functions);
    expect(perFunction).toBeGreaterThan(0.8);
    expect(perFunction).toBeLessThan(1.25);
  });

  test('keeps the clock of timers', () => {
    const same = like(trace, trace.functions, {seed: 4});
    const everyMinutes = (workload: Workload & {arrivals: MinuteArrivals}, period: number) =>
      callsOf(workload).filter((_, f) => {
        const at = minutesOf(workload.arrivals, f).map(([minute]) => minute);
        const gaps = at.slice(1).map((minute, i) => minute - at[i]!);
        return at.length >= 5 && quantile(gaps, 0.5) === period && shareOf(gaps, (gap) => gap === period) >= 0.6;
      }).length;
    const original = trace as Workload & {arrivals: MinuteArrivals};
    for (const period of [5, 10]) {
      expect(everyMinutes(original, period)).toBeGreaterThan(5);
      expect(Math.abs(everyMinutes(same, period) - everyMinutes(original, period))).toBeLessThanOrEqual(2);
    }
  });

  test('takes another rate and another mean duration, exactly', () => {
    const scaled = like(trace, 400, {ratePerSecond: 5000, spanUs: 120e6, meanDurationMs: 100});
    expect(invocationsTotal(scaled)).toBe(600_000);
    const calls = Float64Array.from(callsOf(scaled), (n, f) => (Number.isNaN(scaled.duration.meanMs[f]!) ? 0 : n));
    const means = scaled.duration.meanMs.map((mean) => (Number.isNaN(mean) ? 0 : mean));
    expect(averageOf(means, calls)).toBeCloseTo(100, 6);
  });

  test('keeps apps whole: functions of an app share its memory as they did', () => {
    const larger = like(trace, 3 * trace.functions);
    const memory = new Map<number, number>();
    for (let f = 0; f < larger.functions; f++) {
      const app = larger.app.id[f]!;
      if (!memory.has(app)) memory.set(app, larger.memoryMib[f]!);
      expect(Object.is(memory.get(app), larger.memoryMib[f]!)).toBe(true);
    }
    // 138 apps of 123 owners, three times.
    expect(new Set(larger.app.id).size).toBe(3 * 138);
    expect(new Set(larger.owner.id).size).toBe(3 * 123);
  });
});

describe('a workload like a trace of single calls', () => {
  test('has the percentiles of its calls, per function', () => {
    const rows = Array.from({length: 100}, (_, i) => ({function: 'f', at: i * 1e6, duration: (i + 1) * 1000}));
    const {duration} = like(eventWorkload(rows), 3);
    expect(duration.levels).toEqual([0, 1, 25, 50, 75, 99, 100]);
    expect([...duration.percentileMs.subarray(7, 14)]).toEqual([1, 1, 25, 50, 75, 99, 100]);
    expect([duration.meanMs[2], duration.minMs[2], duration.maxMs[2]]).toEqual([50.5, 1, 100]);
  });

  test('without durations stays without, or takes the mean asked for', () => {
    const trace = eventWorkload([
      {function: 'f', at: 0},
      {function: 'g', at: 5e6},
    ]);
    expect([...like(trace, 2).duration.meanMs]).toEqual([Number.NaN, Number.NaN]);
    expect([...like(trace, 2, {meanDurationMs: 20}).duration.meanMs]).toEqual([20, 20]);
  });
});

describe('the shape of a trace', () => {
  const officeHours: MinuteRow[] = Array.from({length: 8 * 60}, (_, i) => ({
    function: 'f',
    minute: 9 * 60 + i,
    count: 10,
  }));

  test('a function called from 9 to 17 is called then, on every day', () => {
    const days = like(minuteWorkload(officeHours, [0, 1440]), 1, {spanUs: 3 * DAY_US});
    expect(invocationsTotal(days)).toBe(3 * 4800);
    const hours = minutesOf(days.arrivals, 0).map(([minute]) => Math.floor((minute % 1440) / 60));
    expect([Math.min(...hours), Math.max(...hours)]).toEqual([9, 16]);
  });

  test.each([20, 2000])('%d calls in a span that the function sleeps through lie all over it', (calls) => {
    const options = {spanUs: 2 * 3600e6, ratePerSecond: calls / 7200};
    const night = like(minuteWorkload(officeHours, [0, 1440]), 1, options);
    expect(invocationsTotal(night)).toBe(calls);
    const minutes = minutesOf(night.arrivals, 0).map(([minute]) => minute);
    expect(minutes.length).toBeGreaterThan(Math.min(calls, 120) / 2);
    expect(minutes.at(-1)! - minutes[0]!).toBeGreaterThan(60);
  });

  test('a function idle on the sixth and seventh day is idle then', () => {
    const rows = Array.from({length: 5 * 1440}, (_, minute) => ({function: 'f', minute, count: minute % 3}));
    const weeks = like(minuteWorkload(rows, [0, 7 * 1440]), 1, {spanUs: 14 * DAY_US});
    const days = new Set(minutesOf(weeks.arrivals, 0).map(([minute]) => Math.floor(minute / 1440)));
    expect([...days].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 7, 8, 9, 10, 11]);
  });

  const days = 3;
  type Counted = Workload & {arrivals: MinuteArrivals};

  /** Counts about 20 a minute whose level is drawn anew, lognormal with this spread, every so many minutes. */
  function noisy(spread: number, stays: number): Counted {
    const random = new Random(stays);
    let level = 1;
    const rows = Array.from({length: days * 1440}, (_, minute) => {
      if (minute % stays === 0) level = Math.exp(spread * random.normal() - (spread * spread) / 2);
      const mean = 20 * level;
      return {function: 'f', minute, count: Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()))};
    });
    return minuteWorkload(rows, [0, days * 1440]) as Counted;
  }

  /** Variance over mean of the calls in so many minutes. */
  function dispersion(workload: Counted, block: number): number {
    const blocks = new Float64Array((days * 1440) / block);
    for (const [minute, n] of minutesOf(workload.arrivals, 0)) blocks[Math.floor(minute / block)]! += n;
    const mean = blocks.reduce((a, b) => a + b, 0) / blocks.length;
    return blocks.reduce((sum, n) => sum + (n - mean) ** 2, 0) / blocks.length / mean;
  }

  test.each([
    ['a Poisson process', 0, 10],
    ['spikes of a minute', 0.7, 1],
    ['bursts of ten minutes', 0.5, 10],
    ['strong bursts of twenty minutes', 1, 20],
    ['levels of half an hour', 0.5, 30],
  ])('%s stay what they are, over a minute and over ten', (_, spread, stays) => {
    const trace = noisy(spread, stays);
    const synthetic = like(trace, 1) as Counted;
    expect(invocationsTotal(synthetic)).toBe(invocationsTotal(trace));
    for (const block of [1, 10]) {
      const ratio = dispersion(synthetic, block) / dispersion(trace, block);
      expect(ratio, `${block} minutes`).toBeGreaterThan(0.5);
      expect(ratio, `${block} minutes`).toBeLessThan(2);
    }
  });

  test('a timer at twenty past keeps its minute when the trace starts at half past', () => {
    const rows = Array.from({length: 12}, (_, i) => ({function: 'f', minute: 20 + 60 * (i + 1), count: 1}));
    const later = like(minuteWorkload(rows, [30, 780]), 1, {spanUs: DAY_US});
    expect(new Set(minutesOf(later.arrivals, 0).map(([minute]) => (minute + 30) % 60))).toEqual(new Set([20]));
  });

  test('functions that are never called get no calls', () => {
    const rows: MinuteRow[] = [
      {function: 'f', minute: 3, count: 9},
      {function: 'idle', minute: 4, count: 0},
    ];
    const copies = like(minuteWorkload(rows, [0, 60]), 10, {spanUs: 60e6 * 60});
    expect(shareOf(callsOf(copies), (n) => n === 0)).toBe(0.5);
    expect(ownRate(likePopulation(minuteWorkload(rows, [0, 60]), 10, 1)) * 3600).toBeCloseTo(45, 6);
  });
});
