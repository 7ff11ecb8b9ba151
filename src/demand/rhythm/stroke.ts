/** Share of the call times on either side that may fall outside a stroke. */
const STRAYS = 0.01;
/** Gaps that vary more than this (standard deviation over mean) are not worth folding: a third of the strokes missed. */
const REGULAR_CV = 0.5;

/** Whether the gaps of so many ascending times are even enough, and long enough to be told apart, for a timer of its own. */
export function isRegular(seconds: Float64Array, length: number, resolution: number): boolean {
  const mean = (seconds[length - 1]! - seconds[0]!) / (length - 1);
  if (mean < 1.5 * resolution) return false;
  let squares = 0;
  for (let i = 1; i < length; i++) squares += (seconds[i]! - seconds[i - 1]! - mean) ** 2;
  return squares <= (length - 1) * (REGULAR_CV * mean) ** 2;
}

/** Where in the period so many times lie, relative to the phase, without a few strays on either side; seconds. */
export function strokeOf(
  seconds: Float64Array,
  length: number,
  period: number,
  phase: number,
): [from: number, until: number] {
  const offsets = new Float64Array(length);
  for (let i = 0; i < length; i++) offsets[i] = offsetOf(seconds[i]!, period, phase);
  offsets.sort();
  const strays = Math.floor(STRAYS * length);
  return [offsets[strays]!, offsets[length - 1 - strays]!];
}

/** How far a time lies from the nearest multiple of the period, counted from the phase; seconds. */
export function offsetOf(seconds: number, period: number, phase: number): number {
  return ((((seconds - phase + period / 2) % period) + period) % period) - period / 2;
}
