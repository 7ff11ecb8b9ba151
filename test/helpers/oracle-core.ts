import {isDeepStrictEqual} from 'node:util';
import type {QuantileSketch} from '../../src/base/sketch.ts';
import {UNLIMITED_PLACES} from '../../src/fleet/settings/places.ts';
import {callOutcomes} from '../../src/scheduler/core/call-outcomes.ts';
import {CALL_FIELDS} from '../../src/scheduler/core/call-rows.ts';
import {Cell} from '../../src/scheduler/core/cell.ts';
import type {QueueSetup} from '../../src/scheduler/core/cell-setup.ts';
import type {Recoveries} from '../../src/scheduler/core/recoveries.ts';
import type {EvictionRank} from '../../src/scheduler/parts/eviction/eviction-rank.ts';
import type {FaultRule} from '../../src/scheduler/parts/faults/fault-rule.ts';
import {freqRank} from '../../src/scheduler/parts/keep-alive/freq.ts';
import {greedyDualRank} from '../../src/scheduler/parts/keep-alive/greedy-dual.ts';
import {landlordRank} from '../../src/scheduler/parts/keep-alive/landlord.ts';
import {lruRank} from '../../src/scheduler/parts/keep-alive/lru.ts';
import {sizeRank} from '../../src/scheduler/parts/keep-alive/size.ts';
import {FollowTargets} from '../../src/scheduler/parts/keep-alive/targets/follow-targets.ts';
import {type SlotTargets, SlotTargetsBuilder} from '../../src/scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {FunctionLimits} from '../../src/scheduler/parts/limits/function-limits.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import {queues} from '../../src/scheduler/parts/queue/registry.ts';
import {simulate} from './oracle.ts';
import {keepAliveUs} from './oracle-policy.ts';
import type {OracleClass, OracleQueueRules} from './oracle-queue.ts';
import type {FunctionTotals, LoggedCall, OracleEviction, Outcome, Scenario} from './oracle-types.ts';

/** What the core and the oracle must agree on to the last unit. */
export type Totals = Omit<
  Outcome,
  'startDelaysUs' | 'coldTimesUs' | 'queueWaitsUs' | 'details' | 'decisions' | 'levels' | 'log'
> & {
  readonly startDelay: Distribution;
  readonly coldTime: Distribution;
  readonly queueWait: Distribution;
};

interface Distribution {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

export interface CoreRun {
  readonly totals: Totals;
  readonly startDelay: QuantileSketch;
  readonly coldTime: QuantileSketch;
  readonly queueWait: QuantileSketch;
  /** Undefined where nothing fails. */
  readonly recoveries: Recoveries | undefined;
}

const ranks: Readonly<Record<OracleEviction, EvictionRank | undefined>> = {
  'idle-longest': undefined,
  lru: lruRank,
  gd: greedyDualRank,
  freq: freqRank,
  size: sizeRank,
  landlord: landlordRank,
};

/** Runs the scenario through the real core, the calls in batches of `batchSize`; `take` gets the rows of its call log. */
export function runCore(
  scenario: Scenario,
  placement: string = scenario.placement,
  batchSize = 16,
  eviction: EvictionRank | undefined = ranks[scenario.eviction],
  take?: (rows: Float64Array) => void,
): CoreRun {
  const {calls, hosts, script, targets, fromUs, endUs} = scenario;
  const started = [...script, ...targets];
  const cell = new Cell({
    memoryMib: Float64Array.from(scenario.memoryMib),
    hosts: {count: hosts.length, ...hosts[0]!},
    placement: placements.parse(placement),
    ...(scenario.hostGroupOf.length > 0 && {hostGroupOf: Int32Array.from(scenario.hostGroupOf)}),
    semantics: scenario.semantics,
    coldTime: {
      drawUs: (fn, nowUs) =>
        started.find((step) => step.fn === fn && step.atUs === nowUs)?.coldUs ?? scenario.drawnColdUs,
      meanUs: (fn) => calls.find((call) => call.fn === fn)?.coldUs ?? 0,
    },
    maxWaitUs: scenario.maxWaitUs,
    meanDurationUs: Float64Array.from(
      scenario.memoryMib,
      (_, fn) => scenario.meanDurationUs[fn] ?? Number.POSITIVE_INFINITY,
    ),
    queue: scenario.queue && queueSetup(scenario.queue, Float64Array.from(scenario.memoryMib)),
    startsPerHost: scenario.startsPerHost,
    startsPerSecond: scenario.startRatePerSecond,
    startBurst: scenario.startBurst,
    startsPerFunction: scenario.startsPerFunction,
    limits: limitsOf(scenario),
    retry:
      scenario.attempts > 1
        ? {attempts: scenario.attempts, afterUs: scenario.retryAfterUs, async: Uint8Array.from(scenario.async, Number)}
        : undefined,
    checkpoint: scenario.checkpoint,
    restart: scenario.restart,
    startCores: scenario.startCores,
    faults: faultsOf(scenario),
    seed: 1,
    log: take && {fromUs, take, runsOn: false},
    ...(scenario.places.length > 0 && {
      places: Int32Array.from(scenario.places, (places) => Math.min(places, UNLIMITED_PLACES)),
    }),
  });
  if (targets.length > 0) cell.use(followerOf(scenario, cell), eviction);
  else playScript(cell, scenario, eviction);
  const before = calls.filter((call) => call.arrivalUs < fromUs);
  const counted = calls.filter((call) => call.arrivalUs >= fromUs && call.arrivalUs < endUs);
  feed(cell, before, batchSize);
  if (fromUs > 0) cell.beginCounting(fromUs);
  feed(cell, counted, batchSize);
  cell.finish(endUs);
  const {startDelay, coldTime, queueWait} = cell.tally;
  const recoveries = cell.failing?.recoveries;
  return {totals: totalsOf(cell), startDelay, coldTime, queueWait, recoveries};
}

function faultsOf({faults, startCores, memoryMib, async}: Scenario): FaultRule | undefined {
  if (faults === undefined && startCores === undefined) return undefined;
  const {outages, slowdowns, leaseUs, idempotent} = faults ?? {outages: [], slowdowns: [], leaseUs: 0, idempotent: []};
  return {
    outages: outages.map((outage, fault) => ({...outage, fault})),
    chances: [],
    slowdowns,
    leaseUs,
    async: Uint8Array.from(memoryMib, (_, fn) => Number(async[fn] ?? false)),
    idempotent: Uint8Array.from(memoryMib, (_, fn) => Number(idempotent[fn] ?? false)),
  };
}

/** The same order in the core's words. */
export function queueSetup({order, coalesce, classes}: OracleQueueRules, memoryMib: Float64Array): QueueSetup {
  const {name, ...values} = order;
  const written = Object.entries({...values}).map(([key, value]) => {
    if (key === 'quantumUs') return `quantum=${value}us`;
    return key === 'tUs' ? `t=${value}us` : `${key}=${value}`;
  });
  const column = (of: (one: OracleClass) => number) => Float64Array.from(classes, of);
  const weight = new Float64Array(classes.length).fill(1);
  for (const one of classes) weight[one.team] = one.weight;
  return {
    choice: queues.parse(written.length > 0 ? `${name}:${written.join(',')}` : name),
    coalesce,
    classes: {
      team: Int32Array.from(classes, ({team}) => team),
      weight,
      priority: column((one) => one.priority),
      deadlineUs: column((one) => one.deadlineUs),
      value: column((one) => one.value),
      halfLifeUs: column((one) => one.halfLifeUs),
      costUs: column((one) => one.costUs),
      memoryMib,
    },
  };
}

function limitsOf(scenario: Scenario): FunctionLimits | undefined {
  const {min, max, reserved, timeoutUs, othersSlots, quotas, queue, hosts} = scenario;
  const floats = (column: readonly number[]) => (column.length > 0 ? Float64Array.from(column) : undefined);
  const limited = [min, max, reserved, timeoutUs].some((column) => column.length > 0);
  if (!limited && quotas === undefined) return undefined;
  return {
    teams: quotas && {
      team: Int32Array.from(queue!.classes, ({team}) => team),
      reserved: Float64Array.from(queue!.classes, (_, team) => quotas.reserved[team] ?? 0),
      max: Float64Array.from(queue!.classes, (_, team) => quotas.max[team] ?? Number.POSITIVE_INFINITY),
      slots: hosts.length * hosts[0]!.slots,
    },
    min: min.length > 0 ? Int32Array.from(min) : undefined,
    max: floats(max),
    reserved: floats(reserved),
    timeoutUs: floats(timeoutUs),
    othersSlots,
  };
}

/** The policy that plays the scenario's script. */
function playScript(cell: Cell, scenario: Scenario, eviction: EvictionRank | undefined): void {
  const steps = (fn: number) => scenario.script.filter((step) => step.fn === fn);
  const wakeNext = (fn: number, afterUs: number): void => {
    const step = steps(fn).find(({atUs}) => atUs > afterUs);
    if (step) cell.control.wakeAt(fn, step.atUs);
  };
  cell.use({
    ...(eviction && {eviction}),
    ...(scenario.ttlsUs.length === 0 && {constantUs: scenario.ttlUs}),
    keepAliveUs: (fn, nowUs, prewarmed) => keepAliveUs(scenario, fn, nowUs, prewarmed),
    onWake(fn, nowUs) {
      const step = steps(fn).find(({atUs}) => atUs === nowUs)!;
      cell.control.prewarm(fn, step.prewarm);
      cell.control.trim(fn, step.keepIdle);
      wakeNext(fn, nowUs);
    },
  });
  scenario.memoryMib.forEach((_, fn) => {
    wakeNext(fn, -1);
  });
}

function followerOf({targets, memoryMib, spillUs}: Scenario, cell: Cell): FollowTargets {
  const functions = memoryMib.length;
  const row = Int32Array.from({length: functions}, (_, fn) => fn);
  const of = {targets: slotTargets(targets, functions, spillUs), row, part: new Int32Array(functions)};
  return new FollowTargets({...of, parts: new Int32Array(functions).fill(1)}, cell.control);
}

function slotTargets(targets: Scenario['targets'], functions: number, spillUs: number): SlotTargets {
  const builder = new SlotTargetsBuilder(functions);
  for (let fn = 0; fn < functions; fn++) {
    for (const {atUs, slots} of targets.filter((target) => target.fn === fn)) builder.change(atUs, slots);
    builder.endRow(spillUs);
  }
  return builder.finish();
}

function feed(cell: Cell, calls: Scenario['calls'], batchSize: number): void {
  for (let at = 0; at < calls.length; at += batchSize) {
    const rows = calls.slice(at, at + batchSize);
    cell.run({
      length: rows.length,
      timeUs: Float64Array.from(rows, (call) => call.arrivalUs),
      fn: Int32Array.from(rows, (call) => call.fn),
      durationUs: Float64Array.from(rows, (call) => call.durationUs),
      coldUs: Float64Array.from(rows, (call) => call.coldUs),
    });
  }
}

export function totalsOf({tally, account, fleet, jobs}: Cell): Totals {
  const {calls, busyUs, idleUs, startingUs} = account.totals();
  const slotUs = {busy: 0n, idle: 0n, starting: 0n};
  const mibUs = {busy: 0n, idle: 0n, starting: 0n};
  const perFunction: FunctionTotals[] = [];
  for (const [fn, invocations] of calls.entries()) {
    const us = {busy: BigInt(busyUs[fn]!), idle: BigInt(idleUs[fn]!), starting: BigInt(startingUs[fn]!)};
    for (const state of ['busy', 'idle', 'starting'] as const) {
      slotUs[state] += us[state];
      mibUs[state] += us[state] * BigInt(fleet.functions.memoryMib[fn]!);
    }
    const [cold, dropped] = [tally.byFunction.cold[fn]!, tally.byFunction.dropped[fn]!];
    const throttled = tally.byFunction.throttled[fn]!;
    const [abandoned, stillQueued] = [tally.byFunction.abandoned[fn]!, tally.byFunction.stillQueued[fn]!];
    const {expired, shed, coalesced} = tally.byFunction;
    const lost = tally.byFunction.lost[fn]!;
    const left = {throttled, expired: expired[fn]!, shed: shed[fn]!, coalesced: coalesced[fn]!, lost};
    const unserved = dropped + throttled + abandoned + stillQueued + left.expired + left.shed + left.coalesced + lost;
    const warm = invocations - cold - unserved;
    const duplicated = tally.byFunction.duplicated[fn]!;
    perFunction.push({invocations, warm, cold, dropped, abandoned, stillQueued, ...left, duplicated});
  }
  const {warm, cold, firstStarts, queued, dropped, abandoned, stillQueued, evictions, expirations, prewarms} = tally;
  const {expired, shed, coalesced} = tally;
  return {
    invocations: tally.arrivals,
    throttled: tally.throttled,
    timeouts: tally.timeouts,
    checkpoints: jobs?.checkpoints ?? 0,
    overheadUs: jobs?.overheadUs ?? 0,
    lost: tally.lost,
    lostUs: jobs?.lostUs ?? 0,
    retried: tally.retried,
    duplicated: tally.duplicated,
    ...{warm, cold, firstStarts, queued, dropped, abandoned, stillQueued, evictions, expirations, prewarms},
    ...{expired, shed, coalesced},
    functions: perFunction,
    slotUs,
    mibUs,
    peakSlots: account.peakSlots,
    peakMemoryMib: account.peakMemoryMib,
    startDelay: distributionOf(tally.startDelay),
    coldTime: distributionOf(tally.coldTime),
    queueWait: distributionOf(tally.queueWait),
  };
}

function distributionOf({count, sum, max}: QuantileSketch): Distribution {
  return {count, sum, max};
}

/** The oracle's outcome in the same shape. */
export function oracleTotals(outcome: Outcome): Totals {
  const {
    startDelaysUs,
    coldTimesUs,
    queueWaitsUs,
    details: _,
    decisions: __,
    levels: ___,
    log: ____,
    ...counts
  } = outcome;
  return {
    ...counts,
    startDelay: distributionOfList(startDelaysUs),
    coldTime: distributionOfList(coldTimesUs),
    queueWait: distributionOfList(queueWaitsUs),
  };
}

/** The rows of the core's call log, and what the run came to, which is to be the same with a log and without. */
export function runLogged(scenario: Scenario): CoreRun & {readonly log: (LoggedCall & {readonly fateUs: number})[]} {
  const log: (LoggedCall & {readonly fateUs: number})[] = [];
  const run = runCore(scenario, scenario.placement, 16, ranks[scenario.eviction], (rows) => {
    for (let at = 0; at < rows.length; at += CALL_FIELDS) {
      const [fateUs, fn, arrivalUs, startUs, endUs, code, coldUs, waitUs, host, , attempts] = rows.subarray(at);
      const outcome = callOutcomes[code!]!;
      const served = {startUs: startUs!, endUs: endUs!, coldUs: coldUs!, host: host!};
      if (!Number.isNaN(startUs!) && startUs !== arrivalUs! + waitUs! + coldUs!)
        throw new Error('a start has no reason');
      log.push({fateUs: fateUs!, fn: fn!, arrivalUs: arrivalUs!, outcome, ...served, attempts: attempts!});
    }
  });
  return {...run, log};
}

function distributionOfList(values: readonly number[]): Distribution {
  return {count: values.length, sum: values.reduce((a, b) => a + b, 0), max: Math.max(0, ...values)};
}

/** Where core and oracle differ: the differing totals as `[name, core's, oracle's]`; empty when they agree. */
export function differences(scenario: Scenario): [string, unknown, unknown][] {
  const core = runCore(scenario).totals;
  const oracle = oracleTotals(simulate(scenario));
  const names = Object.keys(oracle) as (keyof Totals)[];
  return names
    .filter((name) => !isDeepStrictEqual(core[name], oracle[name]))
    .map((name) => [name, core[name], oracle[name]]);
}

/** A scenario with as few calls and steps as still make core and oracle differ, for a readable failure. */
export function smallestDisagreement(scenario: Scenario): Scenario {
  const without = <T>(list: readonly T[], k: number) => list.filter((_, at) => at !== k);
  const smaller = [
    ...scenario.calls.map((_, k) => ({...scenario, calls: without(scenario.calls, k)})),
    ...scenario.script.map((_, k) => ({...scenario, script: without(scenario.script, k)})),
    ...scenario.targets.map((_, k) => ({...scenario, targets: without(scenario.targets, k)})),
  ].find((candidate) => differences(candidate).length > 0);
  return smaller === undefined ? scenario : smallestDisagreement(smaller);
}
