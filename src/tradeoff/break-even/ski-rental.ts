/**
 * How long to keep an idle instance, as a ski-rental problem: renting is keeping warm at `warmUsdPerSecond` (c),
 * buying is a cold start at `coldUsd` (C). Gaps are idle times between the end of a call and the next call, seconds.
 */

/** e/(e - 1): how far a randomised time to live stays above the best in hindsight; a fixed one stays within 2. */
export const RANDOMISED_RATIO = Math.E / (Math.E - 1);

/** C/c, the time to live that never costs more than twice the best in hindsight. Infinity when warmth is free. */
export function skiRentalTtl(warmUsdPerSecond: number, coldUsd: number): number {
  if (coldUsd === 0) return 0;
  return coldUsd / warmUsdPerSecond;
}

/** Gaps as a mixture of exponentials: with probability `share[i]` exponential with mean `meanSeconds[i]`. */
export interface GapMixture {
  readonly share: readonly number[];
  readonly meanSeconds: readonly number[];
}

/** Expected dollars a gap of keeping for `ttl` seconds: c E[min(X, ttl)] + C P(X > ttl). */
export function mixtureCost(gaps: GapMixture, ttl: number, warmUsdPerSecond: number, coldUsd: number): number {
  let warmSeconds = 0;
  let survive = 0;
  for (let i = 0; i < gaps.share.length; i++) {
    const alive = Math.exp(-ttl / gaps.meanSeconds[i]!);
    warmSeconds += gaps.share[i]! * gaps.meanSeconds[i]! * (1 - alive);
    survive += gaps.share[i]! * alive;
  }
  return warmUsdPerSecond * warmSeconds + coldUsd * survive;
}

/**
 * The cheapest time to live for a mixture: keep while the hazard is at least c/C. A mixture of exponentials has a
 * falling hazard, so there is one crossing; 0 when even a fresh gap is not worth it, Infinity when every gap is.
 */
export function mixtureTtl(gaps: GapMixture, warmUsdPerSecond: number, coldUsd: number): number {
  const worth = (t: number): boolean => hazard(gaps, t) * coldUsd >= warmUsdPerSecond;
  if (!worth(0)) return 0;
  const longest = Math.max(...gaps.meanSeconds);
  if (coldUsd >= warmUsdPerSecond * longest) return Number.POSITIVE_INFINITY;
  let low = 0;
  let high = longest;
  while (worth(high)) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-9 * high; i++) {
    const middle = (low + high) / 2;
    if (worth(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Rate at which a gap ends, given that it has lasted `t` seconds. */
function hazard(gaps: GapMixture, t: number): number {
  // Scaled by the slowest phase, so that the far tail does not become 0/0.
  const slowest = Math.max(...gaps.meanSeconds);
  let density = 0;
  let survive = 0;
  for (let i = 0; i < gaps.share.length; i++) {
    const mean = gaps.meanSeconds[i]!;
    const alive = gaps.share[i]! * Math.exp(-t / mean + t / slowest);
    density += alive / mean;
    survive += alive;
  }
  return density / survive;
}
