import {lognormalQuantile} from '../../base/distributions.ts';
import {serversForBlocking} from '../../base/erlang.ts';
import {payPerUseUsd, warmUsdOf} from '../prices.ts';
import type {BurstValues} from './inputs.ts';
import {returnLevel} from './tail.ts';

const YEAR_SECONDS = 365 * 86_400;

/**
 * How many normal capacities to hold all year: the demand's quantile at 1 - c_u/(events x loss), where c_u is what one
 * more normal capacity costs a year (newsvendor). 1, that is none beyond the normal, where a reserve never pays.
 */
export function reserveMultiple(values: BurstValues): number {
  const {idleUsdPerYear, multiple, eventsPerYear, lossUsd, demandMedian, demandSigma} = values;
  const unitUsd = idleUsdPerYear / (multiple - 1);
  if (unitUsd === 0) return Number.POSITIVE_INFINITY;
  const fractile = 1 - unitUsd / (eventsPerYear * lossUsd);
  return fractile <= 0 ? 1 : Math.max(1, lognormalQuantile(fractile, demandMedian, demandSigma));
}

/** What provides for a spike beyond warm capacity, and what it costs an event. */
export interface Recourse {
  readonly way: 'on-demand' | 'calendar';
  readonly usdPerEvent: number;
}

/**
 * The cheaper of instances started on demand, if they come soon enough (`onDemand`), and instances kept warm by
 * calendar around the event.
 */
export function recourseOf(values: BurstValues, onDemand: boolean): Recourse {
  const {payPerUse, calendarPerHour} = eventUsd(values);
  const calendar = (calendarPerHour * values.holdSeconds) / 3600;
  return onDemand && payPerUse <= calendar
    ? {way: 'on-demand', usdPerEvent: payPerUse}
    : {way: 'calendar', usdPerEvent: calendar};
}

/**
 * How many normal capacities to hold all year for a demand whose median is this spike's, beyond the warm ones there
 * are: the newsvendor's quantile with `shortUsd` the cost of each that is short. Warm capacity where no more pays.
 */
export function heldMultiple(values: BurstValues, shortUsd: number): number {
  const {normal, peak, warm, idleUsdPerYear, multiple, eventsPerYear, demandSigma} = values;
  const unitUsd = idleUsdPerYear / (multiple - 1);
  const have = warm / normal;
  if (unitUsd === 0) return shortUsd === 0 ? have : Number.POSITIVE_INFINITY;
  const fractile = 1 - unitUsd / (eventsPerYear * shortUsd);
  return fractile > 0 ? Math.max(have, lognormalQuantile(fractile, peak / normal, demandSigma)) : have;
}

/** The same with recourse: what is short costs the recourse or the loss, whichever is less. */
export function heldWithRecourse(values: BurstValues, {usdPerEvent}: Recourse): number {
  const {normal, peak, warm, lossUsd} = values;
  const short = (peak - warm) / normal;
  return heldMultiple(values, short <= 0 ? 0 : Math.min(lossUsd, usdPerEvent / short));
}

/** Calls of a spike beyond what warm instances take. */
export function lateCalls({peak, warm, durationSeconds}: BurstValues): number {
  return Math.max(0, peak - warm) * durationSeconds;
}

/** Loss per late notification at which the reserve pays for itself; Infinity when none would be late. */
export function breakEvenPerLate(values: BurstValues): number {
  return values.idleUsdPerYear / (values.eventsPerYear * lateCalls(values));
}

/** What one event costs by other means than a reserve all year. */
export function eventUsd(values: BurstValues): {payPerUse: number; calendarPerHour: number; reserveHeld: number} {
  const {peak, warm, serviceSeconds, holdSeconds, idleUsdPerYear} = values;
  const instances = Math.max(0, peak - warm) * serviceSeconds;
  return {
    payPerUse: payPerUseUsd(lateCalls(values), serviceSeconds, values),
    calendarPerHour: instances * 3600 * warmUsdOf(values),
    reserveHeld: (idleUsdPerYear * holdSeconds) / YEAR_SECONDS,
  };
}

/** Share of the year in which the reserve is used. */
export function reserveUtilisation({durationSeconds, eventsPerYear}: BurstValues): number {
  return Math.min(1, (durationSeconds * eventsPerYear) / YEAR_SECONDS);
}

/** Slots of the functions each on its own over slots of one pool, at the same blocking; NaN without load. */
export function poolingGain({poolFunctions, poolErlangs, blocking}: BurstValues): number {
  const apart = poolFunctions * serversForBlocking(poolErlangs, blocking);
  return apart / serversForBlocking(poolFunctions * poolErlangs, blocking);
}

/** Spare calls a second to hold until new capacity is there: the spike's slope for as long as the reaction takes. */
export function headroomPerSecond({normal, peak, slopeSeconds, reactionSeconds}: BurstValues): number {
  return ((peak - normal) / slopeSeconds) * Math.min(reactionSeconds, slopeSeconds);
}

/** Demand exceeded on one day in that many years, in normal capacities; NaN below the threshold. */
export function demandOnceIn(years: number, values: BurstValues): number {
  const tail = {
    threshold: values.tailThreshold,
    exceedances: values.tailDaysShare,
    shape: values.tailShape,
    scale: values.tailScale,
  };
  return returnLevel(tail, 1 / (365 * years));
}
