import type {IdleGaps} from './idle-gaps.ts';

/** Dollars a second of keeping an instance warm, and of one cold start. */
export interface SkiPrices {
  readonly warm: number;
  readonly cold: number;
}

/** What keeping idle instances for a time came to. */
export interface TtlCost {
  /** Seconds to keep; 0 to unload at once, Infinity never to unload. */
  readonly ttlSeconds: number;
  readonly usd: number;
  /** Gaps that ended in a cold start; the first call is not among them. */
  readonly cold: number;
}

/** What keeping for `ttlSeconds` costs over the gaps that end after `fromSeconds`, and over the idle tail of the trace. */
export function ttlCost(gaps: IdleGaps, ttlSeconds: number, prices: SkiPrices, fromSeconds = 0): TtlCost {
  let warmSeconds = Math.min(ttlSeconds, gaps.tailSeconds);
  let cold = 0;
  for (let i = 0; i < gaps.length; i++) {
    const seconds = gaps.seconds[i]!;
    if (gaps.begin[i]! + seconds <= fromSeconds) continue;
    warmSeconds += gaps.weight[i]! * Math.min(ttlSeconds, seconds);
    if (seconds > ttlSeconds) cold += gaps.weight[i]!;
  }
  return {ttlSeconds, usd: warmSeconds * prices.warm + cold * prices.cold, cold};
}

/**
 * The time to live that costs least over the gaps that end by `untilSeconds`, in hindsight. The cost rises with the
 * time kept and drops only where one more gap is bridged, so the best is 0 or the length of a gap. A gap that is
 * open at the end is paid for and bridges nothing. O(n log n).
 */
export function bestTtl(gaps: IdleGaps, prices: SkiPrices, untilSeconds = Number.POSITIVE_INFINITY): TtlCost {
  const {seconds, weight, begin} = gaps;
  let open = 0;
  let tail = untilSeconds === Number.POSITIVE_INFINITY ? gaps.tailSeconds : 0;
  const closed: number[] = [];
  for (let i = 0; i < gaps.length && begin[i]! < untilSeconds; i++) {
    if (begin[i]! + seconds[i]! > untilSeconds) tail = untilSeconds - begin[i]!;
    else {
      closed.push(i);
      open += weight[i]!;
    }
  }
  const longest = closed.reduce((most, i) => Math.max(most, seconds[i]!), 0);
  // Where even the longest gap, and as much again of the open one, costs less than a cold start, all are bridged:
  // so it is with busy functions, whose many gaps then need no sorting.
  if (closed.length > 0 && 2 * longest * prices.warm < prices.cold) {
    const warmSeconds = closed.reduce((sum, i) => sum + seconds[i]! * weight[i]!, 0) + Math.min(longest, tail);
    return {ttlSeconds: longest, usd: warmSeconds * prices.warm, cold: 0};
  }
  closed.sort((a, b) => seconds[a]! - seconds[b]!);
  let best: TtlCost = {ttlSeconds: 0, usd: open * prices.cold, cold: open};
  let bridged = 0;
  for (let k = 0; k < closed.length; k++) {
    const i = closed[k]!;
    bridged += seconds[i]! * weight[i]!;
    open -= weight[i]!;
    // Of gaps of one length the last speaks for all.
    if (k + 1 < closed.length && seconds[closed[k + 1]!] === seconds[i]) continue;
    const warmSeconds = bridged + seconds[i]! * open + Math.min(seconds[i]!, tail);
    const usd = warmSeconds * prices.warm + open * prices.cold;
    if (usd < best.usd) best = {ttlSeconds: seconds[i]!, usd, cold: open};
  }
  return best;
}
