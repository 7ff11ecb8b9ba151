import {payPerUseUsd} from '../prices.ts';
import type {StateValues} from './inputs.ts';

/** What a dedicated server is, and how full it may be. */
export type RoomTerms = Pick<StateValues, 'roomCores' | 'roomUtilisation' | 'roomUsdPerHour'>;

/** The servers that some actions need. A *channel* runs one action at a time: a core, or what a server has of one. */
export interface RoomServers {
  readonly servers: number;
  /** Servers that would do if they could be busy all the time. */
  readonly fewest: number;
  readonly channels: number;
  /** Channels busy on average. */
  readonly erlangs: number;
  /** How long an action runs on one, seconds: longer than on a whole core where a server has less than one. */
  readonly runSeconds: number;
}

/** Servers for `perSecond` actions a second of `actionSeconds` of a core each; one at least. */
export function serversFor(perSecond: number, actionSeconds: number, terms: RoomTerms): RoomServers {
  const {roomCores, roomUtilisation} = terms;
  const runSeconds = actionSeconds / Math.min(1, roomCores);
  const erlangs = perSecond * runSeconds;
  const perServer = Math.max(1, roomCores);
  const holding = (channels: number): number => Math.max(1, whole(whole(channels) / perServer));
  const servers = holding(erlangs / roomUtilisation);
  return {servers, fewest: holding(erlangs), channels: Math.floor(servers * perServer), erlangs, runSeconds};
}

/** Rounded up, less what a quotient of decimals may lie above the whole number it stands for. */
function whole(amount: number): number {
  return Math.ceil(amount * (1 - 1e-12));
}

/** The servers of one room: players / containers of them act in it. */
export function roomServers(values: StateValues): RoomServers {
  return serversFor(actionsPerRoom(values), values.actionSeconds, values);
}

/** Actions a second in one room. */
export function actionsPerRoom({players, containers, actionsPerSecond}: StateValues): number {
  return (players / containers) * actionsPerSecond;
}

/** Price of one action on the pay-per-use platform. */
export function actionUsd(values: StateValues): number {
  return payPerUseUsd(1, values.actionSeconds, values);
}

/** Actions a second from which a server is cheaper than pay-per-use; Infinity when actions are free. */
export function breakEvenPerSecond(values: StateValues): number {
  if (values.roomUsdPerHour === 0) return 0;
  return values.roomUsdPerHour / 3600 / actionUsd(values);
}

/** Actions a second that one server can take, busy all the time; Infinity when they take no time. */
export function capacityPerSecond({roomCores, actionSeconds}: StateValues): number {
  return roomCores / actionSeconds;
}

/** Pay-per-use of one room over that many servers for it; NaN where both are free. */
export function payPerUseToServers(values: StateValues, servers: number): number {
  return (actionsPerRoom(values) * 3600 * actionUsd(values)) / (servers * values.roomUsdPerHour);
}
