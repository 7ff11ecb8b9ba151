import {US_PER_DAY, US_PER_MINUTE} from '../base/units.ts';
import {type CallCursor, callCursor, MinuteCursor} from './call-cursor.ts';
import {pagesOf} from './parts/paged.ts';
import type {Workload} from './workload.ts';

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
  const {functions, meta} = workload;
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
  for (const {workload: page, from, to} of pagesOf(workload)) {
    const minuteCursor = new MinuteCursor(page.arrivals);
    const cursor = callCursor(page.arrivals);
    for (let f = from; f < to; f++) {
      minuteCursor.open(f);
      const tally = tallyOf(minuteCursor, perMinute);
      const mean = tally.calls / minutes;
      summary.calls[f] = tally.calls;
      summary.callsPerDay[f] = tally.calls / days;
      summary.peakPerMinute[f] = tally.peak;
      summary.dispersion[f] = (tally.squares / minutes - mean * mean) / mean;
      summary.gapCv[f] = gapCv(cursor, f, tally.calls);
    }
  }
  return summary;
}

interface Tally {
  calls: number;
  peak: number;
  /** Sum of squared counts of minutes. */
  squares: number;
}

function tallyOf(cursor: MinuteCursor, perMinute: Float64Array | undefined): Tally {
  const tally = {calls: 0, peak: 0, squares: 0};
  while (cursor.next()) {
    const {minute, calls} = cursor;
    tally.calls += calls;
    tally.squares += calls * calls;
    if (calls > tally.peak) tally.peak = calls;
    if (perMinute !== undefined) perMinute[minute]! += calls;
  }
  return tally;
}

/** In units of the trace's resolution: a single call lies at its time, n calls of a minute at (j + 1/2) / n of it. */
function gapCv(cursor: CallCursor, f: number, calls: number): number {
  if (calls < 3) return Number.NaN;
  const {resolutionUs} = cursor;
  const width = resolutionUs === 1 ? 0 : 1;
  cursor.open(f, cursor.steps(f) - 1);
  cursor.next();
  const lastTime = cursor.timeUs / resolutionUs;
  const lastN = cursor.calls;
  cursor.open(f);
  cursor.next();
  let time = cursor.timeUs / resolutionUs;
  let before = cursor.calls;
  const mean = (lastTime - time + width - (0.5 * width) / before - (0.5 * width) / lastN) / (calls - 1);
  let squares = (before - 1) * (1 / before - mean) ** 2;
  while (cursor.next()) {
    const n = cursor.calls;
    const now = cursor.timeUs / resolutionUs;
    const gap = now - time - width + (0.5 * width) / before + (0.5 * width) / n;
    squares += (n - 1) * (1 / n - mean) ** 2 + (gap - mean) ** 2;
    time = now;
    before = n;
  }
  // From the sum of squared deviations from the mean, so that clockwork is 0 but for rounding, which is taken off.
  const cv = Math.sqrt(squares / (calls - 1)) / mean;
  return cv < 1e-9 ? 0 : cv;
}
