import {US_PER_SECOND} from '../../base/units.ts';
import {strokesAtOnce} from '../../demand/rhythm/strokes.ts';
import type {Timers} from '../../demand/rhythm/timers.ts';
import type {SlotPrices} from '../bounds/objectives.ts';
import type {Demand} from './demand.ts';

/** Slots held around the strokes of each timer alone. [timer] */
export interface TimerSchedule {
  readonly timers: Timers;
  /** From when to when slots are held, after each multiple of the period; `startUs` in [0, period). */
  readonly startUs: Float64Array;
  readonly endUs: Float64Array;
  /** By how much the owner may delay the timer so that strokes spread out; 0 where it may not. */
  readonly smearUs: Float64Array;
  /** Time from the first start to the last call being ready, as planned for all. */
  readonly leadUs: number;
  /** Timers that strike in the busiest second, as they are and smeared. */
  readonly atOnce: number;
  readonly atOnceSmeared: number;
}

export interface ScheduleTerms {
  readonly p99ColdUs: number;
  /** Instances that the platform can start a second. */
  readonly startsPerSecond: number;
  /** How much earlier or later than seen a call may come. */
  readonly jitterUs: number;
  /** Stretch of time over which timers of the same second are spread; 0 for not at all. */
  readonly smearUs: number;
  /** Whether the owner lets function `f` be delayed by up to `smearUs`. */
  readonly maySmear: (f: number) => boolean;
  /** A stable number of each function, 32 bits. */
  readonly keyOf: (f: number) => number;
}

/**
 * When to hold slots for functions called by the clock: from the lead time before a stroke to a jitter after it.
 * The lead is the p99 cold time, the time that the strokes of one second take to start at the start rate, and the
 * jitter. METHODS E1.4.
 */
export function timerSchedule(timers: Timers, terms: ScheduleTerms): TimerSchedule {
  const smearUs = Float64Array.from(timers.function, (f) =>
    terms.smearUs > 0 && terms.maySmear(f) ? (terms.keyOf(f) >>> 0) % terms.smearUs : 0,
  );
  const atOnce = atOnceIn(timers, new Float64Array(smearUs.length));
  const atOnceSmeared = atOnceIn(timers, smearUs);
  const leadUs = terms.p99ColdUs + (atOnceSmeared / terms.startsPerSecond) * 1e6 + terms.jitterUs;
  const startUs = timers.periodUs.map((period, i) => modulo(timers.fromUs[i]! + smearUs[i]! - leadUs, period));
  const endUs = startUs.map((start, i) => start + leadUs + (timers.untilUs[i]! - timers.fromUs[i]!) + terms.jitterUs);
  return {timers, startUs, endUs, smearUs, leadUs, atOnce, atOnceSmeared};
}

/**
 * Demand in which scheduled functions hold slots for that part of the time alone. A schedule that would leave hardly
 * a gap, or that saves less than the strokes cost that it may miss, is dropped: its function keeps its slots throughout.
 */
export function withTimers(
  demand: Demand,
  {timers, startUs, endUs}: TimerSchedule,
  {warmUsdPerSecond, coldUsd}: SlotPrices,
): Demand {
  const {functions, windows} = demand;
  const count = windows.startUs.length;
  const heldShare = demand.heldShare.slice();
  const missesPerSecond = demand.missesPerSecond.slice();
  const ratePerSecond = demand.ratePerSecond.slice();
  for (let i = 0; i < timers.function.length; i++) {
    const f = timers.function[i]!;
    const held = (endUs[i]! - startUs[i]!) / timers.periodUs[i]!;
    const savedUsd = ((1 - held) * warmUsdPerSecond[f]! * timers.periodUs[i]!) / 1e6;
    if (held >= 1 || savedUsd < coldUsd[f]! * timers.missShare[i]!) continue;
    heldShare[f] = held;
    missesPerSecond[f] = (timers.missShare[i]! / timers.periodUs[i]!) * US_PER_SECOND;
    // One number of slots for all strokes, so one rate for all windows.
    let mean = 0;
    for (let w = 0; w < count; w++) mean += ratePerSecond[w * functions + f]! / count;
    for (let w = 0; w < count; w++) ratePerSecond[w * functions + f] = mean;
  }
  return {...demand, heldShare, missesPerSecond, ratePerSecond};
}

/** Timers that strike in the busiest second, each delayed by so much. */
function atOnceIn({periodUs, fromUs}: Timers, delayUs: Float64Array): number {
  const phaseUs = periodUs.map((period, i) => modulo(fromUs[i]! + delayUs[i]!, period));
  return strokesAtOnce(periodUs, phaseUs, US_PER_SECOND);
}

function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
