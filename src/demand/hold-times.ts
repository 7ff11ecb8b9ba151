import {type Int64Words, int64At, type ListColumn, UNKNOWN_DURATION, type Workload} from '../workload/workload.ts';

/** Mean time in seconds that a call of each function holds its slot, and how many functions took the default. */
export function holdTimes(workload: Workload, defaultUs: number): {holdSeconds: Float64Array; withoutDuration: number} {
  const {arrivals, functions} = workload;
  const holdSeconds = new Float64Array(functions);
  let withoutDuration = 0;
  for (let f = 0; f < functions; f++) {
    const own = arrivals.durationUs ? eventMeanUs(arrivals.durationUs, f) : Number.NaN;
    let us = Number.isNaN(own) ? columnMeanUs(workload, f) : own;
    if (Number.isNaN(us)) {
      us = defaultUs;
      withoutDuration++;
    }
    holdSeconds[f] = Math.max(0, us) / 1e6;
  }
  return {holdSeconds, withoutDuration};
}

function eventMeanUs({values, start, length}: ListColumn<Int64Words>, f: number): number {
  let [sum, known] = [0, 0];
  for (let i = start[f]!, end = i + length[f]!; i < end; i++) {
    const us = int64At(values, i);
    if (us === UNKNOWN_DURATION) continue;
    sum += us;
    known++;
  }
  return sum / known;
}

/** The trace's average; where it gives percentiles alone, the mean of the line through them. */
function columnMeanUs({duration}: Workload, f: number): number {
  const {meanMs, levels, percentileMs} = duration;
  if (!Number.isNaN(meanMs[f]!) || levels.length === 0) return meanMs[f]! * 1000;
  const at = (k: number): number => Math.max(0, percentileMs[f * levels.length + k]!);
  // Beyond the outermost percentiles the distribution is flat.
  let mean = at(0) * levels[0]! + at(levels.length - 1) * (100 - levels.at(-1)!);
  for (let k = 0; k + 1 < levels.length; k++) mean += ((at(k) + at(k + 1)) / 2) * (levels[k + 1]! - levels[k]!);
  return (mean / 100) * 1000;
}
