/**
 * Share of pairs of one of `positives` and one of `negatives` in which the first is larger, ties for half: the area under
 * the ROC curve of a score (Mann and Whitney's U over the number of pairs). NaN if there is none of either.
 */
export function rankedAbove(positives: readonly number[], negatives: readonly number[]): number {
  const below = Float64Array.from(negatives).sort();
  let sum = 0;
  for (const one of positives) sum += (firstFrom(below, one, false) + firstFrom(below, one, true)) / 2;
  return sum / (positives.length * negatives.length);
}

/** How many of `sorted` are below `value`, or, `including`, not above it. */
function firstFrom(sorted: Float64Array, value: number, including: boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (including && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
