import type {StateValues} from './inputs.ts';

/** Containers that one sender forwards to, in a tree. */
const FAN_OUT = 32;
/** A version number on the wire. */
const VERSION_BYTES = 8;

/** Bytes a second that the shared state takes, by the way it is spread. */
export interface WorldTraffic {
  /** Every update's delta to every container. */
  readonly pushDelta: number;
  /** The whole state at every update to every container. */
  readonly pushFull: number;
  /** The whole state at every read. */
  readonly pullPerRead: number;
  /** Every container reads it anew once per latency budget. */
  readonly pullTtl: number;
  /** Every read asks for the version, every container fetches each. */
  readonly pullVersion: number;
  /** Hops of a tree from the owner to every container. */
  readonly hops: number;
}

export function worldTraffic(values: StateValues): WorldTraffic {
  const {worldBytes, deltaBytes, updatesPerSecond, subscribers, readsPerSecond, budgetSeconds} = values;
  const pushFull = subscribers * updatesPerSecond * worldBytes;
  return {
    pushDelta: subscribers * updatesPerSecond * deltaBytes,
    pushFull,
    pullPerRead: readsPerSecond * worldBytes,
    pullTtl: (subscribers * worldBytes) / budgetSeconds,
    pullVersion: readsPerSecond * VERSION_BYTES + pushFull,
    hops: hopsTo(subscribers),
  };
}

function hopsTo(containers: number): number {
  let hops = 0;
  for (let reached = 1; reached < containers; reached *= FAN_OUT) hops++;
  return hops;
}
