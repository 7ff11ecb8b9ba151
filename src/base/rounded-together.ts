/** The values rounded to so many digits so that they add up to their rounded sum: the largest remainders go up. */
export function roundedTogether(values: readonly number[], digits: number): number[] {
  const unit = 10 ** digits;
  const floors = values.map((value) => Math.floor(value * unit));
  const total = Math.round(values.reduce((sum, value) => sum + value, 0) * unit);
  let missing = total - floors.reduce((sum, value) => sum + value, 0);
  const remainder = (k: number): number => values[k]! * unit - floors[k]!;
  for (const k of [...values.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b)) {
    if (missing <= 0) break;
    floors[k]! += 1;
    missing--;
  }
  return floors.map((value) => value / unit);
}

/** Digits with which columns that add up to `total` are told: cents, or what shows four digits of less; 9 at most. */
export function centsOf(total: number): number {
  const size = Math.abs(total);
  return size >= 10 || size === 0 ? 2 : Math.min(9, 4 - Math.ceil(Math.log10(size)));
}
