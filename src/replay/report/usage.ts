import {US_PER_SECOND} from '../../base/units.ts';
import type {Usage} from '../../cost/bill.ts';
import {memoryOf} from '../../fleet/memory.ts';
import {settingOf} from '../../fleet/settings/columns.ts';
import type {BilledColumns} from '../../scheduler/core/billing.ts';
import type {Workload} from '../../workload/workload.ts';
import type {Ledger} from '../ledger.ts';
import type {ReplayOptions} from '../options.ts';

const KIB_PER_GB = 1024 * 1024;

/** Slot-time and memory over time of a run, by state. 1 GB = 1024 MiB. */
export interface TimeByState {
  readonly slotUs: {readonly busy: number; readonly idle: number; readonly starting: number};
  readonly gbSeconds: {readonly busy: number; readonly idle: number; readonly starting: number};
}

/** What a run is billed for, as the sheet's terms measure it. */
export function usageOf(workload: Workload, ledger: Ledger, options: ReplayOptions, times: TimeByState): Usage {
  const {counts, functions, startDelay, billed} = ledger;
  const {prices, settings, fromUs, untilUs} = options;
  const {length} = functions.calls;
  const memoryKib = billedMemoryKib(workload, options);
  const asItIs = prices.memoryStepMib === 0;
  const gbSeconds = (us: Float64Array): number => gigabyteSeconds(us, memoryKib);
  const vcpus = Float64Array.from({length}, (_, row) => settingOf(settings, 'cpu', row, 1));
  const vcpuSeconds = (us: Float64Array): number => us.reduce((sum, each, row) => sum + each * vcpus[row]!, 0) / 1e6;
  const own = billed === undefined ? functions.busyUs : ownBusyUs(functions.busyUs, billed);
  const kept = billed === undefined ? undefined : added(billed.keptBusyUs, billed.keptRoundedUs);
  const min = Float64Array.from({length}, (_, row) => settingOf(settings, 'min', row, 0));
  const called = functions.calls.map((calls) => (calls > 0 ? untilUs - fromUs : 0));
  return {
    idleSlotUs: times.slotUs.idle,
    startingSlotUs: times.slotUs.starting,
    idleGbSeconds: asItIs ? times.gbSeconds.idle : gbSeconds(functions.idleUs),
    startingGbSeconds: asItIs ? times.gbSeconds.starting : gbSeconds(functions.startingUs),
    executionGbSeconds: asItIs && billed === undefined ? times.gbSeconds.busy : gbSeconds(own),
    idleVcpuSeconds: vcpuSeconds(functions.idleUs),
    activeVcpuSeconds:
      vcpuSeconds(own) + vcpuSeconds(functions.startingUs) + (kept === undefined ? 0 : vcpuSeconds(kept)),
    keptIdleVcpuSeconds: billed === undefined ? 0 : vcpuSeconds(billed.keptIdleUs),
    keptIdleGbSeconds: billed === undefined ? 0 : gbSeconds(billed.keptIdleUs),
    keptExecutionGbSeconds: kept === undefined ? 0 : gbSeconds(kept),
    provisionedGbSeconds: gbSeconds(min.map((n) => n * provisionedUs(options))),
    restoredGb: gbSeconds(functions.cold) * US_PER_SECOND,
    snapshotGbSeconds: gbSeconds(called),
    requests: counts.warm + counts.cold,
    startDelayUs: startDelay.sum,
    lost: counts.dropped + counts.throttled + counts.abandoned + counts.expired + counts.shed,
  };
}

/** Memory of an instance of each function, KiB, in whole steps of what is billed. [row] */
function billedMemoryKib(workload: Workload, {prices, defaultMemoryMib}: ReplayOptions): Float64Array {
  const stepMib = prices.memoryStepMib;
  return Float64Array.from({length: workload.functions}, (_, row) => {
    const mib = memoryOf(workload, row, defaultMemoryMib);
    return 1024 * (stepMib === 0 ? mib : Math.ceil(mib / stepMib) * stepMib);
  });
}

/** How long an instance that is kept throughout is charged for. */
function provisionedUs({prices, fromUs, untilUs}: ReplayOptions): number {
  const us = untilUs - fromUs;
  const stepUs = prices.provisionedStepS * US_PER_SECOND;
  return stepUs === 0 ? us : Math.ceil(us / stepUs) * stepUs;
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
