import {US_PER_SECOND} from '../../base/units.ts';
import type {GapSegments} from './warm-set.ts';

/** Bins of gaps: below 1 s, then eight an octave up to 18 days, then the rest. */
export const BINS_PER_OCTAVE = 8;
const OCTAVES = 20.5;
export const GAP_BINS = 1 + BINS_PER_OCTAVE * OCTAVES;

const edgeUs = Float64Array.from({length: GAP_BINS + 1}, (_, k) =>
  k === 0 ? 0 : Math.round(US_PER_SECOND * 2 ** ((k - 1) / BINS_PER_OCTAVE)),
);
const lengthUs = Float64Array.from({length: GAP_BINS}, (_, k) => edgeUs[k + 1]! - edgeUs[k]!);

/** The bin of a gap; GAP_BINS when it is longer than all. */
export function gapBin(us: number): number {
  if (us < US_PER_SECOND) return 0;
  const k = 1 + Math.floor(BINS_PER_OCTAVE * Math.log2(us / US_PER_SECOND));
  if (k >= GAP_BINS) return GAP_BINS;
  // The logarithm may round across an edge.
  return us < edgeUs[k]! ? k - 1 : us >= edgeUs[k + 1]! ? k + 1 : k;
}

/** Segments over the bins; whoever holds them fills in the probabilities. */
export function binSegments(): GapSegments {
  return {count: GAP_BINS, fromUs: edgeUs, lengthUs, probability: new Float64Array(GAP_BINS)};
}
