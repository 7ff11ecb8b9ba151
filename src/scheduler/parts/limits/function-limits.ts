import type {TeamLimits} from './team-quotas.ts';

/** When functions begin to keep another number of instances, ascending by time. */
export interface MinimumChanges {
  readonly atUs: Float64Array; // [change]
  readonly fn: Int32Array; // [change]
  readonly min: Int32Array; // [change]
}

/** What single functions and teams may have. Columns that limit nobody are left out. */
export interface FunctionLimits {
  /** Instances that are ready from the start on and are never evicted or expired. */
  readonly min?: Int32Array | undefined; // [function]
  readonly minChanges?: MinimumChanges | undefined;
  /** Instances at most; Infinity: no limit. */
  readonly max?: Float64Array | undefined; // [function]
  /** Calls in flight at most; Infinity: no limit of its own. */
  readonly reserved?: Float64Array | undefined; // [function]
  /** Slots that all functions without a reservation may use at once; Infinity: as many as there are. */
  readonly othersSlots: number;
  /**
   * Instances in use at once of all functions without a reservation, but for those that `min` keeps: what an account has
   * beyond both, with what `min` keeps at first; undefined: no limit.
   */
  readonly othersInUse?: number | undefined;
  /** Undefined: no team has a quota. */
  readonly teams?: TeamLimits | undefined;
  /** How long a call may run; Infinity: for ever. */
  readonly timeoutUs?: Float64Array | undefined; // [function]
}

/** What becomes of calls that were throttled or cut. */
export interface RetryRule {
  /** Attempts at most, the first included; 1: none is tried again. */
  readonly attempts: number;
  /** From the failure to the next attempt. */
  readonly afterUs: number;
  /** 1: nobody waits for the answer, so it is tried again. */
  readonly async: Uint8Array; // [function]
}

/** Functions keep instances whatever happens, or will. */
export function keepsSome(limits: FunctionLimits | undefined): boolean {
  return limits?.min !== undefined || limits?.minChanges !== undefined;
}
