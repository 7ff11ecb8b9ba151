import {US_PER_SECOND} from '../../base/units.ts';

/** Bins of gaps: below 1 s, then eight an octave up to 18 days, then the rest. */
export const BINS_PER_OCTAVE = 8;
const OCTAVES = 20.5;
export const GAP_BINS = 1 + BINS_PER_OCTAVE * OCTAVES;

const edgeUs = Float64Array.from({length: GAP_BINS + 1}, (_, k) =>
  k === 0 ? 0 : Math.round(US_PER_SECOND * 2 ** ((k - 1) / BINS_PER_OCTAVE)),
);

/** A gap's double and its upper word: the exponent and the first bits of the mantissa. */
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const UPPER = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const STEP_BITS = 20 - 7;
/** The step of the first gap that has one: 128 steps an octave. */
const firstStep = stepOf(2 ** Math.floor(Math.log2(US_PER_SECOND)));
/** The bin of the shortest gap of each step, which are shorter than bins. */
const stepBins = binsOfSteps();

function binsOfSteps(): Uint8Array {
  const bins = new Uint8Array(stepOf(edgeUs[GAP_BINS]!) - firstStep + 1);
  let bin = 0;
  for (let step = 0; step < bins.length; step++) {
    words[UPPER] = (firstStep + step) << STEP_BITS;
    words[1 - UPPER] = 0;
    while (bin < GAP_BINS && edgeUs[bin + 1]! <= double[0]!) bin++;
    bins[step] = bin;
  }
  return bins;
}

function stepOf(us: number): number {
  double[0] = us;
  return words[UPPER]! >>> STEP_BITS;
}

/** The bin of a gap; GAP_BINS when it is longer than all. */
export function gapBin(us: number): number {
  if (us < US_PER_SECOND) return 0;
  if (!(us < edgeUs[GAP_BINS]!)) return GAP_BINS;
  const bin = stepBins[stepOf(us) - firstStep]!;
  return us < edgeUs[bin + 1]! ? bin : bin + 1;
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
