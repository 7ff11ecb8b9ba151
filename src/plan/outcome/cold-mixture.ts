import type {ColdTimes} from '../../fleet/cold-time/expected-cold-times.ts';

/**
 * The smallest time, microseconds, that all but `allowed` of the cold starts do not exceed when function f has
 * `weights[f]` of them; 0 when they are no more than that.
 */
export function coldTimeExceededBy(allowed: number, weights: Float64Array, cold: ColdTimes): number {
  let total = 0;
  let mean = 0;
  for (let f = 0; f < weights.length; f++) {
    total += weights[f]!;
    mean += weights[f]! * cold.meanUs[f]!;
  }
  if (total <= allowed || mean === 0) return 0;
  const above = (us: number): number => (cold.alike ? total * cold.shareAbove(0, us) : countAbove(weights, cold, us));
  const enough = (us: number): boolean => above(us) <= allowed * (1 + 1e-12);
  let low = 0;
  let high = Math.ceil(mean / total);
  while (!enough(high)) {
    low = high;
    high *= 2;
  }
  // Cold times are whole microseconds.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

function countAbove(weights: Float64Array, cold: ColdTimes, us: number): number {
  let above = 0;
  for (let f = 0; f < weights.length; f++) if (weights[f]! > 0) above += weights[f]! * cold.shareAbove(f, us);
  return above;
}
