import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {
  accuracy,
  areaUnderCurve,
  cheapestClassifier,
  precision,
  separation,
  windowUsd,
} from '../../src/tradeoff/prediction/classifier.ts';
import {eventWorkload, minuteWorkload} from '../helpers/workload.ts';
import {ask, askTrace, numberOf, relativeError} from './ask.ts';

describe('a classifier', () => {
  test('at its best threshold costs what seeded scores cost there, and no threshold costs less', () => {
    const [w, C, baseRate] = [1 / 14_400, 1 / 360, 0.05];
    const d = separation({recall: 0.8, falsePositiveRate: 0.2});
    const best = cheapestClassifier(d, baseRate, w, C);
    const random = new Random(8);
    const scores = Array.from({length: 200_000}, () => {
      const called = random.next() < baseRate;
      return {called, score: random.normal() + (called ? d : 0)};
    });
    const cost = (threshold: number): number =>
      scores.reduce((sum, {called, score}) => sum + (score > threshold ? w : called ? C : 0), 0) / scores.length;
    const costs = Array.from({length: 61}, (_, i) => cost(-3 + i / 10));
    expect(relativeError(Math.min(...costs), windowUsd(best, baseRate, w, C))).toBeLessThan(0.02);
  });

  test('has the area under the curve of its scores', () => {
    const random = new Random(4);
    let above = 0;
    for (let i = 0; i < 100_000; i++) if (random.normal() + 1.5 > random.normal()) above++;
    expect(above / 100_000).toBeCloseTo(areaUnderCurve(1.5), 2);
  });

  test.each([
    {name: 'a faultless one', recall: 1, falsePositiveRate: 0, d: Number.POSITIVE_INFINITY},
    {name: 'one that never predicts', recall: 0, falsePositiveRate: 0, d: 0},
    {name: 'one that always predicts', recall: 1, falsePositiveRate: 1, d: 0},
  ])('$name has a separation of $d', ({recall, falsePositiveRate, d}) => {
    expect(separation({recall, falsePositiveRate})).toBe(d);
  });

  test('that is faultless warms what is called and nothing else', () => {
    const best = cheapestClassifier(Number.POSITIVE_INFINITY, 0.05, 1, 40);
    expect(best).toEqual({recall: 1, falsePositiveRate: 0});
    expect(windowUsd(best, 0.05, 1, 40)).toBeCloseTo(0.05, 12);
  });

  test('that tells nothing is ignored: never where misses are cheap, always where they are dear', () => {
    expect(cheapestClassifier(0, 0.05, 1, 10)).toEqual({recall: 0, falsePositiveRate: 0});
    expect(cheapestClassifier(-1, 0.05, 1, 100)).toEqual({recall: 1, falsePositiveRate: 1});
    expect(cheapestClassifier(2, 0.5, 1, 0.9)).toEqual({recall: 0, falsePositiveRate: 0});
  });

  test('80 % accurate means nothing without the base rate: "never" is 99 % accurate at 1 %', () => {
    expect(accuracy({recall: 0, falsePositiveRate: 0}, 0.01)).toBe(0.99);
    expect(precision({recall: 0.8, falsePositiveRate: 0.2}, 0.01)).toBeCloseTo(0.039, 3);
  });
});

describe('the verdict', () => {
  test.each([
    {flags: '', code: 'predict'},
    {flags: '--base-rate .1%', code: 'never'},
    {flags: '--base-rate 50%', code: 'always'},
    {flags: '--recall 0 --false-positive-rate 0 --base-rate .01', code: 'never'},
    {flags: '--base-rate 0', code: 'never'},
    {flags: '--warm-usd-per-day 0', code: 'always'},
  ])('$flags: $code', ({flags, code}) => {
    expect(ask('prediction', flags).verdict.code).toBe(code);
  });
});

describe('a trace', () => {
  // Two functions, six windows of 10 min. a is called in windows 0 1 2 5, b in 3.
  const rows = [0, 10, 25, 59].map((minute) => ({function: 'a', minute, count: 2}));
  const workload = minuteWorkload([...rows, {function: 'b', minute: 31, count: 1}]);

  test('has its base rate and the recall of "as in the last window", counted by hand', async () => {
    const report = await askTrace('prediction', '', workload);
    // Pairs from the second window on: 10. Called: a 1 2 5, b 3. Again: a 1 2. Before: a 0 1 2, b 3.
    expect(numberOf(report, 'E1.3.traceBaseRate')).toBeCloseTo(4 / 10, 12);
    expect(numberOf(report, 'E1.3.lastWindowRecall')).toBeCloseTo(2 / 4, 12);
    expect(numberOf(report, 'E1.3.lastWindowFalsePositiveRate')).toBeCloseTo(2 / 6, 12);
    expect(numberOf(report, 'E1.3.lastWindowPrecision')).toBeCloseTo(2 / 4, 12);
    const coldUsd = 1 / 360 + 0.005 / 86_400;
    expect(numberOf(report, 'E1.3.usdLastWindow')).toBeCloseTo(2 * (0.4 / 14_400 + 0.2 * coldUsd), 12);
  });

  test('of single calls is the same', async () => {
    const calls = [0, 10, 25, 59].map((minute) => ({function: 'a', at: minute * 6e7, duration: 0}));
    const events = eventWorkload([...calls, {function: 'b', at: 31 * 6e7, duration: 0}]);
    const ids = ['E1.3.traceBaseRate', 'E1.3.lastWindowRecall', 'E1.3.lastWindowFalsePositiveRate'];
    const values = (report: ReturnType<typeof ask>) => ids.map((id) => numberOf(report, id));
    expect(values(await askTrace('prediction', '', events))).toEqual(
      values(await askTrace('prediction', '', workload)),
    );
  });

  test('in windows shorter than a minute a minute may have called in each', async () => {
    expect(numberOf(await askTrace('prediction', '--window 30s', workload), 'E1.3.traceBaseRate')).toBeCloseTo(
      (4 * 2 - 1 + 2) / (2 * 119),
      12,
    );
  });

  test('shorter than two windows has nothing to say', async () => {
    const report = await askTrace('prediction', '--window 1h', workload);
    expect(numberOf(report, 'E1.3.traceBaseRate')).toBeNull();
    expect(report.verdict.text).toContain('shorter than two windows');
  });

  test('each rule costs what its instances do, worked by hand', async () => {
    // Windows of 600 s. f is called for a second in windows 0, 1 and 3, g in the last minute of 3,000 s.
    const at = (name: string, seconds: number) => ({function: name, at: seconds * 1e6, duration: 1e6});
    const report = await askTrace(
      'prediction',
      '',
      eventWorkload([at('f', 60), at('f', 660), at('f', 1900), at('g', 2990)]),
    );
    // The trace begins with the minute of the first call.
    const days = (3000 - 60) / 86_400;
    const cold = 1 / 360 + 0.005 / 86_400;
    const usd = (starts: number, idle: number) => (starts * cold + (idle * 0.01) / 86_400) / days;
    // f at 0, 600 and 1,840 s of it: windows 0, 1 and 3. A cold call ends half a second late.
    const kept = 598.5;
    // Kept for a window: from 1.5 to 600, from 601 for 600 s, from 1,841.5 for 600 s; g from 2,931.5 to the end.
    expect(numberOf(report, 'E1.3.usdPerDayNever')).toBeCloseTo(usd(3, kept + 600 + 600 + 8.5), 9);
    // A slot from 600 to 1,800, in the windows after those called, and again from 2,400 on: it holds what is there.
    expect(numberOf(report, 'E1.3.usdPerDayLastWindow')).toBeCloseTo(usd(3, kept + 1199 + 1098.5 + 8.5), 9);
    // A slot each from the beginning, ready after half a second, which f's first call waits for.
    const fromStart = 2940 - 0.5 - 3 + (2940 - 0.5 - 1);
    const waited = usd(0, fromStart + 1) + ((0.5 / 3600) * 20) / days;
    expect(numberOf(report, 'E1.3.usdPerDayAlways')).toBeCloseTo(waited, 9);
    expect(report.verdict.code).toBe('always');
  });
});
