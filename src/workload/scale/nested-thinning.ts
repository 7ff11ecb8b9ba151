import {draw32, mix32, mixKeys, Random, unit} from '../../base/random.ts';

/** Up to so many calls each has a place of its own drawn; more are halved first. */
const FEW = 16;
/** Up to here a half of n calls is drawn exactly, from n random bits; above it is normal to within a rounding. */
const BITS = 4096;

/**
 * How many of some calls are kept when each is kept with the same chance, such that what is kept with one chance is kept
 * with every larger one: each call has a uniform place in [0, 1), and those below the chance are kept. Many calls are not
 * drawn one by one: the interval is halved, each half getting Binomial(n, 1/2) of them, until the half at hand holds few.
 * Depends on the keys alone; the mean is n times the chance exactly.
 */
export function keptOf(n: number, chance: number, keyA: number, keyB: number): number {
  if (chance >= 1) return n;
  if (chance <= 0) return 0;
  let [left, low, width, node, kept] = [n, 0, 1, mix32(keyB), 0];
  while (left > FEW) {
    width /= 2;
    const lower = half(left, keyA, node);
    const whole = chance >= low + width;
    if (whole) {
      kept += lower;
      low += width;
    }
    left = whole ? left - lower : lower;
    node = mixKeys(node, whole ? 2 : 1);
  }
  for (let j = 0; j < left; j++) if (low + width * unit(draw32(keyA, node, j)) < chance) kept++;
  return kept;
}

/** Binomial(n, 1/2). */
function half(n: number, keyA: number, keyB: number): number {
  if (n > BITS) {
    const z = new Random(mixKeys(keyA, keyB) >>> 0).normal();
    return Math.min(n, Math.max(0, Math.round(n / 2 + (Math.sqrt(n) / 2) * z)));
  }
  let ones = 0;
  for (let rest = n, j = 0; rest > 0; rest -= 32, j++) {
    const bits = draw32(keyB, keyA, j);
    ones += popCount(rest >= 32 ? bits : bits & ((1 << rest) - 1));
  }
  return ones;
}

function popCount(bits: number): number {
  let x = bits | 0;
  x -= (x >>> 1) & 0x55555555;
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
