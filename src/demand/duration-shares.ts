import {US_PER_MS} from '../base/units.ts';
import {type EventArrivals, int64At, UNKNOWN_DURATION, type Workload} from '../workload/workload.ts';

/** How long a function's calls run; what a trace tells of it. */
export interface DurationSummary {
  readonly meanMs: number;
  /** The smallest duration that the share `p` of the calls stays within. */
  quantileMs(p: number): number;
  /** Standard deviation / mean; NaN when the mean is 0. */
  readonly cv: number;
  /** Of the calls that run longer than `ms`: their share of the calls and of the execution time. */
  above(ms: number): {readonly calls: number; readonly time: number};
}

/**
 * What a trace tells of function `f`'s execution times: exact over the calls whose own it knows, else the line through its
 * percentiles, scaled to its average as in a replay; an average alone is a constant. Undefined where it tells nothing.
 */
export function durationsOf(workload: Workload, f: number): DurationSummary | undefined {
  const {arrivals} = workload;
  if (arrivals.durationUs) return eventDurations(arrivals.durationUs, f);
  return percentileDurations(workload, f);
}

function eventDurations(column: NonNullable<EventArrivals['durationUs']>, f: number): DurationSummary | undefined {
  const {values, start} = column;
  const all = Float64Array.from({length: column.length[f]!}, (_, i) => int64At(values, start[f]! + i));
  const ms = all
    .filter((us) => us !== UNKNOWN_DURATION)
    .map((us) => us / US_PER_MS)
    .sort();
  const {length} = ms;
  if (length === 0) return undefined;
  let sum = 0;
  let squares = 0;
  for (const value of ms) {
    sum += value;
    squares += value * value;
  }
  const meanMs = sum / length;
  return {
    meanMs,
    quantileMs: (p) => ms[Math.max(0, Math.ceil(p * length) - 1)]!,
    cv: Math.sqrt(Math.max(0, squares / length - meanMs * meanMs)) / meanMs,
    above: (limit) => {
      let calls = 0;
      let time = 0;
      for (let i = length - 1; i >= 0 && ms[i]! > limit; i--) {
        calls++;
        time += ms[i]!;
      }
      return {calls: calls / length, time: sum === 0 ? 0 : time / sum};
    },
  };
}

function percentileDurations(workload: Workload, f: number): DurationSummary | undefined {
  const curve = curveOf(workload, f);
  if (!curve) return undefined;
  const {share, ms} = curve;
  let mean = 0;
  let square = 0;
  for (let k = 0; k + 1 < ms.length; k++) {
    const [a, b, width] = [ms[k]!, ms[k + 1]!, share[k + 1]! - share[k]!];
    mean += (width * (a + b)) / 2;
    square += (width * (a * a + a * b + b * b)) / 3;
  }
  return {
    meanMs: mean,
    quantileMs: (p) => quantile(share, ms, p),
    cv: Math.sqrt(Math.max(0, square - mean * mean)) / mean,
    above: (limit) => above(share, ms, limit, mean),
  };
}

/** Knots of a distribution function that is linear in between: ascending shares from 0 to 1 and their values. */
interface Curve {
  readonly share: readonly number[];
  readonly ms: readonly number[];
}

function curveOf({duration}: Workload, f: number): Curve | undefined {
  const {levels, percentileMs} = duration;
  const mean = duration.meanMs[f]!;
  const given = levels.map((_, k) => percentileMs[f * levels.length + k]!);
  if (given.length === 0 || Number.isNaN(given[0]!)) {
    return Number.isNaN(mean) ? undefined : {share: [0, 1], ms: [Math.max(0, mean), Math.max(0, mean)]};
  }
  // Percentiles of a trace need not be in order, nor start at 0; a distribution's must.
  let least = 0;
  const rising = given.map((value) => (least = Math.max(least, value || 0)));
  const share = [0, ...levels.map((percent) => percent / 100), 1];
  const ms = [rising[0]!, ...rising, rising.at(-1)!];
  let curveMean = 0;
  for (let k = 0; k + 1 < ms.length; k++) curveMean += ((ms[k]! + ms[k + 1]!) / 2) * (share[k + 1]! - share[k]!);
  const scale = Number.isNaN(mean) || curveMean === 0 ? 1 : Math.max(0, mean) / curveMean;
  return {share, ms: ms.map((value) => value * scale)};
}

function quantile(share: readonly number[], ms: readonly number[], p: number): number {
  let k = 0;
  while (k + 2 < share.length && share[k + 1]! < p) k++;
  const width = share[k + 1]! - share[k]!;
  return width === 0 ? ms[k]! : ms[k]! + ((ms[k + 1]! - ms[k]!) * (p - share[k]!)) / width;
}

function above(share: readonly number[], ms: readonly number[], limit: number, mean: number) {
  let calls = 0;
  let time = 0;
  for (let k = 0; k + 1 < ms.length; k++) {
    const [a, b, width] = [ms[k]!, ms[k + 1]!, share[k + 1]! - share[k]!];
    if (b <= limit) continue;
    const from = Math.max(a, limit);
    const part = b === a ? width : (width * (b - from)) / (b - a);
    calls += part;
    time += (part * (from + b)) / 2;
  }
  return {calls, time: mean === 0 ? 0 : time / mean};
}
