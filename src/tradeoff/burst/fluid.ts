/**
 * A spike as a fluid: calls arrive at `peak` a second for `duration`, then at `normal`; what capacity cannot take
 * queues. Capacity starts at `warm` calls a second and grows by `growth` a second until it meets the peak.
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

/** The queue of a spike. Needs normal < warm: else the queue had never been empty. */
export function backlogOf(spike: Spike, growth: number): Backlog {
  const {normal, peak, durationSeconds, warm} = spike;
  if (peak <= warm) {
    return {peakCalls: 0, allServedAtSeconds: durationSeconds, maxWaitSeconds: 0, maxFifoWaitSeconds: 0};
  }
  const fullAt = growth === 0 ? Number.POSITIVE_INFINITY : (peak - warm) / growth;
  const growing = Math.min(fullAt, durationSeconds);
  const peakCalls = (peak - warm) * growing - (growth * growing ** 2) / 2;
  return {
    peakCalls,
    allServedAtSeconds:
      durationSeconds + drainSeconds(peakCalls, warm + growth * growing - normal, peak - normal, growth),
    maxWaitSeconds: longestPromise(spike, growth, growing),
    maxFifoWaitSeconds: longestWait(spike, growth, fullAt),
  };
}

/** Time to empty a queue at a spare capacity that grows from `spare` by `growth` a second up to `most`. */
function drainSeconds(queued: number, spare: number, most: number, growth: number): number {
  if (growth === 0) return queued / spare;
  const growing = Math.max(0, (most - spare) / growth);
  const drained = spare * growing + (growth * growing ** 2) / 2;
  if (drained < queued) return growing + (queued - drained) / most;
  return (2 * queued) / (spare + Math.sqrt(spare ** 2 + 2 * growth * queued));
}

/** The greatest of queue/capacity over the spike, where both grow until `growing`. */
function longestPromise({peak, warm}: Spike, growth: number, growing: number): number {
  const at = (t: number): number => ((peak - warm) * t - (growth * t * t) / 2) / (warm + growth * t);
  if (growth === 0) return at(growing);
  const turn = (Math.sqrt(warm ** 2 + 2 * (peak - warm) * warm) - warm) / growth;
  return at(Math.min(turn, growing));
}

/** In the order of arrival waits lengthen until capacity meets the peak, or the last caller of the spike is served. */
function longestWait({peak, warm, durationSeconds}: Spike, growth: number, fullAt: number): number {
  const served = (u: number): number => warm * u + (growth * u * u) / 2;
  const calls = peak * durationSeconds;
  const lastServed = growth === 0 ? calls / warm : (2 * calls) / (warm + Math.sqrt(warm ** 2 + 2 * growth * calls));
  const u = Math.min(fullAt, lastServed);
  return u - served(u) / peak;
}
