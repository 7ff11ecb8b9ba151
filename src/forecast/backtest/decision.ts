/**
 * From a forecast to warm slots to dollars, for one function and one window: the newsvendor of METHODS E1.3. The k-th
 * slot is warm iff P(it is needed) > w / C, with w the price of a slot for the window and C that of a cold start.
 */

/**
 * Slots that `calls` in a window keep busy on average, rounded up: offered load by Little's law, at least 1 if there
 * is a call at all.
 */
export function slotsFor(calls: number, holdMinutes: number, windowMinutes: number): number {
  return calls === 0 ? 0 : Math.max(1, Math.ceil((calls * holdMinutes) / windowMinutes));
}

/**
 * The quantile of calls + jitter at any level, from P(N >= 1) and the forecast quantiles. The jitter is uniform, so
 * within one whole number of calls the quantile is linear in the level; between numbers it is taken as linear in
 * -log(1 - level), the scale on which an exponential tail is a line, and continued that way beyond the last level.
 */
export function quantileAt(
  level: number,
  active: number,
  levels: readonly number[],
  jittered: Float32Array,
  at: number,
): number {
  const none = 1 - active;
  if (level <= 0) return 0;
  if (level <= none) return level / none;
  let first = 0;
  while (first < levels.length && levels[first]! <= none) first++;
  if (first === levels.length) return 1 + (level - none) / active;
  if (level < levels[first]!) return beneath(level, none, levels, jittered, at, first);
  let q = first;
  while (q + 1 < levels.length && levels[q + 1]! <= level) q++;
  const [a, x] = [levels[q]!, jittered[at + q]!];
  if (q + 1 < levels.length) {
    const [b, y] = [levels[q + 1]!, jittered[at + q + 1]!];
    const share = Math.floor(x) === Math.floor(y) ? (level - a) / (b - a) : depth(level, a) / depth(b, a);
    return x + (y - x) * share;
  }
  return q > first ? beyond(level, levels[q - 1]!, jittered[at + q - 1]!, a, x) : beyond(level, none, 1, a, x);
}

/** The quantile between level `none`, where calls begin, and the first known one above it. */
function beneath(
  level: number,
  none: number,
  levels: readonly number[],
  jittered: Float32Array,
  at: number,
  first: number,
): number {
  const [b, y] = [levels[first]!, jittered[at + first]!];
  const whole = Math.floor(y);
  let [start, z] = [b, y];
  if (first + 1 < levels.length && Math.floor(jittered[at + first + 1]!) === whole) {
    // Two levels within one number of calls tell its probability, and so the level at which it begins.
    const probability = (levels[first + 1]! - b) / Math.max(jittered[at + first + 1]! - y, 1e-6);
    [start, z] = [Math.max(none, b - (y - whole) * probability), whole];
    if (level >= start) return y - (b - level) / probability;
  }
  return start > none ? 1 + (z - 1) * ((level - none) / (start - none)) : z;
}

/** -log of how much of the tail above `from` lies above `level`. */
function depth(level: number, from: number): number {
  return Math.log1p(-from) - Math.log1p(-level);
}

/** The quantile above the last two known points (a, x) and (b, y). */
function beyond(level: number, a: number, x: number, b: number, y: number): number {
  const whole = Math.floor(y);
  if (Math.floor(x) !== whole || y === x) return y + ((y - x) / depth(b, a)) * depth(level, b);
  // Both within one number of calls: its probability is known, and so is the level at which it ends.
  const probability = (b - a) / (y - x);
  const end = b + (whole + 1 - y) * probability;
  if (level <= end) return y + (level - b) / probability;
  // Further numbers of calls follow geometrically.
  return whole + 1 + depth(level, end) / depth(end, Math.max(0, end - probability));
}

/** The fractile that a window of that price calls for, 1 - w / C; at most 0 when no slot is ever worth it. */
export function criticalFractile(warmUsd: number, coldUsd: number): number {
  return coldUsd > 0 ? 1 - warmUsd / coldUsd : 0;
}

/** Slots that idle on average: those warm or started cold, less the `load` that are busy. */
export function idleSlots(warm: number, needed: number, load: number): number {
  return Math.max(0, Math.max(warm, needed) - load);
}

/** Cold starts of having `warm` slots when `needed` were. */
export function coldStarts(warm: number, needed: number): number {
  return Math.max(0, needed - warm);
}

/** Dollars of having `warm` slots when `needed` were. Least where they are equal: what an oracle would pay. */
export function windowUsd(warm: number, needed: number, load: number, warmUsd: number, coldUsd: number): number {
  return idleSlots(warm, needed, load) * warmUsd + coldStarts(warm, needed) * coldUsd;
}
