/**
 * Which points are dominated: another is no worse in both coordinates and better in one. Less is better. Points with a
 * coordinate that is no number are dominated. O(n log n).
 */
export function dominated(points: readonly (readonly [number, number])[]): boolean[] {
  const result = points.map(([x, y]) => Number.isNaN(x) || Number.isNaN(y));
  const order = points
    .map((_, k) => k)
    .filter((k) => !result[k])
    .sort((a, b) => points[a]![0] - points[b]![0] || points[a]![1] - points[b]![1]);
  let least = Number.POSITIVE_INFINITY; // of y among points with less x
  for (let from = 0; from < order.length; ) {
    const [x, y] = points[order[from]!]!;
    // Points of one x: the first has the least y, equal ones stand with it.
    for (; from < order.length && points[order[from]!]![0] === x; from++) {
      const own = points[order[from]!]![1];
      result[order[from]!] = own >= least || own > y;
    }
    least = Math.min(least, y);
  }
  return result;
}
