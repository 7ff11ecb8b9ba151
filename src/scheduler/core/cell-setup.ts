import type {Choice} from '../../base/part.ts';
import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import type {HostShape} from '../../fleet/host-shape.ts';
import type {Semantics} from './semantics.ts';

/** Calls in order of time, as columns; only the first `length` rows count. */
export interface CallBatch {
  length: number;
  readonly timeUs: Float64Array;
  readonly fn: Int32Array;
  readonly durationUs: Float64Array;
  /** Cold time of each call if it is cold; undefined: the cell's cold-time model decides. */
  readonly coldUs: Float64Array | undefined;
}

export interface CellSetup {
  readonly memoryMib: Float64Array; // [function]
  readonly team: Int32Array; // [function], or empty
  readonly hosts: HostShape;
  readonly placement: Choice;
  readonly semantics: Semantics;
  readonly coldTime: ColdTime;
  /** How long a call waits for room before it gives up; Infinity: for good. */
  readonly maxWaitUs: number;
  /** Concurrent starts on one host and starts a second in the cell; Infinity: no limit. */
  readonly startsPerHost: number;
  readonly startsPerSecond: number;
  readonly seed: number;
  /** How many calls an instance serves at once, UNLIMITED_PLACES without a limit; undefined: one, everywhere. */
  readonly places?: Int32Array | undefined; // [function]
  /** Calls a second, roughly; only speed depends on it. */
  readonly callsPerSecond?: number;
}
