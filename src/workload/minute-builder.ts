import {US_PER_MINUTE} from '../base/units.ts';
import {consecutiveLists, doubled} from './columns.ts';
import {FunctionTable, unknownDurations} from './function-table.ts';
import type {DurationColumns, MinuteArrivals, Workload, WorkloadMeta} from './workload.ts';

const UINT32_MAX = 4294967295;

/** What a reader or generator knows of its trace beyond the rows; the builder works out origin and span. */
export type TraceMeta = Pick<WorkloadMeta, 'source' | 'startTime' | 'licence' | 'clampedDurations'>;

/**
 * Collects per-minute counts in any order and makes a Workload of them: minutes ascending, counts of the same
 * function and minute added, minutes without calls left out. Minutes are on the trace's own clock.
 */
export class MinuteBuilder {
  readonly functions = new FunctionTable();
  private minutes = new Uint32Array(0);
  private counts = new Float64Array(0);
  private used = 0;
  // Readers add row after row of one function: entries of a run belong to `runFunction`.
  private runFunction = new Int32Array(0);
  private runStart = new Float64Array(0);
  private runs = 0;
  private lastFunction = -1;
  private firstMinute = Number.POSITIVE_INFINITY;
  private endMinute = Number.NEGATIVE_INFINITY;

  /** Says that the trace has minutes [from, until), called or not. The span runs from the first to the last present. */
  cover(from: number, until: number): void {
    if (from < this.firstMinute) this.firstMinute = from;
    if (until > this.endMinute) this.endMinute = until;
  }

  /** Adds `count` >= 0 calls of function `f` in `minute`, an integer in [0, 2^32). */
  add(f: number, minute: number, count: number): void {
    if (count === 0) return;
    if (f !== this.lastFunction) this.openRun(f);
    if (this.used === this.minutes.length) {
      this.minutes = doubled(this.minutes);
      this.counts = doubled(this.counts);
    }
    this.minutes[this.used] = minute;
    this.counts[this.used++] = count;
  }

  /** The workload. The builder is spent. */
  finish(meta: TraceMeta, durations?: DurationColumns): Workload {
    for (let i = 0; i < this.used; i++) this.cover(this.minutes[i]!, this.minutes[i]! + 1);
    const empty = this.endMinute <= this.firstMinute;
    const origin = empty ? 0 : this.firstMinute;
    const functions = this.functions.size;
    return {
      meta: {
        ...meta,
        originUs: origin * US_PER_MINUTE,
        spanUs: empty ? 0 : (this.endMinute - origin) * US_PER_MINUTE,
      },
      functions,
      ...this.functions.columns(),
      duration: durations ?? unknownDurations(functions),
      arrivals: this.arrivals(origin, Uint32Array) ?? this.arrivals(origin, Float64Array)!,
    };
  }

  private openRun(f: number): void {
    this.lastFunction = f;
    if (this.runs === this.runFunction.length) {
      this.runFunction = doubled(this.runFunction);
      this.runStart = doubled(this.runStart);
    }
    this.runFunction[this.runs] = f;
    this.runStart[this.runs++] = this.used;
  }

  /** The lists with counts in the given type, or undefined when a count does not fit in it. */
  private arrivals(
    origin: number,
    CountArray: Uint32ArrayConstructor | Float64ArrayConstructor,
  ): MinuteArrivals | undefined {
    const length = new Float64Array(this.functions.size);
    for (let run = 0; run < this.runs; run++)
      length[this.runFunction[run]!]! += this.endOfRun(run) - this.runStart[run]!;
    const minute = consecutiveLists(new Uint32Array(this.used), length);
    const counts = new CountArray(this.used);
    const cursor = minute.start.slice();
    const untidy = new Set<number>();
    for (let run = 0; run < this.runs; run++) {
      const f = this.runFunction[run]!;
      let at = cursor[f]!;
      for (let i = this.runStart[run]!, end = this.endOfRun(run); i < end; i++, at++) {
        minute.values[at] = this.minutes[i]! - origin;
        counts[at] = this.counts[i]!;
        if (counts[at] !== this.counts[i]) return undefined;
        if (at > minute.start[f]! && minute.values[at]! <= minute.values[at - 1]!) untidy.add(f);
      }
      cursor[f] = at;
    }
    for (const f of untidy) {
      const from = minute.start[f]!;
      const kept = tidy(minute.values, counts, from, from + length[f]!);
      if (kept < 0) return undefined;
      length[f] = kept;
    }
    return {kind: 'minute', minute, count: {values: counts, start: minute.start, length}};
  }

  private endOfRun(run: number): number {
    return run + 1 < this.runs ? this.runStart[run + 1]! : this.used;
  }
}

/**
 * Sorts entries [from, to) by minute and adds up those of the same one. Returns how many are left, or -1 when a
 * sum does not fit the count's type.
 */
function tidy(minutes: Uint32Array, counts: Uint32Array | Float64Array, from: number, to: number): number {
  const order = Uint32Array.from({length: to - from}, (_, i) => i);
  const oldMinutes = minutes.slice(from, to);
  const oldCounts = counts.slice(from, to);
  order.sort((a, b) => oldMinutes[a]! - oldMinutes[b]!);
  let at = from - 1;
  for (const i of order) {
    if (at >= from && minutes[at] === oldMinutes[i]) {
      const sum = counts[at]! + oldCounts[i]!;
      if (sum > UINT32_MAX && counts instanceof Uint32Array) return -1;
      counts[at] = sum;
    } else {
      at++;
      minutes[at] = oldMinutes[i]!;
      counts[at] = oldCounts[i]!;
    }
  }
  return at + 1 - from;
}
