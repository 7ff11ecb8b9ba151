import {US_PER_SECOND} from '../../base/units.ts';
import type {SessionTerms, StateTerms} from '../../fleet/sessions/session-terms.ts';
import type {CoreSettings} from '../../replay/core-settings.ts';
import type {StateValues} from '../../tradeoff/state/inputs.ts';
import type {PlacementName} from '../../tradeoff/state/placements.ts';
import {roomServers} from '../../tradeoff/state/rooms.ts';
import {worldTraffic} from '../../tradeoff/state/world.ts';
import {playerCalls} from '../../workload/synth/session-calls.ts';
import type {Workload} from '../../workload/workload.ts';

/** A hop of the tree of updates (METHODS E5.3: two hops take 2 to 4 ms). */
export const HOP_MS = 2;
const forever = Number.POSITIVE_INFINITY;

type Seconds = number;

/** The players of those containers, for so long. */
export function callsOf(values: StateValues, name: PlacementName, seconds: Seconds, seed: number): Workload {
  const {players, containers, actionsPerSecond, sessionSeconds, actionSeconds} = values;
  const isRoom = name === 'room-server';
  const runSeconds = isRoom ? roomServers(values).runSeconds : actionSeconds;
  return playerCalls(
    {
      ...{players, rooms: containers, actionsPerSecond, lengthUs: sessionSeconds * US_PER_SECOND, pauseUs: 0},
      ...{fixedLengths: true, fixedRuns: true, evenRooms: true, firstSession: (seed % 1000) * players},
    },
    {
      functions: 1,
      spanUs: Math.ceil(seconds * US_PER_SECOND),
      meanDurationUs: runSeconds * US_PER_SECOND,
      seed,
    },
  );
}

interface Played {
  /** What comes before is not counted. */
  readonly fromSeconds?: Seconds;
  /** A container crashes then. */
  readonly crash?: {readonly seconds: Seconds};
  readonly world?: 'push' | 'pull';
}

/** The fleet and the rules of a place for the sessions. */
export function settingsOf(values: StateValues, name: PlacementName, played: Played): CoreSettings {
  const {containers, coldSeconds} = values;
  const us = (seconds: number): number => Math.round(seconds * US_PER_SECOND);
  const one = (value: number) => Float64Array.of(value);
  const common: CoreSettings = {
    cold: `fixed:${us(coldSeconds)}us`,
    ...(played.fromSeconds && {fromUs: us(played.fromSeconds)}),
    sessions: termsOf(values, name, played.world),
  };
  if (name === 'external-store') return {...common, policy: 'fixed:ttl=10m'};
  const isRoom = name === 'room-server';
  return {
    ...common,
    // A container serves its players side by side; a server as many as it has channels.
    concurrency: isRoom ? roomServers(values).channels : forever,
    fleet: {count: containers, slots: 1, memoryMib: forever},
    settings: {numbers: {min: one(containers), max: one(containers), idempotent: one(1)}, labels: {}, quotas: []},
    ...(played.crash && {faults: [{kind: 'hosts', count: 1, atUs: us(played.crash.seconds), forUs: 1, work: 'lose'}]}),
  };
}

export function termsOf(values: StateValues, name: PlacementName, by?: 'push' | 'pull'): SessionTerms {
  const us = (seconds: number): number => Math.round(seconds * US_PER_SECOND);
  const {ops, remoteSeconds, localSeconds, writeBehindSeconds, networkSeconds, gatewaySeconds} = values;
  const [writes, traffic] = [Math.min(1, ops), worldTraffic(values)];
  const state: StateTerms = {
    ...{place: 'cache', reads: ops - writes, writes, readUs: us(remoteSeconds), writeUs: us(remoteSeconds)},
    ...{
      localUs: us(localSeconds),
      loadUs: us(values.reloadSeconds),
      recovery: 'behind',
      behindUs: us(writeBehindSeconds),
    },
  };
  const states: Readonly<Record<PlacementName, StateTerms>> = {
    'external-store': {...state, place: 'store', recovery: 'store'},
    'sticky-cache': state,
    'instance-memory': {...state, place: 'instance', recovery: 'none'},
    'room-server': {...state, place: 'instance', recovery: 'behind'},
  };
  const routings = {
    'external-store': {by: 'any', bound: forever},
    'sticky-cache': {by: 'session', bound: values.bound},
    'instance-memory': {by: 'session', bound: values.bound},
    'room-server': {by: 'room', bound: 1},
  } as const;
  return {
    routing: routings[name],
    state: states[name],
    world: by && {
      ...{by, everyUs: US_PER_SECOND / values.updatesPerSecond, delayUs: us((traffic.hops * HOP_MS) / 1000)},
      ...{
        ttlUs: us(values.budgetSeconds),
        readUs: us(remoteSeconds),
        deltaBytes: values.deltaBytes,
        worldBytes: values.worldBytes,
      },
    },
    passivateUs: forever,
    detectUs: us(values.missed * values.heartbeatSeconds),
    networkUs: us(networkSeconds + gatewaySeconds),
    budgetUs: us(values.budgetSeconds),
  };
}
