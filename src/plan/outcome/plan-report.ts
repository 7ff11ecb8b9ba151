import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {type Bill, billOf} from '../../cost/bill.ts';
import type {PriceOrigin} from '../../cost/prices.ts';
import type {Workload} from '../../workload/workload.ts';
import {objectiveUnits} from '../bounds/objectives.ts';
import {curveNames, type Demand} from '../demand/demand.ts';
import type {TimerSchedule} from '../demand/timer-schedule.ts';
import type {UnseenDemand} from '../demand/unseen.ts';
import {FunctionNames} from '../file/function-names.ts';
import type {PlanRows} from '../file/plan-rows.ts';
import type {Plan} from '../make-plan.ts';
import {leastCost} from '../solve/certificate.ts';
import {type NextStep, nextStep} from '../solve/next-step.ts';
import type {ResourceUse} from '../solve/solve.ts';
import {coldTimeExceededBy} from './cold-mixture.ts';
import {expectedUsage} from './expected-usage.ts';
import {type ExplainedWindow, explainFunction} from './explain.ts';
import {type GrantedOrder, type GrantedReport, grantedReport} from './granted.ts';
import type {Interval80, Outlook} from './outlook.ts';
import {reasons} from './reasons.ts';
import {shortNames} from './short-names.ts';

/** How the demand was found, in words and numbers. */
export interface DemandNote {
  /** `as recorded`, `mean of history`, `profile of a day`, a model's name. */
  readonly source: string;
  readonly historyMs: number;
  readonly withoutDuration: number;
}

type UnseenReport = Pick<
  UnseenDemand,
  'functionsPerDay' | 'inKnownAppsPerDay' | 'byTriggerPerDay' | 'callsPerDay' | 'coldPerDay'
>;

/** `plan --json`. Values of the objective are a mean day of the plan; null stands for no limit. */
export interface PlanReport extends Outlook {
  readonly schema: 'coldfront.plan/1';
  /** Time 0 of the trace as ISO 8601; '': it does not say. */
  readonly startTime: string;
  readonly objective: string;
  readonly objectiveUnit: string;
  readonly primal: number;
  readonly dualBound: number;
  /** What both are beyond: the baseline with the demand of the plan, by the same curves; null: by themselves. */
  readonly against: string | null;
  readonly gap: {readonly absolute: number; readonly relative: number};
  /** Objective that one more unit of the first constraint would gain, all day; 0 when it does not bind. */
  readonly dualPrice: number;
  /** Most slots kept at a time. */
  readonly slots: number;
  readonly windows: number;
  readonly functions: number;
  readonly functionsWarm: number;
  /** The expected bill: what a replay of the plan should find. */
  readonly usdPerDay: number;
  readonly expected: ExpectedReport;
  /** What becomes of instances beyond the slots, as one writes it after `--rest`. */
  readonly rest: string;
  readonly constraints: readonly ConstraintReport[];
  readonly demand: DemandNote & {
    readonly callsPerDay: number;
    readonly curves: Readonly<Record<string, number>>;
    /** Of them, those of functions that history does not know. */
    readonly unseen: UnseenReport;
  };
  readonly reasons: Readonly<Record<string, number>>;
  /** The functions that have slots, and what these are worth. */
  readonly granted: GrantedReport;
  readonly refused: readonly RefusedReport[];
  readonly nextStep: NextStep | null;
  readonly teams: readonly TeamReport[];
  readonly timers: TimerReport | null;
  /** How long instances beyond the plan stay: over functions, and where the plan does not know the function. */
  readonly spillMs: {readonly p50: number; readonly min: number; readonly max: number; readonly other: number};
  readonly repeatMs: number;
  readonly perWindow: readonly WindowReport[];
  /** The sheet that the dollars go by, and where its figures come from. */
  readonly prices?: PriceOrigin;
  readonly explain?: readonly Explained[];
}

/** The calculation for one function. */
export interface Explained {
  readonly function: string;
  /** How long instances beyond the slots stay; null: a policy decides. */
  readonly keepAliveMs: number | null;
  readonly windows: readonly ExplainedWindow[];
}

export interface ExpectedReport {
  /** Absent where the history is too short to tell. */
  readonly interval80?: Interval80;
  readonly coldShare: number | null;
  readonly coldStartsPerDay: number;
  /** Share of calls that a kept or lingering instance serves. */
  readonly warmShare: number | null;
  readonly startDelayP99Ms: number;
  readonly startDelayP999Ms: number;
  readonly coldTimeP99Ms: number;
  readonly slotSecondsPerDay: {readonly kept: number; readonly spill: number; readonly starting: number};
  readonly costUsdPerDay: Bill;
  /** Every kept slot charged for all of its time, busy or not, as METHODS E1.1 does. */
  readonly reservedUsdPerDay: number;
  /** Most slots held on average in a window: kept, and busy or lingering beyond the plan. */
  readonly slotsHeld: number;
}

interface ConstraintReport {
  readonly name: string;
  /** Of the group (window, cell, team) with least left. */
  readonly limit: number;
  readonly used: number;
  readonly groups: number;
  readonly binding: number;
}

interface RefusedReport {
  readonly function: string;
  /** The shortest beginning of its name that no other has; `owner/app/name` where one has the same name. */
  readonly shortName: string;
  readonly app: string;
  readonly owner: string;
  readonly windowStartMs: number;
  readonly usdPerDay: number;
  readonly coldStartsPerDay: number;
  readonly reason: string;
}

interface TeamReport {
  readonly team: string;
  readonly weight: number;
  /** Of the first constraint, in its unit: summed over windows and divided by their number. */
  readonly share: number;
  readonly wanted: number;
  readonly used: number;
  readonly coldShare: number | null;
}

interface TimerReport {
  readonly functions: number;
  readonly leadMs: number;
  readonly atOnce: number;
  readonly atOnceSmeared: number;
}

interface WindowReport {
  readonly startMs: number;
  readonly endMs: number;
  readonly slots: number;
  readonly functionsWarm: number;
  readonly leadMs: number;
  readonly dualPrice: number;
}

export interface ReportInput {
  readonly workload: Workload;
  readonly plan: Plan;
  readonly rows: PlanRows;
  readonly note: DemandNote;
  readonly schedule: TimerSchedule | undefined;
  /** Functions to explain, by row. */
  readonly explained: readonly number[];
  /** Which of the functions that have slots are told, and in which order; absent: of none more than the sums. */
  readonly granted?: {readonly order: GrantedOrder; readonly top: number};
}

/** The plan as plain data. */
export function planReport({workload, plan, rows, note, schedule, explained, granted}: ReportInput): PlanReport {
  const {demand, solution, terms, outcome} = plan;
  const windows = windowReports(plan);
  const expected = expectedReport(plan);
  const names = new FunctionNames(workload);
  return {
    schema: 'coldfront.plan/1',
    startTime: workload.meta.startTime,
    objective: terms.objective,
    objectiveUnit: objectiveUnits[terms.objective],
    ...proofOf(plan),
    dualPrice: windows.reduce((sum, {dualPrice}) => sum + dualPrice, 0),
    slots: windows.reduce((most, {slots}) => Math.max(most, slots), 0),
    windows: demand.windows.startUs.length,
    functions: demand.functions,
    functionsWarm: warmFunctions(plan),
    usdPerDay: expected.costUsdPerDay.total,
    expected,
    rest: terms.rest.name,
    constraints: solution.resources.map(constraintReport),
    demand: {...note, callsPerDay: outcome.callsPerDay, curves: curvesOf(demand), unseen: unseenOf(demand)},
    reasons: Object.fromEntries(
      reasons.map((reason, i) => [reason, rows.unitsOf[i]!] as const).filter(([, n]) => n > 0),
    ),
    granted: grantedReport(workload, plan, rows, granted?.order ?? 'gain', granted?.top ?? 0),
    refused: refusedReports(workload, plan, rows),
    nextStep: nextStep(plan) ?? null,
    teams: teamReports(plan),
    timers: schedule ? timerReport(schedule) : null,
    spillMs: spillReport(plan),
    repeatMs: demand.windows.repeatUs / US_PER_MS,
    perWindow: windows,
    ...(explained.length > 0
      ? {
          explain: explained.map((f) => ({
            function: names.describe(f),
            keepAliveMs: terms.rest.kind === 'kept' ? plan.rest.times.keepSeconds[f]! * 1000 : null,
            windows: explainFunction(plan, f),
          })),
        }
      : {}),
  };
}

/**
 * What the plan is worth beyond the baseline, and what no plan exceeds. In dollars a relative gap is one of what even the
 * best plan costs, since what is saved may be next to nothing.
 */
function proofOf({
  terms,
  solution,
  baseline,
  problem,
}: Plan): Pick<PlanReport, 'primal' | 'dualBound' | 'gap' | 'against'> {
  const {primal, dualBound, gap} = solution;
  // The worst team's share is its own measure.
  if (terms.objective === 'worst-team') return {primal, dualBound, gap, against: null};
  const {absolute} = gap;
  const least = leastCost(problem, dualBound);
  const relative = terms.objective === 'dollars' && least > 0 ? absolute / least : gap.relative;
  return {
    primal: primal - baseline.value,
    dualBound: dualBound - baseline.value,
    gap: {absolute, relative},
    against: baseline.name,
  };
}

/** All 0 where a policy decides. */
function spillReport({rest, otherKeepAliveUs, terms}: Plan): PlanReport['spillMs'] {
  if (terms.rest.kind === 'followed') return {p50: 0, min: 0, max: 0, other: 0};
  const ascending = rest.times.keepSeconds.toSorted();
  const at = (share: number): number => (ascending[Math.floor(share * (ascending.length - 1))] ?? 0) * 1000;
  return {p50: at(0.5), min: at(0), max: at(1), other: otherKeepAliveUs / US_PER_MS};
}

function expectedReport(plan: Plan): ExpectedReport {
  const {outcome, terms} = plan;
  const {callsPerDay, coldPerDay, coldOf} = outcome;
  const usage = expectedUsage(plan);
  return {
    coldShare: callsPerDay > 0 ? coldPerDay / callsPerDay : null,
    coldStartsPerDay: coldPerDay,
    warmShare: callsPerDay > 0 ? 1 - coldPerDay / callsPerDay : null,
    startDelayP99Ms: coldTimeExceededBy(0.01 * callsPerDay, coldOf, terms.cold) / US_PER_MS,
    startDelayP999Ms: coldTimeExceededBy(0.001 * callsPerDay, coldOf, terms.cold) / US_PER_MS,
    coldTimeP99Ms: coldTimeExceededBy(0.01 * coldPerDay, coldOf, terms.cold) / US_PER_MS,
    slotSecondsPerDay: {
      kept: outcome.keptIdleSeconds,
      spill: outcome.spillIdleSeconds,
      starting: usage.startingSlotUs / US_PER_SECOND,
    },
    costUsdPerDay: billOf(usage, terms.prices),
    reservedUsdPerDay: reservedUsdPerDay(plan),
    slotsHeld: outcome.heldOf.reduce((most, held) => Math.max(most, held), 0),
  };
}

function reservedUsdPerDay({demand, prices, problem, solution}: Plan): number {
  const {functions} = demand;
  let usd = 0;
  for (let unit = 0; unit < solution.slots.length; unit++) {
    const f = unit % functions;
    const seconds = problem.valuation.secondsPerDay[(unit - f) / functions]! * demand.heldShare[f]!;
    usd += solution.slots[unit]! * seconds * prices.warmUsdPerSecond[f]!;
  }
  return usd;
}

function windowReports(plan: Plan): WindowReport[] {
  const {demand, solution, leadUs} = plan;
  const {functions, windows} = demand;
  const [first] = solution.resources;
  return Array.from(windows.startUs, (startUs, w) => {
    let slots = 0;
    let functionsWarm = 0;
    for (let unit = w * functions; unit < (w + 1) * functions; unit++) {
      slots += solution.slots[unit]!;
      if (solution.slots[unit]! > 0) functionsWarm++;
    }
    return {
      startMs: startUs / US_PER_MS,
      endMs: windows.endUs[w]! / US_PER_MS,
      slots,
      functionsWarm,
      leadMs: Math.ceil(leadUs[w]! / US_PER_MS),
      dualPrice: first ? windowPrice(first, w, windows.startUs.length) : 0,
    };
  });
}

/** The highest price in a window's cells and teams: where one more unit would do most. Money is priced once. */
function windowPrice({price, constraint}: ResourceUse, w: number, windows: number): number {
  const parts = price.length / windows;
  if (constraint.name === 'money') return w === 0 ? maxOf(price) : 0;
  return maxOf(price.subarray(w * parts, (w + 1) * parts));
}

function maxOf(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function unseenOf({unseen}: Demand): UnseenReport {
  const {functionsPerDay, inKnownAppsPerDay, byTriggerPerDay, callsPerDay, coldPerDay} = unseen;
  return {functionsPerDay, inKnownAppsPerDay, byTriggerPerDay, callsPerDay, coldPerDay};
}

function warmFunctions({demand, solution}: Plan): number {
  const warm = new Uint8Array(demand.functions);
  for (let unit = 0; unit < solution.slots.length; unit++) if (solution.slots[unit]! > 0) warm[unit % warm.length] = 1;
  return warm.reduce((sum, one) => sum + one, 0);
}

function curvesOf({curve, ratePerSecond}: Demand): Record<string, number> {
  const counts = new Float64Array(curveNames.length);
  for (let unit = 0; unit < curve.length; unit++) if (ratePerSecond[unit]! > 0) counts[curve[unit]!]! += 1;
  return Object.fromEntries(curveNames.map((name, code) => [name, counts[code]!]));
}

function constraintReport({constraint, price, used}: ResourceUse): ConstraintReport {
  const {limit} = constraint;
  let tightest = 0;
  for (let g = 1; g < limit.length; g++) {
    // Groups without any room, such as a team that wants nothing, say nothing.
    if (limit[tightest] === 0 || (limit[g]! > 0 && used[g]! / limit[g]! > used[tightest]! / limit[tightest]!))
      tightest = g;
  }
  return {
    name: constraint.name,
    limit: limit[tightest]!,
    used: used[tightest]!,
    groups: limit.length,
    binding: price.reduce((count, p) => count + (p > 0 ? 1 : 0), 0),
  };
}

function refusedReports(workload: Workload, {demand}: Plan, {refused}: PlanRows): RefusedReport[] {
  const {name, app, owner} = workload;
  const rows = [...new Set(refused.map(({unit}) => unit % demand.functions))];
  const shortest = new Map(shortNames(workload, rows).map((text, k) => [rows[k]!, text]));
  return refused.map(({unit, usdPerDay, coldStartsPerDay, reason}) => {
    const f = unit % demand.functions;
    return {
      function: name.at(f),
      shortName: shortest.get(f)!,
      app: app.values[app.id[f]!]!,
      owner: owner.values[owner.id[f]!]!,
      windowStartMs: demand.windows.startUs[(unit - f) / demand.functions]! / US_PER_MS,
      usdPerDay,
      coldStartsPerDay,
      reason,
    };
  });
}

function teamReports({terms, solution, teamShares, outcome, demand}: Plan): TeamReport[] {
  const {teams} = terms;
  if (!teams) return [];
  const calls = new Float64Array(teams.count);
  const cold = new Float64Array(teams.count);
  for (let f = 0; f < demand.functions; f++) {
    calls[teams.of[f]!]! += outcome.callsOf[f]!;
    cold[teams.of[f]!]! += outcome.coldOf[f]!;
  }
  const mean = (column: Float64Array | undefined, team: number): number => {
    if (!column || !teamShares) return 0;
    let sum = 0;
    for (let g = team; g < column.length; g += teams.count) sum += column[g]!;
    return sum / Math.max(1, demand.windows.startUs.length);
  };
  return teams.names.map((team, i) => ({
    team,
    weight: teams.weights[i]!,
    share: mean(teamShares?.constraint.limit, i),
    wanted: mean(teamShares?.wants, i),
    used: mean(teamShares && solution.resources[0]?.used, i),
    coldShare: calls[i]! > 0 ? cold[i]! / calls[i]! : null,
  }));
}

function timerReport({timers, leadUs, atOnce, atOnceSmeared}: TimerSchedule): TimerReport {
  return {functions: timers.function.length, leadMs: Math.ceil(leadUs / US_PER_MS), atOnce, atOnceSmeared};
}
