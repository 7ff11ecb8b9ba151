import type {Clock, MinuteSeries} from '../demand/calls/minute-series.ts';
import {log1pOf, log2Of} from './logarithms.ts';

/** Trailing windows, in minutes, whose beginnings are kept at hand: `entriesBeforeWindow`. */
export const trailingWindows = [2, 5, 15, 30, 60, 180, 720, 1440] as const;
export const FIVE_WINDOW = 1;
export const QUARTER_WINDOW = 2;
export const BUSY_WINDOW = 3;
export const HOUR_WINDOW = 4;
export const DAY_WINDOW = 7;
/** Entries that a window's beginning moves over before it is sooner sought than followed. */
const FOLLOWED = 8;

/**
 * One series up to some minute, laid out for look-ups: its calls before `now` and nothing later. Made once and
 * reused from row to row; `load` costs a pass over the row's entries, `seek` moves on in time.
 *
 * Readers may look at entries [0, entries) of `minute`, `count` and the running sums, and at `callsAt` of minutes
 * before `now`.
 */
export class CallHistory {
  /** Active minutes, ascending. */
  minute = new Uint32Array(0);
  /** Calls in each active minute. */
  count = new Float64Array(0);
  /** `sum[i]` = calls in the first i active minutes; `sumOfSquares` likewise of their squares. */
  sum = new Float64Array(1);
  sumOfSquares = new Float64Array(1);
  /** Minutes since the entry before, from entry 1 on, and their logarithms to base 2. */
  gap = new Uint32Array(0);
  gapLog = new Float64Array(0);
  /** `Math.log1p` of each count. */
  countLog = new Float64Array(0);
  /** Active minutes before `now`. */
  entries = 0;
  /** The minute to be forecast: everything before it is past. */
  now = 0;
  trigger = 0;
  /** Counts up with every row taken: a fit made for another row is stale. */
  loads = 0;
  readonly clock: Clock;
  private loaded = 0;
  private readonly windowFrom = new Int32Array(trailingWindows.length);
  private readonly calls: Float64Array;

  constructor(span: number, clock: Clock) {
    this.calls = new Float64Array(span);
    this.clock = clock;
  }

  /** Takes row `f` of `series`, as of minute 0. */
  load(series: MinuteSeries, f: number): void {
    const length = series.length[f]!;
    this.reserve(length);
    const from = series.start[f]!;
    const countFrom = series.countStart[f]!;
    for (let i = 0; i < length; i++) this.append(series.minute[from + i]!, series.count[countFrom + i]!);
    this.trigger = series.trigger[f]!;
  }

  /** Empties the history and makes room for `length` entries. */
  reserve(length: number): void {
    for (let i = 0; i < this.loaded; i++) this.calls[this.minute[i]!] = 0;
    this.loaded = 0;
    this.entries = 0;
    this.now = 0;
    this.loads++;
    this.windowFrom.fill(0);
    if (this.minute.length >= length) return;
    const capacity = Math.max(64, 2 * length);
    this.minute = new Uint32Array(capacity);
    this.count = new Float64Array(capacity);
    this.gap = new Uint32Array(capacity);
    this.gapLog = new Float64Array(capacity);
    this.countLog = new Float64Array(capacity);
    this.sum = new Float64Array(capacity + 1);
    this.sumOfSquares = new Float64Array(capacity + 1);
  }

  /** Adds an active minute after all others; there must be room for it. */
  append(minute: number, count: number): void {
    const i = this.loaded++;
    this.minute[i] = minute;
    this.count[i] = count;
    this.countLog[i] = log1pOf(count);
    if (i > 0) {
      const gap = minute - this.minute[i - 1]!;
      this.gap[i] = gap;
      this.gapLog[i] = log2Of(gap);
    }
    this.sum[i + 1] = this.sum[i]! + count;
    this.sumOfSquares[i + 1] = this.sumOfSquares[i]! + count * count;
    this.calls[minute] = count;
  }

  /** Moves to `minute`, forwards or back. */
  seek(minute: number): void {
    if (minute < this.now) this.entries = this.entriesBefore(minute);
    this.now = minute;
    while (this.entries < this.loaded && this.minute[this.entries]! < minute) this.entries++;
  }

  /** Calls in a minute; the caller asks for minutes before `now` only, or for the truth it is to be scored against. */
  callsAt(minute: number): number {
    return this.calls[minute]!;
  }

  /** Active minutes before `minute`. */
  entriesBefore(minute: number): number {
    let low = 0;
    let high = this.entries;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.minute[middle]! < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Active minutes before the last `trailingWindows[k]` minutes. */
  entriesBeforeWindow(k: number): number {
    const {entries, minute, windowFrom} = this;
    const from = this.now - trailingWindows[k]!;
    let at = windowFrom[k]!;
    if (at > entries || (at > 0 && minute[at - 1]! >= from)) at = this.entriesBefore(from);
    else {
      for (let steps = 0; steps < FOLLOWED && at < entries && minute[at]! < from; steps++) at++;
      if (at < entries && minute[at]! < from) at = this.entriesBefore(from);
    }
    windowFrom[k] = at;
    return at;
  }

  /** Calls in the last `trailingWindows[k]` minutes. */
  callsInWindow(k: number): number {
    return this.sum[this.entries]! - this.sum[this.entriesBeforeWindow(k)]!;
  }

  /** Calls in [from, now). */
  callsSince(from: number): number {
    return this.sum[this.entries]! - this.sum[this.entriesBefore(from)]!;
  }

  /** First active minute of the row, or Infinity: it is called for the first time then. */
  firstMinute(): number {
    return this.loaded === 0 ? Number.POSITIVE_INFINITY : this.minute[0]!;
  }

  /** Calls in [from, until): the truth that a forecast is scored against or trained on. */
  callsBetween(from: number, until: number): number {
    let total = 0;
    for (let t = from; t < until; t++) total += this.calls[t]!;
    return total;
  }
}
