/** A job cut into slices that fit a timeout: each is restored and resumed, and saved again before its time is up. */
export interface Slicing {
  /** Slices needed; Infinity when saving and restoring leave no time to work. */
  readonly slices: number;
  /** Time spent saving, restoring and resuming over the job's own. */
  readonly overhead: number;
}

/** The slices of a job of `jobSeconds` under a timeout. A job that fits needs one, and no checkpoint. */
export function slicingOf(
  jobSeconds: number,
  timeoutSeconds: number,
  stop: {readonly saveSeconds: number; readonly restoreSeconds: number; readonly resumeSeconds: number},
): Slicing {
  if (jobSeconds <= timeoutSeconds) return {slices: 1, overhead: 0};
  const pause = stop.saveSeconds + stop.restoreSeconds + stop.resumeSeconds;
  const usable = timeoutSeconds - pause;
  if (usable <= 0) return {slices: Number.POSITIVE_INFINITY, overhead: Number.POSITIVE_INFINITY};
  const slices = Math.ceil(jobSeconds / usable);
  return {slices, overhead: ((slices - 1) * pause) / jobSeconds};
}

/** Young's interval between checkpoints, sqrt(2 C MTBF): least time lost to saving and to failures together. */
export function youngInterval(saveSeconds: number, mtbfSeconds: number): number {
  return Math.sqrt(2 * saveSeconds * mtbfSeconds);
}

/** Time lost at an interval: C/tau to saving, tau/(2 MTBF) to work done again. NaN for nothing saved at no interval. */
export function checkpointOverhead(interval: number, saveSeconds: number, mtbfSeconds: number): number {
  return saveSeconds / interval + interval / (2 * mtbfSeconds);
}

/** Expected time to finish a job that starts anew after each failure: (e^(job/MTBF) - 1) MTBF. */
export function restartedSeconds(jobSeconds: number, mtbfSeconds: number): number {
  return Math.expm1(jobSeconds / mtbfSeconds) * mtbfSeconds;
}
