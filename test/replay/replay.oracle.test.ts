import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {US_PER_DAY, US_PER_MS, US_PER_SECOND} from '../../src/base/units.ts';
import {namedPriceSheet} from '../../src/cost/prices.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import {replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {parsePolicy} from '../../src/scheduler/parts/keep-alive/registry.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {simulate} from '../helpers/oracle.ts';
import {plainScenario} from '../helpers/oracle-scenarios.ts';
import {dollarsOf, exactPercentile} from '../helpers/oracle-statistics.ts';
import type {Outcome} from '../helpers/oracle-types.ts';
import {type EventRow, eventWorkload} from '../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;
const prices = {...namedPriceSheet('aws-lambda')!, warmUsdPerSlotDay: 0.01};

interface Task {
  readonly rows: EventRow[];
  readonly workload: Workload;
  readonly policy: string;
  readonly ttlUs: number;
  readonly options: ReplayOptions;
}

/** A few minutes of calls with ties, and options of every kind; the same seed gives the same. */
function randomReplay(seed: number): Task {
  const random = new Random(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const stepUs = pick([US_PER_MS, US_PER_SECOND, 1]);
  const spread = pick([1, 20, 200]);
  const rows = Array.from({length: 1 + random.below(150)}, () => {
    const fn = random.below(6);
    return {
      function: `f${fn}`,
      app: `app${fn % 2}`,
      owner: `owner${fn % 3}`,
      memoryMib: 64 + 32.5 * fn,
      at: 600 * US_PER_SECOND + Math.min(stepUs * random.below(200) * spread, 239 * US_PER_SECOND),
      duration: stepUs * spread * random.below(20),
      cold: stepUs * spread * random.below(9),
    };
  });
  const workload = eventWorkload(rows);
  const limited = random.below(4) > 0;
  const ttlMs = pick([0, 1, 100, 2000, 30_000]);
  const policy = pick([`fixed:ttl=${ttlMs}ms`, `fixed:ttl=${ttlMs}ms`, 'none', 'infinite']);
  const {spanUs} = workload.meta;
  const options: ReplayOptions = {
    fleet: {
      count: 1 + random.below(3),
      slots: limited ? 1 + random.below(4) : POSITIVE_INFINITY,
      memoryMib: limited && random.below(2) ? pick([200, 300, 700]) : POSITIVE_INFINITY,
    },
    cells: 1,
    placement: pick(['first-fit', 'best-fit', 'least-loaded', 'round-robin']),
    semantics: {...pick([semanticsPresets.coldfront, semanticsPresets.simfaas, semanticsPresets.dslab])},
    cold: pick([{kind: 'trace'}, {kind: 'trace'}, {kind: 'fixed', us: 3 * stepUs * spread}]),
    spread: 'uniform',
    defaultDurationUs: US_PER_SECOND,
    defaultMemoryMib: 128,
    maxWaitUs: pick([POSITIVE_INFINITY, 10 * stepUs * spread]),
    startsPerHost: pick([POSITIVE_INFINITY, POSITIVE_INFINITY, 1]),
    startsPerSecond: POSITIVE_INFINITY,
    fromUs: pick([0, 0, Math.floor(spanUs / 3)]),
    untilUs: pick([spanUs, spanUs, spanUs - Math.floor(spanUs / 5)]),
    prices,
    seed,
  };
  return {rows, workload, policy, ttlUs: ttlOf(policy), options};
}

function ttlOf(policy: string): number {
  if (policy === 'none') return 0;
  return policy === 'infinite' ? POSITIVE_INFINITY : Number(policy.match(/\d+/)![0]) * US_PER_MS;
}

/** The oracle takes whole MiB; the workloads' memory comes in halves. */
const HALVES = 2;

function oracleOf({rows, workload, ttlUs, options}: Task): Outcome {
  const {memoryMib, meta} = workload;
  const names = [...new Set(rows.map((row) => row.function))];
  const calls = rows.map((row) => ({
    fn: names.indexOf(row.function),
    arrivalUs: row.at - meta.originUs,
    durationUs: row.duration!,
    coldUs: options.cold.kind === 'fixed' ? options.cold.us : row.cold!,
  }));
  const {count, slots, memoryMib: hostMib} = options.fleet;
  return simulate({
    ...plainScenario,
    // Calls at the same time as they came.
    calls: calls.sort((a, b) => a.arrivalUs - b.arrivalUs),
    memoryMib: Array.from(memoryMib, (mib) => mib * HALVES),
    hosts: Array.from({length: count}, () => ({slots, memoryMib: hostMib * HALVES})),
    ttlUs,
    semantics: options.semantics,
    placement: options.placement as 'first-fit',
    maxWaitUs: options.maxWaitUs,
    startsPerHost: options.startsPerHost,
    fromUs: options.fromUs,
    endUs: options.untilUs,
  });
}

const seeds = Array.from({length: 250}, (_, seed) => seed);

describe('a replay is what the oracle makes of the trace', () => {
  test('every count, slot-second and peak; delays, dollars and percentiles recomputed', async () => {
    for (const seed of seeds) {
      const task = randomReplay(seed);
      const {workload, options, policy} = task;
      const ledgers = await replay(workload, [parsePolicy(policy)], options);
      const run = replayReport(workload, ledgers, options, 10).runs[0]!;
      const oracle = oracleOf(task);
      const about = `seed ${seed} ${policy}`;
      for (const name of [
        ...(['invocations', 'warm', 'cold', 'firstStarts', 'queued', 'dropped', 'abandoned', 'stillQueued'] as const),
        ...(['evictions', 'expirations', 'prewarms', 'peakSlots'] as const),
      ]) {
        expect(run[name], `${about} ${name}`).toBe(oracle[name]);
      }
      expect(run.peakMemoryMib, about).toBe(oracle.peakMemoryMib / HALVES);
      for (const state of ['busy', 'idle', 'starting'] as const) {
        expect(run.slotSeconds[state], `${about} ${state}`).toBe(Number(oracle.slotUs[state]) / US_PER_SECOND);
        const gbSeconds = Number(oracle.mibUs[state]) / HALVES / 1024 / US_PER_SECOND;
        expect(run.gbSeconds[state], `${about} ${state}`).toBeCloseTo(gbSeconds, 9);
      }
      const dollars = dollarsOf(oracle, options.prices, 1 / HALVES);
      for (const [name, usd] of Object.entries(dollars)) {
        expect(run.costUsd[name as keyof typeof dollars], `${about} ${name}`).toBeCloseTo(usd, 10);
      }
      const days = (options.untilUs - options.fromUs) / US_PER_DAY;
      expect(run.usdPerDay * days, about).toBeCloseTo(dollars.total, 9);
      expectDelays(run.startDelayMs, oracle.startDelaysUs, about);
      expectDelays(run.coldTimeMs, oracle.coldTimesUs, about);
      expectDelays(run.queueMs, oracle.queueWaitsUs, about);
      expect(run.coldShare ?? Number.NaN, about).toBe(oracle.cold / oracle.invocations);
    }
  });
});

function expectDelays(
  ms: ReturnType<typeof replayReport>['runs'][number]['startDelayMs'],
  us: readonly number[],
  about: string,
): void {
  if (us.length === 0) {
    expect(Object.values(ms), about).toEqual([null, null, null, null, null, null, null]);
    return;
  }
  const sum = us.reduce((a, b) => a + b, 0);
  expect(ms.mean, about).toBe(sum / us.length / US_PER_MS);
  expect(ms.max, about).toBe(Math.max(...us) / US_PER_MS);
  for (const [name, p] of [
    ['p50', 0.5],
    ['p90', 0.9],
    ['p95', 0.95],
    ['p99', 0.99],
    ['p999', 0.999],
  ] as const) {
    const exact = exactPercentile(us, p) / US_PER_MS;
    expect(Math.abs(ms[name]! - exact), `${about} ${name}`).toBeLessThanOrEqual(0.01 * exact);
  }
}
