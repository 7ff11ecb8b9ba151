/** What single functions may have. Columns that limit nobody are left out. */
export interface FunctionLimits {
  /** Instances that are ready from the start on and are never evicted or expired. */
  readonly min?: Int32Array | undefined; // [function]
  /** Instances at most; Infinity: no limit. */
  readonly max?: Float64Array | undefined; // [function]
  /** Calls in flight at most; Infinity: no limit of its own. */
  readonly reserved?: Float64Array | undefined; // [function]
  /** Slots that all functions without a reservation may use at once; Infinity: as many as there are. */
  readonly othersSlots: number;
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
