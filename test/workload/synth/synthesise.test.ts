import {createHash} from 'node:crypto';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {decodeWorkload} from '../../../src/workload/file/arrow-decode.ts';
import {encodeWorkload} from '../../../src/workload/file/arrow-encode.ts';
import {azurePopulation} from '../../../src/workload/synth/azure-population.ts';
import {averageOf} from '../../../src/workload/synth/lognormal-durations.ts';
import {synthesise} from '../../../src/workload/synth/synthesise.ts';
import {invocationsTotal, type Workload} from '../../../src/workload/workload.ts';
import {contentOf} from '../../helpers/workload.ts';
import {azureLike, callsOf, DAY_US, quantile, shareOf} from './helpers.ts';

function bytesOf(workload: Workload): Buffer {
  const pieces: Buffer[] = [];
  encodeWorkload(workload, {write: (piece) => pieces.push(Buffer.from(piece as Uint8Array))});
  return Buffer.concat(pieces);
}

const digest = (workload: Workload) => createHash('sha256').update(bytesOf(workload)).digest('hex');

/** Lists are as the workload's contract has them. */
function checkLists({functions, meta, arrivals}: ReturnType<typeof azureLike>): void {
  const {minute, count} = arrivals;
  const minutes = Math.ceil(meta.spanUs / 60e6);
  for (let f = 0; f < functions; f++) {
    let last = -1;
    for (let i = 0; i < minute.length[f]!; i++) {
      const m = minute.values[minute.start[f]! + i]!;
      if (m <= last || m >= minutes) throw new Error(`function ${f}: minute ${m} after ${last} of ${minutes}`);
      if (!(count.values[count.start[f]! + i]! >= 1)) throw new Error(`function ${f}: no calls in minute ${m}`);
      last = m;
    }
  }
}

describe('a synthetic workload', () => {
  test('500,000 functions at 11.5 M/s for a minute have 690,000,000 calls of 147 ms', () => {
    const workload = azureLike(500_000, {ratePerSecond: 11.5e6, spanUs: 60e6, meanDurationMs: 147});
    checkLists(workload);
    expect(invocationsTotal(workload)).toBe(690_000_000);
    expect(averageOf(workload.duration.meanMs, Float64Array.from(callsOf(workload)))).toBeCloseTo(147, 6);
    // What gives is who is short, not how long functions are (METHODS T8).
    expect(quantile(workload.duration.meanMs, 0.5)).toBeCloseTo(684, -1);
    expect(Math.abs(shareOf(workload.duration.meanMs, (ms) => ms < 1000) - 0.564)).toBeLessThan(0.005);
  });

  test('has exactly rate x span calls, whatever these are', () => {
    const functions = fc.oneof(fc.constant(1), fc.integer({min: 1, max: 300}));
    const rate = fc.oneof(fc.constant(0), fc.double({min: 1e-4, max: 1e9, noNaN: true}));
    const span = fc.oneof(fc.integer({min: 1, max: 200e6}), fc.constantFrom(1e6, 60e6, 90e6, 3600e6, 7200e6 + 1));
    fc.assert(
      fc.property(functions, rate, span, fc.integer({min: 0, max: 2 ** 40}), (n, ratePerSecond, spanUs, seed) => {
        const workload = azureLike(n, {ratePerSecond, spanUs, seed});
        checkLists(workload);
        expect(invocationsTotal(workload)).toBe(Math.round((ratePerSecond * spanUs) / 1e6));
        expect(workload.meta.spanUs).toBe(spanUs);
      }),
      {numRuns: 150},
    );
  });

  test.each([
    ['one function takes all calls', 1, 250, 10e6, [2500]],
    ['nobody calls', 3, 0, 60e6, [0, 0, 0]],
    ['a single microsecond', 1, 1e9, 1, [1000]],
  ])('%s', (_, functions, ratePerSecond, spanUs, calls) => {
    expect(callsOf(azureLike(functions, {ratePerSecond, spanUs}))).toEqual(calls);
  });

  test('with fewer calls than functions each function is called at most once or twice', () => {
    const calls = callsOf(azureLike(5000, {ratePerSecond: 1, spanUs: 60e6}));
    expect(calls.reduce((a, b) => a + b, 0)).toBe(60);
    expect(Math.max(...calls)).toBeLessThan(20);
    expect(calls.filter((n) => n === 0).length).toBeGreaterThan(4900);
  });

  test('counts above 2^32 - 1 are doubles and exact', () => {
    const workload = azureLike(2, {ratePerSecond: 1e12, spanUs: 120e6});
    expect(workload.arrivals.count.values).toBeInstanceOf(Float64Array);
    expect(invocationsTotal(workload)).toBe(120e12);
    const again = decodeWorkload(new Uint8Array(bytesOf(workload)).buffer);
    expect(invocationsTotal(again)).toBe(120e12);
  });

  test('counts that fit 32 bits are kept in 32 bits, also of a function with more calls in all', () => {
    const workload = azureLike(1, {ratePerSecond: 1e6, spanUs: 2 * DAY_US});
    expect(workload.arrivals.count.values).toBeInstanceOf(Uint32Array);
    expect(invocationsTotal(workload)).toBe(172_800_000_000);
  });

  test('the same seed makes the same bytes, another seed others', () => {
    const make = (seed: number) => digest(azureLike(400, {spanUs: 3 * 3600e6, seed}));
    expect(make(7)).toBe(make(7));
    expect(make(7)).not.toBe(make(8));
    expect(make(2 ** 32 + 7)).not.toBe(make(7));
  });

  test('the file says what the workload says', () => {
    const workload = azureLike(120, {spanUs: 90e6, ratePerSecond: 500});
    const {meta, ...rest} = contentOf(decodeWorkload(new Uint8Array(bytesOf(workload)).buffer));
    expect({meta, ...rest}).toEqual(contentOf(workload));
    expect(meta).toEqual({
      source: 'synth',
      startTime: '2024-07-01T00:00:00.000Z',
      originUs: Date.UTC(2024, 6, 1) * 1000,
      spanUs: 90e6,
      licence: '',
      clampedDurations: 0,
    });
  });

  test('a cut last minute gets its share of the calls', () => {
    // One busy function without a clock: 150 s are two minutes and a half.
    const population = azurePopulation(50, 5, 3);
    const steady = {...population, periodic: new Uint8Array(50), burstiness: new Float32Array(50)};
    const options = {ratePerSecond: 4000, spanUs: 150e6, meanDurationMs: undefined, seed: 3};
    const {arrivals} = synthesise(steady, options) as ReturnType<typeof azureLike>;
    const perMinute = [0, 0, 0];
    arrivals.minute.values.forEach((m, i) => {
      perMinute[m]! += arrivals.count.values[i]!;
    });
    expect(perMinute[2]! / (600_000 / 5)).toBeCloseTo(1, 1);
    expect(perMinute[0]! / (600_000 / 2.5)).toBeCloseTo(1, 1);
  });

  test('timers fire by their clock and as often as it says; the others share what is left', () => {
    const workload = azureLike(2000, {spanUs: DAY_US});
    const {minute, count} = workload.arrivals;
    const timers = Array.from({length: 2000}, (_, f) => f).filter(
      (f) => workload.trigger.values[workload.trigger.id[f]!] === 'timer' && minute.length[f]! >= 10,
    );
    let punctual = 0;
    for (const f of timers) {
      const at = minute.start[f]!;
      const gaps = Array.from(
        {length: minute.length[f]! - 1},
        (_, i) => minute.values[at + i + 1]! - minute.values[at + i]!,
      );
      const period = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]!;
      expect([1, 2, 3, 5, 10, 15, 20, 30, 60, 120], `function ${f}`).toContain(period);
      const counts = new Set(count.values.subarray(at, at + minute.length[f]!));
      if (gaps.every((gap) => gap === period) && counts.size === 1) punctual++;
    }
    expect(timers.length).toBeGreaterThan(200);
    // 70 % of them are a minute late now and then.
    expect(Math.abs(punctual / timers.length - 0.3)).toBeLessThan(0.07);
  });

  test("a function's calls do not depend on the other functions' draws", () => {
    const population = azurePopulation(300, 10, 5);
    const options = {ratePerSecond: undefined, spanUs: 6 * 3600e6, meanDurationMs: undefined, seed: 5};
    const whole = contentOf(synthesise(population, options));
    const calmer = contentOf(
      synthesise({...population, burstiness: population.burstiness.map((b, f) => (f === 17 ? b + 4 : b))}, options),
    );
    for (let f = 0; f < 300; f++) if (f !== 17) expect(calmer.rows[f]).toEqual(whole.rows[f]);
    const busy = population.order.find((f) => population.periodic[f] === 0 && population.burstiness[f]! > 0)!;
    const steady = contentOf(
      synthesise({...population, burstiness: population.burstiness.map((b, f) => (f === busy ? 0 : b))}, options),
    );
    expect(steady.rows[busy]!.calls).not.toEqual(whole.rows[busy]!.calls);
  });

  test('percentiles ascend, average to the mean, and are one value for a function called once', () => {
    const {duration, functions, ...rest} = azureLike(3000, {spanUs: DAY_US});
    const calls = callsOf({duration, functions, ...rest});
    const {levels, percentileMs, meanMs, minMs, maxMs} = duration;
    expect(levels).toEqual([0, 1, 25, 50, 75, 99, 100]);
    for (let f = 0; f < functions; f++) {
      const row = percentileMs.subarray(f * 7, (f + 1) * 7);
      let mean = 0;
      for (let k = 1; k < 7; k++) {
        expect(row[k]!).toBeGreaterThanOrEqual(row[k - 1]!);
        mean += ((row[k]! + row[k - 1]!) / 2) * ((levels[k]! - levels[k - 1]!) / 100);
      }
      expect(mean / meanMs[f]!).toBeCloseTo(1, 9);
      expect([minMs[f], maxMs[f]]).toEqual([row[0], row[6]]);
      if (calls[f] === 1) expect(row[6]! / row[0]!).toBeCloseTo(1, 9);
    }
  });

  test.each([1, 30, 147, 3348, 60_000])('the average call takes %d ms to the last digit', (meanDurationMs) => {
    const workload = azureLike(700, {spanUs: 3600e6, ratePerSecond: 900, meanDurationMs});
    const mean = averageOf(workload.duration.meanMs, Float64Array.from(callsOf(workload)));
    expect(mean / meanDurationMs).toBeCloseTo(1, 9);
  });
});
