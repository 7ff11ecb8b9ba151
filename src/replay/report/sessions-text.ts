import {formatCount, formatTimeUs, US_PER_MS} from '../../base/units.ts';
import type {SessionReport} from './sessions.ts';

/** What became of sessions under a policy, for people. */
export function sessionsText({
  policy,
  sessions,
}: {
  readonly policy: string;
  readonly sessions?: SessionReport;
}): string[] {
  if (sessions === undefined) return [];
  const {routing, state, recovery, actionMs, budgetMs, lateShare, storeOperations, world} = sessions;
  const place =
    state === null ? '' : `, state in ${state}${recovery === 'store' ? '' : ` (recovers from ${recovery})`}`;
  const late = lateShare === null ? '' : `, ${percent(lateShare)} over ${ms(budgetMs)}`;
  return [
    `${policy}: ${formatCount(sessions.sessions)} sessions by ${routing}${place}: action p50 ${ms(actionMs.p50)}, p99 ${ms(actionMs.p99)}${late}; ${formatCount(storeOperations.total)} store operations.`,
    ...boundText(policy, sessions),
    ...(world === null
      ? []
      : [
          `${policy}: world by ${world.by}: actions read it ${ms(world.stalenessMs.mean)} old on average, p99 ${ms(world.stalenessMs.p99)}, at most ${ms(world.stalenessMs.max)}; ${formatCount(Math.round(world.bytesPerSecond))} B/s.`,
        ]),
  ];
}

function boundText(policy: string, {bound, moved, lostSessions, lostActions, passivated}: SessionReport): string[] {
  if (bound === null) return [];
  return [
    `${policy}: at most ${formatCount(bound.mostOnOne)} bound to one instance, ${bound.imbalance.toFixed(2)} x the mean (busy time ${bound.busyImbalance.toFixed(2)} x); ${formatCount(moved ?? 0)} moved, ${formatCount(passivated)} put away, ${formatCount(lostSessions)} sessions and ${formatCount(lostActions)} finished actions lost.`,
  ];
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function ms(value: number | null): string {
  return value === null ? '-' : formatTimeUs(value * US_PER_MS);
}
