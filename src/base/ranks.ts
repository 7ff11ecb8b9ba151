/** The smallest value with at least share `p` of the population at or below it; NaN when there is none. */
export function nearestRank(ascending: ArrayLike<number>, p: number): number {
  const rank = Math.min(ascending.length, Math.max(1, Math.ceil(p * ascending.length)));
  return ascending.length === 0 ? Number.NaN : ascending[rank - 1]!;
}
