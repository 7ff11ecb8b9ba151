import {type Arrivals, int64At, UNKNOWN_DURATION} from './workload.ts';

/** The durations of function `f`'s single calls that the trace tells, ascending, microseconds; empty where it has none. */
export function recordedUs({durationUs}: Arrivals, f: number): Float64Array {
  if (durationUs === undefined) return new Float64Array(0);
  const {values, start, length} = durationUs;
  const from = start[f]!;
  return Float64Array.from({length: length[f]!}, (_, i) => int64At(values, from + i))
    .filter((us) => us !== UNKNOWN_DURATION)
    .sort();
}

/** Their mean; NaN where there are none. */
export function recordedMeanUs({durationUs}: Arrivals, f: number): number {
  if (durationUs === undefined) return Number.NaN;
  const {values, start, length} = durationUs;
  let sum = 0;
  let known = 0;
  for (let i = start[f]!, end = i + length[f]!; i < end; i++) {
    const us = int64At(values, i);
    if (us === UNKNOWN_DURATION) continue;
    sum += us;
    known++;
  }
  return sum / known;
}
