import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {
  checkpointOverhead,
  restartedSeconds,
  slicingOf,
  youngInterval,
} from '../../src/tradeoff/long-running/checkpoint.ts';
import {slotSecondShare, waitFactor} from '../../src/tradeoff/long-running/mix.ts';
import {eventWorkload, minuteWorkload} from '../helpers/workload.ts';
import {ask, askTrace, numberOf, relativeError} from './ask.ts';

describe('a mix of short and long calls', () => {
  const mix = {longShare: 0.05, longSeconds: 10, shortSeconds: 0.5};

  test('queues as much longer than an exponential one as the factor says', () => {
    const mean = 0.05 * 10 + 0.95 * 0.5;
    const wait = (service: (random: Random) => number, seed: number): number => {
      const random = new Random(seed);
      const calls = 1_000_000;
      let now = 0;
      let free = 0;
      let sum = 0;
      for (let call = 0; call < calls; call++) {
        now += (random.exponential() * mean) / 0.5;
        sum += Math.max(0, free - now);
        free = Math.max(free, now) + service(random);
      }
      return sum / calls;
    };
    const mixed = wait((random) => (random.next() < 0.05 ? 10 : 0.5 * random.exponential()), 1);
    const even = wait((random) => mean * random.exponential(), 2);
    expect(relativeError(mixed / even, waitFactor(mix))).toBeLessThan(0.05);
  });

  test.each([
    {name: 'no long ones: exponential', longShare: 0, factor: 1, share: 0},
    {name: 'only long ones: fixed', longShare: 1, factor: 0.5, share: 1},
  ])('$name', ({longShare, factor, share}) => {
    expect(waitFactor({...mix, longShare})).toBeCloseTo(factor, 12);
    expect(slotSecondShare({...mix, longShare})).toBe(share);
  });
});

describe('checkpoints', () => {
  const stop = {saveSeconds: 3, restoreSeconds: 3, resumeSeconds: 0.5};

  test.each([
    {name: 'a job that fits needs none', job: 30, slices: 1, overhead: 0},
    {name: 'a job a little longer needs two slices', job: 31, slices: 2, overhead: 6.5 / 31},
    {name: 'five minutes need thirteen', job: 300, slices: 13, overhead: 0.26},
  ])('$name', ({job, slices, overhead}) => {
    expect(slicingOf(job, 30, stop).slices).toBe(slices);
    expect(slicingOf(job, 30, stop).overhead).toBeCloseTo(overhead, 12);
  });

  test('that take the whole slice never end', () => {
    expect(slicingOf(300, 6.5, stop)).toEqual({slices: Number.POSITIVE_INFINITY, overhead: Number.POSITIVE_INFINITY});
    const report = ask('long-running', '--state 2GB');
    expect(numberOf(report, 'E4.2.slices')).toBeNull();
    expect(report.verdict.text).toContain('saving and restoring take the whole of each slice');
  });

  test("Young's interval is where the time lost is least", () => {
    const best = youngInterval(1, 3600);
    for (const factor of [0.5, 0.9, 1.1, 2]) {
      expect(checkpointOverhead(best * factor, 1, 3600)).toBeGreaterThan(checkpointOverhead(best, 1, 3600));
    }
  });

  test('a job that failures start anew takes as long as seeded failures make it', () => {
    const random = new Random(6);
    let sum = 0;
    const runs = 200_000;
    for (let run = 0; run < runs; run++) {
      for (;;) {
        const failure = 400 * random.exponential();
        if (failure >= 300) break;
        sum += failure;
      }
      sum += 300;
    }
    expect(relativeError(sum / runs, restartedSeconds(300, 400))).toBeLessThan(0.01);
  });
});

describe('the verdict', () => {
  test.each([
    {flags: '--job 20s', code: 'run'},
    {flags: '', code: 'extend'},
    {flags: '--state 10MB', code: 'checkpoint'},
    {flags: '--job 20m', code: 'batch'},
    {flags: '--job 20m --batch-usd-per-gb-hour 1 --state 10MB', code: 'checkpoint'},
  ])('$flags: $code', ({flags, code}) => {
    expect(ask('long-running', flags).verdict.code).toBe(code);
  });
});

describe('a trace', async () => {
  const call = (name: string, seconds: number, at: number, trigger: string) => ({
    function: name,
    trigger,
    app: name,
    at: at * 1e6,
    duration: seconds * 1e6,
  });
  const workload = eventWorkload([
    ...Array.from({length: 90}, (_, i) => call('short', 1, i, 'http')),
    ...Array.from({length: 5}, (_, i) => call('train', 40, i, 'queue')),
    ...Array.from({length: 5}, (_, i) => call('report', 40, i, 'http')),
  ]);
  const report = await askTrace('long-running', '', workload);

  test('has its share of long calls, and of the time they hold', () => {
    expect(numberOf(report, 'E4.1.traceCallsAbove')).toBeCloseTo(0.1, 12);
    expect(numberOf(report, 'E4.1.traceTimeAbove')).toBeCloseTo(400 / 490, 12);
    expect(numberOf(report, 'E4.1.traceFunctionsAbove')).toBeCloseTo(2 / 3, 12);
    expect(numberOf(report, 'E4.1.traceAppsAbove')).toBe(2);
    // E[X^2]/(2 E[X]^2) of 90 calls of 1 s and 10 of 40 s.
    expect(numberOf(report, 'E4.1.traceWaitFactor')).toBeCloseTo((90 + 16_000) / 100 / (2 * 4.9 ** 2), 9);
  });

  test('who waits for an answer is no candidate for batch', () => {
    expect(report.tables[0]!.rows.map((row) => [row.function, row.batch])).toEqual([
      ['train', true],
      ['report', false],
    ]);
    expect(numberOf(report, 'E4.4.batchCandidates')).toBe(1);
    expect(numberOf(report, 'E4.4.batchTimeShare')).toBeCloseTo(200 / 490, 12);
  });

  test('with a longer timeout has none', async () => {
    expect((await askTrace('long-running', '--timeout 1m', workload)).tables[0]!.rows).toEqual([]);
  });

  test('without durations cannot say', async () => {
    const silent = await askTrace('long-running', '', minuteWorkload([{function: 'f', minute: 0, count: 3}]));
    expect(numberOf(silent, 'E4.1.traceCallsAbove')).toBeNull();
    expect(silent.verdict.text).not.toContain('NaN');
  });
});
