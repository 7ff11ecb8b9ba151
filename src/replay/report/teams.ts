import {exactSums} from '../../base/exact-sum.ts';
import {QuantileSketch} from '../../base/sketch.ts';
import {US_PER_SECOND} from '../../base/units.ts';
import type {Delays} from '../../scheduler/core/delays.ts';
import type {LabelColumn} from '../../workload/workload.ts';
import {type Ledger, outcomeNames, unservedOf} from '../ledger.ts';
import {type DelayMs, delayMs} from './delays.ts';

/** One team's part of a run. A team is an owner of the trace, or the one that is given for its functions. */
export interface TeamReport {
  readonly team: string;
  /** Its share of all calls. */
  readonly share: number;
  readonly invocations: number;
  readonly cold: number;
  readonly dropped: number;
  readonly throttled: number;
  readonly abandoned: number;
  readonly expired: number;
  readonly shed: number;
  readonly startDelayMs: DelayMs;
  readonly slotSeconds: {readonly busy: number; readonly idle: number; readonly starting: number};
  /** Where that was asked for: what its calls would have waited without those of others. */
  readonly alone?: {readonly startDelayMs: DelayMs};
  /** Where teams have quotas: slot-seconds in use beyond what it has reserved, and in slots that it has reclaimed. */
  readonly quota?: {readonly opportunisticSlotSeconds: number; readonly reclaimedSlotSeconds: number};
}

export interface Fairness {
  /**
   * Jain's index over the teams' shares of warm calls, (sum x)^2 / (n sum x^2): 1 when all teams get the same
   * quality, 1/n when one gets everything. Null without calls.
   */
  readonly jain: number | null;
  /** The largest difference between two teams' shares of warm calls. */
  readonly maxNormalisedLag: number | null;
  /** Where an order of waiting is given: the same index over busy slot-time by weight; null without any. */
  readonly serviceJain?: number | null;
  /** Where teams have quotas: slot-seconds on slots that others have reserved. */
  readonly borrowedSlotSeconds?: number;
}

/** Columns by team. */
type TeamTotals = Record<(typeof outcomeNames)[number], Float64Array>;

function totalsOf({id, values}: LabelColumn, ledger: Ledger): TeamTotals {
  const teams = values.length;
  const {functions} = ledger;
  return Object.fromEntries(outcomeNames.map((name) => [name, exactSums(functions[name], id, teams)])) as TeamTotals;
}

/** The `shown` teams with the most calls, largest first, then by name. */
export function teamReports(teams: LabelColumn, ledger: Ledger, delays: Delays, shown: number): TeamReport[] {
  const names = teams.values;
  const totals = totalsOf(teams, ledger);
  const order = Array.from(names.keys())
    .filter((team) => totals.calls[team]! > 0)
    .sort((a, b) => totals.calls[b]! - totals.calls[a]! || (names[a]! < names[b]! ? -1 : 1));
  const told = new Map(order.slice(0, shown).map((team) => [team, new QuantileSketch()]));
  for (const [row, team] of teams.id.entries()) {
    const delay = told.get(team);
    if (delay) delays.addTo(delay, row);
  }
  return [...told].map(([team, delay]) => {
    const started = totals.calls[team]! - unservedOf(totals, team);
    delay.addZeros(started - delay.count);
    return {
      team: names[team]!,
      share: totals.calls[team]! / ledger.counts.invocations,
      invocations: totals.calls[team]!,
      cold: totals.cold[team]!,
      dropped: totals.dropped[team]!,
      throttled: totals.throttled[team]!,
      abandoned: totals.abandoned[team]!,
      expired: totals.expired[team]!,
      shed: totals.shed[team]!,
      startDelayMs: delayMs(delay),
      slotSeconds: {
        busy: totals.busyUs[team]! / US_PER_SECOND,
        idle: totals.idleUs[team]! / US_PER_SECOND,
        starting: totals.startingUs[team]! / US_PER_SECOND,
      },
      ...quotaOf(ledger, team),
    };
  });
}

function quotaOf(ledger: Ledger, team: number): Pick<TeamReport, 'quota'> {
  const use = ledger.quotaUse.get(team);
  if (use === undefined) return {};
  const {opportunisticUs, reclaimedUs} = use;
  return {
    quota: {
      opportunisticSlotSeconds: opportunisticUs / US_PER_SECOND,
      reclaimedSlotSeconds: reclaimedUs / US_PER_SECOND,
    },
  };
}

/** Jain's index of service, busy slot-time over the weight of each team that calls: (sum x)^2 / (n sum x^2); null without any. */
export function serviceJain(
  teams: LabelColumn,
  ledger: Ledger,
  weightOf: (row: number, otherwise: number) => number,
): number | null {
  const totals = totalsOf(teams, ledger);
  const weight = new Float64Array(teams.values.length).fill(1);
  // What is said of any of its functions is the team's.
  for (const [row, team] of teams.id.entries()) weight[team] = weightOf(row, weight[team]!);
  const service = [...totals.calls.keys()]
    .filter((team) => totals.calls[team]! > 0)
    .map((team) => totals.busyUs[team]! / weight[team]!);
  const sum = service.reduce((all, one) => all + one, 0);
  const squares = service.reduce((all, one) => all + one * one, 0);
  return squares === 0 ? null : (sum * sum) / (service.length * squares);
}

/** How evenly the fleet serves its teams, whatever their size. */
export function fairnessOf(teams: LabelColumn, ledger: Ledger): Fairness {
  const totals = totalsOf(teams, ledger);
  let n = 0;
  let sum = 0;
  let squares = 0;
  let least = 1;
  let most = 0;
  for (let team = 0; team < totals.calls.length; team++) {
    const calls = totals.calls[team]!;
    if (calls === 0) continue;
    const warm = (calls - totals.cold[team]! - unservedOf(totals, team)) / calls;
    n++;
    sum += warm;
    squares += warm * warm;
    least = Math.min(least, warm);
    most = Math.max(most, warm);
  }
  if (n === 0) return {jain: null, maxNormalisedLag: null};
  // Nobody gets anything: that is even, too.
  return {jain: squares === 0 ? 1 : (sum * sum) / (n * squares), maxNormalisedLag: most - least};
}
