import {nearestRank} from '../../base/ranks.ts';

/** A part of the functions and what share of them and of the calls it is. Shares are null when there are none. */
export interface PartReport {
  readonly functions: number;
  readonly functionShare: number | null;
  readonly invocations: number;
  readonly invocationShare: number | null;
}

/** Nearest ranks over a population; null when nothing of it has a value. */
export interface Ranks {
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

/** The parts into which `group` (a number from 0 to groups - 1 for each function) divides the functions. */
export function partsBy(group: ArrayLike<number>, groups: number, calls: Float64Array): PartReport[] {
  const functions = new Float64Array(groups);
  const invocations = new Float64Array(groups);
  for (let f = 0; f < calls.length; f++) {
    functions[group[f]!]!++;
    invocations[group[f]!]! += calls[f]!;
  }
  const total = sumOf(calls);
  return Array.from({length: groups}, (_, g) => ({
    functions: functions[g]!,
    functionShare: known(functions[g]! / calls.length),
    invocations: invocations[g]!,
    invocationShare: known(invocations[g]! / total),
  }));
}

/** Ranks of the values that are known. */
export function ranksOf(values: Float64Array): Ranks {
  const ascending = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (p: number) => known(nearestRank(ascending, p));
  return {p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9), p99: at(0.99), max: at(1)};
}

/** How much the busiest functions get: their share of the calls by share of functions, and the other way round. */
export interface Concentration {
  readonly top: readonly {readonly functionShare: number; readonly invocationShare: number | null}[];
  readonly needed: readonly {readonly invocationShare: number; readonly functions: number}[];
}

export function concentrationOf(calls: Float64Array): Concentration {
  const upTo = calls.slice().sort().reverse();
  for (let k = 1; k < upTo.length; k++) upTo[k]! += upTo[k - 1]!;
  const total = upTo.at(-1) ?? 0;
  return {
    top: [0.01, 0.1, 0.2].map((functionShare) => {
      const functions = Math.ceil(functionShare * calls.length);
      return {functionShare, invocationShare: known((upTo[functions - 1] ?? 0) / total)};
    }),
    needed: [0.5, 0.9, 0.99].map((invocationShare) => ({
      invocationShare,
      functions: total === 0 ? 0 : upTo.findIndex((calls) => calls >= invocationShare * total) + 1,
    })),
  };
}

export function unknownIn(values: Float64Array): number {
  return values.filter(Number.isNaN).length;
}

export function sumOf(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** JSON has no NaN: what cannot be said is null. */
export function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
