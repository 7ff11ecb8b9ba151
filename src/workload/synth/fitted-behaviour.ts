import {US_PER_MINUTE} from '../../base/units.ts';
import {MinuteCursor} from '../call-cursor.ts';
import {invocationsOf, type Workload} from '../workload.ts';
import {HOURS_PER_WEEK} from './population.ts';
import {BLOCK_MINUTES, persistenceOf} from './spells.ts';

const HOURS_PER_DAY = 24;
const MINUTES_PER_HOUR = 60;
const DAYS_PER_WEEK = 7;
/** Fewer calls than this say nothing of a function's own hours: it follows the whole trace. */
const OWN_SHAPE_CALLS = 240;
/** A clock: this share of the gaps between called minutes is the same, give or take a minute. */
const CLOCK_SHARE = 0.8;
const MIN_FIRINGS = 5;
const EVEN_DISPERSION = 0.1;
/** Minutes are held against those half an hour on, so that the day's wave does not count as bursts. */
const LAG_MINUTES = 30;
const MIN_MINUTES = 2 * LAG_MINUTES;
/** Four weeks show how bursty a function is. */
const MAX_MINUTES = 28 * 1440;

/** How the functions of a trace are called; the same columns as of a population, a row a function of the trace. */
export interface FittedBehaviour {
  readonly callsPerDay: Float64Array;
  readonly periodic: Uint8Array;
  readonly period: Uint32Array;
  readonly phase: Uint32Array;
  readonly lateShare: Float32Array;
  readonly burstiness: Float32Array;
  readonly persistence: Float32Array;
  readonly shape: Int32Array;
  readonly shapes: Float32Array;
}

/** `clock` is the minute of the week at time 0. */
export function fitBehaviour(trace: Workload, clock: number): FittedBehaviour {
  const {functions} = trace;
  const minutes = Math.max(1, Math.ceil(trace.meta.spanUs / US_PER_MINUTE));
  const fitted = {
    callsPerDay: new Float64Array(functions),
    periodic: new Uint8Array(functions),
    period: new Uint32Array(functions),
    phase: new Uint32Array(functions),
    lateShare: new Float32Array(functions),
    burstiness: new Float32Array(functions),
    persistence: new Float32Array(functions),
    shape: new Int32Array(functions),
  };
  const hours = new HourlyShapes(clock, minutes);
  const perMinute = new Float64Array(Math.min(minutes, MAX_MINUTES));
  const perBlock = new Float64Array(Math.floor(perMinute.length / BLOCK_MINUTES));
  const cursor = new MinuteCursor(trace.arrivals);
  for (let f = 0; f < functions; f++) {
    const calls = invocationsOf(trace, f);
    fitted.callsPerDay[f] = (calls * HOURS_PER_DAY * MINUTES_PER_HOUR) / (trace.meta.spanUs / US_PER_MINUTE || 1);
    cursor.open(f);
    const rhythm = rhythmOf(cursor, minutes);
    if (rhythm !== undefined) {
      fitted.periodic[f] = 1;
      fitted.period[f] = rhythm.period;
      fitted.phase[f] = (rhythm.first + clock) % rhythm.period;
      fitted.lateShare[f] = rhythm.lateShare;
    }
    perMinute.fill(0);
    perBlock.fill(0);
    for (cursor.open(f); cursor.next(); ) {
      const {minute, calls: n} = cursor;
      if (minute < perMinute.length) perMinute[minute] = n;
      const block = Math.floor(minute / BLOCK_MINUTES);
      if (block < perBlock.length) perBlock[block]! += n;
      hours.add(minute, n);
    }
    const ofMinutes = excessOf(perMinute, LAG_MINUTES);
    const ofBlocks = Math.max(ofMinutes, excessOf(perBlock, LAG_MINUTES / BLOCK_MINUTES));
    fitted.burstiness[f] = ofBlocks / Math.sqrt(1 + (calls * BLOCK_MINUTES) / minutes);
    fitted.persistence[f] = ofMinutes > 0 ? persistenceOf(ofBlocks / ofMinutes) : 1 - 1 / BLOCK_MINUTES;
    fitted.shape[f] = hours.close(calls >= OWN_SHAPE_CALLS && minutes >= HOURS_PER_DAY * MINUTES_PER_HOUR);
  }
  return {...fitted, shapes: hours.finish()};
}

interface Rhythm {
  readonly period: number;
  /** Minute of the trace at which it fires. */
  readonly first: number;
  readonly lateShare: number;
}

/** The clock that a function follows, if it follows one; `cursor` is opened at it. */
function rhythmOf(cursor: MinuteCursor, minutes: number): Rhythm | undefined {
  const gaps = new Map<number, number>();
  const called: number[] = [];
  let [sum, squares] = [0, 0];
  while (cursor.next()) {
    const {minute, calls: n} = cursor;
    sum += n;
    squares += n * n;
    const gap = minute - (called.at(-1) ?? minute);
    if (called.length > 0) gaps.set(gap, (gaps.get(gap) ?? 0) + 1);
    called.push(minute);
  }
  if (called.length < MIN_FIRINGS) return undefined;
  const [period, exact] = [...gaps].reduce((best, next) => (next[1] > best[1] ? next : best));
  // A clock does not stop: office hours are a shape.
  if (called.length * period < CLOCK_SHARE * minutes - period) return undefined;
  // Any busy function is called every minute; only a clock calls it equally often.
  const dispersion = squares / sum - sum / called.length;
  if (period === 1 && dispersion > EVEN_DISPERSION) return undefined;
  const near = (gaps.get(period - 1) ?? 0) + exact + (gaps.get(period + 1) ?? 0);
  if (near < CLOCK_SHARE * (called.length - 1)) return undefined;
  // A firing a minute late makes two gaps uneven.
  const lateShare = Math.min(0.5, (near - exact) / 2 / (called.length - 1));
  const phases = new Map<number, number>();
  for (const minute of called) phases.set(minute % period, (phases.get(minute % period) ?? 0) + 1);
  const [first] = [...phases].reduce((best, next) => (next[1] > best[1] ? next : best));
  return {period, first, lateShare};
}

/** Index of dispersion beyond that of Poisson counts: variance / mean - 1, but not below 0. */
function excessOf(counts: Float64Array, lag: number): number {
  if (counts.length < MIN_MINUTES / (LAG_MINUTES / lag)) return 0;
  let [sum, squares] = [0, 0];
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i]!;
    if (i >= lag) squares += (counts[i]! - counts[i - lag]!) ** 2;
  }
  if (sum === 0) return 0;
  return Math.max(0, squares / 2 / (counts.length - lag) / (sum / counts.length) - 1);
}

/** Calls by hour of the week: of the whole trace, and of each function that has enough for its own. */
class HourlyShapes {
  private readonly exposure = new Float64Array(HOURS_PER_WEEK);
  private readonly whole = new Float64Array(HOURS_PER_WEEK);
  private own = new Float64Array(HOURS_PER_WEEK);
  private readonly rows: Float64Array[] = [];
  private readonly clock: number;
  /** Less than a week: every day of the week is alike. */
  private readonly period: number;

  constructor(clock: number, minutes: number) {
    this.clock = clock;
    this.period = minutes >= DAYS_PER_WEEK * HOURS_PER_DAY * MINUTES_PER_HOUR ? HOURS_PER_WEEK : HOURS_PER_DAY;
    for (let m = 0; m < minutes; m++) this.exposure[this.hourOf(m)]!++;
  }

  add(minute: number, calls: number): void {
    this.own[this.hourOf(minute)]! += calls;
  }

  /** Ends a function; returns the row of shapes that it follows. */
  close(keep: boolean): number {
    for (let h = 0; h < HOURS_PER_WEEK; h++) this.whole[h]! += this.own[h]!;
    if (!keep) {
      this.own.fill(0);
      return 0;
    }
    this.rows.push(this.own);
    this.own = new Float64Array(HOURS_PER_WEEK);
    return this.rows.length;
  }

  finish(): Float32Array {
    const shapes = new Float32Array((this.rows.length + 1) * HOURS_PER_WEEK);
    for (const [row, calls] of [this.whole, ...this.rows].entries())
      shapes.set(this.rates(calls), row * HOURS_PER_WEEK);
    return shapes;
  }

  private hourOf(minute: number): number {
    return Math.floor((this.clock + minute) / MINUTES_PER_HOUR) % this.period;
  }

  /** Rates over their mean; hours that the trace does not have are as the mean. */
  private rates(calls: Float64Array): Float64Array {
    let [sum, minutes] = [0, 0];
    for (let h = 0; h < this.period; h++) {
      sum += calls[h]!;
      minutes += this.exposure[h]!;
    }
    return Float64Array.from({length: HOURS_PER_WEEK}, (_, hour) => {
      const h = hour % this.period;
      return sum === 0 || this.exposure[h] === 0 ? 1 : (calls[h]! / this.exposure[h]!) * (minutes / sum);
    });
  }
}
