import {mixKeys} from '../base/random.ts';
import {US_PER_MINUTE} from '../base/units.ts';
import {functionKeys} from '../fleet/function-keys.ts';
import {invocationsOf, mapLists, type Workload} from '../workload/workload.ts';

/** What a trial replays at most: calls, and minutes of its functions, for each of which `predictive` makes forecasts. */
export interface SampleLimits {
  readonly calls: number;
  readonly functionMinutes: number;
}

export const trialLimits: SampleLimits = {calls: 20e6, functionMinutes: 300_000};
/** Where single functions have so many calls that even a sample has this many times more, nothing is tried. */
const MOST_BEYOND = 3;

/** Whether a sample has few enough calls to be replayed a dozen times. */
export function isTried({calls}: Sample): boolean {
  return calls <= MOST_BEYOND * trialLimits.calls;
}

/** Some functions of a workload, whole ones, that stand for all. */
export interface Sample {
  /** The workload without the calls of the others; rows stay what they are. */
  readonly workload: Workload;
  /** How many functions each stands for; 0: it is left out. [function] */
  readonly weight: Float64Array;
  /** Functions with a call, in the sample and in all. */
  readonly functions: number;
  readonly of: number;
  /** Calls in the sample. */
  readonly calls: number;
}

/**
 * As many functions as the limits let through, from every octave of calls the same share, but less where an octave alone
 * would take more than its part of the calls; at least one. Which ones is a matter of their names' hash and the seed, so
 * it is the same in every slice of a trace.
 */
export function sampleOf(workload: Workload, limits: SampleLimits, seed: number): Sample {
  const octaves = byOctave(workload);
  const of = octaves.reduce((sum, {rows}) => sum + rows.length, 0);
  const calls = octaves.reduce((sum, octave) => sum + octave.calls, 0);
  const most = Math.max(1, limits.functionMinutes / Math.max(1, workload.meta.spanUs / US_PER_MINUTE));
  const weight = new Float64Array(workload.functions);
  if (of <= most && calls <= limits.calls) {
    for (const {rows} of octaves) for (const row of rows) weight[row] = 1;
    return {workload, weight, functions: of, of, calls};
  }
  const keys = functionKeys(workload);
  let [functions, sampled] = [0, 0];
  for (const {rows, calls: ofOctave} of octaves) {
    const share = Math.min(1, most / of, limits.calls / octaves.length / ofOctave);
    const taken = Math.max(1, Math.round(share * rows.length));
    const order = rows
      .map((row) => ({row, key: mixKeys(keys[row]!, seed) >>> 0}))
      .sort((a, b) => a.key - b.key || a.row - b.row);
    for (const {row} of order.slice(0, taken)) {
      weight[row] = rows.length / taken;
      sampled += invocationsOf(workload, row);
    }
    functions += taken;
  }
  const arrivals = mapLists(workload.arrivals, (list) => ({
    ...list,
    length: list.length.map((n, row) => (weight[row]! > 0 ? n : 0)),
  }));
  return {workload: {...workload, arrivals, observed: undefined}, weight, functions, of, calls: sampled};
}

interface Octave {
  readonly rows: number[];
  calls: number;
}

/** Functions that are called, those whose numbers of calls lie in the same octave together. */
function byOctave(workload: Workload): Octave[] {
  const octaves = new Map<number, Octave>();
  for (let row = 0; row < workload.functions; row++) {
    const calls = invocationsOf(workload, row);
    if (calls === 0) continue;
    const at = Math.floor(Math.log2(calls));
    const octave = octaves.get(at) ?? {rows: [], calls: 0};
    octave.rows.push(row);
    octave.calls += calls;
    octaves.set(at, octave);
  }
  return [...octaves.values()];
}
