/** Short calls, exponential, with a share of long ones of fixed length among them. */
export interface Mix {
  readonly longShare: number;
  readonly longSeconds: number;
  readonly shortSeconds: number;
}

/** Share of the busy slot time that the long calls hold: p T / (p T + (1 - p) s). */
export function slotSecondShare({longShare, longSeconds, shortSeconds}: Mix): number {
  const long = longShare * longSeconds;
  return long / (long + (1 - longShare) * shortSeconds);
}

/**
 * How many times longer calls queue than if service were exponential with the same mean: (1 + CV^2)/2 of the mix
 * (Pollaczek and Khinchine). 1 for short calls alone, 1/2 for long ones alone.
 */
export function waitFactor({longShare, longSeconds, shortSeconds}: Mix): number {
  const mean = longShare * longSeconds + (1 - longShare) * shortSeconds;
  const square = longShare * longSeconds ** 2 + (1 - longShare) * 2 * shortSeconds ** 2;
  return square / (2 * mean * mean);
}
