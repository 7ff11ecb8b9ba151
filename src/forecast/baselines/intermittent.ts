import type {CallHistory} from '../history.ts';
import type {Baseline} from './baseline.ts';

/** Smoothing weight of sizes and intervals, the customary default. */
const ALPHA = 0.1;
/** Active minutes looked back at: what came before weighs less than (1 - ALPHA)^200, a billionth. */
const LOOK_BACK = 200;

/** Croston's method (1972): smoothed size over smoothed interval, updated when calls come. */
export const croston: Baseline = {
  name: 'croston',
  summary: "Croston's method: smoothed count over smoothed gap",
  create: () => (history, horizon, out) => out.poisson(horizon * crostonRate(history)),
};

/** Croston's rate without its bias, x (1 - alpha/2) (Syntetos and Boylan, 2005). */
export const sba: Baseline = {
  name: 'sba',
  summary: "Syntetos and Boylan's approximation: Croston without its bias",
  create: () => (history, horizon, out) => out.poisson(horizon * crostonRate(history) * (1 - ALPHA / 2)),
};

/**
 * Teunter, Syntetos and Babai (2011): the probability of an active minute is updated every minute, so it fades when
 * a function dies; the size only when calls come.
 */
export const tsb: Baseline = {
  name: 'tsb',
  summary: 'Teunter, Syntetos and Babai: probability of a call fades while none comes',
  create: () => (history, horizon, out) => {
    const {minute, count, entries, now} = history;
    const oldest = Math.max(0, entries - LOOK_BACK);
    let probability = 1 / (entries > oldest + 1 ? minute[oldest + 1]! - minute[oldest]! : now - minute[oldest]!);
    let size = count[oldest]!;
    for (let j = oldest + 1; j < entries; j++) {
      probability *= (1 - ALPHA) ** (minute[j]! - minute[j - 1]! - 1);
      probability += ALPHA * (1 - probability);
      size += ALPHA * (count[j]! - size);
    }
    out.poisson(horizon * size * probability * (1 - ALPHA) ** (now - 1 - minute[entries - 1]!));
  },
};

/** Calls a minute by Croston's method; the first gap counts from the first call. */
function crostonRate({minute, count, entries, now}: CallHistory): number {
  const oldest = Math.max(0, entries - LOOK_BACK);
  let size = count[oldest]!;
  let gap = entries > oldest + 1 ? minute[oldest + 1]! - minute[oldest]! : now - minute[oldest]!;
  for (let j = oldest + 1; j < entries; j++) {
    size += ALPHA * (count[j]! - size);
    gap += ALPHA * (minute[j]! - minute[j - 1]! - gap);
  }
  return size / gap;
}
