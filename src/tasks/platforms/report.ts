import {US_PER_MS} from '../../base/units.ts';
import type {PriceOrigin} from '../../cost/prices.ts';
import {invocationsTotal, type Workload} from '../../workload/workload.ts';
import {lostBesides, perMonth, type Setting, type Sized} from '../right-size/right-size.ts';
import {settingsOf} from '../right-size/settings-text.ts';

/** What the trace does on a platform under some settings. */
export interface PlatformRow {
  /** As it was given. */
  readonly platform: string;
  readonly settings: 'default' | 'best';
  /** What is not as it comes; empty: all is. */
  readonly changed: readonly string[];
  readonly policy: string;
  /** The invoice of 30 days, and its price of waiting where that has one. */
  readonly usdPerMonth: number;
  readonly startDelayMs: {readonly p50: number | null; readonly p99: number | null; readonly p999: number | null};
  readonly coldShare: number | null;
  readonly peakInstances: number;
  readonly throttled: number;
  /** Calls that found no room, gave up waiting or still waited. */
  readonly lost: number;
}

export interface PlatformsReport {
  readonly schema: 'coldfront.platforms/1';
  readonly workload: {
    readonly functions: number;
    readonly invocations: number;
    readonly spanMs: number;
    readonly source: string;
  };
  /** Two a platform: as it comes, and with its best settings. */
  readonly rows: readonly PlatformRow[];
  /** What the numbers of each platform assume, and where its prices come from. */
  readonly platforms: readonly {
    readonly platform: string;
    /** What 99 % of calls were to start within, ms; null: their waiting has a price instead. */
    readonly targetMs: number | null;
    readonly met: boolean;
    readonly replays: number;
    readonly notes: readonly string[];
    readonly prices: PriceOrigin | null;
  }[];
}

/** The table as plain data; the same runs always give the same bytes. */
export function platformsReport(workload: Workload, sized: readonly Sized[]): PlatformsReport {
  return {
    schema: 'coldfront.platforms/1',
    workload: {
      functions: workload.functions,
      invocations: invocationsTotal(workload),
      spanMs: workload.meta.spanUs / US_PER_MS,
      source: workload.meta.source,
    },
    rows: sized.flatMap((one) => [row(one, one.now, 'default'), row(one, one.best, 'best')]),
    platforms: sized.map(({now, targetUs, met, replays}) => ({
      platform: now.platform,
      targetMs: Number.isFinite(targetUs) ? targetUs / US_PER_MS : null,
      met,
      replays,
      notes: now.on.options.platform?.platform.notes ?? [],
      prices: now.on.options.prices.origin ?? null,
    })),
  };
}

function row(sized: Sized, setting: Setting, settings: 'default' | 'best'): PlatformRow {
  const {run} = setting;
  const {p50, p99, p999} = run.startDelayMs;
  return {
    platform: sized.now.platform,
    settings,
    changed: settings === 'default' ? [] : settingsOf(sized),
    policy: run.policy,
    usdPerMonth: run.costUsd.total * perMonth(setting),
    startDelayMs: {p50, p99, p999},
    coldShare: run.coldShare,
    peakInstances: run.peakSlots,
    throttled: run.throttled,
    lost: lostBesides(run),
  };
}
