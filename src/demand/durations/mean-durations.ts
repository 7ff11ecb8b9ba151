import {recordedMeanUs} from '../../workload/recorded-durations.ts';
import type {Workload} from '../../workload/workload.ts';
import {lineMeanUs} from './percentile-lines.ts';

/** Mean duration of every function's calls: the mean of its `DurationLaw`. */
export interface MeanDurations {
  readonly us: Float64Array; // [function]
  /** Functions of which the trace tells nothing; they took the default. */
  readonly withoutDuration: number;
}

/** `defaultUs` is for functions of which the trace tells nothing; NaN leaves them unknown. */
export function meanDurations(workload: Workload, defaultUs: number): MeanDurations {
  const us = new Float64Array(workload.functions);
  let withoutDuration = 0;
  for (let f = 0; f < us.length; f++) {
    const mean = meanDurationUs(workload, f);
    if (Number.isNaN(mean)) withoutDuration++;
    us[f] = Number.isNaN(mean) ? defaultUs : mean;
  }
  return {us, withoutDuration};
}

/** Mean duration of function `f`, microseconds; NaN where the trace tells nothing of it. */
export function meanDurationUs(workload: Pick<Workload, 'duration' | 'arrivals'>, f: number): number {
  const {arrivals} = workload;
  // Averages of a trace with single calls may be of calls that are not in view, such as those after a plan's history.
  return arrivals.durationUs === undefined ? lineMeanUs(workload, f) : recordedMeanUs(arrivals, f);
}
