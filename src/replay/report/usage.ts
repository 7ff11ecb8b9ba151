import {exactSum} from '../../base/exact-sum.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import {billOf, type Usage} from '../../cost/bill.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import type {BilledColumns} from '../../scheduler/core/billing.ts';
import type {Delays} from '../../scheduler/core/delays.ts';
import type {Workload} from '../../workload/workload.ts';
import {type FunctionOutcomes, type Ledger, lostCalls, lostOf, unservedOf} from '../ledger.ts';
import type {ReplayOptions} from '../options.ts';
import {poolUsd} from '../run/batch-pool.ts';
import {storeOperations} from './sessions.ts';

const KIB_PER_GB = 1024 * 1024;

/** Slot-time and memory over time of a run, by state. 1 GB = 1024 MiB. */
export interface TimeByState {
  readonly slotUs: {readonly busy: number; readonly idle: number; readonly starting: number};
  readonly gbSeconds: {readonly busy: number; readonly idle: number; readonly starting: number};
}

/** What a run is billed for, as the sheet's terms measure it. */
export function usageOf(workload: Workload, ledger: Ledger, options: ReplayOptions, times: TimeByState): Usage {
  const {counts, startDelay, billed, hosts, pool} = ledger;
  const {batch, prices, settings, fromUs, untilUs} = options;
  const functions = pool ? outside(ledger.functions, pool) : ledger.functions;
  const {length} = functions.calls;
  const memoryKib = billedMemoryKib(workload, options);
  const asItIs = prices.memoryStepMib === 0 && pool === undefined;
  const gbSeconds = (us: Float64Array): number => gigabyteSeconds(us, memoryKib);
  const vcpus = Float64Array.from({length}, (_, row) => settingOf(settings, 'cpu', row, 1));
  const vcpuSeconds = (us: Float64Array): number => us.reduce((sum, each, row) => sum + each * vcpus[row]!, 0) / 1e6;
  const own = billed === undefined ? functions.busyUs : ownBusyUs(functions.busyUs, billed);
  const kept = billed === undefined ? undefined : added(billed.keptBusyUs, billed.keptRoundedUs);
  const min = Float64Array.from({length}, (_, row) => settingOf(settings, 'min', row, 0));
  const called = functions.calls.map((calls) => (calls > 0 ? untilUs - fromUs : 0));
  return {
    idleSlotUs: pool ? exactSum(functions.idleUs) : times.slotUs.idle,
    startingSlotUs: pool ? exactSum(functions.startingUs) : times.slotUs.starting,
    idleGbSeconds: asItIs ? times.gbSeconds.idle : gbSeconds(functions.idleUs),
    startingGbSeconds: asItIs ? times.gbSeconds.starting : gbSeconds(functions.startingUs),
    executionGbSeconds: asItIs && billed === undefined ? times.gbSeconds.busy : gbSeconds(own),
    idleVcpuSeconds: vcpuSeconds(functions.idleUs),
    activeVcpuSeconds:
      vcpuSeconds(own) + vcpuSeconds(functions.startingUs) + (kept === undefined ? 0 : vcpuSeconds(kept)),
    keptIdleVcpuSeconds: billed === undefined ? 0 : vcpuSeconds(billed.keptIdleUs),
    keptIdleGbSeconds: billed === undefined ? 0 : gbSeconds(billed.keptIdleUs),
    keptExecutionGbSeconds: kept === undefined ? 0 : gbSeconds(kept),
    provisionedGbSeconds: gbSeconds(provisionedUs(min, options)),
    restoredGb: gbSeconds(functions.cold) * US_PER_SECOND,
    snapshotGbSeconds: gbSeconds(called),
    hostUs: hosts?.usedUs ?? 0,
    storeOperations: storeOperations(ledger.sessions),
    poolUsd: batch === undefined ? 0 : poolUsd(batch, options),
    requests: counts.warm + counts.cold - (pool ? startedIn(ledger, pool) : 0),
    startDelayUs: startDelay.sum,
    lost: lostCalls(counts),
  };
}

/** The columns with nothing where calls went to the pool: that is paid for apart. */
function outside<Columns extends UsedTime>(functions: Columns, pool: Uint8Array): Columns {
  const masked = (column: Float64Array): Float64Array => column.map((value, row) => (pool[row] === 1 ? 0 : value));
  const {calls, cold, busyUs, idleUs, startingUs} = functions;
  return {
    ...functions,
    calls: masked(calls),
    cold: masked(cold),
    busyUs: masked(busyUs),
    idleUs: masked(idleUs),
    startingUs: masked(startingUs),
  };
}

/** Calls in the pool that started. */
function startedIn({functions}: Ledger, pool: Uint8Array): number {
  return pool.reduce((sum, its, row) => sum + its * (functions.calls[row]! - unservedOf(functions, row)), 0);
}

type UsedTime = Pick<FunctionOutcomes, 'calls' | 'cold' | 'busyUs' | 'idleUs' | 'startingUs'>;

/** What a bill weighs the use of each function by. [row] */
interface UsageTerms {
  /** Memory as it is billed, GB. */
  readonly memoryGb: Float64Array;
  readonly vcpus: Float64Array;
  /** For how long instances are charged that it keeps, us. */
  readonly providedUs: Float64Array;
  /** For how long a snapshot of it is kept, if it is called, us. */
  readonly countedUs: number;
}

/** What some functions have used; columns may be of any part of time. */
export interface UsedColumns extends UsedTime {
  /** Of whom calls went to the batch pool, and what that costs; undefined: there is none. */
  readonly pool?: {readonly rows: Uint8Array; readonly usd: number} | undefined;
  readonly billed: BilledColumns | undefined;
  /** Time for which hosts held instances, where hosts are charged whole, us. */
  readonly hostUs: number;
  /** Operations on the store of sessions, shared out by calls; undefined: there are none. */
  readonly storeOperations?: number | undefined;
  readonly unserved: (row: number) => number;
  readonly lost: (row: number) => number;
  readonly delayUs: (row: number) => number;
}

export function usageTerms(workload: Rows, options: ReplayOptions): UsageTerms {
  const {settings, fromUs, untilUs} = options;
  const column = (name: 'cpu' | 'min', otherwise: number): Float64Array =>
    Float64Array.from({length: workload.functions}, (_, row) => settingOf(settings, name, row, otherwise));
  return {
    memoryGb: billedMemoryKib(workload, options).map((kib) => kib / KIB_PER_GB),
    vcpus: column('cpu', 1),
    providedUs: provisionedUs(column('min', 0), options),
    countedUs: untilUs - fromUs,
  };
}

/** What each function is billed for: the same as of the whole, whose parts add up to it. [row] */
export function usageByRow(
  workload: Workload,
  {functions, billed, hosts, sessions, pool}: Ledger,
  delays: Delays,
  options: ReplayOptions,
): (row: number) => Usage {
  return usageOfEach(usageTerms(workload, options), {
    ...functions,
    pool: pool && {rows: pool, usd: poolUsd(options.batch!, options)},
    billed,
    hostUs: hosts?.usedUs ?? 0,
    storeOperations: storeOperations(sessions),
    unserved: (row) => unservedOf(functions, row),
    lost: (row) => lostOf(functions, row),
    delayUs: (row) => delays.sumUs(row),
  });
}

/** What each function is billed for, of what it has used. */
export function usageOfEach(
  {memoryGb, vcpus, providedUs, countedUs}: UsageTerms,
  all: UsedColumns,
): (row: number) => Usage {
  const {pool} = all;
  const used = pool ? outside(all, pool.rows) : all;
  const {billed, busyUs, cold, calls} = used;
  const heldUs = heldBy(used);
  const inPool = pool && heldBy(all).map((us, row) => us - heldUs[row]!);
  const poolPerSlot = pool ? pool.usd / Math.max(1, exactSum(inPool!)) : 0;
  const allHeldUs = heldUs.reduce((sum, us) => sum + us, 0);
  // Whole hosts are charged to those whose instances they held, by slot-time.
  const allCalls = calls.reduce((sum, each) => sum + each, 0);
  const storePerCall = allCalls === 0 ? 0 : (used.storeOperations ?? 0) / allCalls;
  const hostPerSlot = allHeldUs === 0 ? 0 : used.hostUs / allHeldUs;
  return (row) => {
    const gb = memoryGb[row]!;
    const gbSeconds = (us: number): number => (us / US_PER_SECOND) * gb;
    const vcpuSeconds = (us: number): number => (us / US_PER_SECOND) * vcpus[row]!;
    const [idleUs, startingUs] = [used.idleUs[row]!, used.startingUs[row]!];
    const ownUs = busyUs[row]! - (billed ? billed.keptBusyUs[row]! - billed.roundedUs[row]! : 0);
    const keptUs = billed ? billed.keptBusyUs[row]! + billed.keptRoundedUs[row]! : 0;
    const keptIdleUs = billed?.keptIdleUs[row] ?? 0;
    return {
      idleSlotUs: idleUs,
      startingSlotUs: startingUs,
      idleGbSeconds: gbSeconds(idleUs),
      startingGbSeconds: gbSeconds(startingUs),
      executionGbSeconds: gbSeconds(ownUs),
      idleVcpuSeconds: vcpuSeconds(idleUs),
      activeVcpuSeconds: vcpuSeconds(ownUs + startingUs + keptUs),
      keptIdleVcpuSeconds: vcpuSeconds(keptIdleUs),
      keptIdleGbSeconds: gbSeconds(keptIdleUs),
      keptExecutionGbSeconds: gbSeconds(keptUs),
      provisionedGbSeconds: gbSeconds(providedUs[row]!),
      restoredGb: cold[row]! * gb,
      snapshotGbSeconds: calls[row]! > 0 ? gbSeconds(countedUs) : 0,
      hostUs: heldUs[row]! * hostPerSlot,
      storeOperations: calls[row]! * storePerCall,
      poolUsd: inPool ? inPool[row]! * poolPerSlot : 0,
      requests: pool?.rows[row] === 1 ? 0 : calls[row]! - used.unserved(row),
      startDelayUs: used.delayUs(row),
      lost: used.lost(row),
    };
  };
}

function heldBy({busyUs, idleUs, startingUs}: UsedTime): Float64Array {
  return busyUs.map((us, row) => us + idleUs[row]! + startingUs[row]!);
}

/** What of a workload memory depends on. */
type Rows = Pick<Workload, 'functions' | 'memoryMib'>;

/** Memory of an instance of each function, KiB, in whole steps of what is billed. [row] */
function billedMemoryKib(workload: Rows, {prices, defaultMemoryMib}: ReplayOptions): Float64Array {
  const stepMib = prices.memoryStepMib;
  return Float64Array.from({length: workload.functions}, (_, row) => {
    const mib = memoryOf(workload, row, defaultMemoryMib);
    return 1024 * (stepMib === 0 ? mib : Math.ceil(mib / stepMib) * stepMib);
  });
}

/** For how long instances are charged that functions keep: each stretch of a number of them up to whole steps. [row] */
function provisionedUs(min: Float64Array, {prices, minimums, fromUs, untilUs}: ReplayOptions): Float64Array {
  const stepUs = prices.provisionedStepS * US_PER_SECOND;
  const charged = (us: number): number => (stepUs === 0 ? us : Math.ceil(us / stepUs) * stepUs);
  const sinceUs = new Float64Array(min.length).fill(fromUs);
  const kept = min.slice();
  const sum = new Float64Array(min.length);
  const change = (row: number, atUs: number, count: number): void => {
    const us = Math.min(atUs, untilUs) - sinceUs[row]!;
    if (us > 0) {
      sum[row]! += kept[row]! * charged(us);
      sinceUs[row] = atUs;
    }
    kept[row] = count;
  };
  minimums?.atUs.forEach((atUs, k) => {
    if (atUs < untilUs && minimums.min[k] !== kept[minimums.row[k]!]) change(minimums.row[k]!, atUs, minimums.min[k]!);
  });
  for (let row = 0; row < min.length; row++) change(row, untilUs, 0);
  return sum;
}

/** Busy time, rounded, of instances that no `min` keeps. [row] */
function ownBusyUs(busyUs: Float64Array, {keptBusyUs, roundedUs}: BilledColumns): Float64Array {
  return busyUs.map((us, row) => us - keptBusyUs[row]! + roundedUs[row]!);
}

function added(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((us, row) => us + b[row]!);
}

/** Sum of KiB-microseconds, exact beyond 2^53, as GB-seconds. */
export function gigabyteSeconds(us: Float64Array, memoryKib: Float64Array): number {
  let sum = 0n;
  for (let row = 0; row < us.length; row++) {
    if (us[row]! > 0) sum += BigInt(us[row]!) * BigInt(memoryKib[row]!);
  }
  return Number(sum) / (KIB_PER_GB * US_PER_SECOND);
}

/**
 * Dollars of each function, without waiting and what is lost: those are prices of the user's, and differ from what a
 * platform asks. `providedUs`: for how long what it keeps is charged, where that is not what the options say. [row]
 */
export function usdByFunction(
  workload: Workload,
  {functions, billed, hosts}: Ledger,
  options: ReplayOptions,
  providedUs?: number,
): Float64Array {
  const terms = usageTerms(workload, options);
  const usage = usageOfEach(
    providedUs === undefined ? terms : {...terms, providedUs: terms.providedUs.fill(providedUs)},
    {
      ...functions,
      billed,
      hostUs: hosts?.usedUs ?? 0,
      unserved: (row) => unservedOf(functions, row),
      lost: () => 0,
      delayUs: () => 0,
    },
  );
  return functions.calls.map((_, row) => billOf(usage(row), options.prices).total);
}
