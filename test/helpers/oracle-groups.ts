import {exactPercentile} from './oracle-statistics.ts';
import type {FunctionTotals, Outcome} from './oracle-types.ts';

/** Functions of an outcome taken together under a name: a team's, an app's, or each for itself. */
export interface Group extends FunctionTotals {
  readonly name: string;
  readonly startDelaysUs: readonly number[];
  readonly slotSeconds: {readonly busy: number; readonly idle: number; readonly starting: number};
}

const fates = [
  ...([
    'invocations',
    'warm',
    'cold',
    'dropped',
    'throttled',
    'abandoned',
    'stillQueued',
    'expired',
    'shed',
    'coalesced',
    'lost',
    'duplicated',
  ] as const),
];

/** The groups that were called, `nameOf` giving each function's; in order of first appearance. */
export function groupsOf(outcome: Outcome, nameOf: readonly string[]): Group[] {
  const groups = [...new Set(nameOf)].map((name) => {
    const members = nameOf.flatMap((own, fn) => (own === name ? [fn] : []));
    const sum = (value: (fn: number) => number) => members.reduce((total, fn) => total + value(fn), 0);
    const seconds = (state: 'busy' | 'idle' | 'starting') =>
      sum((fn) => Number(outcome.details[fn]!.slotUs[state])) / 1e6;
    const totals = Object.fromEntries(fates.map((fate) => [fate, sum((fn) => outcome.functions[fn]![fate])]));
    return {
      ...(totals as Record<(typeof fates)[number], number>),
      name,
      startDelaysUs: members.flatMap((fn) => outcome.details[fn]!.startDelaysUs),
      slotSeconds: {busy: seconds('busy'), idle: seconds('idle'), starting: seconds('starting')},
    };
  });
  return groups.filter((group) => group.invocations > 0);
}

/** Cold starts over calls of each group, as a report tells their distribution. */
export function coldShareOf(groups: readonly Group[]) {
  const shares = groups.map(({cold, invocations}) => cold / invocations);
  const at = (p: number) => (shares.length === 0 ? null : exactPercentile(shares, p));
  return {p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9), mean: shares.length === 0 ? null : mean(shares)};
}

/** Jain's index of the groups' shares of warm calls, and how far the best is ahead of the worst. */
export function fairnessOf(groups: readonly Group[]) {
  const shares = groups.map(({warm, invocations}) => warm / invocations);
  if (shares.length === 0) return {jain: null, maxNormalisedLag: null};
  const meanSquare = mean(shares.map((share) => share ** 2));
  return {
    jain: meanSquare === 0 ? 1 : mean(shares) ** 2 / meanSquare,
    maxNormalisedLag: Math.max(...shares) - Math.min(...shares),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
