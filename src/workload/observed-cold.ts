import {nearestRank} from '../base/ranks.ts';
import {US_PER_MS} from '../base/units.ts';
import {int64At, type ObservedStarts, UNKNOWN_START, WARM, type Workload} from './workload.ts';

/** What a trace itself says of cold starts, to hold a simulation against. */
export interface ObservedCold {
  /** Calls that were cold. */
  readonly calls: number;
  /** Calls of which the trace says how they started. */
  readonly of: number;
  readonly share: number;
  /** Over cold ones whose length the trace tells; null where it tells none. */
  readonly coldTimeMs: {readonly p50: number | null; readonly p99: number | null};
}

/** How many of a function's calls are known to have been cold, and of how many it is known. */
export interface ColdCount {
  readonly cold: number;
  readonly known: number;
}

/** The count of function `f`, over calls that arrive in [fromUs, untilUs). `onLength` is told the lengths that are known. */
export function coldCountOf(
  {arrivals, observed, meta}: Pick<Workload, 'arrivals' | 'observed' | 'meta'>,
  f: number,
  [fromUs, untilUs]: readonly [number, number] = EVER,
  onLength: (us: number) => void = () => undefined,
): ColdCount {
  if (observed !== undefined && isWhole(meta.spanUs, fromUs, untilUs)) {
    return {cold: observed.cold[f]!, known: observed.known[f]!};
  }
  if (arrivals.coldUs === undefined) return {cold: 0, known: 0};
  const {arrivalUs, coldUs} = arrivals;
  const apart = coldUs.start[f]! - arrivalUs.start[f]!;
  let [cold, known] = [0, 0];
  for (let i = arrivalUs.start[f]!, end = i + arrivalUs.length[f]!; i < end; i++) {
    const us = int64At(coldUs.values, i + apart);
    if (us === UNKNOWN_START) continue;
    const at = int64At(arrivalUs.values, i);
    if (at < fromUs || at >= untilUs) continue;
    known++;
    if (us === WARM) continue;
    cold++;
    if (us >= 0) onLength(us);
  }
  return {cold, known};
}

/** Whether that is all of the span: what is counted over all of it says nothing of its parts. */
function isWhole(spanUs: number, fromUs: number, untilUs: number): boolean {
  return fromUs <= 0 && untilUs >= spanUs;
}

const EVER = [0, Number.POSITIVE_INFINITY] as const;

/** Over all functions; null where the trace says of no call how it started. */
export function observedCold(workload: Workload, window: readonly [number, number] = EVER): ObservedCold | null {
  if (workload.arrivals.coldUs === undefined && workload.observed === undefined) return null;
  const lengths: number[] = [];
  let [calls, of] = [0, 0];
  for (let f = 0; f < workload.functions; f++) {
    const {cold, known} = coldCountOf(workload, f, window, (us) => lengths.push(us));
    calls += cold;
    of += known;
  }
  if (of === 0) return null;
  const ascending = Float64Array.from(lengths).sort();
  const {observed} = workload;
  const at = (p: number): number | null => {
    const us = observed === undefined ? nearestRank(ascending, p) : rankedClass(observed, p);
    return Number.isNaN(us) ? null : us / US_PER_MS;
  };
  return {calls, of, share: calls / of, coldTimeMs: {p50: at(0.5), p99: at(0.99)}};
}

/** The mean of the class that holds the nearest rank; NaN where there is none. */
function rankedClass({classUs, classCalls}: ObservedStarts, p: number): number {
  const rank = Math.max(1, Math.ceil(p * classCalls.reduce((sum, calls) => sum + calls, 0)));
  let upTo = 0;
  const at = classCalls.findIndex((calls) => (upTo += calls) >= rank);
  return classUs[at] ?? Number.NaN;
}
