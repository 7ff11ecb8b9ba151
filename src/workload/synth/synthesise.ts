import {US_PER_DAY, US_PER_MINUTE, US_PER_SECOND} from '../../base/units.ts';
import {consecutiveLists} from '../columns.ts';
import {functionRange} from '../parts/function-range.ts';
import type {MinuteArrivals, Workload} from '../workload.ts';
import {CallMinutes, type CallPattern} from './call-minutes.ts';
import {cronPeriod, cronPhase, firingsOf} from './clockwork.ts';
import {HOURS_PER_WEEK, MINUTES_PER_DAY, type Population} from './population.ts';
import {streamOf} from './streams.ts';
import {wholeCalls} from './whole-calls.ts';

export interface SynthOptions {
  /** Calls a second of all functions together; undefined for the population's own. */
  readonly ratePerSecond: number | undefined;
  readonly spanUs: number;
  /** Mean execution time over all calls; undefined for the population's own. */
  readonly meanDurationMs: number | undefined;
  readonly seed: number;
}

/** Calls by the clock may take up to this share of all; where they would be more, they are thinned like the others. */
const MAX_CLOCK_SHARE = 0.5;

/**
 * A workload of per-minute counts with exactly `ratePerSecond` x span calls, to the nearest whole one. Each function has
 * its share of the calls to within one (one that fires by the clock as many as its clock says), laid into minutes by
 * draws that depend on the seed and the function alone.
 */
export function synthesise(population: Population, options: SynthOptions): Workload {
  return synthesiseParts(population, options, 1)(0);
}

/** What makes each of so many parts of it, of functions that follow each other. */
export function synthesiseParts(
  population: Population,
  options: SynthOptions,
  parts: number,
): (part: number) => Workload {
  const {functions} = population;
  const {meta, timing, calls, duration} = settle(population, options);
  return (part) => {
    const [from, to] = [part, part + 1].map((k) => Math.floor((k * functions) / parts)) as [number, number];
    const columns = functionRange({...population, duration}, from, to);
    return {meta, ...columns, arrivals: layOutCalls(population, timing, calls, options, [from, to])};
  };
}

/** The whole of parts whose calls are laid out, in their order. */
export function joinParts(population: Population, options: SynthOptions, parts: readonly MinuteArrivals[]): Workload {
  const {meta, duration} = settle(population, options);
  const length = new Float64Array(population.functions);
  const entries = parts.reduce((sum, {minute}) => sum + minute.values.length, 0);
  const minutes = new Uint32Array(entries);
  const isWide = parts.some(({count}) => count.values instanceof Float64Array);
  const counts = isWide ? new Float64Array(entries) : new Uint32Array(entries);
  let [row, at] = [0, 0];
  for (const {minute, count} of parts) {
    length.set(minute.length, row);
    minutes.set(minute.values, at);
    counts.set(count.values, at);
    row += minute.length.length;
    at += minute.values.length;
  }
  const minute = consecutiveLists(minutes, length);
  const columns = functionRange({...population, duration}, 0, population.functions);
  return {meta, ...columns, arrivals: {kind: 'minute', minute, count: {...minute, values: counts}}};
}

/** What is so of all parts. */
function settle(population: Population, options: SynthOptions) {
  const {spanUs, seed} = options;
  const {clock, licence} = population;
  const timing = timingOf(population, options);
  const calls = callsOf(population, timing, seed);
  const duration = population.durations(calls, options.meanDurationMs);
  const {startTime, originUs} = clock;
  const meta = {source: 'synth', startTime, originUs, spanUs, licence, clampedDurations: 0};
  return {meta, timing, calls, duration};
}

/** Calls of all functions over the span at this rate: the nearest whole number. */
export function totalCalls(ratePerSecond: number, spanUs: number): number {
  return Math.round((ratePerSecond * spanUs) / US_PER_SECOND);
}

/** The population's own rate, calls a second. */
export function ownRate({callsPerDay}: Population): number {
  return (callsPerDay.reduce((sum, calls) => sum + calls, 0) * US_PER_SECOND) / US_PER_DAY;
}

interface Timing {
  readonly total: number;
  /** Calls expected of each function over the span. */
  readonly expected: Float64Array;
  /** 0 for functions that follow no clock. */
  readonly period: Uint32Array;
  readonly phase: Uint32Array;
  /** Calls that clocks keep as they are; the others share the rest. 0 where clocks share like the others. */
  readonly kept: number;
}

function timingOf(population: Population, {ratePerSecond, spanUs, seed}: SynthOptions): Timing {
  const {functions, callsPerDay, periodic, clock} = population;
  const own = ownRate(population);
  const rate = ratePerSecond ?? own;
  const total = totalCalls(rate, spanUs);
  const minutes = Math.ceil(spanUs / US_PER_MINUTE);
  const expected = new Float64Array(functions);
  const [period, phase] = [new Uint32Array(functions), new Uint32Array(functions)];
  let [byClock, others] = [0, 0];
  for (let f = 0; f < functions; f++) {
    const perDay = callsPerDay[f]! * (own > 0 ? rate / own : 0);
    if (periodic[f] === 0 || perDay === 0) {
      expected[f] = (perDay * spanUs) / US_PER_DAY;
      others += expected[f]!;
      continue;
    }
    const timer = clockOf(population, f, perDay, seed);
    period[f] = timer.period;
    phase[f] = timer.phase;
    expected[f] = callsByClock(timer, perDay, clock.minuteOfWeek, minutes);
    byClock += expected[f]!;
  }
  if (byClock + others === 0) {
    return {total, expected: plainShares(callsPerDay), period: period.fill(0), phase, kept: 0};
  }
  const kept = others > 0 && byClock <= MAX_CLOCK_SHARE * total ? byClock : 0;
  return {total, expected, period, phase, kept};
}

interface Timer {
  readonly period: number;
  readonly phase: number;
  /** Whether each firing makes the same whole number of calls. */
  readonly even: boolean;
}

/** The function's own clock where it has one and is called at every firing or so, else one that fits its rate. */
function clockOf({period, phase}: Population, f: number, perDay: number, seed: number): Timer {
  const own = period[f]!;
  if (own > 0 && (perDay * own) / MINUTES_PER_DAY >= 0.5) return {period: own, phase: phase[f]!, even: false};
  const random = streamOf(seed, 'clocks', f);
  const fitting = cronPeriod(perDay);
  return {period: fitting, phase: cronPhase(fitting, random.next(), random.next()), even: true};
}

function callsByClock({period, phase, even}: Timer, perDay: number, clock: number, minutes: number): number {
  const firings = firingsOf(period, phase, clock, minutes);
  const each = (perDay * period) / MINUTES_PER_DAY;
  return even ? firings * Math.max(1, Math.round(each)) : Math.round(firings * each);
}

/** What to share calls by when nobody is expected to call in the span: rates, and if they are all 0, heads. */
function plainShares(callsPerDay: Float64Array): Float64Array {
  return callsPerDay.some((calls) => calls > 0) ? callsPerDay.slice() : new Float64Array(callsPerDay.length).fill(1);
}

function callsOf({order}: Population, {expected, period, total, kept}: Timing, seed: number): Float64Array {
  const random = streamOf(seed, 'totals');
  // By rate: neighbours in an app must not take turns.
  if (kept === 0) return wholeCalls(expected, order, total, random.next());
  const shares = expected.map((calls, f) => (period[f]! > 0 ? 0 : calls));
  const calls = wholeCalls(shares, order, total - kept, random.next());
  for (let f = 0; f < calls.length; f++) if (period[f]! > 0) calls[f] = expected[f]!;
  return calls;
}

function layOutCalls(
  population: Population,
  timing: Timing,
  calls: Float64Array,
  {spanUs, seed}: SynthOptions,
  [from, to]: readonly [number, number],
): MinuteArrivals {
  const {lateShare, burstiness, persistence, shape, shapes, clock} = population;
  const timeline = {spanUs, clock: clock.minuteOfWeek, shapes, seed};
  const columns = new CallMinutes(timeline, calls.subarray(from, to), from);
  const pattern: CallPattern = {period: 0, phase: 0, lateShare: 0, burstiness: 0, persistence: 0, shapeAt: 0};
  for (let f = from; f < to; f++) {
    pattern.period = timing.period[f]!;
    pattern.phase = timing.phase[f]!;
    pattern.lateShare = lateShare[f]!;
    pattern.burstiness = burstiness[f]!;
    pattern.persistence = persistence[f]!;
    pattern.shapeAt = shape[f]! * HOURS_PER_WEEK;
    columns.add(calls[f]!, pattern);
  }
  return columns.finish();
}
