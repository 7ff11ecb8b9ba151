import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND} from '../../src/base/units.ts';
import {type RunReport, replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {readTrace} from '../../src/trace/read-trace.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {eventWorkload} from '../helpers/workload.ts';

async function fixture(name: string): Promise<Workload> {
  const path = fileURLToPath(new URL(`../../fixtures/traces/${name}`, import.meta.url));
  return (await readTrace([path], {format: 'azure-2019'})).workload;
}

/** Runs by policy, over the part from `fromUs` on. */
async function runsOf(
  workload: Workload,
  policies: readonly string[],
  fromUs: number,
): Promise<Map<string, RunReport>> {
  const options = testOptions(workload, {fromUs});
  const ledgers = await replay(workload, policies.map(parsePolicy), options);
  const {runs} = replayReport(workload, ledgers, options, 0);
  return new Map(runs.map((run) => [run.policy, run]));
}

const whole = 'hybrid:range=4h,head=0,tail=100';
const policies = ['fixed:ttl=30s', 'fixed:ttl=5m', 'fixed:ttl=10m', 'fixed:ttl=1h', 'hybrid:range=4h', whole];

// Real: 150 functions of 138 apps, minutes 480..959 of day 7 of Azure Functions 2019, with durations and memory.
describe('published findings, on eight real hours of Azure 2019', () => {
  let runs: Map<string, RunReport>;
  const run = (policy: string): RunReport => runs.get(policy)!;
  const coldAtQ3App = (policy: string): number => run(policy).appColdShare.p75!;
  const idle = (policy: string): number => run(policy).gbSeconds.idle;

  beforeAll(async () => {
    runs = await runsOf(await fixture('azure2019-d07-window480'), policies, 0);
  });

  test('T13: at about the same memory, a fixed 10 min has 2.5 times the cold starts of the hybrid at the third-quartile app', () => {
    expect(idle('hybrid:range=4h') / idle('fixed:ttl=10m')).toBeCloseTo(1, 0);
    expect(idle('hybrid:range=4h')).toBeLessThan(1.2 * idle('fixed:ttl=10m'));
    const ratio = coldAtQ3App('fixed:ttl=10m') / coldAtQ3App('hybrid:range=4h');
    expect(ratio).toBeGreaterThan(2);
    expect(ratio).toBeLessThan(3.5);
  });

  test('T13: an hour instead of 10 min halves the cold starts of that app', () => {
    expect(coldAtQ3App('fixed:ttl=1h') / coldAtQ3App('fixed:ttl=10m')).toBeLessThanOrEqual(0.6);
  });

  test('T14: percentiles 5 and 99 waste less than 0 and 100, and a shorter fixed time less than a longer', () => {
    expect(idle('hybrid:range=4h')).toBeLessThan(idle(whole));
    expect(idle('fixed:ttl=5m')).toBeLessThan(idle('fixed:ttl=10m'));
  });

  test('T31: 600 s instead of 30 s spare at least 45 % of the starts, an hour spares few more', () => {
    const starts = (policy: string): number => run(policy).cold + run(policy).prewarms;
    const first = starts('fixed:ttl=30s') - starts('fixed:ttl=10m');
    expect(first / starts('fixed:ttl=30s')).toBeGreaterThanOrEqual(0.45);
    expect(starts('fixed:ttl=10m') - starts('fixed:ttl=1h')).toBeLessThan(0.1 * first);
  });

  test('T31: for that, 2 to 10 times the memory that serves is kept', () => {
    const {busy, idle: waiting, starting} = run('fixed:ttl=10m').gbSeconds;
    const {busy: activeNow, idle: soon} = run('fixed:ttl=30s').gbSeconds;
    expect((busy + waiting + starting) / busy).toBeGreaterThan(2);
    expect((busy + waiting + starting) / busy).toBeGreaterThan((activeNow + soon) / activeNow);
  });
});

/*
 * What the available data cannot show, and why:
 * T13, 5.2 instead of 10.5 % of apps always cold with ARIMA: needs apps called a few times a week over weeks; below the
 * same is shown on made calls.
 * T14, hybrid wastes 0.56 of a fixed 10 min: needs the two weeks of history and the rare apps of the paper; a day of
 * busier ones wastes 1.4.
 * T31, overhead falls from 30 to 12 %: is CPU time of a cluster manager, which no replay has.
 */
describe('published findings, once histograms have learnt', () => {
  // Real counts of 119 functions over a day; durations are not known of all. Counted from hour 16 on.
  test('T14: what [5, 99] wastes is 0.86 of what [0, 100] does', async () => {
    const runs = await runsOf(await fixture('azure2019-d07-fullday'), ['hybrid:range=4h', whole], 16 * US_PER_HOUR);
    const ratio = runs.get('hybrid:range=4h')!.gbSeconds.idle / runs.get(whole)!.gbSeconds.idle;
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(0.95);
  });

  test('T13: without ARIMA apps called more rarely than the histogram reaches are always cold; with it the regular ones are not', async () => {
    const random = new Random(13);
    // Called twice within the hour at first, so that not all gaps lie beyond: then each 5 to 9 h, or at random.
    const calls = Array.from({length: 20}, (_, app) => {
      const periodUs = (5 + (app % 5)) * US_PER_HOUR;
      const gapUs = () =>
        app < 10 ? periodUs + random.below(2 * US_PER_MINUTE) : 30 * random.exponential() * US_PER_HOUR;
      const rows = [0, 0.5 * US_PER_HOUR];
      while (rows.at(-1)! < 14 * US_PER_DAY) rows.push(Math.floor(rows.at(-1)! + gapUs()));
      return rows.map((at) => ({function: `f${app}`, app: `app${app}`, at, duration: US_PER_SECOND}));
    });
    const made = eventWorkload(calls.flat());
    const runs = await runsOf(made, ['hybrid:range=4h', 'hybrid:range=4h,oob=1'], 5 * US_PER_DAY);
    expect(runs.get('hybrid:range=4h')!.appColdShare.p50).toBeLessThan(0.05);
    expect(runs.get('hybrid:range=4h,oob=1')!.appColdShare.p25).toBeGreaterThan(0.9);
  });
});
