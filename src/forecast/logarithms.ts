/** Whole numbers below this are looked up. */
const KNOWN = 1 << 12;
const log2s = Float64Array.from({length: KNOWN}, (_, n) => Math.log2(n));
const log1ps = Float64Array.from({length: KNOWN}, (_, n) => Math.log1p(n));

/** `Math.log2(n)`, which nearly always is of a small whole number here. */
export function log2Of(n: number): number {
  return n < KNOWN && n === (n | 0) && n >= 0 ? log2s[n]! : Math.log2(n);
}

/** `Math.log1p(n)`, which nearly always is of a small whole number here. */
export function log1pOf(n: number): number {
  return n < KNOWN && n === (n | 0) && n >= 0 ? log1ps[n]! : Math.log1p(n);
}
