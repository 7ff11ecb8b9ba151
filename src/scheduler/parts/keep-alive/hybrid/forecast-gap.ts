/**
 * The next gap, from the last ones, oldest first: ARIMA(1,0,0), fitted by least squares, stationary by force. With
 * fewer than three gaps or no variation it is their mean. Never below 0; NaN without any gap.
 */
export function forecastGap(gaps: readonly number[]): number {
  const n = gaps.length;
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / n;
  if (n < 3) return mean;
  const pairs = n - 1;
  const before = gaps.slice(0, -1).reduce((sum, gap) => sum + gap, 0) / pairs;
  const after = gaps.slice(1).reduce((sum, gap) => sum + gap, 0) / pairs;
  let covariance = 0;
  let variance = 0;
  for (let k = 0; k < pairs; k++) {
    covariance += (gaps[k]! - before) * (gaps[k + 1]! - after);
    variance += (gaps[k]! - before) ** 2;
  }
  if (variance === 0) return mean;
  const phi = Math.max(-0.99, Math.min(0.99, covariance / variance));
  return Math.max(0, after + phi * (gaps[n - 1]! - before));
}
