import {exactSum} from '../../base/exact-sum.ts';
import {SKETCH_RELATIVE_ERROR} from '../../base/sketch.ts';
import {US_PER_DAY, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {type Bill, billOf} from '../../cost/bill.ts';
import {freeOf, freeTierOf, lessFree} from '../../cost/free-tier.ts';
import type {PriceOrigin} from '../../cost/prices.ts';
import type {BaselineReport} from '../../cost/savings.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import {teamsOf} from '../../fleet/settings/settings-of.ts';
import {PARTS_OF_CALL} from '../../scheduler/core/call-worth.ts';
import type {Delays} from '../../scheduler/core/delays.ts';
import {type ObservedCold, observedCold} from '../../workload/observed-cold.ts';
import {invocationsTotal, type LabelColumn, type Workload} from '../../workload/workload.ts';
import {type Counts, type Ledger, unservedOf} from '../ledger.ts';
import type {ReplayOptions} from '../options.ts';
import type {PlatformChoice} from '../platforms/platform.ts';
import {type Charge, chargesOf, type PayerKind} from './chargeback.ts';
import {type ContentionReport, contentionReport} from './classes.ts';
import {coldShares, type ShareSummary} from './cold-shares.ts';
import {type DelayMs, delayMs} from './delays.ts';
import {type FailureReport, failureReport} from './failures.ts';
import {type FunctionP99, functionP99} from './function-delays.ts';
import {
  type BatchReport,
  batchReport,
  type RestartReport,
  restartReport,
  type WorkReport,
  workReport,
} from './long-calls.ts';
import {type SessionReport, sessionReport} from './sessions.ts';
import {type Fairness, fairnessOf, serviceJain, type TeamReport, teamReports} from './teams.ts';
import {gigabyteSeconds, usageByRow, usageOf} from './usage.ts';

export interface ByState {
  readonly busy: number;
  readonly idle: number;
  readonly starting: number;
}

/** One policy's row of `replay --json`. */
export interface RunReport extends Counts {
  readonly policy: string;
  /** A bound that leaves out limits or rules in force here: no policy costs less, and none so little. */
  readonly relaxed: boolean;
  /** Cold starts over all calls. */
  readonly coldShare: number | null;
  readonly functionColdShare: ShareSummary;
  readonly appColdShare: ShareSummary;
  /** Arrival to start of user code over all calls that started. */
  readonly startDelayMs: DelayMs;
  /** The 99th percentile of each function's start delay, over the functions. */
  readonly functionP99StartMs: FunctionP99;
  /** Provisioning and initialisation, over cold starts. */
  readonly coldTimeMs: DelayMs;
  /** Waiting for room or for a start to begin, over the calls that waited. */
  readonly queueMs: DelayMs;
  /** 1 GB = 1024 MiB. */
  readonly gbSeconds: ByState;
  readonly slotSeconds: ByState;
  /** Sum of the cells' peaks. */
  readonly peakSlots: number;
  readonly peakMemoryMib: number;
  /** Where hosts are charged whole: time for which they held an instance, and how many did at most. */
  readonly hostSeconds?: number;
  readonly peakHosts?: number;
  /** Where functions keep instances (`min`): how many, which share of their time is busy, and calls that found none of them. */
  readonly kept?: {readonly instances: number; readonly utilisation: number | null; readonly spillOver: number};
  /** Busy slot-time over all slot-time. */
  readonly utilisation: number | null;
  readonly costUsd: Bill;
  /** With --free-tier: what it has taken off the bill. */
  readonly freeTierUsd?: number;
  readonly usdPerDay: number;
  readonly teams: readonly TeamReport[];
  readonly fairness: Fairness;
  /** Who pays how much, where that is asked. */
  readonly chargeback?: readonly Charge[];
  /** Where calls have deadlines or values: calls that started in time, and what was left of their value when they did. */
  readonly onTime?: number;
  readonly valueKept?: number;
  /** Where an order of waiting is given: how far one team that waits was ahead of another, estimated cost by weight, ms. */
  readonly largestServiceLagMs?: number;
  /** Where long calls run in slices: saves, and time that calls took for them and to go on. */
  readonly slices?: {readonly checkpoints: number; readonly overheadSeconds: number};
  /** Where something fails: what that has cost. */
  readonly failures?: FailureReport;
  /** Where something is said of sessions: what became of them. */
  readonly sessions?: SessionReport;
  /** Where long calls are asked about (--checkpoint, --timeout, batch, restart): what came of the time that calls took. */
  readonly work?: WorkReport;
  /** Where long calls have hosts of their own. */
  readonly batch?: BatchReport;
  /** Where hosts restart in waves. */
  readonly restart?: RestartReport;
  /** Where calls on a host slow each other down: how much. */
  readonly contention?: ContentionReport;
}

export interface ReplayReport {
  readonly schema: 'coldfront.replay/1';
  readonly workload: {
    readonly functions: number;
    readonly invocations: number;
    /** Those of them that --burst has added; absent: none. */
    readonly burstCalls?: number;
    readonly spanMs: number;
    readonly source: string;
    /** Functions of which the trace gives no duration: they took the default. */
    readonly withoutDuration: number;
    readonly withoutMemory: number;
  };
  /** Null: no limit; of hosts: they open as they are needed. */
  readonly fleet: {
    readonly hosts: number | null;
    readonly slotsPerHost: number | null;
    readonly memoryMibPerHost: number | null;
    readonly cells: number;
  };
  readonly fromMs: number;
  readonly untilMs: number;
  /** So much of the trace's beginning was replayed before time 0 as well; absent: the fleet was empty at time 0. */
  readonly warmUpMs?: number;
  readonly seed: number;
  readonly quantiles: string;
  /** What the trace says of the calls between fromMs and untilMs; null if it says nothing of cold starts. */
  readonly observedCold: ObservedCold | null;
  /** The keep-alive that comes nearest to it, where that was asked for. */
  readonly calibrated?: Calibrated;
  /** What was replayed as a platform: what it decided, and what its numbers assume. */
  readonly platform?: PlatformReport;
  /** The sheet that the dollars go by, and where its figures come from. */
  readonly prices?: PriceOrigin;
  /** Whom bills are shared out among, where that is asked. */
  readonly chargedBy?: PayerKind;
  /** What is run today, and what the others save against it, where that is asked. */
  readonly baseline?: BaselineReport;
  readonly runs: readonly RunReport[];
}

/** A platform as it was given. */
export interface PlatformReport {
  readonly platform: string;
  /** Flags that were not given, so that the platform's hold. */
  readonly assumed: readonly string[];
  readonly notes: readonly string[];
}

/** A keep-alive and how well it reproduces which calls a trace says were cold. */
export interface Calibrated {
  readonly policy: string;
  readonly ttlMs: number;
  /** Sum over functions of the difference between simulated and observed cold calls. */
  readonly differingCalls: number;
  /** Calls of which it is known how they started. */
  readonly of: number;
  readonly coldShare: number;
  readonly observedShare: number;
}

/** The report of a replay as plain data; the same ledgers always give the same bytes. `teamsShown` are the largest teams. */
export function replayReport(
  workload: Workload,
  ledgers: readonly Ledger[],
  options: ReplayOptions,
  teamsShown: number,
  calibrated?: Calibrated,
  by?: PayerKind,
): ReplayReport {
  const {fleet} = options;
  return {
    schema: 'coldfront.replay/1',
    workload: {
      functions: workload.functions,
      invocations: invocationsTotal(workload),
      ...(workload.meta.burstCalls !== undefined && {burstCalls: workload.meta.burstCalls}),
      spanMs: workload.meta.spanUs / US_PER_MS,
      source: workload.meta.source,
      withoutDuration: meanDurations(workload, Number.NaN).withoutDuration,
      withoutMemory: workload.memoryMib.reduce((n, mib) => n + (Number.isNaN(mib) ? 1 : 0), 0),
    },
    fleet: {
      hosts: finite(fleet.count),
      slotsPerHost: finite(fleet.slots),
      memoryMibPerHost: finite(fleet.memoryMib),
      cells: options.cells,
    },
    fromMs: options.fromUs / US_PER_MS,
    untilMs: options.untilUs / US_PER_MS,
    ...(options.warmUpUs !== undefined && {warmUpMs: options.warmUpUs / US_PER_MS}),
    seed: options.seed,
    quantiles: `nearest rank from logarithmic buckets, relative error <= ${100 * SKETCH_RELATIVE_ERROR} %`,
    observedCold: observedCold(workload, [options.fromUs, options.untilUs]),
    ...(calibrated ? {calibrated} : {}),
    ...(options.platform && {platform: platformReport(options.platform)}),
    ...(options.prices.origin && {prices: options.prices.origin}),
    ...(by && {chargedBy: by}),
    runs: ledgers.map((ledger) => {
      const own = ledger.minimums ? {...options, minimums: ledger.minimums} : options;
      const run = runReport(workload, ledger, own, teamsShown);
      return by ? {...run, chargeback: chargesOf(workload, ledger, run.costUsd.total, own, by)} : run;
    }),
  };
}

export function platformReport({text, assumed, platform}: PlatformChoice): PlatformReport {
  return {platform: text, assumed, notes: platform.notes};
}

function runReport(workload: Workload, ledger: Ledger, options: ReplayOptions, teamsShown: number): RunReport {
  const {counts, functions, startDelay} = ledger;
  const delays = ledger.delaysByRow();
  const teams = teamsOf(workload, options.settings);
  const memoryKib = Float64Array.from(
    {length: workload.functions},
    (_, row) => memoryOf(workload, row, options.defaultMemoryMib) * 1024,
  );
  const gbSeconds = {
    busy: gigabyteSeconds(functions.busyUs, memoryKib),
    idle: gigabyteSeconds(functions.idleUs, memoryKib),
    starting: gigabyteSeconds(functions.startingUs, memoryKib),
  };
  const slotUs = {
    busy: exactSum(functions.busyUs),
    idle: exactSum(functions.idleUs),
    starting: exactSum(functions.startingUs),
  };
  const heldUs = slotUs.busy + slotUs.idle + slotUs.starting;
  const usage = usageOf(workload, ledger, options, {slotUs, gbSeconds});
  const {fromUs, untilUs, prices} = options;
  const free = options.freeTier ? freeOf(usage, prices, freeTierOf(prices), untilUs - fromUs) : undefined;
  const bill = billOf(usage, prices);
  const costUsd = free ? lessFree(bill, free) : bill;
  return {
    policy: ledger.policy,
    relaxed: ledger.relaxed,
    ...counts,
    coldShare: ratio(counts.cold, counts.invocations),
    ...coldShares(workload, functions),
    startDelayMs: delayMs(startDelay),
    functionP99StartMs: functionP99(functions, delays),
    coldTimeMs: delayMs(ledger.coldTime),
    queueMs: delayMs(ledger.queueWait),
    gbSeconds,
    slotSeconds: {
      busy: slotUs.busy / US_PER_SECOND,
      idle: slotUs.idle / US_PER_SECOND,
      starting: slotUs.starting / US_PER_SECOND,
    },
    peakSlots: ledger.peakSlots,
    peakMemoryMib: ledger.peakMemoryMib,
    ...(ledger.hosts && {hostSeconds: ledger.hosts.usedUs / US_PER_SECOND, peakHosts: ledger.hosts.peak}),
    ...keptOf(ledger, options),
    utilisation: ratio(slotUs.busy, heldUs),
    costUsd,
    ...(free && {freeTierUsd: free.requests + free.execution}),
    usdPerDay: (costUsd.total * US_PER_DAY) / (untilUs - fromUs),
    teams: teamReports(teams, ledger, delays, teamsShown),
    fairness: {...fairnessOf(teams, ledger), ...sharesOf(teams, ledger, options)},
    ...waitsOf(ledger, options),
    ...(options.checkpoint &&
      ledger.slices && {
        slices: {
          checkpoints: ledger.slices.checkpoints,
          overheadSeconds: ledger.slices.overheadUs / US_PER_SECOND,
        },
      }),
    ...(options.sessions &&
      ledger.sessions && {
        sessions: sessionReport(
          ledger.sessions,
          options.sessions,
          ledger.peakSlots,
          (untilUs - fromUs) / US_PER_SECOND,
        ),
      }),
    ...defined({
      work: workReport(workload, ledger, options),
      batch: batchReport(workload, ledger, options),
      restart: restartReport(ledger),
    }),
    ...(ledger.inFlight !== undefined && {failures: failureReport(ledger, options)!}),
    ...contentionOf(workload, ledger, delays, options),
  };
}

/** What neighbours did to each other, where that is replayed. */
function contentionOf(
  workload: Workload,
  ledger: Ledger,
  delays: Delays,
  options: ReplayOptions,
): Pick<RunReport, 'contention'> {
  if (options.contention === undefined || ledger.classes === undefined) return {};
  const usage = usageByRow(workload, ledger, delays, options);
  const usdOf = (row: number): number => billOf(usage(row), options.prices).total;
  return {contention: contentionReport(options.contention, ledger.classes, usdOf, ledger.detected)};
}

/** What there is of these. */
function defined<Parts extends object>(parts: Parts): {[Name in keyof Parts]?: NonNullable<Parts[Name]>} {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as Parts;
}

/** Instances that functions keep, at most, how busy they are, and what spills over from them. */
function keptOf({functions, billed}: Ledger, {settings, minimums, untilUs}: ReplayOptions): Pick<RunReport, 'kept'> {
  if (billed === undefined || (settings?.numbers.min === undefined && minimums === undefined)) return {};
  const min = Float64Array.from(functions.calls, (_, row) => settingOf(settings, 'min', row, 0));
  let [instances, busyUs, heldUs, spillOver] = [min.reduce((sum, n) => sum + n, 0), 0, 0, 0];
  let now = instances;
  const current = min.slice();
  minimums?.atUs.forEach((atUs, k) => {
    const row = minimums.row[k]!;
    now += minimums.min[k]! - current[row]!;
    current[row] = minimums.min[k]!;
    const last = minimums.atUs[k + 1] !== atUs;
    if (last && atUs < untilUs) instances = Math.max(instances, now);
  });
  for (let row = 0; row < min.length; row++) {
    const itsUs = billed.keptBusyUs[row]! + billed.keptIdleUs[row]!;
    if (itsUs === 0 && min[row] === 0) continue;
    busyUs += billed.keptBusyUs[row]!;
    heldUs += itsUs;
    spillOver += functions.calls[row]! - unservedOf(functions, row) - billed.keptCalls[row]!;
  }
  return {kept: {instances, utilisation: ratio(busyUs, heldUs), spillOver}};
}

/** How even service is where an order of waiting is given, and what was lent. */
function sharesOf(
  teams: LabelColumn,
  ledger: Ledger,
  {settings}: ReplayOptions,
): Pick<Fairness, 'serviceJain' | 'borrowedSlotSeconds'> {
  if (ledger.largestLagUs === undefined) return {};
  const {borrowedUs} = ledger;
  return {
    serviceJain: serviceJain(teams, ledger, (row, otherwise) => settingOf(settings, 'weight', row, otherwise)),
    ...(borrowedUs !== undefined && {borrowedSlotSeconds: borrowedUs / US_PER_SECOND}),
  };
}

/** What became of those that had to wait, where that was asked for. */
function waitsOf(
  ledger: Ledger,
  {settings}: ReplayOptions,
): Pick<RunReport, 'onTime' | 'valueKept' | 'largestServiceLagMs'> {
  const {functions, late, gone, largestLagUs} = ledger;
  const asked = (['deadline', 'value', 'half_life'] as const).some((name) => settings?.numbers[name] !== undefined);
  let [onTime, valueKept] = [0, 0];
  for (let row = 0; asked && row < late.length; row++) {
    const started = functions.calls[row]! - unservedOf(functions, row);
    onTime += started - late[row]!;
    valueKept += settingOf(settings, 'value', row, 1) * (started - gone[row]! / PARTS_OF_CALL);
  }
  return {
    ...(asked && {onTime, valueKept}),
    ...(largestLagUs !== undefined && {largestServiceLagMs: largestLagUs / US_PER_MS}),
  };
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
