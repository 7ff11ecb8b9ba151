import {US_PER_DAY, US_PER_MINUTE} from '../base/units.ts';
import {type EventArrivals, int64At, type MinuteArrivals, type Workload} from './workload.ts';

/** How each function is called. */
export interface CallSummary {
  readonly calls: Float64Array; // [function]
  readonly callsPerDay: Float64Array; // [function]
  /** Calls in the function's busiest minute. */
  readonly peakPerMinute: Float64Array; // [function]
  /**
   * Coefficient of variation of the times between calls: 0 for clockwork, 1 for a Poisson process. The calls of a
   * per-minute count are taken as evenly spread over their minute. NaN with fewer than three calls.
   */
  readonly gapCv: Float64Array; // [function]
  /** Variance over mean of the calls in a minute, over the minutes of the span: 1 for a Poisson process. */
  readonly dispersion: Float64Array; // [function]
  /** Calls of all functions by minute of the span. */
  readonly perMinute: Float64Array; // [minute]
}

/** A span of that many minutes is 127 years: a trace with a wrong date in it, whose minutes are not worth a gigabyte. */
const MAX_MINUTES = 2 ** 26;

/** One pass over all calls. `perMinute` is empty for spans above a century. */
export function summariseCalls(workload: Workload): CallSummary {
  const {functions, meta, arrivals} = workload;
  const minutes = Math.ceil(meta.spanUs / US_PER_MINUTE);
  const days = meta.spanUs / US_PER_DAY;
  const summary = {
    calls: new Float64Array(functions),
    callsPerDay: new Float64Array(functions),
    peakPerMinute: new Float64Array(functions),
    gapCv: new Float64Array(functions),
    dispersion: new Float64Array(functions),
    perMinute: new Float64Array(minutes > MAX_MINUTES ? 0 : minutes),
  };
  const perMinute = summary.perMinute.length === 0 ? undefined : summary.perMinute;
  for (let f = 0; f < functions; f++) {
    const tally =
      arrivals.kind === 'minute' ? tallyMinutes(arrivals, f, perMinute) : tallyEvents(arrivals, f, perMinute);
    const mean = tally.calls / minutes;
    summary.calls[f] = tally.calls;
    summary.callsPerDay[f] = tally.calls / days;
    summary.peakPerMinute[f] = tally.peak;
    summary.dispersion[f] = (tally.squares / minutes - mean * mean) / mean;
    summary.gapCv[f] =
      arrivals.kind === 'minute' ? gapCvOfMinutes(arrivals, f, tally.calls) : gapCvOfEvents(arrivals, f);
  }
  return summary;
}

interface Tally {
  calls: number;
  peak: number;
  /** Sum of squared counts of minutes. */
  squares: number;
}

function tallyMinutes({minute, count}: MinuteArrivals, f: number, perMinute: Float64Array | undefined): Tally {
  const tally = {calls: 0, peak: 0, squares: 0};
  const [minutes, counts] = [minute.start[f]!, count.start[f]!];
  for (let i = 0; i < minute.length[f]!; i++) {
    const n = count.values[counts + i]!;
    addMinute(tally, n);
    if (perMinute !== undefined) perMinute[minute.values[minutes + i]!]! += n;
  }
  return tally;
}

function tallyEvents({arrivalUs}: EventArrivals, f: number, perMinute: Float64Array | undefined): Tally {
  const tally = {calls: 0, peak: 0, squares: 0};
  let [current, n] = [-1, 0];
  for (let i = arrivalUs.start[f]!, end = i + arrivalUs.length[f]!; i < end; i++) {
    const minute = Math.floor(int64At(arrivalUs.values, i) / US_PER_MINUTE);
    if (minute !== current) {
      addMinute(tally, n);
      [current, n] = [minute, 0];
    }
    n++;
    if (perMinute !== undefined) perMinute[minute]! += 1;
  }
  addMinute(tally, n);
  return tally;
}

function addMinute(tally: Tally, n: number): void {
  tally.calls += n;
  tally.squares += n * n;
  if (n > tally.peak) tally.peak = n;
}

/** n calls of a minute lie at (j + 1/2) / n of it. */
function gapCvOfMinutes({minute, count}: MinuteArrivals, f: number, calls: number): number {
  if (calls < 3) return Number.NaN;
  const [minutes, counts, length] = [minute.start[f]!, count.start[f]!, minute.length[f]!];
  const firstN = count.values[counts]!;
  const lastN = count.values[counts + length - 1]!;
  const whole = minute.values[minutes + length - 1]! - minute.values[minutes]!;
  const mean = (whole + 1 - 0.5 / firstN - 0.5 / lastN) / (calls - 1);
  let squares = (firstN - 1) * (1 / firstN - mean) ** 2;
  for (let i = 1; i < length; i++) {
    const n = count.values[counts + i]!;
    const before = count.values[counts + i - 1]!;
    const apart = minute.values[minutes + i]! - minute.values[minutes + i - 1]!;
    const gap = apart - 1 + 0.5 / before + 0.5 / n;
    squares += (n - 1) * (1 / n - mean) ** 2 + (gap - mean) ** 2;
  }
  return cvOf(squares, calls - 1, mean);
}

function gapCvOfEvents({arrivalUs}: EventArrivals, f: number): number {
  const [start, calls] = [arrivalUs.start[f]!, arrivalUs.length[f]!];
  if (calls < 3) return Number.NaN;
  const {values} = arrivalUs;
  const mean = (int64At(values, start + calls - 1) - int64At(values, start)) / (calls - 1);
  let squares = 0;
  for (let i = 1; i < calls; i++) {
    squares += (int64At(values, start + i) - int64At(values, start + i - 1) - mean) ** 2;
  }
  return cvOf(squares, calls - 1, mean);
}

/** From the sum of squared deviations from the mean, so that clockwork is 0 but for rounding, which is taken off. */
function cvOf(squares: number, gaps: number, mean: number): number {
  const cv = Math.sqrt(squares / gaps) / mean;
  return cv < 1e-9 ? 0 : cv;
}
