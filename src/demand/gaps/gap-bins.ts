import {US_PER_SECOND} from '../../base/units.ts';

/** Bins of gaps: below 1 s, then eight an octave up to 18 days, then the rest. */
export const BINS_PER_OCTAVE = 8;
const OCTAVES = 20.5;
export const GAP_BINS = 1 + BINS_PER_OCTAVE * OCTAVES;

const edgeUs = Float64Array.from({length: GAP_BINS + 1}, (_, k) =>
  k === 0 ? 0 : Math.round(US_PER_SECOND * 2 ** ((k - 1) / BINS_PER_OCTAVE)),
);

/** The bin of a gap; GAP_BINS when it is longer than all. */
export function gapBin(us: number): number {
  if (us < US_PER_SECOND) return 0;
  const k = 1 + Math.floor(BINS_PER_OCTAVE * Math.log2(us / US_PER_SECOND));
  if (k >= GAP_BINS) return GAP_BINS;
  // The logarithm may round across an edge.
  return us < edgeUs[k]! ? k - 1 : us >= edgeUs[k + 1]! ? k + 1 : k;
}

/** Start of a bin, microseconds; of GAP_BINS: the end of the last. */
export function gapEdgeUs(bin: number): number {
  return edgeUs[bin]!;
}
