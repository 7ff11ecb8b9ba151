/**
 * What functions come to that history does not know, all together. A plan can give them no slot; instances stay for the
 * keep-alive of unknown functions.
 */
export interface UnseenDemand {
  /** Functions called for the first time. */
  readonly functionsPerDay: number;
  /** Their calls, the first ones included. */
  readonly callsPerDay: number;
  /** Of these, cold: the first of each function at least. */
  readonly coldPerDay: number;
  /** Time in which their instances idle, slot-seconds a day, and the same in GB-seconds. */
  readonly idleSecondsPerDay: number;
  readonly idleGbSecondsPerDay: number;
  /** Time in which their calls run. */
  readonly busyGbSecondsPerDay: number;
  /** Memory of the instances that start cold, GB in the mean. */
  readonly coldGb: number;
}

export const noUnseen: UnseenDemand = {
  functionsPerDay: 0,
  callsPerDay: 0,
  coldPerDay: 0,
  idleSecondsPerDay: 0,
  idleGbSecondsPerDay: 0,
  busyGbSecondsPerDay: 0,
  coldGb: 0,
};
