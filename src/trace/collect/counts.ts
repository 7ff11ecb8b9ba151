import {inputError} from '../../base/errors.ts';
import {formatTimeUs, US_PER_MINUTE} from '../../base/units.ts';
import {draftOf} from '../../workload/build/draft.ts';
import type {DurationMerge} from '../../workload/build/duration-merge.ts';
import {MinuteBuilder, type TraceMeta} from '../../workload/build/minute-builder.ts';
import {MAX_CALLS, MAX_MINUTES} from '../../workload/limits.ts';
import type {TraceResult} from '../format.ts';
import {type Clock, dated} from './dated.ts';

/** Periods that systems count in, minutes: what gaps between times are taken for. */
const PERIODS = [2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440];

/**
 * Collects how often functions were called in stretches of time, of a minute or longer, at most one count a function
 * and stretch. Numbers that are not whole are rounded so that each function's running total is: none is lost.
 */
export class CountCollector {
  readonly builder = new MinuteBuilder();
  /** Of each function what rounding has left over so far. */
  private readonly carry: number[] = [];
  private fractions = false;
  private lastMinute = Number.NaN;
  /** Greatest common divisor of the gaps between times, minutes; 0 so far if there are none. */
  private gap = 0;
  private first = Number.POSITIVE_INFINITY;
  private last = Number.NEGATIVE_INFINITY;
  private readonly periodUs: number | undefined;

  /** `periodUs`: how long the stretches are; undefined: as the times say. */
  constructor(periodUs?: number) {
    this.periodUs = periodUs;
  }

  /**
   * Adds `count` >= 0 calls of `f` in the stretch from `startUs` on; false, having done nothing, for what is no such. More
   * than 2^53 of them are bad input.
   */
  add(f: number, startUs: number, count: number): boolean {
    const minute = Math.floor(startUs / US_PER_MINUTE);
    if (count > MAX_CALLS) throw inputError('the trace', `has a count of ${count}, more than 2^53 calls`);
    if (!this.cover(minute) || !(count >= 0)) return false;
    return this.builder.add(f, minute, Number.isInteger(count) && !this.fractions ? count : this.whole(f, count));
  }

  /** Says that there was a count in that minute, if only of 0. */
  cover(minute: number): boolean {
    if (!(Number.isInteger(minute) && minute >= 0 && minute < MAX_MINUTES)) return false;
    this.builder.cover(minute, minute + 1);
    if (minute !== this.lastMinute) {
      if (!Number.isNaN(this.lastMinute)) this.gap = divisor(this.gap, Math.abs(minute - this.lastMinute));
      this.lastMinute = minute;
      if (minute < this.first) this.first = minute;
      if (minute > this.last) this.last = minute;
    }
    return true;
  }

  /** `inferred`: the times may say what period counts are of. */
  finish(meta: TraceMeta, clock: Clock, durations?: DurationMerge, inferred = true): TraceResult {
    const period = this.period(inferred);
    const notes: string[] = [];
    if (period > 1) this.builder.spread(period);
    if (period > 1 && this.periodUs === undefined) {
      const length = formatTimeUs(period * US_PER_MINUTE);
      notes.push(`counts are of ${length} each, as their times say, and spread over them; --period says otherwise`);
    }
    if (this.fractions) notes.push('counts are not whole numbers: they were rounded so that running totals are kept');
    const columns = durations?.columnsFor(this.builder.functions);
    return {draft: dated(draftOf(this.builder.finish(meta, columns)), clock), notes};
  }

  /** How many minutes a count is of. */
  private period(inferred: boolean): number {
    if (this.periodUs !== undefined) return Math.max(1, Math.round(this.periodUs / US_PER_MINUTE));
    // With two times only, the gap between them may be anything.
    if (!inferred || this.gap < 2 || (this.last - this.first) / this.gap < 2) return 1;
    return PERIODS.filter((minutes) => this.gap % minutes === 0).at(-1) ?? 1;
  }

  private whole(f: number, count: number): number {
    this.fractions = true;
    const total = (this.carry[f] ?? 0) + count;
    const whole = Math.max(0, Math.round(total));
    this.carry[f] = total - whole;
    return whole;
  }
}

function divisor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
