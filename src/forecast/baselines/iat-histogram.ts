import type {CallHistory} from '../history.ts';
import type {Baseline} from './baseline.ts';

/** Gaps and counts looked back at. */
const GAPS = 256;
const COUNTS = 32;

/**
 * The histogram of gaps between active minutes (the signal of the hybrid policy, Shahrad et al., ATC 2020) read as a
 * hazard: of the gaps that lasted as long as the present one, the share that ended within the window. One imagined
 * gap, equally likely to end at any time, keeps it from claiming certainty. Counts are those of past active minutes.
 */
export const iatHistogram: Baseline = {
  name: 'iat-histogram',
  summary: 'hazard of the gap since the last call, from the histogram of past gaps',
  create: () => {
    const counts = new Float64Array(COUNTS);
    return (history, horizon, out) => {
      const {count, entries} = history;
      const size = Math.min(COUNTS, entries);
      for (let j = 0; j < size; j++) counts[j] = count[entries - 1 - j]!;
      counts.subarray(0, size).sort();
      out.hurdle(hazard(history, horizon), counts, size);
    };
  },
};

function hazard({minute, entries, now}: CallHistory, horizon: number): number {
  const since = now - minute[entries - 1]!;
  let reached = 0;
  let ended = 0;
  for (let j = entries - 1; j >= Math.max(1, entries - GAPS); j--) {
    const gap = minute[j]! - minute[j - 1]!;
    if (gap < since) continue;
    reached++;
    if (gap < since + horizon) ended++;
  }
  return (ended + horizon / (since + horizon)) / (reached + 1);
}
