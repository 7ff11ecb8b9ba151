/** Calls a second that come, for so many seconds each. */
export interface Flow {
  readonly perSecond: number;
  readonly seconds: number;
}

/** What serves them: capacity in calls a second. */
export interface Supply {
  readonly warm: number;
  /** Gained a second while calls wait, from `coldSeconds` after the first of them came. */
  readonly growth: number;
  readonly coldSeconds: number;
  readonly most: number;
}

/** How a queue grew and emptied. */
export interface QueuePath {
  readonly peakCalls: number;
  /** Seconds from the beginning until nobody queues any more; NaN: it does not come to that. */
  readonly allServedAtSeconds: number;
  /** First come, first served. */
  readonly maxWaitSeconds: number;
  /** Share of what calls are worth at once, e^(-wait/decay) of each, first come, first served. */
  readonly valueKept: number;
}

/** What calls lose. */
export interface Decay {
  readonly decaySeconds: number;
  /** Calls of the first so many seconds alone count. */
  readonly untilSeconds: number;
}

/**
 * The fluid queue of any flow, step by step: backlog' = arrivals - capacity. Capacity grows while calls wait and is kept, as
 * instances that are started for calls stay. `backlogOf` is its closed form for one spike.
 */
export function fluidQueue(flows: readonly Flow[], {warm, growth, coldSeconds, most}: Supply, decay: Decay): QueuePath {
  const all = flows.reduce((sum, {seconds}) => sum + seconds, 0);
  const step = Math.max(1e-3, all / 2e6);
  const [came, served] = [[0], [0]];
  let [capacity, backlog, peakCalls, lastAt, at] = [warm, 0, 0, 0, 0];
  let waitedSinceAt = Number.NaN;
  for (const {perSecond, seconds} of flows) {
    for (let left = seconds; left > 1e-12; left -= step) {
      const dt = Math.min(step, left);
      at += dt;
      if (Number.isNaN(waitedSinceAt) && backlog + (perSecond - capacity) * dt > 0) waitedSinceAt = at - dt;
      const isGrown = at > waitedSinceAt + coldSeconds && backlog > 0;
      const next = isGrown ? Math.min(most, capacity + growth * dt) : capacity;
      const change = (perSecond - (capacity + next) / 2) * dt;
      const before = backlog;
      backlog = Math.max(0, backlog + change);
      capacity = next;
      peakCalls = Math.max(peakCalls, backlog);
      if (before > 0 && backlog === 0) lastAt = at;
      came.push(came.at(-1)! + perSecond * dt);
      served.push(came.at(-1)! - backlog);
    }
  }
  const {maxWaitSeconds, valueKept} = inOrder(came, served, step, decay);
  const allServedAtSeconds = backlog > 0 ? Number.NaN : lastAt;
  return {peakCalls, allServedAtSeconds, maxWaitSeconds, valueKept};
}

/** Waits in the order of arrival: who came as the n-th is served as the n-th. Steps are of equal length but for a few. */
function inOrder(came: readonly number[], served: readonly number[], step: number, decay: Decay) {
  const {decaySeconds, untilSeconds} = decay;
  let [maxWaitSeconds, value, calls, k] = [0, 0, 0, 0];
  for (let j = 1; j < came.length; j++) {
    k = Math.max(k, j);
    while (k < served.length - 1 && served[k]! < came[j]! - 1e-9 * came[j]!) k++;
    const wait = (k - j) * step;
    maxWaitSeconds = Math.max(maxWaitSeconds, wait);
    if ((j - 0.5) * step > untilSeconds) continue;
    value += (came[j]! - came[j - 1]!) * Math.exp(-wait / decaySeconds);
    calls += came[j]! - came[j - 1]!;
  }
  return {maxWaitSeconds, valueKept: calls === 0 ? 1 : value / calls};
}
