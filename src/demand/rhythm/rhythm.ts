import {fisherTail} from './fisher.ts';

/** Values of a series that `strongestRhythm` reads; a multiple of 4. */
export const RHYTHM_BINS = 128;
/** Frequencies looked at: 2 cycles (one is a trend) up to below Nyquist's. */
const ORDINATES = RHYTHM_BINS / 2 - 2;

const cosine = Float64Array.from({length: RHYTHM_BINS}, (_, t) => Math.cos((2 * Math.PI * t) / RHYTHM_BINS));

/** The strongest rhythm of a series: a smooth rise and fall, such as a day's, as against a timer's stroke. */
export interface Rhythm {
  /** Cycles in the whole series. */
  readonly cycles: number;
  /** Share of the variance at that frequency. */
  readonly share: number;
  /** Fraction of a cycle after the series' start at which it peaks. */
  readonly peak: number;
  /** Chance that white noise has as strong a one (Fisher's g). */
  readonly p: number;
}

/**
 * The largest ordinate of the periodogram, if the series also resembles itself one period later more than half a
 * period later (a hill of the autocorrelation: AUTOPERIOD, Vlachos et al., SDM 2005). A step, as of a function that
 * is deployed in mid-trace, has the first and not the second. Undefined where there is none.
 */
export function strongestRhythm(series: Float64Array): Rhythm | undefined {
  const n = RHYTHM_BINS;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += series[t]! / n;
  let total = 0;
  let power = 0;
  let cycles = 0;
  let angle = 0;
  for (let k = 2; k < n / 2; k++) {
    let re = 0;
    let im = 0;
    for (let t = 0, phase = 0; t < n; t++, phase = (phase + k) % n) {
      const x = series[t]! - mean;
      re += x * cosine[phase]!;
      im += x * cosine[(phase + (3 * n) / 4) % n]!;
    }
    const at = re * re + im * im;
    total += at;
    if (at > power) [power, cycles, angle] = [at, k, Math.atan2(im, re)];
  }
  // Rounding alone leaves a constant series this much.
  if (!(total > 1e-18 * (1 + mean * mean) * n * n)) return undefined;
  const period = n / cycles;
  const whole = autocovariance(series, mean, Math.round(period));
  if (whole <= 0 || whole <= autocovariance(series, mean, Math.round(period / 2))) return undefined;
  const share = power / total;
  return {cycles, share, peak: (angle / (2 * Math.PI) + 1) % 1, p: fisherTail(share, ORDINATES)};
}

function autocovariance(series: Float64Array, mean: number, lag: number): number {
  let sum = 0;
  for (let t = lag; t < RHYTHM_BINS; t++) sum += (series[t]! - mean) * (series[t - lag]! - mean);
  return sum / (RHYTHM_BINS - lag);
}
