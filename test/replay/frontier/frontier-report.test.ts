import {describe, expect, test} from 'vitest';
import {frontierReport} from '../../../src/replay/frontier/frontier-report.ts';
import {frontierText} from '../../../src/replay/frontier/frontier-text.ts';
import type {ReplayReport, RunReport} from '../../../src/replay/report/replay-report.ts';

const share = {p25: 0, p50: 0, p75: 0.25, p90: 1, mean: 0.1};

interface Given {
  readonly usd: number;
  readonly p99Ms?: number;
  readonly cold?: number;
  readonly idle?: number;
  readonly spent?: number;
  readonly firstStarts?: number;
  readonly busy?: number;
  readonly starting?: number;
}

/** A run of 100 calls, of which a frontier reads this. */
function run(policy: string, given: Given): RunReport {
  const {usd, p99Ms = 0, cold = 0, idle = 0, spent = 0, firstStarts = 0, busy = 50, starting = 5} = given;
  return {
    policy,
    invocations: 100,
    cold,
    firstStarts,
    coldShare: cold / 100,
    functionColdShare: share,
    appColdShare: share,
    startDelayMs: {p99: p99Ms, p999: 2 * p99Ms},
    coldTimeMs: {mean: 500},
    costUsd: {total: spent + 7, delay: 4, dropped: 3},
    gbSeconds: {busy: 0, idle, starting: 0},
    slotSeconds: {busy, idle, starting},
    usdPerDay: usd,
  } as unknown as RunReport;
}

const kinds = ['published', 'published', 'ours', 'bound'] as const;
const runs = [
  run('fixed:ttl=10m', {usd: 10, p99Ms: 100, cold: 20, idle: 400, firstStarts: 4}),
  run('none', {usd: 30, p99Ms: 500, cold: 100, idle: 0, firstStarts: 4, busy: 50, starting: 0}),
  run('adaptive', {usd: 7, p99Ms: 100, cold: 12, idle: 300, firstStarts: 4}),
  run('clairvoyant', {usd: 2, p99Ms: 0, cold: 0, idle: 10, firstStarts: 0}),
];
/** Half a day; a cold start costs a cent for each 100 ms. */
const head = {workload: {}, fleet: {}, fromMs: 0, untilMs: 43_200_000, seed: 3} as unknown as ReplayReport;
const terms = {boundPolicy: 'clairvoyant', baselinePolicy: 'fixed:ttl=10m', coldStartUsd: (ms: number) => ms / 10_000};
const report = frontierReport({...head, runs}, {...terms, kinds});
const row = (policy: string) => report.rows.find((one) => one.policy === policy)!;

describe('a sweep', () => {
  test('is in order of dollars, with the best published policy and the bound named', () => {
    expect(report.rows.map(({policy}) => policy)).toEqual(['clairvoyant', 'adaptive', 'fixed:ttl=10m', 'none']);
    expect(report).toMatchObject({
      bestPublished: 'fixed:ttl=10m',
      bound: 'clairvoyant',
      fromMs: 0,
      untilMs: 43_200_000,
      seed: 3,
    });
  });

  test('has a floor: the bound, and the first calls that nobody else foresees', () => {
    // Four first calls in half a day are eight a day, at 5 cents each: $2 + $0.40.
    expect(report.floorUsdPerDay).toBeCloseTo(2.4, 12);
    expect(row('adaptive').aboveFloorUsdPerDay).toBeCloseTo(4.6, 12);
    expect(row('clairvoyant').aboveFloorUsdPerDay).toBeNull();
  });

  test('says what each saves against the baseline, and advises the cheapest that knows no future', () => {
    expect(report.rows.map(({savesUsdPerDay}) => savesUsdPerDay)).toEqual([8, 3, 0, -20]);
    expect([report.advice, report.baseline]).toEqual(['adaptive', 'fixed:ttl=10m']);
    expect(frontierText(report)).toContain(
      'Use adaptive at these prices: $7 a day, $3 (30 %) less than fixed:ttl=10m.',
    );
  });

  test('prices each step along the front of what is spent and cold starts', () => {
    const steps = [
      run('a', {usd: 5, idle: 10, cold: 50, spent: 1}),
      run('b', {usd: 8, idle: 40, cold: 20, spent: 4}),
      run('beaten', {usd: 4, idle: 50, cold: 30, spent: 5}),
      run('c', {usd: 12, idle: 90, cold: 10, spent: 9}),
    ];
    const {rows} = frontierReport({...head, runs: steps}, {...terms, kinds: steps.map(() => 'ours' as const)});
    const of = (policy: string) => rows.find((one) => one.policy === policy)!;
    // From a to b $3 avoid 30 cold starts, from b to c $5 avoid 10.
    expect(['a', 'b', 'beaten', 'c'].map((policy) => of(policy).usdPerAvoidedCold)).toEqual([null, 0.1, null, 0.5]);
    expect(['a', 'b', 'beaten', 'c'].map((policy) => of(policy).dominatedCostCold)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('leaves first calls out of what a policy can do something about', () => {
    expect(row('fixed:ttl=10m').coldShareWithoutFirst).toBe(16 / 96);
    expect(row('clairvoyant').coldShareWithoutFirst).toBe(0);
    expect(report.firstStarts).toBe(4);
  });

  test('compares idle memory with that of fixed:ttl=10m, and work with the time that starts took', () => {
    expect(row('adaptive').idleVersusFixed10m).toBe(0.75);
    expect(row('adaptive').podUtility).toBe(10);
    expect(row('none').podUtility).toBeNull();
  });

  test('says who is beaten by another that knows no future: in dollars and delay, in idle memory and cold starts', () => {
    expect(row('fixed:ttl=10m')).toMatchObject({dominatedCostDelay: true, dominatedIdleCold: true});
    expect(row('adaptive')).toMatchObject({dominatedCostDelay: false, dominatedIdleCold: false});
    expect(row('none')).toMatchObject({dominatedCostDelay: true, dominatedIdleCold: false});
    expect(row('clairvoyant')).toMatchObject({dominatedCostDelay: null, dominatedIdleCold: null});
  });

  test('without a bound or a reference says nothing of them', () => {
    const runs = [run('none', {usd: 1, cold: 4, firstStarts: 100})];
    const alone = frontierReport({...head, runs}, {...terms, kinds: ['published']});
    expect(alone).toMatchObject({bound: null, floorUsdPerDay: null, advice: 'none'});
    expect(alone.rows[0]).toMatchObject({
      aboveFloorUsdPerDay: null,
      idleVersusFixed10m: null,
      coldShareWithoutFirst: null,
    });
    const bounds = frontierReport({...head, runs: [run('clairvoyant', {usd: 1})]}, {...terms, kinds: ['bound']});
    expect(bounds.advice).toBeNull();
    expect(frontierText(bounds)).toContain('there is nothing to choose');
  });
});
