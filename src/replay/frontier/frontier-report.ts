import type {PartKind} from '../../base/part.ts';
import type {ShareSummary} from '../report/cold-shares.ts';
import type {ReplayReport, RunReport} from '../report/replay-report.ts';
import {dominated} from './pareto.ts';
import {referencePolicy} from './sweep.ts';

/** One policy of a sweep. */
export interface FrontierRow {
  readonly policy: string;
  readonly kind: PartKind;
  readonly usdPerDay: number;
  /** Start delay over all calls that started. */
  readonly p99StartDelayMs: number | null;
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
  /** Share of the dollars between the best published policy and the bound that this one saves; negative: dearer. */
  readonly gapClosed: number | null;
}

export interface FrontierReport {
  readonly schema: 'coldfront.frontier/1';
  readonly workload: ReplayReport['workload'];
  readonly fleet: ReplayReport['fleet'];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly seed: number;
  /** First calls ever of a function: cold under every policy that knows no future. */
  readonly firstStarts: number;
  readonly bestPublished: string | null;
  readonly bound: string | null;
  readonly rows: readonly FrontierRow[];
}

/** The sweep as plain data, dearest bound last: rows in order of dollars. `kinds` are those of the report's runs. */
export function frontierReport(
  replayed: ReplayReport,
  kinds: readonly PartKind[],
  boundPolicy: string,
): FrontierReport {
  const {runs} = replayed;
  const usd = (run: RunReport | undefined) => run?.usdPerDay ?? Number.NaN;
  const published = runs.filter((_, k) => kinds[k] === 'published').sort((a, b) => a.usdPerDay - b.usdPerDay)[0];
  const bound = runs.find((run) => run.policy === boundPolicy);
  const gap = usd(published) - usd(bound);
  const idle = runs.find((run) => run.policy === referencePolicy)?.gbSeconds.idle;
  const real = runs.filter((_, k) => kinds[k] !== 'bound');
  const costDelay = dominated(real.map((run) => [run.usdPerDay, run.startDelayMs.p99 ?? Number.NaN]));
  const idleCold = dominated(real.map((run) => [run.gbSeconds.idle, run.coldShare ?? Number.NaN]));
  const rows = runs.map((run, k): FrontierRow => {
    const at = real.indexOf(run);
    const later = run.invocations - run.firstStarts;
    return {
      policy: run.policy,
      kind: kinds[k]!,
      usdPerDay: run.usdPerDay,
      p99StartDelayMs: run.startDelayMs.p99,
      coldShare: run.coldShare,
      coldShareWithoutFirst: later > 0 ? (run.cold - run.firstStarts) / later : null,
      functionColdShare: run.functionColdShare,
      appColdShare: run.appColdShare,
      idleGbSeconds: run.gbSeconds.idle,
      idleVersusFixed10m: idle === undefined || idle === 0 ? null : run.gbSeconds.idle / idle,
      podUtility: run.slotSeconds.starting > 0 ? run.slotSeconds.busy / run.slotSeconds.starting : null,
      dominatedCostDelay: at < 0 ? null : costDelay[at]!,
      dominatedIdleCold: at < 0 ? null : idleCold[at]!,
      gapClosed: gap > 0 ? (usd(published) - run.usdPerDay) / gap : null,
    };
  });
  const {workload, fleet, fromMs, untilMs, seed} = replayed;
  return {
    schema: 'coldfront.frontier/1',
    ...{workload, fleet, fromMs, untilMs, seed},
    firstStarts: Math.max(0, ...real.map((run) => run.firstStarts)),
    bestPublished: published?.policy ?? null,
    bound: bound?.policy ?? null,
    rows: rows.sort((a, b) => a.usdPerDay - b.usdPerDay || (a.policy < b.policy ? -1 : 1)),
  };
}
