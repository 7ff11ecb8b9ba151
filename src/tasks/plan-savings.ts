import {US_PER_DAY} from '../base/units.ts';
import {type Compared, savingsAgainst} from '../cost/savings.ts';
import type {Outlook, PlanSavings, Validation} from '../plan/outcome/outlook.ts';
import type {PlanSettings, WorkloadPlan} from '../plan/plan-workload.ts';
import {policies, preparePolicies} from '../replay/policies/registry.ts';
import {type ReplayReport, replayReport} from '../replay/report/replay-report.ts';
import {replay} from '../replay/run/replay.ts';
import type {Workload} from '../workload/workload.ts';
import {planPolicy, replayOptionsOf} from './plan-policy.ts';
import {isFollowed, type Trials} from './plan-trials.ts';

/** What the savings of a plan are called by. */
const PLAN = 'plan';

/**
 * In hindsight, when the trace is its own history, what a replay of the plan on it finds, and one of what runs without it.
 * Nothing where a replay of the whole of it would take too long.
 */
export async function recordedOf(
  workload: Workload,
  trials: Trials,
  settings: PlanSettings,
  made: WorkloadPlan,
  baseline: string,
): Promise<Pick<Outlook, 'recorded' | 'savings'>> {
  const {sample} = trials;
  if (settings.trainUntilUs < workload.meta.spanUs || sample.functions < sample.of) return {};
  const options = replayOptionsOf(settings, workload);
  const {name} = made.plan.terms.rest;
  const rest = isFollowed(name) ? await trials.prepared(name) : undefined;
  const input = {workload, options, note: () => {}, timing: undefined};
  const [today] = await preparePolicies([policies.parse(baseline, '--baseline')], input);
  const ledgers = await replay(workload, [planPolicy(workload, made, options, rest), today!], options);
  const [plan, base] = replayReport(workload, ledgers, options, 0).runs as [Run, Run];
  const days = options.untilUs / US_PER_DAY;
  const perDay = Object.fromEntries(Object.entries(plan.costUsd).map(([line, usd]) => [line, usd / days]));
  return {
    recorded: {coldShare: plan.coldShare, costUsdPerDay: perDay as typeof plan.costUsd},
    savings: {...savingsAgainst(compared(base, baseline), [compared(plan, PLAN)]), over: 'trace'},
  };
}

type Run = ReplayReport['runs'][number];

function compared({usdPerDay, startDelayMs}: Run, policy: string): Compared {
  return {policy, usdPerDay, p99StartMs: startDelayMs.p99};
}

/** What plans made inside the history saved there; how late calls start under them is not told by hour. */
export function savingsInTrials(baseline: string, usdPerDay: number, planUsdPerDay: number): PlanSavings {
  const own = {policy: PLAN, usdPerDay: planUsdPerDay, p99StartMs: null};
  return {...savingsAgainst({policy: baseline, usdPerDay, p99StartMs: null}, [own]), over: 'trials'};
}

/** What the plan saves after its only origin. */
export function savingsAfter(baseline: string, one: Validation): PlanSavings {
  const today = {policy: baseline, usdPerDay: one.baselineUsdPerDay, p99StartMs: one.baselineP99StartMs};
  const own = {policy: PLAN, usdPerDay: one.foundUsdPerDay, p99StartMs: one.foundP99StartMs};
  return {...savingsAgainst(today, [own]), over: 'after'};
}
