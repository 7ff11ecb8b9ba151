import type {Spike} from './fluid.ts';

/**
 * What a spike's calls are still worth when they are served with the capacity there is, as shares of what they would
 * be worth at once. Capacity stays at `warm`; after the spike normal traffic takes its part of it first, unless said
 * otherwise.
 */

/**
 * In order of arrival with all capacity to itself, after the spike too, value decaying as e^(-wait/decay): calls at
 * time t wait t (peak/warm - 1). The textbook's figure; `valueKeptInOrder` lets normal traffic go first.
 */
export function valueKeptFifo({peak, warm, durationSeconds}: Spike, decaySeconds: number): number {
  const exponent = (Math.max(0, peak / warm - 1) * durationSeconds) / decaySeconds;
  return exponent === 0 ? 1 : -Math.expm1(-exponent) / exponent;
}

/** Latest first, which is the best order for a value that decays exponentially. */
export function valueKeptLifo(spike: Spike, decaySeconds: number): number {
  const {peak, warm, durationSeconds} = spike;
  const atOnce = Math.min(peak, warm) * durationSeconds;
  return (
    (atOnce + decayedValue(spike, Math.max(0, peak - warm), warm - spike.normal, decaySeconds)) /
    (peak * durationSeconds)
  );
}

/**
 * Two classes, the dear one first and each latest first: a share of the calls is worth `worth` times the others.
 * `onTime` counts the calls served without waiting alone, `total` the waiting ones too at what they are still worth.
 */
export function valueKeptByPriority(
  spike: Spike,
  dear: {readonly share: number; readonly worth: number},
  decaySeconds: number,
): {readonly onTime: number; readonly total: number} {
  const {peak, warm, normal, durationSeconds} = spike;
  const dearRate = dear.share * peak;
  const cheapRate = peak - dearRate;
  const dearNow = Math.min(dearRate, warm);
  const cheapNow = Math.min(cheapRate, warm - dearNow);
  const dearLeft = dearRate - dearNow;
  const cheapLeft = cheapRate - cheapNow;
  const spare = warm - normal;
  // The cheap ones' turn comes when the dear ones that are left are served.
  const dearDone = (dearLeft * durationSeconds) / spare;
  const onTime = (dear.worth * dearNow + cheapNow) * durationSeconds;
  const later =
    dear.worth * decayedValue(spike, dearLeft, spare, decaySeconds) +
    decayedValue(spike, cheapLeft, spare, decaySeconds) * Math.exp(-dearDone / decaySeconds);
  const all = (dear.worth * dearRate + cheapRate) * durationSeconds;
  return {onTime: onTime / all, total: (onTime + later) / all};
}

/**
 * Value of calls left over at `rate` a second throughout the spike and served after it at `spare` a second, latest
 * first: after s seconds those that came s spare/rate before its end, at an age of s (1 + spare/rate).
 */
function decayedValue({durationSeconds}: Spike, rate: number, spare: number, decaySeconds: number): number {
  if (rate === 0) return 0;
  const aging = (1 + spare / rate) / decaySeconds;
  const seconds = (rate * durationSeconds) / spare;
  return (spare / aging) * -Math.expm1(-aging * seconds);
}

/** In order of arrival, value decaying as e^(-wait/decay). */
export function valueKeptInOrder(spike: Spike, decaySeconds: number): number {
  const {durationSeconds} = spike;
  const {early, late, turnSeconds, turnWaitSeconds} = waitsInOrder(spike);
  const decayed = (slope: number, seconds: number): number => {
    const rate = slope / decaySeconds;
    return rate === 0 ? seconds : -Math.expm1(-rate * seconds) / rate;
  };
  const after = Math.exp(-turnWaitSeconds / decaySeconds) * decayed(late, durationSeconds - turnSeconds);
  return (decayed(early, turnSeconds) + after) / durationSeconds;
}

/** Share of the calls served within `deadlineSeconds` in order of arrival, late ones served all the same. */
export function onTimeInOrder(spike: Spike, deadlineSeconds: number): number {
  const {durationSeconds} = spike;
  const {early, late, turnSeconds, turnWaitSeconds} = waitsInOrder(spike);
  if (early === 0) return 1;
  const until =
    deadlineSeconds < turnWaitSeconds
      ? deadlineSeconds / early
      : Math.min(durationSeconds, turnSeconds + (deadlineSeconds - turnWaitSeconds) / late);
  return until / durationSeconds;
}

/**
 * Waits of calls in order of arrival: those until `turnSeconds` are served within the spike, the others after it,
 * when normal traffic goes first. The wait grows by `early`, then `late`, for each second that a call comes later.
 */
function waitsInOrder({peak, warm, normal, durationSeconds}: Spike) {
  if (peak <= warm) return {early: 0, late: 0, turnSeconds: durationSeconds, turnWaitSeconds: 0};
  const turnSeconds = (warm * durationSeconds) / peak;
  return {
    early: peak / warm - 1,
    late: peak / (warm - normal) - 1,
    turnSeconds,
    turnWaitSeconds: durationSeconds - turnSeconds,
  };
}

/** Share served within `deadlineSeconds` in order of arrival with all capacity to itself; see `valueKeptFifo`. */
export function onTimeFifo({peak, warm, durationSeconds}: Spike, deadlineSeconds: number): number {
  const waitPerSecond = peak / warm - 1;
  return waitPerSecond <= 0 ? 1 : Math.min(1, deadlineSeconds / (waitPerSecond * durationSeconds));
}

/** The same if expired calls are dropped: capacity then works on calls in time until the last of them expires. */
export function onTimeDropExpired({peak, warm, normal, durationSeconds}: Spike, deadlineSeconds: number): number {
  const served = warm * durationSeconds + (warm - normal) * deadlineSeconds;
  return Math.min(1, served / (peak * durationSeconds));
}
