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
  let [before, zBefore] = [0, 0];
  let [last, zLast] = [none, 1];
  for (let q = 0; q < levels.length; q++) {
    const next = levels[q]!;
    if (next <= last) continue;
    [before, zBefore] = [last, zLast];
    [last, zLast] = [next, jittered[at + q]!];
    if (level <= next) break;
  }
  if (last === none) return 1 + (level - none) / active;
  if (level <= last && Math.floor(zBefore) !== Math.floor(zLast)) {
    return zBefore + (zLast - zBefore) * (depth(level, before) / depth(last, before));
  }
  return level <= last
    ? zBefore + (zLast - zBefore) * ((level - before) / (last - before))
    : beyond(level, before, zBefore, last, zLast);
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

/**
 * Dollars of having `warm` slots when `needed` were: idle time of slots that are warm or were started cold, plus cold
 * starts. `load` is the mean number of busy slots. Least where `warm` equals `needed`: what an oracle would pay.
 */
export function windowUsd(warm: number, needed: number, load: number, warmUsd: number, coldUsd: number): number {
  const open = Math.max(warm, needed);
  return Math.max(0, open - load) * warmUsd + Math.max(0, needed - warm) * coldUsd;
}
