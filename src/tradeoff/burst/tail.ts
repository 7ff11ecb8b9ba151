/**
 * The tail of a demand above a threshold as a generalised Pareto distribution: peaks over threshold. `shape` 0 is
 * exponential, above 0 heavy, below 0 bounded.
 */
export interface Tail {
  readonly threshold: number;
  /** How often the threshold is exceeded, per unit of the question's time or as a share of periods. */
  readonly exceedances: number;
  readonly shape: number;
  readonly scale: number;
}

/**
 * The level exceeded with frequency `p` (in the unit of `exceedances`): u + beta/xi ((p/p_u)^-xi - 1). NaN for a level
 * below the threshold, of which the tail knows nothing.
 */
export function returnLevel({threshold, exceedances, shape, scale}: Tail, p: number): number {
  if (p > exceedances) return Number.NaN;
  const rarity = Math.log(exceedances / p);
  return threshold + (shape === 0 ? scale * rarity : (scale / shape) * Math.expm1(shape * rarity));
}

/**
 * Shape and scale of excesses over a threshold by probability-weighted moments (Hosking and Wallis, 1987): steady for
 * few excesses and shapes below 1/2, where maximum likelihood often has no answer. Excesses ascending, two at least.
 */
export function fitTail(excesses: ArrayLike<number>): {readonly shape: number; readonly scale: number} {
  const n = excesses.length;
  let mean = 0;
  let weighted = 0;
  for (let i = 0; i < n; i++) {
    mean += excesses[i]! / n;
    // Unbiased estimate of E[X (1 - F(X))].
    weighted += (excesses[i]! * ((n - 1 - i) / (n - 1))) / n;
  }
  const apart = mean - 2 * weighted;
  // All excesses equal: no spread to fit, a bounded tail that ends there.
  if (!(apart > 1e-12 * mean)) return {shape: 0, scale: mean};
  return {shape: 2 - mean / apart, scale: (2 * mean * weighted) / apart};
}
