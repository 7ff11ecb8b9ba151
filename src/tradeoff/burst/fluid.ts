/**
 * A spike as a fluid: calls arrive at `peak` a second for `duration`, then at `normal`; what capacity cannot take
 * queues. Capacity starts at `warm` calls a second and, once the first instances have started, grows until it meets
 * the peak.
 */
export interface Spike {
  readonly normal: number;
  readonly peak: number;
  readonly durationSeconds: number;
  readonly warm: number;
}

/** How a spike's queue grows and empties. */
export interface Backlog {
  /** Most calls queued at once. */
  readonly peakCalls: number;
  /** Seconds from the spike's start until nobody queues any more. */
  readonly allServedAtSeconds: number;
  /**
   * The longest wait that a caller would have been told: the queue over the capacity of that moment. While capacity
   * still grows the wait turns out shorter.
   */
  readonly maxWaitSeconds: number;
  /** The longest wait that a caller has, first come, first served. */
  readonly maxFifoWaitSeconds: number;
}

/** Capacity gained per second, in calls/s^2: every instance started serves one call per service time. */
export function capacityGrowth(startsPerSecond: number, serviceSeconds: number): number {
  return startsPerSecond / serviceSeconds;
}

/** How capacity follows a spike: `growth` calls/s gained a second, from `coldSeconds` after its start on. */
export interface Growth {
  readonly growth: number;
  readonly coldSeconds: number;
}

/** The queue of a spike. Needs normal < warm: else the queue had never been empty. */
export function backlogOf(spike: Spike, {growth, coldSeconds}: Growth): Backlog {
  const {normal, peak, durationSeconds, warm} = spike;
  if (peak <= warm) {
    return {peakCalls: 0, allServedAtSeconds: durationSeconds, maxWaitSeconds: 0, maxFifoWaitSeconds: 0};
  }
  const fullAt = growth === 0 ? Number.POSITIVE_INFINITY : coldSeconds + (peak - warm) / growth;
  const rising = Math.min(fullAt, durationSeconds);
  const grown = Math.max(0, rising - coldSeconds);
  const peakCalls = (peak - warm) * rising - (growth * grown ** 2) / 2;
  const drain = {
    spare: warm + growth * grown - normal,
    most: peak - normal,
    growth,
    delaySeconds: Math.max(0, coldSeconds - durationSeconds),
  };
  return {
    peakCalls,
    allServedAtSeconds: durationSeconds + drainSeconds(peakCalls, drain),
    maxWaitSeconds: longestPromise(spike, {growth, coldSeconds}, rising),
    maxFifoWaitSeconds: longestWait(spike, {growth, coldSeconds}, fullAt),
  };
}

/** Time to empty a queue at a spare capacity that, after a delay, grows from `spare` by `growth` a second up to `most`. */
function drainSeconds(
  queued: number,
  drain: {readonly spare: number; readonly most: number; readonly growth: number; readonly delaySeconds: number},
): number {
  const {spare, most, growth, delaySeconds} = drain;
  if (growth === 0 || spare * delaySeconds >= queued) return queued / spare;
  const left = queued - spare * delaySeconds;
  const growing = Math.max(0, (most - spare) / growth);
  const drained = spare * growing + (growth * growing ** 2) / 2;
  if (drained < left) return delaySeconds + growing + (left - drained) / most;
  return delaySeconds + (2 * left) / (spare + Math.sqrt(spare ** 2 + 2 * growth * left));
}

/** The greatest of queue/capacity over the spike, where the queue rises until `rising`. */
function longestPromise({peak, warm}: Spike, {growth, coldSeconds}: Growth, rising: number): number {
  const at = (t: number): number => {
    const grown = growth * Math.max(0, t - coldSeconds);
    return ((peak - warm) * t - (grown * Math.max(0, t - coldSeconds)) / 2) / (warm + grown);
  };
  if (growth === 0) return at(rising);
  const open = 2 * (peak - warm) * (warm - growth * coldSeconds);
  const turn = open <= 0 ? 0 : (Math.sqrt(warm ** 2 + open) - warm) / growth;
  return at(Math.min(coldSeconds + turn, rising));
}

/** In the order of arrival waits lengthen until capacity meets the peak, or the last caller of the spike is served. */
function longestWait({peak, warm, durationSeconds}: Spike, {growth, coldSeconds}: Growth, fullAt: number): number {
  const served = (u: number): number => warm * u + (growth * Math.max(0, u - coldSeconds) ** 2) / 2;
  const calls = peak * durationSeconds;
  const left = calls - warm * coldSeconds;
  const lastServed =
    growth === 0 || left <= 0
      ? calls / warm
      : coldSeconds + (2 * left) / (warm + Math.sqrt(warm ** 2 + 2 * growth * left));
  const u = Math.min(fullAt, lastServed);
  return u - served(u) / peak;
}
