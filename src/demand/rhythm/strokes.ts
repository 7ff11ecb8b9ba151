import {US_PER_DAY} from '../../base/units.ts';

/**
 * How many timers strike in the busiest of equal stretches of a day, or of the longest period if that is longer. A timer
 * counts once a stretch. Times in microseconds: each timer strikes at its phase and every period after it. [timer]
 */
export function strokesAtOnce(periodUs: Float64Array, phaseUs: Float64Array, stretchUs: number): number {
  const longest = periodUs.reduce((most, us) => Math.max(most, us), US_PER_DAY);
  const timers = new Uint32Array(Math.ceil(longest / stretchUs));
  for (let i = 0; i < periodUs.length; i++) {
    let last = -1;
    for (let us = phaseUs[i]!; us < longest; us += periodUs[i]!) {
      const stretch = Math.floor(us / stretchUs);
      if (stretch !== last) timers[stretch]!++;
      last = stretch;
    }
  }
  return timers.reduce((most, count) => Math.max(most, count), 0);
}
