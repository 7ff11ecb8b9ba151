import {US_PER_DAY, US_PER_HOUR} from '../base/units.ts';
import type {PriceSheet} from './prices.ts';

/** What happened, in the units that prices are quoted for. Sums over any part of a fleet and any time. */
export interface Usage {
  /** Slot-time by state, microseconds. */
  readonly idleSlotUs: number;
  readonly startingSlotUs: number;
  /** The same weighted by memory, GB-seconds (1 GB = 1024 MiB); execution is busy slot-time. */
  readonly idleGbSeconds: number;
  readonly startingGbSeconds: number;
  readonly executionGbSeconds: number;
  /** Weighted by vCPUs instead; active: starting or busy. */
  readonly idleVcpuSeconds: number;
  readonly activeVcpuSeconds: number;
  /** Instances that a function's `min` keeps: their idle time is idle time too, their execution is counted here alone. */
  readonly keptIdleVcpuSeconds: number;
  readonly keptIdleGbSeconds: number;
  readonly keptExecutionGbSeconds: number;
  /** Memory of those instances, busy or not, over the time for which they are configured, rounded up. */
  readonly provisionedGbSeconds: number;
  /** Memory restored by cold starts, GB, and memory of snapshots over time. */
  readonly restoredGb: number;
  readonly snapshotGbSeconds: number;
  /** Time for which hosts held an instance, microseconds. */
  readonly hostUs: number;
  /** Dollars of hosts that are paid for apart, used or not. */
  readonly poolUsd: number;
  /** Calls that started, and operations on the store of sessions. */
  readonly requests: number;
  readonly storeOperations: number;
  /** Sum of their start delays, microseconds; first arrivals included. */
  readonly startDelayUs: number;
  /** Calls dropped or abandoned. */
  readonly lost: number;
}

export const noUsage: Usage = {
  idleSlotUs: 0,
  startingSlotUs: 0,
  idleGbSeconds: 0,
  startingGbSeconds: 0,
  executionGbSeconds: 0,
  idleVcpuSeconds: 0,
  activeVcpuSeconds: 0,
  keptIdleVcpuSeconds: 0,
  keptIdleGbSeconds: 0,
  keptExecutionGbSeconds: 0,
  provisionedGbSeconds: 0,
  restoredGb: 0,
  snapshotGbSeconds: 0,
  hostUs: 0,
  poolUsd: 0,
  requests: 0,
  storeOperations: 0,
  startDelayUs: 0,
  lost: 0,
};

/** What is paid for on each line, in words. Busy slot-time is execution, and so is a start that is billed like it. */
export const billLines = {
  warm: 'idle and starting',
  execution: 'execution',
  hosts: 'whole hosts',
  delay: 'delay',
  requests: 'requests',
  dropped: 'lost calls',
} as const;

export type BillLine = keyof typeof billLines;

/** Dollars by line; `total` is their sum. */
export type Bill = Readonly<Record<BillLine | 'total', number>>;

/** The lines worth showing to people: what somebody is charged for, and the two that decisions weigh. */
export function shownLines(bills: readonly Bill[]): BillLine[] {
  const lines = Object.keys(billLines) as BillLine[];
  return lines.filter((line) => line === 'warm' || line === 'delay' || bills.some((bill) => bill[line] > 0));
}

/**
 * What a usage costs, in US dollars: the one place where prices become dollars. Every command's bill is made here, and
 * `cold-start.ts` asks here what a cold start and a second of a warm slot add to one.
 */
export function billOf(usage: Usage, prices: PriceSheet): Bill {
  const warm =
    ((usage.idleSlotUs + usage.startingSlotUs) / US_PER_DAY) * prices.warmUsdPerSlotDay +
    (usage.idleGbSeconds + usage.startingGbSeconds) * prices.warmUsdPerGbSecond +
    usage.idleVcpuSeconds * prices.warmUsdPerVcpuSecond +
    usage.keptIdleVcpuSeconds * prices.idleUsdPerVcpuSecond +
    usage.keptIdleGbSeconds * prices.idleUsdPerGbSecond +
    usage.provisionedGbSeconds * prices.provisionedUsdPerGbSecond +
    usage.snapshotGbSeconds * prices.snapshotUsdPerGbSecond;
  const execution =
    usage.executionGbSeconds * prices.executionUsdPerGbSecond +
    usage.startingGbSeconds * prices.startUsdPerGbSecond +
    usage.keptExecutionGbSeconds * prices.warmExecutionUsdPerGbSecond +
    usage.activeVcpuSeconds * prices.usdPerVcpuSecond +
    usage.restoredGb * prices.restoreUsdPerGb;
  const hosts = (usage.hostUs / US_PER_HOUR) * prices.hostUsdPerHour + usage.poolUsd;
  const delay = (usage.startDelayUs / US_PER_HOUR) * prices.delayUsdPerHour;
  const requests =
    (usage.requests / 1e6) * prices.usdPerMillionRequests +
    (usage.storeOperations / 1e6) * prices.storeUsdPerMillionOperations;
  const dropped = usage.lost * prices.dropUsd;
  const total = warm + execution + hosts + delay + requests + dropped;
  return {warm, execution, hosts, delay, requests, dropped, total};
}
