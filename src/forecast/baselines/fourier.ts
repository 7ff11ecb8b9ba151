import type {CallHistory} from '../history.ts';
import type {Baseline} from './baseline.ts';

/** Longest stretch that is fitted, minutes: a power of two. */
const LONGEST = 1024;
/** Minutes that one fit serves. */
const REFIT = 32;
/** Strongest oscillations kept. */
const HARMONICS = 8;

/** A fit: a parabola over time plus cosines, in minutes since `start`. */
interface Fit {
  row: CallHistory | undefined;
  loads: number;
  at: number;
  length: number;
  trend: [number, number, number];
  harmonics: {turns: number; cosine: number; sine: number}[];
}

/**
 * Fourier extrapolation as IceBreaker does it (Roy et al., ASPLOS 2022): a quadratic trend, and the strongest
 * oscillations of what is left, continued into the window. Fitted anew every half hour on up to 1,024 minutes; until
 * 64 minutes are known it is the mean. Poisson around the extrapolated mean.
 */
export const fourier: Baseline = {
  name: 'fourier',
  summary: 'quadratic trend and the strongest oscillations, continued',
  create: () => {
    const fit: Fit = {row: undefined, loads: 0, at: -1, length: 0, trend: [0, 0, 0], harmonics: []};
    const real = new Float64Array(LONGEST);
    const imaginary = new Float64Array(LONGEST);
    return (history, horizon, out) => {
      const at = history.now - (history.now % REFIT);
      if (fit.row !== history || fit.loads !== history.loads || fit.at !== at) {
        Object.assign(fit, {row: history, loads: history.loads, at});
        refit(fit, history, real, imaginary);
      }
      let mean = 0;
      for (let t = history.now; t < history.now + horizon; t++) mean += Math.max(0, valueAt(fit, t - at + fit.length));
      out.poisson(mean);
    };
  },
};

function refit(fit: Fit, history: CallHistory, real: Float64Array, imaginary: Float64Array): void {
  fit.harmonics.length = 0;
  fit.length = Math.min(LONGEST, 2 ** Math.floor(Math.log2(Math.max(1, fit.at))));
  const n = fit.length;
  const start = fit.at - n;
  if (n < 64) {
    fit.trend = [history.now === 0 ? 0 : history.callsSince(0) / history.now, 0, 0];
    return;
  }
  for (let i = 0; i < n; i++) real[i] = history.callsAt(start + i);
  fit.trend = quadraticTrend(real, n);
  for (let i = 0; i < n; i++) real[i]! -= trendAt(fit.trend, i, n);
  imaginary.fill(0, 0, n);
  transform(real, imaginary, n);
  const strongest = Array.from({length: n / 2 - 1}, (_, k) => k + 1)
    .sort((a, b) => real[b]! ** 2 + imaginary[b]! ** 2 - real[a]! ** 2 - imaginary[a]! ** 2)
    .slice(0, HARMONICS);
  for (const k of strongest) {
    fit.harmonics.push({turns: k / n, cosine: (2 * real[k]!) / n, sine: (-2 * imaginary[k]!) / n});
  }
}

function valueAt(fit: Fit, i: number): number {
  let value = trendAt(fit.trend, i, fit.length);
  for (const {turns, cosine, sine} of fit.harmonics) {
    const angle = 2 * Math.PI * turns * i;
    value += cosine * Math.cos(angle) + sine * Math.sin(angle);
  }
  return value;
}

/** The trend at sample `i`, held at its last fitted value beyond: a parabola runs away when it is continued. */
function trendAt([level, slope, bend]: readonly [number, number, number], i: number, n: number): number {
  const x = (2 * Math.min(i, n - 1) - (n - 1)) / n;
  return level + slope * x + bend * x * x;
}

/** Least squares of a parabola over n evenly spaced samples, x from about -1 to 1: odd moments vanish. */
function quadraticTrend(samples: Float64Array, n: number): [number, number, number] {
  let [m0, m1, m2, s2, s4] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = (2 * i - (n - 1)) / n;
    m0 += samples[i]!;
    m1 += samples[i]! * x;
    m2 += samples[i]! * x * x;
    s2 += x * x;
    s4 += x ** 4;
  }
  const bend = (n * m2 - s2 * m0) / (n * s4 - s2 * s2);
  return [(m0 - bend * s2) / n, m1 / s2, bend];
}

/** Fast Fourier transform in place, n a power of two (Cooley and Tukey). */
function transform(real: Float64Array, imaginary: Float64Array, n: number): void {
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j]!, real[i]!];
      [imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
    }
  }
  for (let size = 2; size <= n; size *= 2) {
    for (let k = 0; k < size / 2; k++) {
      const cosine = Math.cos((2 * Math.PI * k) / size);
      const sine = -Math.sin((2 * Math.PI * k) / size);
      for (let i = k; i < n; i += size) {
        const j = i + size / 2;
        const oddReal = real[j]! * cosine - imaginary[j]! * sine;
        const oddImaginary = real[j]! * sine + imaginary[j]! * cosine;
        real[j] = real[i]! - oddReal;
        imaginary[j] = imaginary[i]! - oddImaginary;
        real[i]! += oddReal;
        imaginary[i]! += oddImaginary;
      }
    }
  }
}
