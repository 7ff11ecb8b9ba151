import {US_PER_MS} from '../../base/units.ts';
import {recordedUs} from '../recorded-durations.ts';
import type {DurationColumns, Workload} from '../workload.ts';
import {AZURE_LEVELS} from './lognormal-durations.ts';

/**
 * Each function's durations are those of its original in the trace, all multiplied by one factor where `meanMs` asks for
 * another mean over the calls. Of a trace with single calls the percentiles are worked out. A trace that knows no
 * durations takes `meanMs` for every function.
 */
export function copyDurations(
  trace: Workload,
  original: Int32Array,
  calls: Float64Array,
  meanMs: number | undefined,
): DurationColumns {
  const from = percentilesKnown(trace);
  const width = from.levels.length;
  const factor = meanMs === undefined ? 1 : meanMs / meanOfKnown(from.meanMs, original, calls);
  if (Number.isNaN(factor)) return constantDurations(original.length, meanMs!);
  const take = (column: Float64Array) => Float64Array.from(original, (row) => column[row]! * factor);
  const percentileMs = new Float64Array(original.length * width);
  for (let f = 0; f < original.length; f++) {
    for (let k = 0; k < width; k++) percentileMs[f * width + k] = from.percentileMs[original[f]! * width + k]! * factor;
  }
  return {
    meanMs: take(from.meanMs),
    minMs: take(from.minMs),
    maxMs: take(from.maxMs),
    levels: from.levels,
    percentileMs,
  };
}

function constantDurations(functions: number, ms: number): DurationColumns {
  const all = () => new Float64Array(functions).fill(ms);
  return {meanMs: all(), minMs: all(), maxMs: all(), levels: [], percentileMs: new Float64Array(0)};
}

/** Mean over the calls of functions whose mean is known, over functions if none of these is called; NaN if none is. */
function meanOfKnown(meanMs: Float64Array, original: Int32Array, calls: Float64Array): number {
  let [sum, weight, plain, known] = [0, 0, 0, 0];
  for (let f = 0; f < original.length; f++) {
    const mean = meanMs[original[f]!]!;
    if (Number.isNaN(mean)) continue;
    sum += mean * calls[f]!;
    weight += calls[f]!;
    plain += mean;
    known++;
  }
  const mean = weight > 0 ? sum / weight : plain / known;
  return mean > 0 ? mean : Number.NaN;
}

function percentilesKnown(trace: Workload): DurationColumns {
  const {duration, arrivals, functions} = trace;
  if (duration.levels.length > 0 || arrivals.durationUs === undefined) return duration;
  const width = AZURE_LEVELS.length;
  const percentileMs = new Float64Array(functions * width).fill(Number.NaN);
  for (let f = 0; f < functions; f++) {
    const us = recordedUs(arrivals, f);
    if (us.length === 0) continue;
    for (let k = 0; k < width; k++) {
      const rank = Math.max(1, Math.ceil((AZURE_LEVELS[k]! / 100) * us.length));
      percentileMs[f * width + k] = us[rank - 1]! / US_PER_MS;
    }
  }
  return {...duration, levels: AZURE_LEVELS, percentileMs};
}
