/**
 * The mean of the calls in a window, of P(N >= 1) and quantiles of N + U (see ForecastColumns): the area under the
 * quantile function, less the mean of the jitter. Between known levels and beyond the last one the quantile is taken as
 * linear in -log(1 - level), the scale on which an exponential tail is a line. Below the lowest known level counts are
 * taken to lie as far under it, in proportion, as those above it lie over it, at 1 call at least.
 */
export class MeanCalls {
  private readonly levels: readonly number[];
  /** Of the stretch from level q to the next: its area is `base` times the first value plus `rise` times the rise. */
  private readonly rise: Float64Array;

  constructor(levels: readonly number[]) {
    this.levels = levels;
    this.rise = Float64Array.from(levels.slice(1), (to, q) => riseShare(levels[q]!, to));
  }

  /** `jittered[at..]` are the quantiles, ascending and coherent with `active`. 0 where no call is expected. */
  of(active: number, jittered: Float32Array, at: number): number {
    if (active <= 0) return 0;
    const {levels, rise} = this;
    const none = 1 - active;
    const last = levels.length - 1;
    let first = 0;
    while (first <= last && levels[first]! <= none) first++;
    // Every level lies in the mass of no call at all: one call if any.
    if (first > last) return active;
    const [level, z] = [levels[first]!, jittered[at + first]!];
    let above = 0;
    for (let q = first; q < last; q++) {
      const [x, y] = [jittered[at + q]!, jittered[at + q + 1]!];
      above += (levels[q + 1]! - levels[q]!) * x + rise[q]! * (y - x);
    }
    const top = jittered[at + last]!;
    const [a, x] = last > first ? [levels[last - 1]!, jittered[at + last - 1]!] : [none, 1];
    const slope = (top - x) / Math.log((1 - a) / (1 - levels[last]!));
    above += (1 - levels[last]!) * (top + slope);
    const mean = above / (1 - level);
    const below = Math.max(Math.min(z, 1.5), (z * z) / mean);
    return Math.max(active, above + (level - none) * below - 0.5 * active);
  }
}

/** The area between the levels under a quantile that rises by 1 linearly in -log(1 - level). */
function riseShare(from: number, to: number): number {
  const depth = Math.log((1 - from) / (1 - to));
  return (1 - from) / depth - ((1 - to) * (1 + depth)) / depth;
}
