/**
 * Fisher's g: the largest share of variance at one frequency of a periodogram with `m` ordinates, and the chance
 * P(g > x) that white noise shows as much: sum over j of (-1)^(j-1) C(m, j) (1 - j x)^(m-1), j x < 1.
 */
export function fisherTail(x: number, m: number): number {
  if (x <= 1 / m) return 1;
  // The first term counts the ordinates to expect above x. Where they are many the alternating sum would cancel.
  if (m * (1 - x) ** (m - 1) > 20) return 1;
  let tail = 0;
  let logWays = 0;
  for (let j = 1; j * x < 1 && j <= m; j++) {
    logWays += Math.log((m - j + 1) / j);
    const term = Math.exp(logWays + (m - 1) * Math.log1p(-j * x));
    tail += j % 2 === 1 ? term : -term;
  }
  return Math.min(1, Math.max(0, tail));
}
