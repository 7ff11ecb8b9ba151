/**
 * The values rounded to so many digits so that they add up to their rounded sum, or to `sum`, which is near it: the largest
 * remainders go up.
 */
export function roundedTogether(
  values: readonly number[],
  digits: number,
  sum = values.reduce((all, value) => all + value, 0),
): number[] {
  const unit = 10 ** digits;
  const floors = values.map((value) => Math.floor(value * unit));
  let missing = Math.round(sum * unit) - floors.reduce((all, value) => all + value, 0);
  const remainder = values.map((value, k) => value * unit - floors[k]!);
  const order = [...values.keys()].sort((a, b) => remainder[b]! - remainder[a]! || a - b);
  for (let i = 0; missing > 0 && i < order.length; i++, missing--) floors[order[i]!]! += 1;
  for (let i = order.length - 1; missing < 0 && i >= 0; i--, missing++) floors[order[i]!]! -= 1;
  return floors.map((value) => value / unit);
}

/** Digits with which columns that add up to `total` are told: cents, or what shows four digits of less; 9 at most. */
export function centsOf(total: number): number {
  const size = Math.abs(total);
  return size >= 10 || size === 0 ? 2 : Math.min(9, 4 - Math.ceil(Math.log10(size)));
}
