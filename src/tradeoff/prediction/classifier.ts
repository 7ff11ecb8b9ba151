import {normalCdf, normalQuantile} from '../../base/distributions.ts';

/** A yes/no prediction of "called in the next window", and how often the yes is the truth. All shares. */
export interface Classifier {
  /** Windows with a call that were predicted. */
  readonly recall: number;
  /** Windows without a call that were predicted all the same. */
  readonly falsePositiveRate: number;
}

/** Share of predictions that come true; NaN when nothing is ever predicted. */
export function precision({recall, falsePositiveRate}: Classifier, baseRate: number): number {
  const hits = baseRate * recall;
  return hits / (hits + (1 - baseRate) * falsePositiveRate);
}

/** Share of windows not predicted that have a call all the same; NaN when everything is predicted. */
export function falseOmissionRate({recall, falsePositiveRate}: Classifier, baseRate: number): number {
  const misses = baseRate * (1 - recall);
  return misses / (misses + (1 - baseRate) * (1 - falsePositiveRate));
}

/** Share of windows predicted rightly, either way. */
export function accuracy({recall, falsePositiveRate}: Classifier, baseRate: number): number {
  return baseRate * recall + (1 - baseRate) * (1 - falsePositiveRate);
}

/** Dollars a window and function: predicted windows are paid as warm, missed calls as cold starts. */
export function windowUsd(
  {recall, falsePositiveRate}: Classifier,
  baseRate: number,
  warmUsd: number,
  coldUsd: number,
): number {
  const predicted = baseRate * recall + (1 - baseRate) * falsePositiveRate;
  return predicted * warmUsd + baseRate * (1 - recall) * coldUsd;
}

/**
 * How far apart the scores of called and uncalled windows lie, in standard deviations, if both are normal with the
 * same spread: the binormal model that a recall and a false-positive rate imply. Infinity for a faultless classifier,
 * negative for one worse than chance, 0 where the pair tells nothing (never or always "yes").
 */
export function separation({recall, falsePositiveRate}: Classifier): number {
  return recall === falsePositiveRate ? 0 : normalQuantile(recall) - normalQuantile(falsePositiveRate);
}

/** Area under the ROC curve of two unit normals that far apart. */
export function areaUnderCurve(separation: number): number {
  return normalCdf(separation / Math.SQRT2);
}

/**
 * The cheapest threshold on the same score: warm where the likelihood ratio exceeds (1 - base)/base x w/(C - w).
 * A score no better than chance is best ignored: then never or always, whichever is cheaper.
 */
export function cheapestClassifier(separation: number, baseRate: number, warmUsd: number, coldUsd: number): Classifier {
  const never = {recall: 0, falsePositiveRate: 0};
  const always = {recall: 1, falsePositiveRate: 1};
  const extreme = baseRate * coldUsd <= warmUsd ? never : always;
  if (coldUsd <= warmUsd || baseRate === 0) return never;
  if (!(separation > 0) || baseRate === 1) return extreme;
  if (separation === Number.POSITIVE_INFINITY) return {recall: 1, falsePositiveRate: 0};
  const ratio = ((1 - baseRate) / baseRate) * (warmUsd / (coldUsd - warmUsd));
  const threshold = Math.log(ratio) / separation + separation / 2;
  return {recall: normalCdf(separation - threshold), falsePositiveRate: normalCdf(-threshold)};
}
