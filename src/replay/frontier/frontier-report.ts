import type {PartKind} from '../../base/part.ts';
import {US_PER_DAY, US_PER_MS} from '../../base/units.ts';
import type {PriceOrigin} from '../../cost/prices.ts';
import type {ShareSummary} from '../report/cold-shares.ts';
import type {PlatformReport, ReplayReport, RunReport} from '../report/replay-report.ts';
import {dominated} from './pareto.ts';
import {referencePolicy} from './sweep.ts';

const MS_PER_DAY = US_PER_DAY / US_PER_MS;

/** One policy of a sweep. */
export interface FrontierRow {
  readonly policy: string;
  readonly kind: PartKind;
  /** A bound that leaves out limits or rules in force here. */
  readonly relaxed: boolean;
  readonly usdPerDay: number;
  /** Start delay over all calls that started. */
  readonly p99StartDelayMs: number | null;
  readonly p999StartDelayMs: number | null;
  readonly coldShare: number | null;
  /** Cold share without calls that are their function's first: what a policy can do something about. */
  readonly coldShareWithoutFirst: number | null;
  readonly functionColdShare: ShareSummary;
  readonly appColdShare: ShareSummary;
  readonly idleGbSeconds: number;
  /** Idle memory-time over that of fixed:ttl=10m. */
  readonly idleVersusFixed10m: number | null;
  /** Busy slot-time over starting slot-time of the fleet: how long instances work for the time they took to start. */
  readonly podUtility: number | null;
  /** Another policy that knows no future is no worse in both and better in one. Null for bounds. */
  readonly dominatedCostDelay: boolean | null;
  readonly dominatedIdleCold: boolean | null;
  /** The same in dollars and cold share. */
  readonly dominatedCostCold: boolean | null;
  /** Dollars a day that it costs less than the baseline; negative: more. */
  readonly savesUsdPerDay: number;
  /** Dollars a day above the floor: what better decisions could still save. Null for bounds. */
  readonly aboveFloorUsdPerDay: number | null;
  /**
   * On the front of cold share and what is spent, callers' waiting aside: what each cold start costs that this one avoids
   * and the next thriftier one does not. Worth it below what a cold start costs. Null elsewhere.
   */
  readonly usdPerAvoidedCold: number | null;
  /**
   * Where a sample of the apps was replayed: standard error of what it saves, as a share of what the baseline costs there;
   * null where a single app says nothing of that.
   */
  readonly savesError?: number | null;
}

/** What was replayed in place of all functions; all figures are of the sample. */
export interface SampledPart {
  /** Functions with a call, whole apps of them, and how many there are. */
  readonly functions: number;
  readonly of: number;
  readonly apps: number;
  readonly ofApps: number;
  readonly invocations: number;
  /** Standard error of what the baseline costs, execution aside, as a share of it; null as above. */
  readonly usdError: number | null;
}

/** A sample, and the errors of its rows by policy. */
export interface SampleErrors {
  readonly sample: SampledPart;
  readonly savesError: ReadonlyMap<string, number | null>;
}

export interface FrontierReport {
  readonly schema: 'coldfront.frontier/1';
  readonly workload: ReplayReport['workload'];
  readonly fleet: ReplayReport['fleet'];
  readonly fromMs: number;
  readonly untilMs: number;
  /** See ReplayReport. */
  readonly warmUpMs?: number;
  readonly seed: number;
  /** First calls ever of a function: cold under every policy that knows no future. */
  readonly firstStarts: number;
  readonly bestPublished: string | null;
  readonly bound: string | null;
  /** What savings are measured against. */
  readonly baseline: string;
  /**
   * What no policy that knows no future can be far below: the bound and, at the mean cold time, the first calls that it
   * foresees and nobody else can. Dollars a day; null without a bound.
   */
  readonly floorUsdPerDay: number | null;
  /** What a cold start of the mean cold time costs: its caller's waiting and the slot's time. */
  readonly coldStartUsd: number;
  /** The cheapest policy that knows no future; null when none was swept. */
  readonly advice: string | null;
  /** What was replayed as a platform: what it decided, and what its numbers assume. */
  readonly platform?: PlatformReport;
  /** The sheet that the dollars go by, and where its figures come from. */
  readonly prices?: PriceOrigin;
  /** Absent: all functions were replayed. */
  readonly sample?: SampledPart;
  readonly rows: readonly FrontierRow[];
}

/** How the runs of a report are to be read. */
export interface FrontierTerms {
  /** What each run's policy is, in their order. */
  readonly kinds: readonly PartKind[];
  readonly boundPolicy: string;
  readonly baselinePolicy: string;
  /** Dollars of a cold start of that many milliseconds, its caller's waiting and the slot's time. */
  coldStartUsd(coldMs: number): number;
  readonly sampled?: SampleErrors | undefined;
}

/** The sweep as plain data: rows in order of dollars. */
export function frontierReport(replayed: ReplayReport, terms: FrontierTerms): FrontierReport {
  const {kinds, sampled} = terms;
  const {runs, workload, fleet, fromMs, untilMs, warmUpMs, seed} = replayed;
  const real = runs.filter((_, k) => kinds[k] !== 'bound');
  const cheapest = (some: readonly RunReport[]): RunReport | undefined =>
    some.toSorted((a, b) => a.usdPerDay - b.usdPerDay)[0];
  const bound = runs.find((run) => run.policy === terms.boundPolicy);
  const baseline = runs.find((run) => run.policy === terms.baselinePolicy);
  const firstStarts = Math.max(0, ...real.map((run) => run.firstStarts));
  const days = (untilMs - fromMs) / MS_PER_DAY;
  const coldMs = Math.max(0, ...real.map((run) => run.coldTimeMs.mean ?? 0));
  const coldStartUsd = terms.coldStartUsd(coldMs);
  const floor = bound === undefined ? null : bound.usdPerDay + (firstStarts * coldStartUsd) / days;
  const idle = runs.find((run) => run.policy === referencePolicy)?.gbSeconds.idle;
  const fronts = frontsOf(real);
  const rows = runs.map((run, k): FrontierRow => {
    const at = real.indexOf(run);
    const later = run.invocations - run.firstStarts;
    return {
      policy: run.policy,
      kind: kinds[k]!,
      relaxed: run.relaxed,
      usdPerDay: run.usdPerDay,
      p99StartDelayMs: run.startDelayMs.p99,
      p999StartDelayMs: run.startDelayMs.p999,
      coldShare: run.coldShare,
      coldShareWithoutFirst: later > 0 ? (run.cold - run.firstStarts) / later : null,
      functionColdShare: run.functionColdShare,
      appColdShare: run.appColdShare,
      idleGbSeconds: run.gbSeconds.idle,
      idleVersusFixed10m: idle === undefined || idle === 0 ? null : run.gbSeconds.idle / idle,
      podUtility: run.slotSeconds.starting > 0 ? run.slotSeconds.busy / run.slotSeconds.starting : null,
      dominatedCostDelay: at < 0 ? null : fronts.costDelay[at]!,
      dominatedIdleCold: at < 0 ? null : fronts.idleCold[at]!,
      dominatedCostCold: at < 0 ? null : fronts.costCold[at]!,
      savesUsdPerDay: (baseline?.usdPerDay ?? Number.NaN) - run.usdPerDay,
      aboveFloorUsdPerDay: at < 0 || floor === null ? null : run.usdPerDay - floor,
      usdPerAvoidedCold: at < 0 ? null : fronts.usdPerAvoidedCold[at]!,
      ...(sampled && {savesError: sampled.savesError.get(run.policy) ?? null}),
    };
  });
  return {
    schema: 'coldfront.frontier/1',
    ...{workload, fleet, fromMs, untilMs, ...(warmUpMs !== undefined && {warmUpMs}), seed, firstStarts},
    bestPublished: cheapest(runs.filter((_, k) => kinds[k] === 'published'))?.policy ?? null,
    bound: bound?.policy ?? null,
    baseline: terms.baselinePolicy,
    floorUsdPerDay: floor,
    coldStartUsd,
    advice: cheapest(real)?.policy ?? null,
    ...(replayed.platform && {platform: replayed.platform}),
    ...(replayed.prices && {prices: replayed.prices}),
    ...(sampled && {sample: sampled.sample}),
    rows: rows.sort((a, b) => a.usdPerDay - b.usdPerDay || (a.policy < b.policy ? -1 : 1)),
  };
}

/** Which runs are beaten by another one, and what the steps along the front of dollars and cold starts cost. [run] */
function frontsOf(runs: readonly RunReport[]) {
  const cold = (run: RunReport): number => run.coldShare ?? Number.NaN;
  const spent = ({costUsd}: RunReport): number => costUsd.total - costUsd.delay - costUsd.dropped;
  const usdPerAvoidedCold = new Array<number | null>(runs.length).fill(null);
  const wasteful = dominated(runs.map((run) => [spent(run), cold(run)]));
  const front = runs.map((_, k) => k).filter((k) => !wasteful[k]);
  front.sort((a, b) => spent(runs[a]!) - spent(runs[b]!));
  for (const [i, k] of front.entries()) {
    const thriftier = runs[front[i - 1] ?? -1];
    const avoided = thriftier === undefined ? 0 : thriftier.cold - runs[k]!.cold;
    if (avoided > 0) usdPerAvoidedCold[k] = (spent(runs[k]!) - spent(thriftier!)) / avoided;
  }
  return {
    costCold: dominated(runs.map((run) => [run.usdPerDay, cold(run)])),
    costDelay: dominated(runs.map((run) => [run.usdPerDay, run.startDelayMs.p99 ?? Number.NaN])),
    idleCold: dominated(runs.map((run) => [run.gbSeconds.idle, cold(run)])),
    usdPerAvoidedCold,
  };
}
