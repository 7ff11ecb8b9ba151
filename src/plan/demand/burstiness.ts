import type {CallCounts} from '../../demand/calls/call-counts.ts';

/** Block lengths at which counts are held against a Poisson process, minutes. */
const BLOCK_MINUTES = [1, 10, 100, 1000];
/** Deviations of the index of dispersion that chance is not believed to make. */
const DEVIATIONS = 4;
/** Below so many calls, or blocks, nothing can be said. */
const MIN_CALLS = 4;
const MIN_BLOCKS = 8;

export interface Burstiness {
  /** Squared coefficient of variation of the rate from minute to minute, beyond what a Poisson process shows. */
  rateVariation: number;
  /** Whether the calls pass for a Poisson process with the rates of the windows, at every block length. */
  poisson: boolean;
}

/**
 * Compares a function's counts with a Poisson process whose rate is constant in each window: too clustered (bursts,
 * sessions) or too regular (timers) at any scale and it is none. `exposure[w]` is the number of minutes that history
 * has of window w, `calls[w]` what they hold.
 */
export function burstinessOf(counts: CallCounts, calls: Float64Array, exposure: Float64Array, out: Burstiness): void {
  out.rateVariation = 0;
  out.poisson = true;
  if (counts.total < MIN_CALLS) return;
  let minutes = 0;
  let windows = 0;
  // Sum over windows of (calls in it)^2 / minutes of it: what constant rates explain of the squares.
  let explained = 0;
  for (let w = 0; w < exposure.length; w++) {
    if (exposure[w]! <= 0) continue;
    minutes += exposure[w]!;
    windows++;
    explained += (calls[w]! * calls[w]!) / exposure[w]!;
  }
  const rate = counts.total / minutes;
  for (const block of BLOCK_MINUTES) {
    const free = minutes / block - windows;
    if (free < MIN_BLOCKS) break;
    const squares = squaresOf(counts, block);
    const variance = Math.max(0, squares - explained * block) / free;
    const dispersion = variance / (rate * block);
    if (Math.abs(dispersion - 1) > DEVIATIONS * Math.sqrt(2 / free)) out.poisson = false;
    if (block === 1) out.rateVariation = Math.max(0, (variance - rate) / (rate * rate));
  }
}

function squaresOf({minute, count, length}: CallCounts, block: number): number {
  let squares = 0;
  let sum = 0;
  let current = -1;
  for (let i = 0; i < length; i++) {
    const at = Math.floor(minute[i]! / block);
    if (at !== current) {
      squares += sum * sum;
      sum = 0;
      current = at;
    }
    sum += count[i]!;
  }
  return squares + sum * sum;
}
