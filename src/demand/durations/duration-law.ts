import {recordedUs} from '../../workload/recorded-durations.ts';
import type {Workload} from '../../workload/workload.ts';
import {lineMeanUs, PercentileLines} from './percentile-lines.ts';

/** How long a function's calls run, in whole microseconds, as a replay runs them. */
export interface DurationLaw {
  readonly meanUs: number;
  /** Standard deviation / mean; NaN when the mean is 0. */
  readonly cv: number;
  /** The smallest duration that the share `p` in [0, 1] of the calls stays within, microseconds. */
  quantileUs(p: number): number;
  /** Of the calls that run longer than `us`: their share of the calls and of the execution time (0 without any). */
  above(us: number): {readonly calls: number; readonly time: number};
}

/**
 * What a trace tells of how long calls run: the durations of the calls themselves where it has any, those unknown left
 * out, else the line through the function's percentiles (`PercentileLines`).
 */
export class DurationLaws {
  private readonly workload: Workload;
  private readonly lines: PercentileLines | undefined;

  constructor(workload: Workload) {
    this.workload = workload;
    if (workload.arrivals.durationUs === undefined) {
      const rows = Int32Array.from({length: workload.functions}, (_, f) => f);
      this.lines = new PercentileLines(workload, rows, Number.NaN);
    }
  }

  /** The law of function `f`; undefined where the trace tells nothing of it. */
  of(f: number): DurationLaw | undefined {
    const {workload, lines} = this;
    if (lines === undefined) return recordedLaw(recordedUs(workload.arrivals, f));
    const meanUs = lineMeanUs(workload, f);
    return Number.isNaN(meanUs) ? undefined : lineLaw(lines, f, meanUs);
  }
}

function lineLaw(lines: PercentileLines, f: number, meanUs: number): DurationLaw {
  const whole = lines.moments(f);
  return {
    meanUs,
    cv: Math.sqrt(Math.max(0, whole.squareUs - whole.meanUs ** 2)) / whole.meanUs,
    quantileUs: (p) => lines.at(f, p),
    above: (us) => {
      const {calls, timeUs} = lines.above(f, us);
      return {calls, time: whole.meanUs === 0 ? 0 : timeUs / whole.meanUs};
    },
  };
}

/** Of durations ascending; undefined without any. */
function recordedLaw(us: Float64Array): DurationLaw | undefined {
  const calls = us.length;
  if (calls === 0) return undefined;
  let sum = 0;
  let squares = 0;
  for (const value of us) {
    sum += value;
    squares += value * value;
  }
  const meanUs = sum / calls;
  return {
    meanUs,
    cv: Math.sqrt(Math.max(0, squares / calls - meanUs * meanUs)) / meanUs,
    quantileUs: (p) => us[Math.max(0, Math.ceil(p * calls) - 1)]!,
    above: (limit) => {
      let longer = 0;
      let time = 0;
      for (let i = calls - 1; i >= 0 && us[i]! > limit; i--) {
        longer++;
        time += us[i]!;
      }
      return {calls: longer / calls, time: sum === 0 ? 0 : time / sum};
    },
  };
}
