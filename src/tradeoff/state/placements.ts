import {erlangWait} from '../../base/erlang.ts';
import {skiRentalTtl} from '../break-even/ski-rental.ts';
import {coldUsdOf, warmUsdOf} from '../prices.ts';
import type {StateValues} from './inputs.ts';
import {actionUsd, roomServers} from './rooms.ts';

/** Where a session can live. */
export type PlacementName = 'external-store' | 'sticky-cache' | 'instance-memory' | 'room-server';

/** What a place for the sessions comes to: latency, price, and what a crash loses. */
export interface Placement {
  readonly name: PlacementName;
  /** State operations of an action. */
  readonly stateSeconds: number;
  /** A whole action on average: network, gateway, state, computing, cold starts, waiting for a server. */
  readonly latencySeconds: number;
  /** Share of the actions that take longer than the budget. */
  readonly lateShare: number;
  readonly withinBudget: boolean;
  /** Computing and keeping the state. */
  readonly usdPerHour: number;
  /** Players' time beyond the budget: within it nobody minds. */
  readonly delayUsdPerHour: number;
  /** Actions that a player of a crashed container loses on average. */
  readonly actionsLost: number;
  /** Time that such a player cannot play. */
  readonly outageSeconds: number;
  /** Players' time lost to crashes, lost actions played again included. */
  readonly lossUsdPerHour: number;
  readonly totalUsdPerHour: number;
}

/** What tells one placement from the others. */
interface Place {
  readonly name: PlacementName;
  readonly stateSeconds: number;
  readonly delay: Delay;
  readonly usdPerHour: number;
  readonly actionsLost: number;
  readonly outageSeconds: number;
}

/** Detection, cold start and reload: how long players of a crashed container wait. */
export function outageSeconds({missed, heartbeatSeconds, coldSeconds, reloadSeconds}: StateValues): number {
  return missed * heartbeatSeconds + coldSeconds + reloadSeconds;
}

/** Mean latency of an action's state operations at a hit rate. */
export function stateSeconds({ops, remoteSeconds, localSeconds}: StateValues, hit: number): number {
  return ops * (hit * localSeconds + (1 - hit) * remoteSeconds);
}

/** All four placements. A room is what a container holds: players / containers. */
export function placements(values: StateValues): Placement[] {
  const {players, containers, actionsPerSecond, storeUsdPerGbHour, sessionBytes, actionSeconds} = values;
  const functionsUsd = players * actionsPerSecond * 3600 * actionUsd(values);
  const warmUsd = containers * 3600 * warmUsdOf(values);
  const storeUsd = ((players * sessionBytes) / 1e9) * storeUsdPerGbHour;
  const behind = (actionsPerSecond * values.writeBehindSeconds) / 2;
  const rooms = roomServers(values);
  const local = stateSeconds(values, 1);
  const roomFixed = fixedSeconds(values, local, rooms.runSeconds);
  const outage = outageSeconds(values);
  // A function's instance runs one action, so none waits for another; a server's actions queue for its cores.
  const inFunction = (state: number, coldShare: number): Delay =>
    coldDelay(fixedSeconds(values, state, actionSeconds), coldShare, values);
  const external = stateSeconds(values, values.hit);
  const sticky = stateSeconds(values, values.stickyHit);
  const places: Place[] = [
    {
      // Any instance can serve the next action, so none is kept for anyone: some are cold, and a crash costs no more.
      name: 'external-store',
      stateSeconds: external,
      delay: inFunction(external, values.coldShare),
      usdPerHour: functionsUsd + storeUsd,
      actionsLost: 0,
      outageSeconds: values.coldSeconds,
    },
    {
      name: 'sticky-cache',
      stateSeconds: sticky,
      delay: inFunction(sticky, 0),
      usdPerHour: functionsUsd + warmUsd + storeUsd,
      actionsLost: behind,
      outageSeconds: outage,
    },
    {
      name: 'instance-memory',
      stateSeconds: local,
      delay: inFunction(local, 0),
      usdPerHour: functionsUsd + warmUsd,
      actionsLost: (actionsPerSecond * values.sessionSeconds) / 2,
      outageSeconds: outage,
    },
    {
      name: 'room-server',
      stateSeconds: local,
      delay: queueDelay(roomFixed, rooms, values),
      usdPerHour: containers * rooms.servers * values.roomUsdPerHour + storeUsd,
      actionsLost: behind,
      outageSeconds: outage,
    },
  ];
  return places.map((one) => priced(one, values));
}

/** How long actions take. */
interface Delay {
  readonly meanSeconds: number;
  readonly lateShare: number;
  /** Time beyond the budget, averaged over all actions. */
  readonly excessSeconds: number;
}

/** What every action of a placement takes. */
function fixedSeconds({networkSeconds, gatewaySeconds}: StateValues, state: number, run: number): number {
  return networkSeconds + gatewaySeconds + state + run;
}

/** Actions that take `fixed`, a share of them a cold start more. */
function coldDelay(fixed: number, coldShare: number, {coldSeconds, budgetSeconds}: StateValues): Delay {
  const beyond = (seconds: number): number => Math.max(0, seconds - budgetSeconds);
  const late = (seconds: number): number => (seconds > budgetSeconds ? 1 : 0);
  const cold = fixed + coldSeconds;
  return {
    meanSeconds: fixed + coldShare * coldSeconds,
    lateShare: (1 - coldShare) * late(fixed) + coldShare * late(cold),
    excessSeconds: (1 - coldShare) * beyond(fixed) + coldShare * beyond(cold),
  };
}

/** Actions that take `fixed` and wait for a channel before, as if run times were exponential: constant ones wait less. */
function queueDelay(
  fixed: number,
  {channels, erlangs, runSeconds}: ReturnType<typeof roomServers>,
  {budgetSeconds}: StateValues,
): Delay {
  if (erlangs === 0) return {meanSeconds: fixed, lateShare: fixed > budgetSeconds ? 1 : 0, excessSeconds: 0};
  const left = budgetSeconds - fixed;
  const wait = erlangWait(channels, erlangs, Math.max(0, left) / runSeconds);
  const mean = erlangWait(channels, erlangs, 0).excess * runSeconds;
  if (left < 0) return {meanSeconds: fixed + mean, lateShare: 1, excessSeconds: mean - left};
  return {meanSeconds: fixed + mean, lateShare: wait.share, excessSeconds: wait.excess * runSeconds};
}

function priced(place: Place, values: StateValues): Placement {
  const {delay} = place;
  const {players, actionsPerSecond, withinShare, mtbfSeconds, usdPerHour: userUsdPerHour} = values;
  const delayUsdPerHour = players * actionsPerSecond * delay.excessSeconds * userUsdPerHour;
  // Every container fails once per MTBF, and its players are as many of all as it is of the containers.
  const again = actionsPerSecond === 0 ? 0 : place.actionsLost / actionsPerSecond;
  const lossUsdPerHour = players * ((place.outageSeconds + again) / mtbfSeconds) * userUsdPerHour;
  return {
    name: place.name,
    stateSeconds: place.stateSeconds,
    latencySeconds: delay.meanSeconds,
    lateShare: delay.lateShare,
    // The difference of two decimals may lie a hair below the one it stands for.
    withinBudget: delay.lateShare <= (1 - withinShare) * (1 + 1e-12),
    usdPerHour: place.usdPerHour,
    delayUsdPerHour,
    actionsLost: place.actionsLost,
    outageSeconds: place.outageSeconds,
    lossUsdPerHour,
    totalUsdPerHour: place.usdPerHour + delayUsdPerHour + lossUsdPerHour,
  };
}

/** The cheapest placement within the latency budget, all costs counted; undefined if none keeps it. */
export function bestPlacement(all: readonly Placement[]): Placement | undefined {
  const fitting = all.filter((one) => one.withinBudget);
  return fitting.reduce<Placement | undefined>(
    (best, one) => (best === undefined || one.totalUsdPerHour < best.totalUsdPerHour ? one : best),
    undefined,
  );
}

/** Ski rental for an idle session's slot: its cold start over its warm price, seconds. */
export function idleTtlSeconds(values: StateValues): number {
  return skiRentalTtl(warmUsdOf(values), coldUsdOf(values, values));
}
