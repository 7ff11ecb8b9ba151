import {usageError} from '../base/errors.ts';

/** A fleet of equal hosts; Infinity means no limit of that kind. */
export interface HostShape {
  /** Infinity: they open as they are needed. */
  readonly count: number;
  readonly slots: number;
  readonly memoryMib: number;
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

/** The fleet where hosts of `memoryMib` are charged whole: without a number of hosts they open as they are needed. */
export function billedFleetOf(
  hosts: number | undefined,
  slots: number | undefined,
  memoryMib: number | undefined,
  billedMib: number,
): HostShape {
  const room = billedMib > 0 ? billedMib : Number.POSITIVE_INFINITY;
  const shape = {
    slots: slots ?? Number.POSITIVE_INFINITY,
    memoryMib: memoryMib ?? (slots === undefined ? room : Number.POSITIVE_INFINITY),
  };
  const limited = Math.min(shape.slots, shape.memoryMib) < Number.POSITIVE_INFINITY;
  return limited ? {count: hosts ?? Number.POSITIVE_INFINITY, ...shape} : fleetOf(hosts, slots, memoryMib);
}
