import {US_PER_DAY, US_PER_SECOND} from '../base/units.ts';
import type {PriceSheet} from '../cost/prices.ts';
import type {SkiPrices} from '../demand/gaps/level-idle.ts';

/** How many instances a function is to have, and when. */
export interface SlotTimes {
  /** From `fromUs` on so many, busy ones included; ascending, whole microseconds; none before the first. */
  readonly changes: readonly {readonly fromUs: number; readonly slots: number}[];
  /** How long an instance beyond them stays when it goes idle; 0: not at all, Infinity: for good. */
  readonly spillUs: number;
  /** The changes come again after this time, for good; 0: they come once. */
  readonly repeatUs: number;
}

/** Nothing is kept. */
export const noSlots: SlotTimes = {changes: [], spillUs: 0, repeatUs: 0};
/** One instance from the beginning, and nothing else is kept. */
export const oneSlot: SlotTimes = {...noSlots, changes: [{fromUs: 0, slots: 1}]};

/**
 * What is to run on a trace: a policy as one writes it after `--policy`, or slots by function. Only what comes from
 * `fromUs` on counts, microseconds; 0 by default.
 */
export type Decision = ({readonly policy: string} | {slotsOf(f: number): SlotTimes}) & {readonly fromUs?: number};

/** Decisions that the scheduler core tries on a trace, on a fleet without limits: so a topic's dollars are a replay's. */
export interface Trial<Part> {
  /** Cold time of every start, whole microseconds. */
  readonly coldUs: number;
  /** What policies weigh that know prices. */
  readonly prices: PriceSheet;
  readonly decisions: Readonly<Record<string, Decision>>;
  /** The topic's answer to what was found. */
  answer(found: Findings): Part;
}

/** What became of the trace under one decision. */
export interface Found {
  /** Length of what counts. */
  readonly spanUs: number;
  readonly coldUs: number;
  readonly cold: Float64Array; // [function] cold starts
  readonly idleUs: Float64Array; // [function] of its instances
  readonly startingUs: Float64Array; // [function] of its instances, those that no call waited for too
  /** Start delay of all calls. */
  readonly delayUs: number;
}

/** What was found of each decision. */
export type Findings = Readonly<Record<string, Found>>;

/** Dollars a day of each function: cold starts, idle time, and starts that no call waited for. [function] */
export function usdPerDayEach(found: Found, {warm, cold}: SkiPrices): Float64Array {
  const {coldUs, idleUs, startingUs, spanUs} = found;
  const days = spanUs / US_PER_DAY;
  return found.cold.map((starts, f) => {
    // A cold start's own time is in its price.
    const warmUs = idleUs[f]! + startingUs[f]! - starts * coldUs;
    return days === 0 ? 0 : ((warmUs / US_PER_SECOND) * warm + starts * cold) / days;
  });
}

/** The same of all, with what calls waited for instances that were starting already: the replay's bill. */
export function usdPerDay(found: Found, prices: SkiPrices): number {
  return usdPerDayEach(found, prices).reduce((a, b) => a + b, 0) + joinedUsdPerDay(found, prices);
}

/** Dollars a day of all calls that waited for an instance which was starting ahead of them; of which, nobody noted. */
export function joinedUsdPerDay({coldUs, delayUs, cold, spanUs}: Found, prices: SkiPrices): number {
  if (coldUs === 0 || spanUs === 0) return 0;
  const joinedUs = delayUs - coldUs * cold.reduce((a, b) => a + b, 0);
  const delayUsdPerUs = prices.cold / coldUs - prices.warm / US_PER_SECOND;
  return (joinedUs * delayUsdPerUs * US_PER_DAY) / spanUs;
}
