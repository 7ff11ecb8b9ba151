import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {
  checkpointOverhead,
  restartedSeconds,
  slicingOf,
  youngInterval,
} from '../../src/tradeoff/long-running/checkpoint.ts';
import {fluidBacklog, hostWait} from '../../src/tradeoff/long-running/host-wait.ts';
import {type Mix, slotSecondShare, waitFactor} from '../../src/tradeoff/long-running/mix.ts';
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
    expect(numberOf(report, 'E4.4.usdCheckpoint')).toBeNull();
    expect(report.verdict.text).toContain('in slices never done');
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

describe('the wait on many slots', () => {
  /** Mean wait of an M/G/n queue, first come first served, by simulation; the first tenth is left out. */
  function simulated({longShare, longSeconds, shortSeconds}: Mix, slots: number, load: number, calls: number): number {
    const random = new Random(11);
    const gap = (longShare * longSeconds + (1 - longShare) * shortSeconds) / (load * slots);
    const free = new Float64Array(slots); // min-heap of the times at which slots are free
    let [now, sum] = [0, 0];
    for (let call = 0; call < calls; call++) {
      now += random.exponential() * gap;
      const start = Math.max(now, free[0]!);
      if (call >= calls / 10) sum += start - now;
      const end = start + (random.next() < longShare ? longSeconds : shortSeconds * random.exponential());
      let at = 0;
      for (let child = 1; child < slots; child = 2 * at + 1) {
        if (child + 1 < slots && free[child + 1]! < free[child]!) child++;
        if (free[child]! >= end) break;
        free[at] = free[child]!;
        at = child;
      }
      free[at] = end;
    }
    return sum / (0.9 * calls);
  }

  test.each([
    {slots: 256, load: 0.9, longShare: 0.05, longSeconds: 10, within: 0.15},
    {slots: 32, load: 0.9, longShare: 0.01, longSeconds: 60, within: 0.3},
    {slots: 8, load: 0.8, longShare: 0.02, longSeconds: 30, within: 0.3},
    {slots: 1, load: 0.5, longShare: 0.05, longSeconds: 10, within: 0.05},
  ])('$slots slots, $load busy, $longShare of $longSeconds s: as in a simulation, within $within', (one) => {
    const mix = {...one, shortSeconds: 0.5};
    const found = simulated(mix, one.slots, one.load, 3_000_000);
    expect(relativeError(hostWait(mix, one.slots, one.load).seconds, found)).toBeLessThan(one.within);
  });

  test('is as long as forty million simulated calls say, where long ones are rare: minutes of a processor each', () => {
    const found = [
      {slots: 256, load: 0.9, longShare: 0.001, longSeconds: 300, shortSeconds: 0.5, seconds: 0.0099},
      {slots: 256, load: 0.95, longShare: 0.001, longSeconds: 300, shortSeconds: 0.5, seconds: 0.639},
      {slots: 256, load: 0.97, longShare: 0.001, longSeconds: 300, shortSeconds: 0.5, seconds: 2.73},
      {slots: 128, load: 0.85, longShare: 0.002, longSeconds: 120, shortSeconds: 0.2, seconds: 0.0148},
      {slots: 64, load: 0.9, longShare: 0.001, longSeconds: 300, shortSeconds: 0.5, seconds: 1.17},
      {slots: 16, load: 0.8, longShare: 0.001, longSeconds: 300, shortSeconds: 0.5, seconds: 2.63},
    ];
    for (const {slots, load, seconds, ...mix} of found) {
      expect(relativeError(hostWait(mix, slots, load).seconds, seconds)).toBeLessThan(0.5);
    }
  });

  test("SEED.md's mix on 256 slots: six times the exponential wait at 90 %, 28 times at 95 %, not 71", () => {
    const factor = (flags: string) => numberOf(ask('long-running', flags), 'E4.3.waitFactor')!;
    expect(factor('')).toBeGreaterThan(5);
    expect(factor('')).toBeLessThan(6.5);
    expect(factor('--load 95%')).toBeGreaterThan(21);
    expect(factor('--load 95%')).toBeLessThan(36);
  });

  test.each([
    {name: 'one slot: Pollaczek and Khinchine', mix: {longShare: 0.05, longSeconds: 10, shortSeconds: 0.5}, slots: 1},
    {name: 'only short calls', mix: {longShare: 0, longSeconds: 10, shortSeconds: 0.5}, slots: 50},
    {name: 'only long calls', mix: {longShare: 1, longSeconds: 10, shortSeconds: 0.5}, slots: 50},
  ])('$name: (1 + CV^2)/2 times the exponential wait', ({mix, slots}) => {
    const {seconds, exponentialSeconds} = hostWait(mix, slots, 0.7);
    expect(seconds / exponentialSeconds).toBeCloseTo(waitFactor(mix), 12);
  });

  test('the backlog of the fluid is what a simulated process gathers', () => {
    // Increments of a Wiener process over a window of length 1: variance 1, covariance 1 - t.
    const random = new Random(3);
    const steps = 200;
    const last = Array.from({length: steps}, () => random.normal() / Math.sqrt(steps));
    let value = last.reduce((sum, one) => sum + one, 0);
    const margins = [0.3, 0.7, 1.3];
    const backlog = margins.map(() => 0);
    const sums = margins.map(() => 0);
    const rounds = 4_000_000;
    for (let step = 0; step < rounds; step++) {
      const next = random.normal() / Math.sqrt(steps);
      value += next - last[step % steps]!;
      last[step % steps] = next;
      margins.forEach((margin, k) => {
        backlog[k] = Math.max(0, backlog[k]! + (value - margin) / steps);
        sums[k]! += backlog[k]!;
      });
    }
    margins.forEach((margin, k) => {
      expect(relativeError(fluidBacklog(margin), sums[k]! / rounds)).toBeLessThan(0.15);
    });
  });
});

describe('what a job costs', () => {
  test('in one go, in slices and in batch, by hand', () => {
    const report = ask(
      'long-running',
      '--job 60s --timeout 20s --state 100MB --save-rate 100MB/s --resume 0s --mtbf 60s',
    );
    // 60 s anew after failures each minute: (e - 1) 60 s of a GB at 6 cents an hour.
    expect(numberOf(report, 'E4.4.usdExtend')).toBeCloseTo((((Math.E - 1) * 60) / 3600) * 0.06, 12);
    // 18 s of work a slice: 4 slices of 66/4 s with 3 pauses of 2 s between them.
    expect(numberOf(report, 'E4.2.slices')).toBe(4);
    const slices = 4 * (Math.exp(16.5 / 60) - 1) * 60;
    expect(numberOf(report, 'E4.2.checkpointedSeconds')).toBeCloseTo(slices, 9);
    expect(numberOf(report, 'E4.4.usdCheckpoint')).toBeCloseTo((slices / 3600) * 0.06, 12);
    // A minute to start, then as in one go, at 1.2 cents on a pool half used.
    expect(numberOf(report, 'E4.4.usdBatch')).toBeCloseTo(((60 + (Math.E - 1) * 60) / 3600) * 0.024, 12);
  });

  test('slices under failures take as long as seeded failures make them', () => {
    const random = new Random(6);
    let sum = 0;
    const runs = 50_000;
    for (let run = 0; run < runs; run++) {
      for (let slice = 0; slice < 13; slice++) {
        for (;;) {
          const failure = 60 * random.exponential();
          if (failure >= 378 / 13) break;
          sum += failure;
        }
        sum += 378 / 13;
      }
    }
    const said = numberOf(ask('long-running', '--mtbf 1m'), 'E4.2.checkpointedSeconds')!;
    expect(relativeError(sum / runs, said)).toBeLessThan(0.01);
  });

  test('the more memory the more, and waiting for it where somebody waits', () => {
    const usd = (flags: string) => numberOf(ask('long-running', flags), 'E4.4.usdExtend')!;
    expect(usd('--memory 4GB')).toBeCloseTo(4 * usd(''), 12);
    expect(usd('--wait-usd-per-hour 36 --mtbf 100000d')).toBeCloseTo(usd('--mtbf 100000d') + 3, 6);
  });
});

describe('the verdict', () => {
  test.each([
    {flags: '--job 20s', code: 'run'},
    {flags: '', code: 'batch'},
    {flags: '--mtbf 1m', code: 'checkpoint'},
    {flags: '--batch-usd-per-gb-hour .06', code: 'extend'},
    {flags: '--batch-usd-per-gb-hour .06 --mtbf 5m', code: 'checkpoint'},
    {flags: '--wait-usd-per-hour 20', code: 'extend'},
    {flags: '--state 2GB --mtbf 1ms', code: 'unfinished'},
    {flags: '--state 2GB --mtbf 1ms --usd-per-gb-hour 0', code: 'unfinished'},
  ])('$flags: $code', ({flags, code}) => {
    expect(ask('long-running', flags).verdict.code).toBe(code);
  });

  test('is among what failures turn: the sensitivity says when', () => {
    const flip = ask('long-running', '--batch-usd-per-gb-hour .06').sensitivity.find((one) => one.input === 'mtbf');
    expect(flip).toMatchObject({verdict: 'checkpoint'});
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

  test('who goes to batch saves the difference of prices, less the start of each long call', async () => {
    const saves = async (flags: string) => {
      const {answers, verdict} = await askTrace('long-running', flags, workload);
      return {usd: answers.find((one) => one.id === 'E4.4.batchSavesUsdPerDay')!.value!, code: verdict.code};
    };
    // Five calls of 40 s of a GB, at 6 cents an hour or, with half a minute of start each, at 2.4; in a trace of 2 min.
    const {usd, code} = await saves('--batch-start 30s');
    expect(usd).toBeCloseTo((((200 * 0.06 - 350 * 0.024) / 3600) * 86_400) / (workload.meta.spanUs / 1e6), 9);
    expect(code).toBe('batch');
    expect(await saves('--batch-start 2m')).toEqual({usd: 0, code: 'extend'});
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
