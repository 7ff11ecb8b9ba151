/**
 * The chance p of being in use at which a unit of `mean` calls, Poisson with mean / p while in use and none otherwise, is
 * called at all with the given chance: p (1 - e^(-mean / p)) = chance. 1 where calls at random would be no likelier to
 * leave it empty than the chance says, and where there is no call.
 */
export function activeShareOf(mean: number, chance: number): number {
  if (!(mean > 0) || !(chance > 0) || chance >= -Math.expm1(-mean)) return 1;
  // x = mean / p solves x / (1 - e^-x) = mean / chance, whose left side is convex and rises from 1: Newton from above.
  const ratio = mean / chance;
  let x = ratio + 1;
  for (let i = 0; i < 60; i++) {
    const some = -Math.expm1(-x);
    const slope = (some - x * Math.exp(-x)) / (some * some);
    const step = (x / some - ratio) / slope;
    x -= step;
    if (Math.abs(step) <= 1e-12 * x) break;
  }
  return mean / x;
}
