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

/** Classes of gaps, each of whole bins: half octaves from a second to a day and a half. */
export const CLASS_BINS = BINS_PER_OCTAVE / 2;
export const GAP_CLASSES = 34;

/** Edges between classes, seconds. */
export const classEdges = Float64Array.from(
  {length: GAP_CLASSES + 1},
  (_, k) => edgeUs[1 + k * CLASS_BINS]! / US_PER_SECOND,
);

/** The class of a gap, to whole microseconds; -1 when it is shorter than all, GAP_CLASSES when it is longer. */
export function gapClass(seconds: number): number {
  return Math.min(GAP_CLASSES, Math.floor((gapBin(Math.round(seconds * US_PER_SECOND)) - 1) / CLASS_BINS));
}

/**
 * The hazard over so many bins of a tail that falls as the root of time, where nothing is known: whoever has waited for t
 * expects to wait about as long again, and half the break-even gap is the time to keep for.
 */
export function hazardWithoutData(bins: number): number {
  return 1 - 2 ** (-bins / (2 * BINS_PER_OCTAVE));
}

/** Start of a bin, microseconds; of GAP_BINS: the end of the last. */
export function gapEdgeUs(bin: number): number {
  return edgeUs[bin]!;
}
