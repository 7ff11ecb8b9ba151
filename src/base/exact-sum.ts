/**
 * The sum of whole numbers from 0 to 2^53, as exactly as a double can hold it: beyond 2^53 it is the one nearest to the
 * true sum, whatever the order of the numbers.
 */
export function exactSum(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  if (sum <= Number.MAX_SAFE_INTEGER) return sum;
  let exact = 0n;
  for (const value of values) exact += BigInt(value);
  return Number(exact);
}

/** The same for each of `groups` groups; `group[k]` is that of `values[k]`. [group] */
export function exactSums(values: Float64Array, group: Int32Array, groups: number): Float64Array {
  const sums = new Float64Array(groups);
  for (let k = 0; k < values.length; k++) sums[group[k]!]! += values[k]!;
  if (sums.every((sum) => sum <= Number.MAX_SAFE_INTEGER)) return sums;
  const exact = Array.from(sums, () => 0n);
  for (let k = 0; k < values.length; k++) exact[group[k]!]! += BigInt(values[k]!);
  return Float64Array.from(exact, Number);
}
