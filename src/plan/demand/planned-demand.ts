import {usageError} from '../../base/errors.ts';
import {formatTimeUs, US_PER_DAY, US_PER_HOUR, US_PER_MINUTE, US_PER_MS, US_PER_SECOND} from '../../base/units.ts';
import {historyUntil} from '../../demand/calls/history-until.ts';
import {meanDurations} from '../../demand/durations/mean-durations.ts';
import type {Forecast} from '../../forecast/forecast.ts';
import type {Workload} from '../../workload/workload.ts';
import type {DemandNote} from '../outcome/plan-report.ts';
import {type BurstEvent, windowsAround, withEvents} from './burst-events.ts';
import {type CurveName, type Demand, demandOver, type PlanWindows, windowsAlike} from './demand.ts';
import {forecastDemand} from './forecast-demand.ts';
import {checkEvents} from './most-levels.ts';
import {traceDemand} from './trace-demand.ts';
import {type UnseenTerms, unseenDemand} from './unseen.ts';
import {repeatingWindows, supportedProfileUs, tileWindows} from './windows.ts';

export const profileNames = ['auto', 'none', 'day', 'week'] as const;
export type ProfileName = (typeof profileNames)[number];

export interface PlannedDemandOptions {
  /** The plan may see what came before; at or beyond the span: all of it, in hindsight. */
  readonly trainUntilUs: number;
  /** Infinity: one window for all. */
  readonly windowUs: number;
  readonly profile: ProfileName;
  readonly curve: CurveName | 'auto';
  readonly defaultDurationUs: number;
  /** How long instances beyond the plan stay. [function] */
  readonly spillUs: Float64Array;
  /** The same of functions that history does not know. */
  readonly otherSpillUs: number;
  readonly memoryMib: Float64Array; // [function]
  /** Calls that an instance serves at once; undefined: one. [function] */
  readonly places?: Int32Array | undefined;
  /** How long instances start. [function] */
  readonly coldUs?: Float64Array | undefined;
  /** Calls are cut after so long, NaN: never; undefined: none is. [function] */
  readonly timeoutUs?: Float64Array | undefined;
  readonly events: readonly BurstEvent[];
  readonly seed: number;
}

export interface PlannedDemand {
  readonly demand: Demand;
  readonly note: DemandNote;
  /** The workload as far as the plan may know it. */
  readonly history: Workload;
}

/**
 * What a trace lets expect in the windows of the plan. Without a limit on what may be seen, each window is as recorded.
 * With one, the windows are those after it: at the mean of history, or by a profile of the day or week where history
 * holds it twice. A profile's windows repeat, unless an event makes one day unlike the others.
 */
export function plannedDemand(workload: Workload, options: PlannedDemandOptions): PlannedDemand {
  const {trainUntilUs, events, curve, seed, spillUs} = options;
  const {spanUs} = workload.meta;
  const history = historyUntil(workload, trainUntilUs);
  const hindsight = trainUntilUs >= spanUs;
  const profileUs = profileOf(options, history.meta.spanUs, hindsight);
  // A profile without windows would be the mean again.
  const windowUs = profileUs > 0 && !Number.isFinite(options.windowUs) ? US_PER_HOUR : options.windowUs;
  const fromUs = hindsight ? 0 : trainUntilUs;
  const seen = seenWindows(history.meta.spanUs, profileUs, windowUs, hindsight);
  const {us: durationUs, withoutDuration} = meanDurations(history, options.defaultDurationUs);
  const {places, coldUs} = options;
  const holdSeconds = durationUs.map((us, f) => heldSeconds(us, options.timeoutUs?.[f]));
  const ahead = !hindsight;
  const known = traceDemand(history, {windows: seen, curve, holdSeconds, places, coldUs, spillUs, ahead, seed});
  const base = hindsight ? known : {...known, unseen: unseenDemand(history, unseenTerms(options, spanUs, holdSeconds))};
  const planned = plannedWindows(seen, fromUs, spanUs, windowUs, hindsight, events);
  const usual = planned === seen ? base : demandOver(base, planned);
  const demand = withEvents(usual, events);
  if (events.length > 0) checkEvents(demand, usual, workload);
  const basis =
    profileUs > 0
      ? `profile of a ${profileUs === US_PER_DAY ? 'day' : 'week'}`
      : hindsight
        ? 'as recorded'
        : 'mean of history';
  const {length: count} = demand.windows.startUs;
  const source = count > 1 && windowsAlike(demand) ? `${basis}: all ${count} windows are alike` : basis;
  return {demand, history, note: {source, historyMs: history.meta.spanUs / US_PER_MS, withoutDuration}};
}

function unseenTerms(
  {trainUntilUs, otherSpillUs, memoryMib, places, seed}: PlannedDemandOptions,
  spanUs: number,
  holdSeconds: Float64Array,
): UnseenTerms {
  return {horizonUs: spanUs - trainUntilUs, keepAliveUs: otherSpillUs, holdSeconds, places, memoryMib, seed};
}

/** What a forecast lets expect, in the windows between its horizons. `rowOf` finds functions in it, -1 for none. */
export function forecastPlanned(
  workload: Workload,
  {forecast, rowOf}: {readonly forecast: Forecast; readonly rowOf: Int32Array},
  defaultDurationUs: number,
  {places, timeoutUs}: Pick<PlannedDemandOptions, 'places' | 'timeoutUs'>,
): PlannedDemand {
  const history = historyUntil(workload, forecast.minute * US_PER_MINUTE);
  const {us: durationUs, withoutDuration} = meanDurations(history, defaultDurationUs);
  const holdSeconds = durationUs.map((us, f) => heldSeconds(us, timeoutUs?.[f]));
  const source = `forecast of ${forecast.model}`;
  const note = {source, historyMs: history.meta.spanUs / US_PER_MS, withoutDuration};
  return {demand: forecastDemand(forecast, rowOf, holdSeconds, places), note, history};
}

/** Ends with exit 2 where a trace of such a span has no windows or no profile as they are asked for. */
export function checkWindows(
  options: Pick<PlannedDemandOptions, 'trainUntilUs' | 'windowUs' | 'profile'>,
  spanUs: number,
): void {
  const {trainUntilUs, windowUs} = options;
  const hindsight = trainUntilUs >= spanUs;
  const profileUs = profileOf(options, Math.min(trainUntilUs, spanUs), hindsight);
  if (profileUs > 0) repeatingWindows(profileUs, windowUs === Number.POSITIVE_INFINITY ? US_PER_HOUR : windowUs);
  else tileWindows(hindsight ? 0 : trainUntilUs, spanUs, windowUs);
}

function profileOf({profile}: Pick<PlannedDemandOptions, 'profile'>, historyUs: number, hindsight: boolean): number {
  if (profile === 'none') return 0;
  if (profile === 'auto') return hindsight ? 0 : supportedProfileUs(historyUs);
  const turnUs = profile === 'day' ? US_PER_DAY : 7 * US_PER_DAY;
  if (historyUs < turnUs) {
    throw usageError(
      `--cycle is ${profile}, but there are only ${formatTimeUs(historyUs)} of history`,
      'a profile needs one turn of it at least, and two to tell a rhythm from chance',
    );
  }
  return turnUs;
}

function seenWindows(historyUs: number, profileUs: number, windowUs: number, hindsight: boolean): PlanWindows {
  if (profileUs > 0) return repeatingWindows(profileUs, windowUs);
  return tileWindows(0, historyUs, hindsight ? windowUs : Number.POSITIVE_INFINITY);
}

function plannedWindows(
  seen: PlanWindows,
  fromUs: number,
  spanUs: number,
  windowUs: number,
  hindsight: boolean,
  events: readonly BurstEvent[],
): PlanWindows {
  if (events.length === 0) return hindsight || seen.repeatUs > 0 ? seen : tileWindows(fromUs, spanUs, windowUs);
  const lastUs = events.reduce((end, event) => Math.max(end, event.startUs + event.rampUs + event.durationUs), spanUs);
  return windowsAround(tileWindows(fromUs, Math.ceil(lastUs / 60e6) * 60e6, windowUs), events);
}

/** How long a call holds its place: a nanosecond at least, unless none; loads of less are lost in the sums of others. */
function heldSeconds(us: number, timeoutUs = Number.NaN): number {
  return us === 0 ? 0 : Math.max(1e-9, (us > timeoutUs ? timeoutUs : us) / US_PER_SECOND);
}
