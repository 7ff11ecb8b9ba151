import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {meanWait, ownCores} from '../../src/tradeoff/pinning/waits.ts';
import {eventWorkload} from '../helpers/workload.ts';
import {ask, askTrace, numberOf} from './ask.ts';

/** Mean wait of Poisson calls on some cores, first come, first served, call by call: `erlangs` of load, runs of mean 1. */
function simulatedWait(cores: number, erlangs: number, calls: number, seed: number): number {
  const random = new Random(seed);
  const free = new Float64Array(cores);
  let waited = 0;
  for (let i = 0, now = 0; i < calls; i++) {
    now += random.exponential() / erlangs;
    let first = 0;
    for (let k = 1; k < cores; k++) if (free[k]! < free[first]!) first = k;
    const wait = Math.max(0, free[first]! - now);
    waited += wait;
    free[first] = now + wait + random.exponential();
  }
  return waited / calls;
}

describe('the wait for a core', () => {
  test.each([
    {cores: 8, erlangs: 4},
    {cores: 4, erlangs: 2},
    {cores: 4, erlangs: 3.5},
  ])('of $erlangs erlangs on $cores cores is what a simulation finds', ({cores, erlangs}) => {
    expect(Math.abs(simulatedWait(cores, erlangs, 1_500_000, 4) / meanWait(cores, erlangs, 1) - 1)).toBeLessThan(0.04);
  });
});

describe('pinning', () => {
  test('prices idle cores at the load there is', () => {
    // METHODS' four cores, half idle, at $0.04; at 7.9 of 8 busy next to none of them is.
    expect(numberOf(ask('pinning'), 'E2.2.idleUsdPerHour')).toBeCloseTo(4 * 0.5 * 0.04, 12);
    expect(numberOf(ask('pinning', '--erlangs 7.9'), 'E2.2.idleUsdPerHour')).toBeCloseTo((4 * 0.1 * 0.04) / 8, 12);
  });

  test('prices the longer wait, worked by hand', () => {
    // Two erlangs on four cores: B = (2^4/24)/(1 + 2 + 2 + 4/3 + 2/3) = 2/21, C = B/(1 - .5 (1 - B)) = 4/23.
    const report = ask('pinning');
    expect(numberOf(report, 'E2.2.waitPinned')).toBeCloseTo(4 / 23, 12);
    expect(numberOf(report, 'E2.2.pinnedWaitMs')).toBeCloseTo(((4 / 23) * 10) / 2, 10);
    const longer = (numberOf(report, 'E2.2.pinnedWaitMs')! - numberOf(report, 'E2.2.pooledWaitMs')!) / 1000;
    expect(numberOf(report, 'E2.2.queueUsd')).toBeCloseTo((longer * 20) / 3600, 15);
    // It pays where 1.9 ms of interference less the longer wait, at $20 an hour, make up for $0.08 an hour.
    expect(numberOf(report, 'E2.2.payingPerSecond')).toBeCloseTo(0.08 / ((0.0019 - longer) * 20), 9);
  });

  test("requests that take no time do not queue: the textbook's rate", () => {
    const report = ask('pinning', '--service 0s');
    expect(numberOf(report, 'E2.2.payingPerSecond')).toBeCloseTo(numberOf(report, 'E2.2.breakEvenPerSecond')!, 12);
  });

  test('never pays where the wait in a half costs more than interference', () => {
    expect(ask('pinning', '--erlangs 7.9 --rate 1e9').verdict.code).toBe('share');
    expect(numberOf(ask('pinning', '--erlangs 7.9'), 'E2.2.payingPerSecond')).toBeNull();
    expect(ask('pinning', '--rate 3.3').verdict.code).toBe('share');
    expect(ask('pinning', '--rate 3.5').verdict.code).toBe('pin');
  });
});

describe('cores of its own', () => {
  const prices = {usdPerCoreHour: 0.04, usdPerHour: 20};

  test.each([
    {perSecond: 0.1, seconds: 1},
    {perSecond: 30, seconds: 0.1},
    {perSecond: 900, seconds: 0.05},
  ])('for $perSecond calls/s of $seconds s are as many as cost least on a grid', ({perSecond, seconds}) => {
    const erlangs = perSecond * seconds;
    const usd = (cores: number): number =>
      (cores - erlangs) * 0.04 + perSecond * meanWait(cores, erlangs, seconds) * 20;
    const {cores, usdPerHour} = ownCores(perSecond, seconds, prices);
    expect(usdPerHour).toBeCloseTo(usd(cores), 12);
    for (let n = Math.floor(erlangs) + 1; n < erlangs + 60; n++)
      expect(usd(n)).toBeGreaterThanOrEqual(usdPerHour - 1e-12);
  });

  test('in a trace go to whom a neighbour costs more than they do', async () => {
    // 100 calls/s of 1 ms, .1 erlangs: on one core they would wait .111 ms each, $0.222 an hour; a second is cheaper, and
    // then one call in 210 waits. A neighbour costs each 1.9 ms.
    const busy = Array.from({length: 6000}, (_, k) => ({function: 'busy', at: k * 10_000, duration: 1000}));
    const report = await askTrace('pinning', '', eventWorkload([...busy, {function: 'rare', at: 0, duration: 1000}]));
    expect([report.verdict.code, numberOf(report, 'E2.2.traceFunctionsPinned')]).toEqual(['pin', 1]);
    expect(numberOf(report, 'E2.2.traceCores')).toBe(2);
    const waiting = 100 * (0.001 / 210 / 1.9) * 20;
    expect(numberOf(report, 'E2.2.traceSavesUsdPerHour')).toBeCloseTo(100 * 0.0019 * 20 - 1.9 * 0.04 - waiting, 9);
    expect(report.tables.at(-1)!.rows.map((row) => [row.function, row.pin])).toEqual([
      ['busy', true],
      ['rare', false],
    ]);
    expect((await askTrace('pinning', '--extra-delay 1us', eventWorkload(busy))).verdict.code).toBe('share');
    expect((await askTrace('pinning', '', eventWorkload([]))).verdict.code).toBe('unknown');
  });
});
