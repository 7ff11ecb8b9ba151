import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {backlogOf, capacityGrowth, type Spike} from '../../src/tradeoff/burst/fluid.ts';
import {peakOnceIn, peakTail} from '../../src/tradeoff/burst/peaks.ts';
import {fitTail, returnLevel} from '../../src/tradeoff/burst/tail.ts';
import {
  onTimeDropExpired,
  onTimeFifo,
  onTimeInOrder,
  valueKeptByPriority,
  valueKeptFifo,
  valueKeptInOrder,
  valueKeptLifo,
} from '../../src/tradeoff/burst/value-kept.ts';
import {minuteWorkload} from '../helpers/workload.ts';
import {ask, askTrace, numberOf, relativeError} from './ask.ts';

/** METHODS' spike at a hundredth of its size: 1,000 calls a second on 100, for 60 s. */
const spike: Spike = {normal: 10, peak: 1000, durationSeconds: 60, warm: 100};

type Order = 'fifo' | 'lifo' | 'fifo-drop' | 'priority';

interface Call {
  at: number;
  dear: boolean;
  /** Of the traffic after the spike. */
  normal: boolean;
}

/**
 * The spike call by call: Poisson arrivals and services, a random tenth of the calls dear. In order of arrival the
 * normal traffic after the spike queues behind it; in the other orders it goes before what is left of the spike.
 */
function simulate(order: Order, growth: number, deadline: number, seed: number, coldSeconds = 0) {
  const random = new Random(seed);
  const lines: Call[][] = [[], [], []];
  const inOrder = order === 'fifo' || order === 'fifo-drop';
  const lineOf = (call: Call): number =>
    call.normal && order !== 'fifo' ? 0 : order === 'priority' && !call.dear ? 2 : 1;
  const heads = [0, 0, 0];
  const waiting = (): number => lines.reduce((sum, line, i) => sum + line.length - heads[i]!, 0);
  const served: {wait: number; dear: boolean}[] = [];
  let calls = 0;
  let most = 0;
  let promise = 0;
  for (let now = 0; ; ) {
    const inSpike = now < spike.durationSeconds;
    const arrivals = inSpike ? spike.peak : spike.normal;
    const capacity = Math.min(spike.peak, spike.warm + growth * Math.max(0, now - coldSeconds));
    now += random.exponential() / (arrivals + capacity);
    if (random.next() < arrivals / (arrivals + capacity)) {
      const call = {at: now, dear: random.next() < 0.1, normal: !inSpike};
      lines[lineOf(call)]!.push(call);
      if (inSpike) calls++;
    } else {
      const i = [0, 1, 2].find((line) => lines[line]!.length > heads[line]!) ?? 1;
      if (order === 'fifo-drop') while (now - (lines[1]![heads[1]!]?.at ?? now) > deadline) heads[1]!++;
      const next = inOrder ? lines[i]![heads[i]!] : lines[i]!.pop();
      if (inOrder && next) heads[i]!++;
      if (next && !next.normal) served.push({wait: now - next.at, dear: next.dear});
    }
    most = Math.max(most, waiting());
    promise = Math.max(promise, waiting() / capacity);
    if (!inSpike && waiting() === 0) return {calls, served, most, promise, end: now};
  }
}

describe('the fluid backlog against a call-by-call simulation', () => {
  test.each([
    {name: 'no new instances', growth: 0, coldSeconds: 0},
    {name: 'instances that meet the peak only after the spike', growth: 10, coldSeconds: 0},
    {name: 'instances that meet the peak in mid-spike', growth: 30, coldSeconds: 0},
    {name: 'instances that take a while to start', growth: 30, coldSeconds: 20},
    {name: 'instances that start so slowly that the wait falls once they serve', growth: 50, coldSeconds: 30},
    {name: 'instances that serve only after the spike', growth: 30, coldSeconds: 90},
  ])('$name', ({growth, coldSeconds}) => {
    const fluid = backlogOf(spike, {growth, coldSeconds});
    const run = simulate('fifo', growth, 0, 1, coldSeconds);
    expect(relativeError(run.most, fluid.peakCalls)).toBeLessThan(0.03);
    expect(relativeError(run.promise, fluid.maxWaitSeconds)).toBeLessThan(0.04);
    expect(relativeError(Math.max(...run.served.map((one) => one.wait)), fluid.maxFifoWaitSeconds)).toBeLessThan(0.04);
    expect(relativeError(run.end, fluid.allServedAtSeconds)).toBeLessThan(0.04);
  });

  test('a spike within warm capacity leaves no queue', () => {
    expect(backlogOf({...spike, peak: 90}, {growth: 0, coldSeconds: 3})).toEqual({
      peakCalls: 0,
      allServedAtSeconds: 60,
      maxWaitSeconds: 0,
      maxFifoWaitSeconds: 0,
    });
  });

  test.each([
    // METHODS' spike with half a second of cold time: (peak - warm) x .5 s more queued, .45 s longer waits.
    {starts: 2500, calls: 162_000 + 45_000, wait: 1.62 + 0.45},
    {starts: 15_000, calls: 27_000 + 45_000, wait: 0.27 + 0.45},
    {starts: 1.5e6, calls: 270 + 45_000, wait: 0.0027 + 0.45},
  ])('$starts starts a second, half a second each: $calls calls queued, $wait s to wait', ({starts, calls, wait}) => {
    const report = ask('burst', '--cold 500ms');
    const rate = String(starts);
    expect(numberOf(report, 'E3.1.coldBacklog', rate)).toBeCloseTo(calls, 6);
    expect(numberOf(report, 'E3.1.coldMaxFifoWaitSeconds', rate)).toBeCloseTo(wait, 10);
    const instant = ask('burst', '--cold 0s');
    for (const [cold, warm] of [
      ['coldBacklog', 'backlog'],
      ['coldMaxFifoWaitSeconds', 'maxFifoWaitSeconds'],
      ['coldAllServedAtSeconds', 'allServedAtSeconds'],
    ]) {
      expect(numberOf(instant, `E3.1.${cold}`, rate)).toBe(numberOf(instant, `E3.1.${warm}`, rate));
    }
  });

  test('more starts a second, or shorter ones, never lengthen a wait or the end', () => {
    const anySpike = fc.record({
      normal: fc.double({min: 0, max: 50, noNaN: true}),
      peak: fc.double({min: 60, max: 1e5, noNaN: true}),
      durationSeconds: fc.double({min: 0.1, max: 1e4, noNaN: true}),
      warm: fc.double({min: 51, max: 2e5, noNaN: true}),
    });
    const rate = fc.double({min: 0.001, max: 1e6, noNaN: true});
    const cold = fc.double({min: 0, max: 1e3, noNaN: true});
    fc.assert(
      fc.property(anySpike, rate, cold, fc.boolean(), (any, growth, coldSeconds, starts) => {
        const slow = backlogOf(any, {growth, coldSeconds});
        const fast = backlogOf(
          any,
          starts ? {growth: growth * 1.5, coldSeconds} : {growth, coldSeconds: coldSeconds / 2},
        );
        for (const key of ['peakCalls', 'allServedAtSeconds', 'maxWaitSeconds', 'maxFifoWaitSeconds'] as const) {
          expect(slow[key]).toBeGreaterThanOrEqual(0);
          expect(fast[key]).toBeLessThanOrEqual(slow[key] * (1 + 1e-9) + 1e-9);
        }
        expect(slow.maxFifoWaitSeconds).toBeLessThanOrEqual(slow.maxWaitSeconds * (1 + 1e-9) + 1e-9);
      }),
    );
  });

  test('an instance serves one call per service time', () => {
    expect(capacityGrowth(2500, 0.1)).toBe(25_000);
  });
});

describe('value kept against the same simulation', () => {
  const value = (waits: number[], calls: number): number =>
    waits.reduce((sum, wait) => sum + Math.exp(-wait / 60), 0) / calls;

  test('latest first', () => {
    const {served, calls} = simulate('lifo', 0, 0, 2);
    expect(
      relativeError(
        value(
          served.map((one) => one.wait),
          calls,
        ),
        valueKeptLifo(spike, 60),
      ),
    ).toBeLessThan(0.02);
  });

  test('in order of arrival, before normal traffic', () => {
    const alone = {...spike, normal: 0};
    const {served, calls} = simulate('fifo', 0, 0, 3);
    // The simulation serves normal traffic first; without it the formula is for a tenth more capacity.
    expect(
      relativeError(
        value(
          served.map((one) => one.wait),
          calls,
        ),
        valueKeptFifo(alone, 60),
      ),
    ).toBeLessThan(0.03);
  });

  test('in order of arrival, after normal traffic', () => {
    // Nothing expires: the line of the spike is served in order, behind what comes after it.
    const {served, calls} = simulate('fifo-drop', 0, Number.POSITIVE_INFINITY, 3);
    const waits = served.map((one) => one.wait);
    expect(relativeError(value(waits, calls), valueKeptInOrder(spike, 60))).toBeLessThan(0.03);
    for (const deadline of [30, 60, 200]) {
      const onTime = waits.filter((wait) => wait <= deadline).length / calls;
      expect(relativeError(onTime, onTimeInOrder(spike, deadline))).toBeLessThan(0.03);
    }
  });

  test('expired calls dropped', () => {
    const {served, calls} = simulate('fifo-drop', 0, 60, 4);
    expect(relativeError(served.length / calls, onTimeDropExpired(spike, 60))).toBeLessThan(0.02);
  });

  test('dear calls first', () => {
    const {served, calls} = simulate('priority', 0, 0, 5);
    const worth = served.reduce((sum, one) => sum + (one.dear ? 10 : 1) * Math.exp(-one.wait / 60), 0);
    const kept = valueKeptByPriority(spike, {share: 0.1, worth: 10}, 60).total;
    // A dear stream of 100/s on 100/s queues a little, as the fluid does not.
    expect(relativeError(worth / (calls * 1.9), kept)).toBeLessThan(0.05);
  });

  test('latest first is never worse than in order of arrival, and both lie between shedding and all', () => {
    fc.assert(
      fc.property(
        fc.double({min: 101, max: 1e5, noNaN: true}),
        fc.double({min: 0.1, max: 1e4, noNaN: true}),
        fc.double({min: 0.1, max: 1e4, noNaN: true}),
        (peak, durationSeconds, decay) => {
          const any = {normal: 0, peak, durationSeconds, warm: 100};
          const fifo = valueKeptFifo(any, decay);
          const lifo = valueKeptLifo(any, decay);
          expect(lifo).toBeGreaterThanOrEqual(fifo - 1e-9);
          expect(lifo).toBeGreaterThanOrEqual(100 / peak - 1e-12);
          expect(lifo).toBeLessThanOrEqual(1 + 1e-12);
        },
      ),
    );
  });

  test('no order that knows more keeps less: dropping expired calls, or latest first', () => {
    fc.assert(
      fc.property(
        fc.double({min: 20, max: 1e5, noNaN: true}),
        fc.double({min: 0, max: 99, noNaN: true}),
        fc.double({min: 0.1, max: 1e4, noNaN: true}),
        fc.double({min: 0.1, max: 1e5, noNaN: true}),
        (peak, normal, durationSeconds, seconds) => {
          const any = {normal, peak, durationSeconds, warm: 100};
          expect(onTimeDropExpired(any, seconds)).toBeGreaterThanOrEqual(onTimeInOrder(any, seconds) - 1e-9);
          expect(valueKeptLifo(any, seconds)).toBeGreaterThanOrEqual(valueKeptInOrder(any, seconds) - 1e-9);
          // Without normal traffic both conventions are one.
          expect(valueKeptInOrder({...any, normal: 0}, seconds)).toBeCloseTo(
            valueKeptFifo({...any, normal: 0}, seconds),
            9,
          );
          expect(onTimeInOrder({...any, normal: 0}, seconds)).toBeCloseTo(onTimeFifo({...any, normal: 0}, seconds), 9);
        },
      ),
    );
  });

  test('with one class priority is latest first; with capacity enough nothing is lost', () => {
    expect(valueKeptByPriority(spike, {share: 0, worth: 10}, 60).total).toBeCloseTo(valueKeptLifo(spike, 60), 12);
    expect(valueKeptByPriority(spike, {share: 1, worth: 10}, 60).total).toBeCloseTo(valueKeptLifo(spike, 60), 12);
    expect(valueKeptByPriority(spike, {share: 0.5, worth: 1}, 60).total).toBeLessThanOrEqual(valueKeptLifo(spike, 60));
    const small = {...spike, peak: 80};
    for (const kept of [valueKeptFifo(small, 60), valueKeptLifo(small, 60), onTimeFifo(small, 1)]) expect(kept).toBe(1);
  });

  test('a deadline longer than the last wait is kept by all', () => {
    expect(onTimeFifo(spike, 540)).toBe(1);
    expect(onTimeDropExpired(spike, 600)).toBe(1);
    expect(onTimeDropExpired(spike, 0)).toBeCloseTo(0.1, 12);
  });
});

test.each(['', '--peak 20000', '--value-decay 10h', '--deadline 10m --peak 30000', '--peak 11000 --normal 9000'])(
  'no order beats a better one, whatever the flags: %s',
  (flags) => {
    const report = ask('burst', flags);
    const of = (id: string): number => numberOf(report, `E3.2.${id}`)!;
    expect(of('onTimeFifo')).toBeLessThanOrEqual(of('onTimeDropExpired'));
    expect(of('onTimeInOrder')).toBeLessThanOrEqual(of('onTimeFifo') + 1e-12);
    expect(of('valueKeptFifo')).toBeLessThanOrEqual(of('valueKeptLifo'));
    expect(of('valueKeptInOrder')).toBeLessThanOrEqual(of('valueKeptFifo') + 1e-12);
  },
);

describe('the reserve', () => {
  const held = (flags: string, id = 'E3.3.heldMultiple') => numberOf(ask('burst', flags), id);

  test('beside a calendar or pay-per-use is none: $111,111 a year for what costs $6 or $0.11 an event', () => {
    expect(held('')).toBe(10);
    expect(held('', 'E3.3.usdRecourse')).toBeCloseTo(10.08, 2);
    // At one start a second nobody on demand is in time: 9,000 instances of 1 GB held for four hours.
    expect(held('--start-rates 1', 'E3.3.usdRecourse')).toBeCloseTo(4 * 9000 * 3600 * 4.1667e-6, 6);
    expect(ask('burst').verdict).toMatchObject({code: 'no-reserve'});
  });

  test('alone it is the quantile of a demand whose median is the spike', () => {
    // 1 - 111,111/200,000 = .444 of a lognormal of median 100, sigma 1: z = -.1397.
    expect(held('', 'E3.3.heldMultipleAlone')).toBeCloseTo(100 * Math.exp(-0.1397103), 3);
    expect(held('--peak 20000', 'E3.3.heldMultipleAlone')).toBeCloseTo(20 * Math.exp(-0.1397103), 3);
    // What is warm already is held anyway.
    expect(held('--warm-capacity 90000', 'E3.3.heldMultipleAlone')).toBe(90);
  });

  test('pays where the recourse is dearer than it, as brute force over draws of the demand finds', () => {
    // Held for 1,000 hours a year a thousand events apart, a calendar costs more than capacity that stands all year.
    const flags = '--start-rates 1 --hold 1000h --events-per-year 50 --idle-usd-per-year 1000 --loss-usd 1e6';
    const report = ask('burst', flags);
    const multiple = numberOf(report, 'E3.3.heldMultiple')!;
    const perUnit = numberOf(report, 'E3.3.usdRecourse')! / 90;
    const random = new Random(2);
    const draws = Array.from({length: 200_000}, () => 100 * Math.exp(random.normal()));
    const usd = (held: number): number =>
      (1000 / 9) * held + (50 / draws.length) * draws.reduce((sum, one) => sum + perUnit * Math.max(0, one - held), 0);
    for (const factor of [0.7, 0.9, 1.1, 1.4]) expect(usd(multiple * factor)).toBeGreaterThan(usd(multiple));
    expect(report.verdict.code).toBe('reserve');
  });

  test('is none where warm capacity takes the spike', () => {
    const report = ask('burst', '--warm-capacity 200000');
    expect(report.verdict.code).toBe('no-reserve');
    expect(report.verdict.text).toContain('Warm capacity takes the whole spike. No reserve is needed beyond it.');
  });
});

describe('the tail', () => {
  test.each([
    {shape: 0.3, level: 3 + (1 / 0.3) * (100 ** 0.3 - 1)},
    {shape: 0, level: 3 + Math.log(100)},
    {shape: -0.5, level: 3 + 2 * (1 - 100 ** -0.5)},
  ])('of shape $shape is at $level once in 100 exceedances', ({shape, level}) => {
    expect(returnLevel({threshold: 3, exceedances: 1, shape, scale: 1}, 0.01)).toBeCloseTo(level, 10);
  });

  test('tells nothing below its threshold', () => {
    expect(returnLevel({threshold: 3, exceedances: 0.001, shape: 0.3, scale: 1}, 0.01)).toBe(Number.NaN);
  });

  test.each([-0.2, 0, 0.3])('of shape %f is found again in 20,000 draws', (shape) => {
    const random = new Random(7);
    const draws = Array.from({length: 20_000}, () => {
      const e = random.exponential();
      return 2 * (shape === 0 ? e : Math.expm1(shape * e) / shape);
    }).sort((a, b) => a - b);
    const fit = fitTail(draws);
    expect(Math.abs(fit.shape - shape)).toBeLessThan(0.03);
    expect(relativeError(fit.scale, 2)).toBeLessThan(0.03);
  });

  test('equal excesses have no spread to fit', () => {
    expect(fitTail([4, 4, 4])).toEqual({shape: 0, scale: 4});
  });
});

describe('peaks over threshold', () => {
  /** Thirty days of 100 calls a minute with one exponential peak of mean 50 above 200 a day. */
  const month = (): Float64Array => {
    const random = new Random(11);
    const counts = new Float64Array(30 * 1440).fill(100);
    for (let day = 0; day < 30; day++) {
      const at = day * 1440 + random.below(1300);
      const height = 200 + 50 * random.exponential();
      for (let minute = 0; minute < 20; minute++) counts[at + minute] = height * (1 - minute / 100);
    }
    return counts;
  };

  test('a run above the threshold is one peak', () => {
    const tail = peakTail(month())!;
    expect(tail.peaks).toBe(30);
    expect(tail.exceedances).toBeCloseTo(1, 12);
  });

  test('the level once in ten days is exceeded about thrice in thirty', () => {
    const counts = month();
    const level = peakOnceIn(10, peakTail(counts)!);
    const days = Array.from({length: 30}, (_, day) => Math.max(...counts.subarray(day * 1440, (day + 1) * 1440)));
    const above = days.filter((most) => most > level).length;
    expect(above).toBeGreaterThanOrEqual(2);
    expect(above).toBeLessThanOrEqual(4);
  });

  test('a level rises with its period and is none where even the threshold is rarer', () => {
    const tail = peakTail(month())!;
    expect(peakOnceIn(100, tail)).toBeGreaterThan(peakOnceIn(10, tail));
    expect(peakOnceIn(0.5, tail)).toBe(Number.NaN);
  });

  test('a flat trace has no peaks to fit', () => {
    expect(peakTail(new Float64Array(1440).fill(5))).toBeUndefined();
  });
});

describe('a trace', () => {
  const rows = [
    {function: 'calm', minute: 0, count: 10},
    {function: 'calm', minute: 1, count: 10},
    {function: 'calm', minute: 2, count: 10},
    {function: 'calm', minute: 3, count: 10},
    {function: 'wild', minute: 2, count: 600},
  ];

  test('is summed over its functions: mean, peak, dispersion, slope', async () => {
    const report = await askTrace('burst', '--reaction 10s', minuteWorkload(rows));
    expect(numberOf(report, 'E3.4.traceMeanPerMinute')).toBe(160);
    expect(numberOf(report, 'E3.4.tracePeakPerMinute')).toBe(610);
    // (3 x 10^2 + 610^2)/4 - 160^2 = 67,500 over 160.
    expect(numberOf(report, 'E3.4.traceDispersion')).toBeCloseTo(67_500 / 160, 10);
    expect(numberOf(report, 'E3.4.traceSlope')).toBeCloseTo(600 / 3600, 12);
    expect(numberOf(report, 'E3.4.traceHeadroomPerSecond')).toBeCloseTo(6000 / 3600, 12);
  });

  test('lists its functions by their steepest rise', async () => {
    const [table] = (await askTrace('burst', '', minuteWorkload(rows))).tables;
    expect(table!.rows.map((row) => [row.function, row.risePerMinute, row.peakToMean])).toEqual([
      ['wild', 600, 4],
      ['calm', 0, 1],
    ]);
  });
});
