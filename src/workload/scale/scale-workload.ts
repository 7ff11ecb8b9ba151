import {consecutiveLists} from '../columns.ts';
import {MAX_CALLS} from '../limits.ts';
import type {MinuteArrivals, Workload} from '../workload.ts';
import {keptOf} from './nested-thinning.ts';
import {scaleEvents} from './scale-events.ts';
import {copyKey, type Scaling, tooMany} from './scaling.ts';

/**
 * The workload with more or less traffic, by function: below 1 every call is kept with that chance; above it whole copies
 * of all calls are added, and a thinned one for what is left. Names, teams, span and durations stay. What is there with one
 * factor is there with every larger one, and the expected number of calls is exactly the factor times the trace's.
 *
 * The calls of a minute that is counted stay in it. Single calls of a copy are moved together, by less than the function's
 * median gap, so that periods and bursts stay what they are.
 */
export function scaleWorkload(workload: Workload, scaling: Scaling): Workload {
  if (scaling.factor.every((factor) => factor === 1)) return workload;
  const {arrivals, meta} = workload;
  return {
    ...workload,
    observed: undefined,
    arrivals: arrivals.kind === 'minute' ? scaleCounts(arrivals, scaling) : scaleEvents(arrivals, meta.spanUs, scaling),
  };
}

function scaleCounts({minute, count}: MinuteArrivals, scaling: Scaling): MinuteArrivals {
  const {factor} = scaling;
  const room = minute.length.reduce((sum, n) => sum + n, 0);
  const minutes = new Uint32Array(room);
  const counts = new Float64Array(room);
  const length = new Float64Array(factor.length);
  let [at, most, total] = [0, 0, 0];
  for (let f = 0; f < factor.length; f++) {
    const whole = Math.floor(factor[f]!);
    const rest = factor[f]! - whole;
    const keyA = copyKey(scaling, f, whole);
    const from = at;
    const apart = count.start[f]! - minute.start[f]!;
    for (let i = minute.start[f]!, end = i + minute.length[f]!; i < end; i++) {
      const calls = count.values[i + apart]!;
      const scaled = calls * whole + (rest === 0 ? 0 : keptOf(calls, rest, keyA, minute.values[i]!));
      if (scaled === 0) continue;
      minutes[at] = minute.values[i]!;
      counts[at++] = scaled;
      most = Math.max(most, scaled);
      total += scaled;
    }
    length[f] = at - from;
  }
  if (total > MAX_CALLS) throw tooMany(total);
  const values = most > 0xffffffff ? counts.subarray(0, at) : Uint32Array.from(counts.subarray(0, at));
  return {
    kind: 'minute',
    minute: consecutiveLists(minutes.subarray(0, at), length),
    count: consecutiveLists(values, length),
  };
}
