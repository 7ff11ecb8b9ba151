import {normalQuantile} from './distributions.ts';

/** Student's t at 97.5 % with 1, 2, 3, 4 degrees of freedom, where the expansion is too far off. */
const FEW = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058];

/** 97.5 % quantile of Student's t with `degrees` of freedom, at least 1, to 0.1 %: a 95 % interval has it on either side. */
export function tQuantile975(degrees: number): number {
  if (degrees <= FEW.length) return FEW[degrees - 1]!;
  // Cornish-Fisher (Abramowitz and Stegun 26.7.5).
  const z = normalQuantile(0.975);
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const g3 = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + g1 / degrees + g2 / degrees ** 2 + g3 / degrees ** 3;
}
