/**
 * Weighted max-min shares with lending (water-filling): everyone gets what it wants up to one common level times its
 * weight, so that whoever wants less than its share lends the rest, and nobody who wants more is below its share.
 * `floors` are handed out first. Total, wants and floors are in the same resource; the result adds up to
 * min(total, sum of wants), up to rounding. The caller has seen to it that the floors fit.
 */
export function waterFill(
  total: number,
  weights: Float64Array,
  wants: Float64Array,
  floors: Float64Array,
): Float64Array {
  const want = wants.map((amount, i) => Math.max(amount, floors[i]!));
  let low = 0;
  let high = 0;
  for (let i = 0; i < want.length; i++) if (weights[i]! > 0) high = Math.max(high, want[i]! / weights[i]!);
  const at = (level: number): Float64Array =>
    want.map((amount, i) => Math.max(floors[i]!, Math.min(amount, weights[i]! * level)));
  if (sumOf(at(high)) <= total) return at(high);
  for (let step = 0; step < 200; step++) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (sumOf(at(middle)) > total) high = middle;
    else low = middle;
  }
  return at(low);
}

/**
 * The same in whole slots: everyone keeps at least the whole part of its share, and the slots that rounding leaves go
 * one each to those whose share was cut most, the first on ties.
 */
export function wholeShares(shares: Float64Array, wants: Float64Array, total: number): Float64Array {
  // A share a hair below a whole number is that number: the level was found by halving.
  const whole = shares.map((share) => Math.floor(share + 1e-6));
  let rest = Math.floor(total) - sumOf(whole);
  const order = Array.from(shares.keys())
    .filter((i) => wants[i]! > whole[i]!)
    .sort((a, b) => shares[b]! - whole[b]! - (shares[a]! - whole[a]!) || a - b);
  for (const i of order) {
    if (rest < 1) break;
    whole[i]! += 1;
    rest--;
  }
  return whole;
}

function sumOf(amounts: Float64Array): number {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return sum;
}
