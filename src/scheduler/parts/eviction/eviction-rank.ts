/**
 * What a rank may look at when a call of a function has just been given to an instance. Times in
 * milliseconds and sizes in MiB, as in the simulators whose counts are met, so that equal priorities are equal here too.
 */
export interface RankedStart {
  nowMs: number;
  /** Execution time of the call, and what a cold start of it costs on top. */
  warmMs: number;
  coldMs: number;
  memoryMib: number;
  /** Calls given to the function's instances that are alive, this one included. */
  uses: number;
  /** Priority of the last victim: what is started after an eviction outranks what was evicted. */
  clock: number;
}

/** How a full fleet ranks functions: idle instances of the least priority go first. */
export interface EvictionRank {
  /** Priority of all instances of `fn` from this start on. */
  priority(fn: number, start: RankedStart): number;
  /** True when every eviction first charges all instances the same rent per MiB, up to what the poorest can pay. */
  readonly rent?: boolean;
}
