/** Phases are told apart to 1/4096 of a period: a table look-up in place of a sine for each call and period. */
const TURN = 4096;
const sine = Float64Array.from({length: TURN}, (_, i) => Math.sin((2 * Math.PI * i) / TURN));

/** How a function's calls lie when time is wound round a circle of one period. */
export interface Fold {
  readonly periodSeconds: number;
  /** Where in the period the calls come, seconds after a multiple of the period (circular mean). */
  readonly phaseSeconds: number;
  /** R, length of the calls' mean direction: 1 if all come at the same phase, about 1/sqrt(n) if at random. */
  readonly strength: number;
  /** Periods that have a call. */
  readonly cycles: number;
  /** Share of the periods between first and last call that have one. */
  readonly kept: number;
  /**
   * -ln of Rayleigh's chance of as much order at random: n R^2 over the mean directions of the n periods with calls.
   * Means are shorter than 1 where a period has several calls: the chance is then overstated, never understated.
   */
  readonly surprise: number;
}

/**
 * Folds ascending call times at a period. A call counts if none came in the quiet time before it, a quarter of the
 * period and 10 min at most, so that a burst counts once. The test takes each period as one observation, however
 * many calls it has, because calls close in time do not come independently.
 */
export function fold(times: Float64Array, length: number, periodSeconds: number): Fold {
  const quiet = Math.min(periodSeconds / 4, 600);
  const all = {re: 0, im: 0, onsets: 0};
  const directions = {re: 0, im: 0, cycles: 0};
  let cycle = -1;
  let re = 0;
  let im = 0;
  let inCycle = 0;
  const close = (): void => {
    directions.cycles++;
    directions.re += re / inCycle;
    directions.im += im / inCycle;
    re = im = inCycle = 0;
  };
  for (let i = 0; i < length; i++) {
    const t = times[i]!;
    if (i > 0 && t - times[i - 1]! < quiet) continue;
    const turns = t / periodSeconds;
    const now = Math.floor(turns);
    if (now !== cycle && cycle >= 0) close();
    cycle = now;
    const phase = ((turns - now) * TURN) | 0;
    const x = sine[(phase + TURN / 4) % TURN]!;
    const y = sine[phase]!;
    re += x;
    im += y;
    all.re += x;
    all.im += y;
    all.onsets++;
    inCycle++;
  }
  if (all.onsets > 0) close();
  const angle = Math.atan2(all.im, all.re) / (2 * Math.PI);
  const between = all.onsets === 0 ? 1 : Math.round((times[length - 1]! - times[0]!) / periodSeconds) + 1;
  return {
    periodSeconds,
    phaseSeconds: ((angle + 1) % 1) * periodSeconds,
    strength: all.onsets === 0 ? 0 : Math.min(1, Math.hypot(all.re, all.im) / all.onsets),
    cycles: directions.cycles,
    kept: Math.min(1, directions.cycles / between),
    surprise: directions.cycles === 0 ? 0 : (directions.re ** 2 + directions.im ** 2) / directions.cycles,
  };
}

/** Circular standard deviation of the calls about their phase, seconds: period/(2 pi) sqrt(-2 ln R), half a period at most. */
export function spreadSeconds({periodSeconds, strength}: Pick<Fold, 'periodSeconds' | 'strength'>): number {
  if (strength >= 1) return 0;
  return Math.min(periodSeconds / 2, (periodSeconds / (2 * Math.PI)) * Math.sqrt(-2 * Math.log(strength)));
}
