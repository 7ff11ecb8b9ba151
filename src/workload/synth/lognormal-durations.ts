import {normalQuantile} from '../../base/distributions.ts';
import {US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import type {DurationColumns} from '../workload.ts';
import {streamOf} from './streams.ts';

/** Percentiles of Azure's duration files. */
export const AZURE_LEVELS = [0, 1, 25, 50, 75, 99, 100] as const;

/** Fit of functions' mean execution times in Azure, natural logarithm of seconds (Shahrad et al. 2020, figure 7). */
const LN_MEAN_S = -0.38;
const SIGMA = 2.36;
/** Spread of one function's calls: sigma of their logarithm, itself lognormal over functions (day 7 of the trace). */
const CALL_SIGMA_MEDIAN = 0.45;
const CALL_SIGMA_SPREAD = 0.7;
const MAX_CALL_SIGMA = 2.5;
const MS_PER_SECOND = US_PER_SECOND / US_PER_MS;
/** How far busy functions may be the short ones, or the long ones. */
const MAX_CORRELATION = 0.9;
const HALVINGS = 20;
/** Ranges of so few calls are looked up. */
const TABLED_CALLS = 1024;

/**
 * Durations of functions ranked by rate. Their means follow the fit whatever `meanMs` is asked of the average call:
 * what gives is how strongly the busy functions are the short ones (a normal copula of rank and mean), and only what
 * that cannot reach is left to a common factor.
 */
export function drawDurations(order: Uint32Array, calls: Float64Array, meanMs: number, seed: number): DurationColumns {
  const functions = order.length;
  const busyness = new Float64Array(functions);
  const noise = new Float64Array(functions);
  const sigma = new Float64Array(functions);
  for (let rank = 0; rank < functions; rank++) busyness[order[rank]!] = -normalQuantile((rank + 0.5) / functions);
  for (let f = 0; f < functions; f++) {
    const random = streamOf(seed, 'durations', f);
    noise[f] = random.normal();
    sigma[f] = Math.min(MAX_CALL_SIGMA, CALL_SIGMA_MEDIAN * Math.exp(CALL_SIGMA_SPREAD * random.normal()));
  }
  const means = new Float64Array(functions);
  couple(means, busyness, noise, calls, meanMs);
  return spreadAround(means, sigma, calls);
}

/** Fills `means` with the fit's, coupled to rates so that the average call takes `meanMs`. */
function couple(
  means: Float64Array,
  busyness: Float64Array,
  noise: Float64Array,
  calls: Float64Array,
  meanMs: number,
): void {
  const fill = (correlation: number): number => {
    const own = Math.sqrt(1 - correlation * correlation);
    for (let f = 0; f < means.length; f++) {
      means[f] = MS_PER_SECOND * Math.exp(LN_MEAN_S + SIGMA * (correlation * busyness[f]! + own * noise[f]!));
    }
    return averageOf(means, calls);
  };
  let [low, high] = [-MAX_CORRELATION, MAX_CORRELATION];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (fill(middle) > meanMs) high = middle;
    else low = middle;
  }
  const factor = meanMs / fill((low + high) / 2);
  for (let f = 0; f < means.length; f++) means[f]! *= factor;
}

/** Mean over calls, over functions if there are no calls. */
export function averageOf(means: Float64Array, calls: Float64Array): number {
  let [sum, weight, plain] = [0, 0, 0];
  for (let f = 0; f < means.length; f++) {
    sum += means[f]! * calls[f]!;
    weight += calls[f]!;
    plain += means[f]!;
  }
  return weight > 0 ? sum / weight : plain / means.length;
}

/** Percentiles of lognormal calls about each mean; of so few calls that a percentile is one of them, no wider than those. */
function spreadAround(meanMs: Float64Array, sigma: Float64Array, calls: Float64Array): DurationColumns {
  const functions = meanMs.length;
  const width = AZURE_LEVELS.length;
  const percentileMs = new Float64Array(functions * width);
  const [minMs, maxMs] = [new Float64Array(functions), new Float64Array(functions)];
  const tabled = Float64Array.from({length: TABLED_CALLS}, (_, n) => outermostOf(n));
  const z = AZURE_LEVELS.map((level) => normalQuantile(level / 100));
  for (let f = 0; f < functions; f++) {
    const n = Math.max(1, calls[f]!);
    const outermost = n < TABLED_CALLS ? tabled[n]! : outermostOf(n);
    const row = percentileMs.subarray(f * width, (f + 1) * width);
    for (let k = 0; k < width; k++) row[k] = Math.exp(sigma[f]! * Math.min(outermost, Math.max(-outermost, z[k]!)));
    // Calls are drawn from straight lines between the percentiles: their mean is the function's.
    let mean = 0;
    for (let k = 1; k < width; k++) {
      mean += ((row[k - 1]! + row[k]!) / 2) * ((AZURE_LEVELS[k]! - AZURE_LEVELS[k - 1]!) / 100);
    }
    for (let k = 0; k < width; k++) row[k]! *= meanMs[f]! / mean;
    minMs[f] = row[0]!;
    maxMs[f] = row[width - 1]!;
  }
  return {meanMs, minMs, maxMs, levels: AZURE_LEVELS, percentileMs};
}

/** Standard score about which the extremes of `n` draws lie. */
function outermostOf(n: number): number {
  return -normalQuantile(0.5 / Math.max(1, n));
}
