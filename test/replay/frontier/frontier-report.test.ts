import {describe, expect, test} from 'vitest';
import {frontierReport} from '../../../src/replay/frontier/frontier-report.ts';
import type {ReplayReport, RunReport} from '../../../src/replay/report/replay-report.ts';

const share = {p25: 0, p50: 0, p75: 0.25, p90: 1, mean: 0.1};

interface Given {
  readonly usd: number;
  readonly p99Ms?: number;
  readonly cold?: number;
  readonly idle?: number;
  readonly firstStarts?: number;
  readonly busy?: number;
  readonly starting?: number;
}

/** A run of 100 calls, of which a frontier reads this. */
function run(policy: string, given: Given): RunReport {
  const {usd, p99Ms = 0, cold = 0, idle = 0, firstStarts = 0, busy = 50, starting = 5} = given;
  return {
    policy,
    invocations: 100,
    cold,
    firstStarts,
    coldShare: cold / 100,
    functionColdShare: share,
    appColdShare: share,
    startDelayMs: {p99: p99Ms},
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
const head = {workload: {}, fleet: {}, fromMs: 1, untilMs: 2, seed: 3} as unknown as ReplayReport;
const report = frontierReport({...head, runs}, kinds, 'clairvoyant');
const row = (policy: string) => report.rows.find((one) => one.policy === policy)!;

describe('a sweep', () => {
  test('is in order of dollars, with the best published policy and the bound named', () => {
    expect(report.rows.map(({policy}) => policy)).toEqual(['clairvoyant', 'adaptive', 'fixed:ttl=10m', 'none']);
    expect(report).toMatchObject({
      bestPublished: 'fixed:ttl=10m',
      bound: 'clairvoyant',
      fromMs: 1,
      untilMs: 2,
      seed: 3,
    });
  });

  test('measures each from the best published (0) to the bound (1)', () => {
    // From $10 to $2; $7 are three eighths of the way, $30 are 2.5 times as far the other way.
    expect(report.rows.map(({gapClosed}) => gapClosed)).toEqual([1, 3 / 8, 0, -2.5]);
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

  test('without a bound, a reference or a gap says nothing of them', () => {
    const [alone] = frontierReport(
      {...head, runs: [run('none', {usd: 1, cold: 4, firstStarts: 100})]},
      ['published'],
      'x',
    ).rows;
    expect(alone).toMatchObject({gapClosed: null, idleVersusFixed10m: null, coldShareWithoutFirst: null});
    const same = [run('none', {usd: 1}), run('clairvoyant', {usd: 1})];
    const {rows} = frontierReport({...head, runs: same}, ['published', 'bound'], 'clairvoyant');
    expect(rows.map(({policy, gapClosed}) => [policy, gapClosed])).toEqual([
      ['clairvoyant', null],
      ['none', null],
    ]);
  });
});
