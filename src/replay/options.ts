import {usageError} from '../base/errors.ts';
import type {PriceSheet} from '../cost/prices.ts';
import type {LambdaChoice} from '../scheduler/cold-time/lambda.ts';
import type {HostShape} from '../scheduler/hosts.ts';
import type {PlacementName} from '../scheduler/placement/registry.ts';
import type {Semantics} from '../scheduler/semantics.ts';
import type {SpreadName} from './spread.ts';

/** How long new instances take to be ready; plain data, so that a worker thread can make the model. */
export type ColdChoice =
  | {readonly kind: 'fixed'; readonly us: number}
  | {readonly kind: 'lognormal'; readonly medianUs: number; readonly sigma: number}
  | ({readonly kind: 'lambda'} & LambdaChoice)
  | {readonly kind: 'trace'}
  | {readonly kind: 'max-minus-average'};

/** Everything a replay depends on besides the workload and the policy. Plain data: it crosses thread borders. */
export interface ReplayOptions {
  /** The whole fleet; hosts are dealt to cells round-robin. Infinity: no limit. */
  readonly fleet: HostShape;
  readonly cells: number;
  readonly placement: PlacementName;
  readonly semantics: Semantics;
  readonly cold: ColdChoice;
  readonly spread: SpreadName;
  readonly defaultDurationUs: number;
  readonly defaultMemoryMib: number;
  readonly maxWaitUs: number;
  /** Concurrent starts on one host, and starts a second in the whole cluster; Infinity: no limit. */
  readonly startsPerHost: number;
  readonly startsPerSecond: number;
  /** Calls are counted by arrival in [fromUs, untilUs); the replay ends at untilUs. */
  readonly fromUs: number;
  readonly untilUs: number;
  readonly prices: PriceSheet;
  readonly seed: number;
}

/** Hosts of cell `cell`: dealt round-robin, so cells differ by at most one. */
export function hostsOfCell(fleet: HostShape, cells: number, cell: number): HostShape {
  const unlimited = fleet.slots === Number.POSITIVE_INFINITY && fleet.memoryMib === Number.POSITIVE_INFINITY;
  return unlimited ? fleet : {...fleet, count: Math.floor((fleet.count - 1 - cell) / cells) + 1};
}

/**
 * The same room as one host, where nothing but the number of slots is limited: then it does not show where an instance
 * is, and nobody need be asked.
 */
export function pooled(hosts: HostShape, startsPerHost: number): HostShape {
  const slotsAlone = hosts.memoryMib === Number.POSITIVE_INFINITY && hosts.slots !== Number.POSITIVE_INFINITY;
  if (!slotsAlone || startsPerHost !== Number.POSITIVE_INFINITY) return hosts;
  return {...hosts, count: 1, slots: hosts.count * Math.floor(hosts.slots)};
}

/**
 * The fleet that the flags describe: without a number of hosts, limits mean one host; without any limit it is one
 * unlimited host, and the report says what peak was needed.
 */
export function fleetOf(
  hosts: number | undefined,
  slots: number | undefined,
  memoryMib: number | undefined,
): HostShape {
  if (hosts !== undefined && slots === undefined && memoryMib === undefined) {
    throw usageError(`--hosts is ${hosts} but a host has no limit`, 'give --slots, --memory or both per host');
  }
  return {
    count: hosts ?? 1,
    slots: slots ?? Number.POSITIVE_INFINITY,
    memoryMib: memoryMib ?? Number.POSITIVE_INFINITY,
  };
}
