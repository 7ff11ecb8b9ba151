import {US_PER_MS} from '../../base/units.ts';
import type {SessionTerms} from '../../fleet/sessions/session-terms.ts';
import type {SessionTotals} from '../../scheduler/parts/sessions/session-outcome.ts';
import {type DelayMs, delayMs} from './delays.ts';

/** What became of sessions under a routing and a place for their state. */
export interface SessionReport {
  readonly routing: 'any' | 'sticky' | 'room';
  /** Null: where state lives was not asked. */
  readonly state: 'store' | 'cache' | 'instance' | null;
  /** What a session goes on from whose instance has failed; null: as `state`. */
  readonly recovery: 'store' | 'behind' | 'clients' | 'none' | null;
  /** Sessions of functions: one that calls two functions counts twice. */
  readonly sessions: number;
  /** Network, start delay, state and execution of actions that are over. */
  readonly actionMs: DelayMs;
  readonly budgetMs: number;
  /** Share of those actions that took longer; null: there are none. */
  readonly lateShare: number | null;
  /** Actions that met another instance than the one before; null: any instance may serve any action. */
  readonly moved: number | null;
  readonly passivated: number;
  /** Sessions of which nothing was left when their instance failed, and actions that were over and whose effect was lost. */
  readonly lostSessions: number;
  readonly lostActions: number;
  /** Actions whose instance had the state, of all that needed it there; null: none did. */
  readonly hitShare: number | null;
  /** Bound at once, in all and to one instance: sessions, or rooms; null: none is bound. */
  readonly bound: {
    readonly most: number;
    readonly mostOnOne: number;
    readonly imbalance: number;
    readonly busyImbalance: number;
  } | null;
  /** Operations on the store; `loads` and `saves` are of whole states. */
  readonly storeOperations: {
    readonly reads: number;
    readonly writes: number;
    readonly loads: number;
    readonly saves: number;
    readonly total: number;
  };
  /** Age of what actions read of what all share, and what it took to spread it; null: nothing is shared. */
  readonly world: {
    readonly by: 'push' | 'pull';
    readonly stalenessMs: DelayMs;
    readonly updates: number;
    readonly fetches: number;
    /** Bytes a second that went to instances. */
    readonly bytesPerSecond: number;
  } | null;
}

/** Operations on the store of a run; 0 where none is asked. */
export function storeOperations(totals: SessionTotals | undefined): number {
  if (totals === undefined) return 0;
  const {reads, writes, loads, saves} = totals.counts;
  return reads + writes + loads + saves + (totals.world?.fetches ?? 0);
}

/** `instances`: that what all share is pushed to; `seconds`: how long the counted part is. */
export function sessionReport(
  totals: SessionTotals,
  terms: SessionTerms,
  instances: number,
  seconds: number,
): SessionReport {
  const {counts, actionUs} = totals;
  const {routing, state, world} = terms;
  const {reads, writes, loads, saves} = counts;
  const needed = counts.hits + loads;
  const isBound = routing.by !== 'any';
  return {
    routing: routing.by === 'session' ? 'sticky' : routing.by,
    state: state?.place ?? null,
    recovery: state?.recovery ?? null,
    sessions: totals.sessions,
    actionMs: delayMs(actionUs),
    budgetMs: terms.budgetUs / US_PER_MS,
    lateShare: actionUs.count === 0 ? null : totals.late / actionUs.count,
    moved: isBound ? counts.moved : null,
    passivated: counts.passivated,
    lostSessions: counts.lostSessions,
    lostActions: counts.lostActions,
    hitShare: state === undefined || state.place === 'store' || needed === 0 ? null : counts.hits / needed,
    bound: isBound
      ? {
          most: totals.mostBound,
          mostOnOne: totals.mostInOne,
          imbalance: totals.imbalance,
          busyImbalance: totals.busyImbalance,
        }
      : null,
    storeOperations: {reads, writes, loads, saves, total: storeOperations(totals)},
    world:
      world === undefined || totals.world === undefined
        ? null
        : {
            by: world.by,
            stalenessMs: delayMs(totals.staleUs),
            updates: totals.world.updates,
            fetches: totals.world.fetches,
            bytesPerSecond:
              (world.by === 'push'
                ? totals.world.updates * instances * world.deltaBytes
                : totals.world.fetches * world.worldBytes) / seconds,
          },
  };
}
