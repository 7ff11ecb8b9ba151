import {skiRentalTtl} from '../break-even/ski-rental.ts';
import {coldUsdOf, payPerUseUsd, warmUsdOf} from '../prices.ts';
import type {StateValues} from './inputs.ts';

/** Where a session can live. */
export type PlacementName = 'external-store' | 'sticky-cache' | 'instance-memory' | 'room-server';

/** What a place for the sessions comes to: latency, price, and what a crash loses. */
export interface Placement {
  readonly name: PlacementName;
  /** State operations of an action, without network, gateway and computing, which are the same everywhere. */
  readonly latencySeconds: number;
  readonly withinBudget: boolean;
  /** Computing and keeping the state. */
  readonly usdPerHour: number;
  /** Players' time spent on state operations. */
  readonly latencyUsdPerHour: number;
  /** Actions that a player of a crashed container loses on average. */
  readonly actionsLost: number;
  /** Time that such a player cannot play. */
  readonly outageSeconds: number;
  /** Players' time lost to crashes, lost actions played again included. */
  readonly lossUsdPerHour: number;
  readonly totalUsdPerHour: number;
}

/** Detection, cold start and reload: how long players of a crashed container wait. */
export function outageSeconds({missed, heartbeatSeconds, coldSeconds, reloadSeconds}: StateValues): number {
  return missed * heartbeatSeconds + coldSeconds + reloadSeconds;
}

/** Mean latency of an action's state operations at a hit rate. */
export function stateSeconds({ops, remoteSeconds, localSeconds}: StateValues, hit: number): number {
  return ops * (hit * localSeconds + (1 - hit) * remoteSeconds);
}

/** Price of one action on the pay-per-use platform. */
export function actionUsd(values: StateValues): number {
  return payPerUseUsd(1, values.actionSeconds, values);
}

/** Actions a second in one room from which a dedicated server is cheaper; Infinity when actions are free. */
export function breakEvenPerSecond(values: StateValues): number {
  if (values.roomUsdPerHour === 0) return 0;
  return values.roomUsdPerHour / 3600 / actionUsd(values);
}

/** All four placements. A room is what a container holds: players / containers. */
export function placements(values: StateValues): Placement[] {
  const {players, containers, actionsPerSecond, storeUsdPerGbHour, sessionBytes} = values;
  const functionsUsd = players * actionsPerSecond * 3600 * actionUsd(values);
  const warmUsd = containers * 3600 * warmUsdOf(values);
  const storeUsd = ((players * sessionBytes) / 1e9) * storeUsdPerGbHour;
  const outage = outageSeconds(values);
  const behind = (actionsPerSecond * values.writeBehindSeconds) / 2;
  const since = (actionsPerSecond * values.sessionSeconds) / 2;
  const local = stateSeconds(values, 1);
  return [
    // Any instance can serve the next action: a crash costs a cold start.
    place(values, 'external-store', stateSeconds(values, values.hit), functionsUsd + storeUsd, 0, values.coldSeconds),
    place(
      values,
      'sticky-cache',
      stateSeconds(values, values.stickyHit),
      functionsUsd + warmUsd + storeUsd,
      behind,
      outage,
    ),
    place(values, 'instance-memory', local, functionsUsd + warmUsd, since, outage),
    place(values, 'room-server', local, containers * values.roomUsdPerHour + storeUsd, behind, outage),
  ];
}

function place(
  values: StateValues,
  name: PlacementName,
  latencySeconds: number,
  usdPerHour: number,
  actionsLost: number,
  outage: number,
): Placement {
  const {players, actionsPerSecond, budgetSeconds, mtbfSeconds, usdPerHour: userUsdPerHour} = values;
  const latencyUsdPerHour = players * actionsPerSecond * latencySeconds * userUsdPerHour;
  // Every container fails once per MTBF, and its players are as many of all as it is of the containers.
  const again = actionsPerSecond === 0 ? 0 : actionsLost / actionsPerSecond;
  const lossUsdPerHour = players * ((outage + again) / mtbfSeconds) * userUsdPerHour;
  return {
    name,
    latencySeconds,
    withinBudget: latencySeconds <= budgetSeconds,
    usdPerHour,
    latencyUsdPerHour,
    actionsLost,
    outageSeconds: outage,
    lossUsdPerHour,
    totalUsdPerHour: usdPerHour + latencyUsdPerHour + lossUsdPerHour,
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
