import {beforeAll, describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {US_PER_DAY, US_PER_MS, US_PER_SECOND} from '../../src/base/units.ts';
import {namedPriceSheet} from '../../src/cost/sheets.ts';
import {cellsOf} from '../../src/fleet/cells-of.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import {functionKeys} from '../../src/fleet/function-keys.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import type {ShareSummary} from '../../src/replay/report/cold-shares.ts';
import {type ReplayReport, type RunReport, replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {HALVES, simulateCells} from '../helpers/oracle-cells.ts';
import {coldShareOf, fairnessOf, groupsOf} from '../helpers/oracle-groups.ts';
import {dollarsOf, exactPercentile} from '../helpers/oracle-statistics.ts';
import type {Outcome} from '../helpers/oracle-types.ts';
import {type EventRow, eventWorkload} from '../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;
const prices = {
  ...namedPriceSheet('memory')!,
  ...{warmUsdPerSlotDay: 0.01, executionUsdPerGbSecond: 1.66667e-5, usdPerMillionRequests: 0.2},
};

interface Task {
  readonly rows: EventRow[];
  readonly workload: Workload;
  readonly policy: string;
  readonly ttlUs: number;
  readonly options: ReplayOptions;
  /** Teams to report. */
  readonly shown: number;
}

/** Two teams have an app of the same name, and one has two apps. */
const apps = ['a/web', 'a/web', 'a/api', 'b/web', 'b/web', 'c/batch'];

/** A few minutes of calls with ties, and options of every kind; the same seed gives the same. */
function randomReplay(seed: number): Task {
  const random = new Random(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const stepUs = pick([US_PER_MS, US_PER_SECOND, 1]);
  const spread = pick([1, 20, 200]);
  // Of few functions one is too hot for a cell.
  const functions = pick([2, apps.length, apps.length]);
  const rows = Array.from({length: 1 + random.below(150)}, () => {
    const fn = random.below(functions);
    const [owner, app] = apps[fn]!.split('/') as [string, string];
    return {
      function: `f${fn}`,
      app,
      owner,
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
  const {spanUs, originUs} = workload.meta;
  const lastUs = Math.max(...rows.map(({at}) => at)) - originUs;
  // The counted part: all, or what calls begin, end or lie beyond.
  const [fromUs, untilUs] = pick<[from: number, until: number]>([
    [0, spanUs],
    [0, Math.ceil(0.8 * lastUs) + 1],
    [Math.floor(lastUs / 3), spanUs],
    [Math.floor(lastUs / 3), Math.ceil(0.8 * lastUs) + 1],
    [Math.floor(spanUs / 3), spanUs],
  ]);
  const cells = pick([1, 1, 2, 3]);
  const options = testOptions(workload, {
    fleet: {
      count: cells + random.below(3),
      slots: limited ? 1 + random.below(4) : POSITIVE_INFINITY,
      memoryMib: limited && random.below(2) ? pick([200, 300, 700]) : POSITIVE_INFINITY,
    },
    cells,
    placement: placements.parse(pick(['first-fit', 'best-fit', 'least-loaded', 'round-robin'])),
    semantics: {...pick([semanticsPresets.coldfront, semanticsPresets.simfaas, semanticsPresets.dslab])},
    cold: pick([coldTimes.parse('trace'), coldTimes.parse('trace'), coldTimes.parse(`fixed:${3 * stepUs * spread}us`)]),
    maxWaitUs: pick([POSITIVE_INFINITY, 10 * stepUs * spread]),
    startsPerHost: pick([POSITIVE_INFINITY, POSITIVE_INFINITY, 1]),
    startsPerSecond: pick([POSITIVE_INFINITY, POSITIVE_INFINITY, 1e6 / (stepUs * spread)]),
    fromUs,
    untilUs,
    prices,
    seed,
  });
  return {rows, workload, policy, ttlUs: ttlOf(policy), options, shown: pick([0, 1, 10])};
}

function ttlOf(policy: string): number {
  if (policy === 'none') return 0;
  return policy === 'infinite' ? POSITIVE_INFINITY : Number(policy.match(/\d+/)![0]) * US_PER_MS;
}

function oracleOf({rows, workload, ttlUs, options}: Task): Outcome {
  const names = [...new Set(rows.map((row) => row.function))];
  const calls = rows.map((row) => ({
    fn: names.indexOf(row.function),
    arrivalUs: row.at - workload.meta.originUs,
    durationUs: row.duration!,
    coldUs: options.cold.name === 'fixed' ? Number(options.cold.values.time) : row.cold!,
  }));
  // Calls at the same time as they came.
  const inTime = calls.sort((a, b) => a.arrivalUs - b.arrivalUs);
  return simulateCells(workload, inTime, options, ttlUs);
}

const tasks = Array.from({length: 250}, (_, seed) => randomReplay(seed));

describe('a replay is what the oracle makes of the trace', () => {
  const reports: ReplayReport[] = [];
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    for (const task of tasks) {
      const ledgers = await replay(task.workload, [parsePolicy(task.policy)], task.options);
      reports.push(replayReport(task.workload, ledgers, task.options, task.shown));
      outcomes.push(oracleOf(task));
    }
  });

  function forEachRun(check: (run: RunReport, oracle: Outcome, task: Task, about: string) => void): void {
    tasks.forEach((task, seed) => {
      check(reports[seed]!.runs[0]!, outcomes[seed]!, task, `seed ${seed} ${task.policy}`);
    });
  }

  test('every count, peak, slot-second and GB-second', () => {
    forEachRun((run, oracle, _, about) => {
      for (const name of [
        ...([
          'invocations',
          'warm',
          'cold',
          'firstStarts',
          'queued',
          'dropped',
          'throttled',
          'abandoned',
          'stillQueued',
        ] as const),
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
      const {busy, idle, starting} = oracle.slotUs;
      const utilisation = Number(busy) / Number(busy + idle + starting);
      expect(run.utilisation ?? Number.NaN, about).toBe(utilisation);
    });
  });

  test('every line of the bill, and dollars a day of the counted part', () => {
    forEachRun((run, oracle, {options}, about) => {
      const dollars = dollarsOf(oracle, options.prices, 1 / HALVES);
      expect(Object.keys(run.costUsd).sort(), about).toEqual([...Object.keys(dollars), 'hosts'].sort());
      expect(run.costUsd.hosts, about).toBe(0);
      for (const [name, usd] of Object.entries(dollars)) {
        expect(run.costUsd[name as keyof typeof dollars], `${about} ${name}`).toBeCloseTo(usd, 10);
      }
      const days = (options.untilUs - options.fromUs) / US_PER_DAY;
      expect(run.usdPerDay * days, about).toBeCloseTo(dollars.total, 9);
    });
  });

  test('means, maxima and percentiles of delays, cold times and waits', () => {
    forEachRun((run, oracle, _, about) => {
      expectDelays(run.startDelayMs, oracle.startDelaysUs, about);
      expectDelays(run.coldTimeMs, oracle.coldTimesUs, about);
      expectDelays(run.queueMs, oracle.queueWaitsUs, about);
    });
  });

  test('cold shares of all calls, by function and by app', () => {
    forEachRun((run, oracle, {workload}, about) => {
      expect(run.coldShare ?? Number.NaN, about).toBe(oracle.cold / oracle.invocations);
      const names = Array.from({length: workload.functions}, (_, row) => workload.name.at(row));
      expectShares(run.functionColdShare, coldShareOf(groupsOf(oracle, names)), `${about} functions`);
      const appOf = names.map((name) => apps[Number(name.slice(1))]!);
      expectShares(run.appColdShare, coldShareOf(groupsOf(oracle, appOf)), `${about} apps`);
    });
  });

  test('each team by itself, largest first, and how even their shares of warm calls are', () => {
    forEachRun((run, oracle, {workload, shown}, about) => {
      const teams = groupsOf(oracle, teamOfRows(workload));
      const {jain, maxNormalisedLag} = fairnessOf(teams);
      expectClose(run.fairness.jain, jain, `${about} jain`);
      expect(run.fairness.maxNormalisedLag, `${about} lag`).toBe(maxNormalisedLag);
      const largest = teams.sort((a, b) => b.invocations - a.invocations || (a.name < b.name ? -1 : 1)).slice(0, shown);
      expect(run.teams.map(({startDelayMs, ...counts}) => counts)).toEqual(
        largest.map(({name, invocations, cold, dropped, throttled, abandoned, expired, shed, slotSeconds}) => ({
          team: name,
          share: invocations / oracle.invocations,
          ...{invocations, cold, dropped, throttled, abandoned, expired, shed, slotSeconds},
        })),
      );
      largest.forEach((team, k) => {
        expectDelays(run.teams[k]!.startDelayMs, team.startDelaysUs, `${about} ${team.name}`);
      });
    });
  });

  test('what was replayed, from when until when, on which fleet', () => {
    tasks.forEach(({workload, rows, options}, seed) => {
      const {runs, quantiles, observedCold, prices, ...said} = reports[seed]!;
      const {count, slots, memoryMib} = options.fleet;
      // Traces that say of each call how it started are held against by test/commands/replay.test.ts.
      const {arrivals} = workload;
      const tells = arrivals.kind === 'event' && arrivals.coldUs !== undefined;
      expect(tells || observedCold === null).toBe(true);
      expect(said, `seed ${seed}`).toEqual({
        schema: 'coldfront.replay/1',
        workload: {
          functions: new Set(rows.map((row) => row.function)).size,
          invocations: rows.length,
          spanMs: workload.meta.spanUs / US_PER_MS,
          source: 'test',
          withoutDuration: 0,
          withoutMemory: 0,
        },
        fleet: {
          hosts: count,
          slotsPerHost: slots === POSITIVE_INFINITY ? null : slots,
          memoryMibPerHost: memoryMib === POSITIVE_INFINITY ? null : memoryMib,
          cells: options.cells,
        },
        fromMs: options.fromUs / US_PER_MS,
        untilMs: options.untilUs / US_PER_MS,
        seed,
      });
    });
  });

  test('the seeds hold what the rest is to be shown on', () => {
    const some = (holds: (outcome: Outcome, task: Task) => boolean) =>
      outcomes.filter((outcome, seed) => holds(outcome, tasks[seed]!)).length;
    expect(some((_, {options}) => options.cells > 1)).toBeGreaterThan(80);
    expect(some(({stillQueued}) => stillQueued > 0)).toBeGreaterThan(20);
    expect(some(({abandoned}) => abandoned > 0)).toBeGreaterThan(20);
    expect(some(({dropped}) => dropped > 0)).toBeGreaterThan(20);
    expect(some(({invocations}) => invocations === 0)).toBeGreaterThan(0);
    expect(some(({warm, cold}, {options}) => warm > 0 && cold > 0 && options.fromUs > 0)).toBeGreaterThan(40);
    const parts = ({workload, options}: Task) =>
      cellsOf(workload, functionKeys(workload), options.cells, options.defaultDurationUs).flatMap((cell) => [
        ...cell.parts,
      ]);
    expect(some((_, task) => Math.max(...parts(task)) > 1)).toBeGreaterThan(20);
  });
});

function teamOfRows({functions, owner}: Workload): string[] {
  return Array.from({length: functions}, (_, row) => owner.values[owner.id[row]!]!);
}

/** Both null, or equal but for the order of additions. */
function expectClose(value: number | null, expected: number | null, about: string): void {
  if (value === null || expected === null) expect(value, about).toBe(expected);
  else expect(value, about).toBeCloseTo(expected, 12);
}

function expectShares(share: ShareSummary, expected: ReturnType<typeof coldShareOf>, about: string): void {
  const {mean, ...percentiles} = share;
  const {mean: expectedMean, ...expectedPercentiles} = expected;
  expect(percentiles, about).toEqual(expectedPercentiles);
  expectClose(mean, expectedMean, about);
}

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
