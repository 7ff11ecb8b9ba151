import {erlangC, erlangWait, fewest, serversForWait} from '../../base/erlang.ts';

/** Share of requests that wait for a core, all cores in one pool or halves apart, and the cores that make up for it. */
export interface Waits {
  readonly pooled: number;
  readonly pinned: number;
  /** Cores with which each half waits as little as the pool. */
  readonly toMatch: number;
}

/** Of `cores` with `erlangs` of load, half and half. */
export function waitsOf(cores: number, erlangs: number): Waits {
  const pooled = erlangC(cores, erlangs);
  // A load too small to make anyone wait needs no more than its half.
  const toMatch = pooled > 0 ? Math.max(cores / 2, serversForWait(erlangs / 2, pooled)) : cores / 2;
  return {pooled, pinned: erlangC(cores / 2, erlangs / 2), toMatch};
}

/** Mean time that a request waits for one of `cores`, in the unit of `serviceSeconds`; Infinity at full load. */
export function meanWait(cores: number, erlangs: number, serviceSeconds: number): number {
  return serviceSeconds === 0 ? 0 : erlangWait(cores, erlangs, 0).excess * serviceSeconds;
}

/** Cores of a function's own, and what they cost an hour. */
export interface OwnCores {
  readonly cores: number;
  /** Cores that stand idle, and waiting for the others. */
  readonly usdPerHour: number;
}

/** The number of cores at which idling and waiting together cost least: waiting is convex in them, so the first rise is it. */
export function ownCores(
  perSecond: number,
  serviceSeconds: number,
  prices: {readonly usdPerCoreHour: number; readonly usdPerHour: number},
): OwnCores {
  const erlangs = perSecond * serviceSeconds;
  const usd = (cores: number): number =>
    (cores - erlangs) * prices.usdPerCoreHour +
    perSecond * meanWait(cores, erlangs, serviceSeconds) * prices.usdPerHour;
  const cores = fewest(Math.floor(erlangs) + 1, (n) => !(usd(n + 1) < usd(n)));
  return {cores, usdPerHour: usd(cores)};
}
