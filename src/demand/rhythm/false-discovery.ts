/** At most this share of the functions called periodic is expected not to be. */
export const FALSE_DISCOVERIES = 0.01;

/**
 * Which of many tests to believe, so that at most the share `rate` of those believed is expected to be wrong
 * (Benjamini and Hochberg, 1995). Returns the largest p to believe; below 0 to believe none.
 */
export function discoveryThreshold(p: Float64Array, rate: number): number {
  const ascending = p.slice().sort();
  for (let k = ascending.length; k > 0; k--) {
    if (ascending[k - 1]! <= (k / ascending.length) * rate) return ascending[k - 1]!;
  }
  return -1;
}
