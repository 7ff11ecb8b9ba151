import {usageError} from '../base/errors.ts';
import type {Choice} from '../base/part.ts';
import {US_PER_MINUTE, writtenTimeUs} from '../base/units.ts';
import type {PriceSheet} from '../cost/prices.ts';
import type {BatchPool} from '../fleet/batch.ts';
import type {Checkpoint} from '../fleet/checkpoint.ts';
import {startCoresOf} from '../fleet/cold-time/start-cores.ts';
import type {ContentionRule} from '../fleet/contention/contention-class.ts';
import type {Fault} from '../fleet/faults.ts';
import type {HostShape} from '../fleet/host-shape.ts';
import type {Restart} from '../fleet/restart.ts';
import type {SessionTerms} from '../fleet/sessions/session-terms.ts';
import type {FunctionSettings} from '../fleet/settings/columns.ts';
import {type Semantics, semanticsPresets} from '../scheduler/core/semantics.ts';
import {placements} from '../scheduler/parts/placement/registry.ts';
import type {SpreadName} from './calls/spread.ts';
import type {PlatformChoice} from './platforms/platform.ts';

/** What serves the calls; outcomes are the same to the last unit. */
export type Engine = (typeof engines)[number];
export const engines = ['events', 'lanes', 'kernel'] as const;

/** When functions begin to keep another number of instances, ascending by time. Plain data: it crosses thread borders. */
export interface MinimumSchedule {
  readonly atUs: Float64Array; // [change]
  readonly row: Int32Array; // [change]
  readonly min: Int32Array; // [change]
}

/** Everything a replay depends on besides the workload and the policy. Plain data: it crosses thread borders. */
export interface ReplayOptions {
  /** The whole fleet; hosts are dealt to cells round-robin. Infinity: no limit. */
  readonly fleet: HostShape;
  readonly cells: number;
  readonly placement: Choice;
  readonly semantics: Semantics;
  /** Calls that an instance serves at once; Infinity: as many as come. */
  readonly concurrency: number;
  readonly cold: Choice;
  readonly spread: SpreadName;
  readonly defaultDurationUs: number;
  readonly defaultMemoryMib: number;
  readonly maxWaitUs: number;
  /** The order in which calls wait; undefined: by today's rule, and nothing is told of teams that wait. */
  readonly queue?: Choice | undefined;
  /** A newer call of a function takes the place of one that waits. */
  readonly coalesce?: boolean | undefined;
  /** How calls on one host slow each other down, classes by row of the workload; undefined: they do not. */
  readonly contention?: ContentionRule | undefined;
  /** Concurrent starts on one host, and starts a second in the whole cluster; Infinity: no limit. */
  readonly startsPerHost: number;
  readonly startsPerSecond: number;
  /** Starts at once after a long rest; undefined: 1. */
  readonly startBurst?: number | undefined;
  /** Every function has that rate and that burst for itself. */
  readonly startsPerFunction?: boolean | undefined;
  /** Row whose instances serve the calls of each row, its own or that of one of the same app; undefined: each its own. */
  readonly servedBy?: Int32Array | undefined; // [row]
  /** How often an instance may begin a call; undefined: whenever it has a place. */
  readonly pace?: {readonly perSecond: number; readonly burst: number} | undefined;
  /** What is said of single functions, by row of the workload; undefined: nothing. */
  readonly settings?: FunctionSettings | undefined;
  /** When functions begin to keep another number of instances than their `min`; undefined: never. */
  readonly minimums?: MinimumSchedule | undefined;
  /** The most instances of each function at a time are told; single events serve then. */
  readonly notesPeaks?: boolean | undefined;
  /** The platform whose rules hold besides, and which of these options it decided; undefined: none. */
  readonly platform?: PlatformChoice | undefined;
  /** How long a call may run, or a slice of it, where its function has no limit of its own; undefined: for ever. */
  readonly timeoutUs?: number | undefined;
  /** What fails; undefined: nothing does. */
  readonly faults?: readonly Fault[] | undefined;
  /** Where actions of sessions and their state go; undefined: nothing is said of sessions. */
  readonly sessions?: SessionTerms | undefined;
  /** From which mean duration on calls are told of as long (see `longFromUs`); undefined: nobody asks. */
  readonly longUs?: number | undefined;
  /** Hosts of their own for long calls; undefined: none. */
  readonly batch?: BatchPool | undefined;
  /** When hosts restart in waves; undefined: never. */
  readonly restart?: Restart | undefined;
  /** How long calls are cut into slices; undefined: they are not. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Calls of asynchronous functions that are throttled or cut are tried again; undefined: none is. */
  readonly retry?: {readonly attempts: number; readonly afterUs: number} | undefined;
  /** Calls are counted by arrival in [fromUs, untilUs); the replay ends at untilUs, beyond the span with the span. */
  readonly fromUs: number;
  readonly untilUs: number;
  /**
   * The trace's first minutes are replayed before time 0 as well and do not count, whole ones: they warm the fleet up and
   * teach policies. Undefined: the fleet is empty at time 0.
   */
  readonly warmUpUs?: number | undefined;
  readonly prices: PriceSheet;
  /** Bills are less the free tier of the sheet; decisions go by prices alone. */
  readonly freeTier?: boolean;
  readonly seed: number;
  /** The fastest that may serve; `auto`: the fastest that there is. Where it does not suit, a slower one serves. */
  readonly engine: 'auto' | Engine;
}

/** The options on the clock of a replay, on which a warm-up comes first. */
export function onClock(options: ReplayOptions): ReplayOptions {
  const {fromUs, untilUs, warmUpUs = 0} = options;
  return {...options, fromUs: fromUs + warmUpUs, untilUs: untilUs + warmUpUs};
}

/** True where no function can stand in another's way: neither room nor starts are limited. */
export function sharesNothing(options: ReplayOptions): boolean {
  const {fleet, settings, startsPerHost, startsPerSecond, prices, platform} = options;
  const {contention, faults, restart, batch} = options;
  const others = [contention, faults, restart, batch, startCoresOf(options.cold)];
  if (others.some((part) => part !== undefined)) return false;
  // What a team may have its functions share; a host is paid for once, whoever is on it, and an account is one.
  if (settings !== undefined && settings.quotas.length > 0) return false;
  if (prices.hostUsdPerHour > 0 || platform?.platform.accountCalls !== undefined) return false;
  return Math.min(fleet.slots, fleet.memoryMib, startsPerHost, startsPerSecond) === Number.POSITIVE_INFINITY;
}

/** Calls that are expected to take as long are long where that is asked for. */
const LONG_US = 30e6;

/**
 * From which mean duration on a function's calls are told of as long, us: as the batch pool has it, else a slice, the limit of
 * a call, or 30 s; undefined where none of these is asked for.
 */
export function longFromUs({batch, checkpoint, timeoutUs, restart}: ReplayOptions): number | undefined {
  if ([batch, checkpoint, timeoutUs, restart].every((part) => part === undefined)) return undefined;
  return batch?.fromUs ?? checkpoint?.everyUs ?? timeoutUs ?? LONG_US;
}

/** What holds where nobody says otherwise, of what needs neither a fleet nor prices. */
export const usualOptions = {
  placement: placements.parse('first-fit'),
  semantics: semanticsPresets.coldfront,
  concurrency: 1,
  spread: 'uniform',
  maxWaitUs: Number.POSITIVE_INFINITY,
  startsPerHost: Number.POSITIVE_INFINITY,
  fromUs: 0,
  engine: 'auto',
} as const satisfies Partial<ReplayOptions>;

/** The options for a workload of that span, of which something must be left to count. */
export function withinSpan(options: ReplayOptions, spanUs: number): ReplayOptions {
  const {fromUs, warmUpUs = 0} = options;
  const untilUs = Math.min(spanUs, options.untilUs);
  if (warmUpUs > untilUs) {
    throw usageError(
      `--warm-up is ${writtenTimeUs(warmUpUs)}, must be a part of what is replayed`,
      `give at most ${writtenTimeUs(Math.floor(untilUs / US_PER_MINUTE) * US_PER_MINUTE)}`,
    );
  }
  if (fromUs >= untilUs && spanUs > 0) {
    throw usageError(
      `--from is ${writtenTimeUs(fromUs)}, must be before the end of the replay`,
      `the span is ${spanUs / 60e6} minutes`,
    );
  }
  return {...options, untilUs};
}
