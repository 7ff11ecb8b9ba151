import {US_PER_MS} from '../../base/units.ts';
import type {PriceOrigin} from '../../cost/prices.ts';
import type {Knobs} from '../../plan/export/knobs.ts';
import type {RunReport} from '../../replay/report/replay-report.ts';
import {HEADROOM} from './most-instances.ts';
import {lostBesides, perMonth, type Setting, type Sized} from './right-size.ts';
import {settingsOf} from './settings-text.ts';
import {knobsOf, type Stretch, stretchesOf} from './sized-plan.ts';

/** What settings do to the trace. */
export interface Outcome {
  readonly policy: string;
  /** The invoice of 30 days, and its price of waiting where that has one. */
  readonly usdPerMonth: number;
  readonly costUsdPerMonth: Readonly<Record<string, number>>;
  readonly startDelayMs: {readonly p50: number | null; readonly p99: number | null; readonly p999: number | null};
  readonly coldShare: number | null;
  readonly throttled: number;
  readonly lost: number;
  readonly peakInstances: number;
  readonly kept: RunReport['kept'] | null;
}

/** Instances that functions may have at most, on a platform that limits them. */
export interface SizedLimits {
  /** What is added to the most that a function had at a time. */
  readonly headroom: number;
  /** Functions that are called, each with a limit of its own: the plan file has them, and exports. */
  readonly functions: number;
  readonly least: number;
  readonly most: number;
}

/** A function that keeps instances. */
export interface PlannedFunction {
  readonly function: string;
  readonly app: string;
  readonly owner: string;
  /** Most that it keeps. */
  readonly instances: number;
  /** Instances that it may have at most; null: the platform limits none. */
  readonly max: number | null;
  /** By hours since time 0, again each day; one stretch: throughout. */
  readonly schedule: readonly Stretch[];
  readonly usdPerMonthNow: number;
  readonly usdPerMonthThen: number;
  /** On Lambda: what Application Auto Scaling is told of it; `export --to lambda` writes it with its schedule. */
  readonly scalableTarget?: {
    readonly alias: string;
    readonly resourceId: string;
    readonly minCapacity: number;
    readonly maxCapacity: number;
  };
}

export interface PlatformPlanReport {
  readonly schema: 'coldfront.platform-plan/1';
  readonly platform: string;
  /** What 99 % of calls were to start within, ms; null: their waiting has a price instead. */
  readonly targetMs: number | null;
  readonly met: boolean;
  readonly now: Outcome;
  readonly best: Outcome;
  readonly savesUsdPerMonth: number;
  /** What is not as it was, in words; empty: nothing. */
  readonly changed: readonly string[];
  readonly knobs: Knobs;
  /** Null: the platform limits no instances. */
  readonly limits: SizedLimits | null;
  /** Those with the largest change of cost first. */
  readonly functions: readonly PlannedFunction[];
  readonly replays: number;
  readonly notes: readonly string[];
  readonly prices: PriceOrigin | null;
}

/** Alias that exports take where none is given. */
const ALIAS = 'live';

export function platformPlanReport(sized: Sized): PlatformPlanReport {
  const {now, best, targetUs, met, replays, functions, most} = sized;
  const {workload, options} = now.on;
  const month = perMonth(now);
  const [before, after] = [outcomeOf(now), outcomeOf(best)];
  return {
    schema: 'coldfront.platform-plan/1',
    platform: now.platform,
    targetMs: Number.isFinite(targetUs) ? targetUs / US_PER_MS : null,
    met,
    now: before,
    best: after,
    savesUsdPerMonth: before.usdPerMonth - after.usdPerMonth,
    changed: settingsOf(sized),
    knobs: knobsOf(sized),
    limits: most === undefined ? null : limitsOf(most),
    functions: functions.map(({row, counts, usdNow, usdThen}): PlannedFunction => {
      const name = workload.name.at(row);
      const kept = Math.max(...counts);
      return {
        function: name,
        app: workload.app.values[workload.app.id[row]!]!,
        owner: workload.owner.values[workload.owner.id[row]!]!,
        instances: kept,
        max: most === undefined || Number.isNaN(most[row]!) ? null : most[row]!,
        schedule: stretchesOf(counts),
        usdPerMonthNow: usdNow * month,
        usdPerMonthThen: usdThen * month,
        ...(options.platform?.name === 'lambda' && {
          scalableTarget: {
            alias: ALIAS,
            resourceId: `function:${name}:${ALIAS}`,
            minCapacity: Math.min(...counts),
            maxCapacity: kept,
          },
        }),
      };
    }),
    replays,
    notes: options.platform?.platform.notes ?? [],
    prices: options.prices.origin ?? null,
  };
}

function limitsOf(most: Float64Array): SizedLimits {
  const limits = most.filter((its) => !Number.isNaN(its));
  return {
    headroom: HEADROOM,
    functions: limits.length,
    least: limits.reduce((least, its) => Math.min(least, its), Number.POSITIVE_INFINITY),
    most: limits.reduce((largest, its) => Math.max(largest, its), 0),
  };
}

function outcomeOf(setting: Setting): Outcome {
  const {run} = setting;
  const month = perMonth(setting);
  const {p50, p99, p999} = run.startDelayMs;
  return {
    policy: run.policy,
    usdPerMonth: run.costUsd.total * month,
    costUsdPerMonth: Object.fromEntries(Object.entries(run.costUsd).map(([line, usd]) => [line, usd * month])),
    startDelayMs: {p50, p99, p999},
    coldShare: run.coldShare,
    throttled: run.throttled,
    lost: lostBesides(run),
    peakInstances: run.peakSlots,
    kept: run.kept ?? null,
  };
}
