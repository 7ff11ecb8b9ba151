import {US_PER_MINUTE} from '../base/units.ts';
import {
  type Arrivals,
  type EventArrivals,
  type Int64Words,
  int64At,
  type ListColumn,
  type MinuteArrivals,
  resolutionUs,
  UNKNOWN_DURATION,
} from './workload.ts';

/**
 * Steps through the calls of one function after another in order of time, as exactly as the trace has them: single
 * calls, or the calls of a minute together.
 */
export interface CallCursor {
  /** How exactly times are known, microseconds: the calls of a step lie in [timeUs, timeUs + resolutionUs). */
  readonly resolutionUs: number;
  /** When the call comes, or its minute begins: microseconds since time 0. */
  readonly timeUs: number;
  /** Calls that the step stands for, at least 1. */
  readonly calls: number;
  /** How long the call runs, microseconds; NaN where the trace does not tell. */
  readonly durationUs: number;
  /** Steps of function `f`. */
  steps(f: number): number;
  /** Goes before the first step of function `f`, or as many steps further as are to be skipped. */
  open(f: number, skipped?: number): void;
  /** Goes to the next step; false behind the last. */
  next(): boolean;
}

/** A cursor over those arrivals; it stands nowhere until it is opened. */
export function callCursor(arrivals: Arrivals): CallCursor {
  return arrivals.kind === 'minute' ? new CountedCalls(arrivals) : new SingleCalls(arrivals);
}

/** A walk over the elements of a function's lists; a file may keep the lists apart. */
abstract class Steps {
  readonly resolutionUs: number;
  timeUs = 0;
  /** The next element of `list`, and the end of the function's. */
  protected at = 0;
  private end = 0;
  /** From an element of `list` to that of `beside`. */
  private apart = 0;
  private readonly list: ListColumn<unknown>;
  private readonly beside: ListColumn<unknown>;

  constructor(arrivals: Arrivals, list: ListColumn<unknown>, beside: ListColumn<unknown>) {
    this.resolutionUs = resolutionUs(arrivals);
    this.list = list;
    this.beside = beside;
  }

  steps(f: number): number {
    return this.list.length[f]!;
  }

  open(f: number, skipped = 0): void {
    const {start, length} = this.list;
    this.at = start[f]! + skipped;
    this.end = start[f]! + length[f]!;
    this.apart = this.beside.start[f]! - start[f]!;
  }

  next(): boolean {
    const {at} = this;
    if (at >= this.end) return false;
    this.at = at + 1;
    this.take(at, at + this.apart);
    return true;
  }

  /** Reads element `at` of the list, and `beside` of the other. */
  protected abstract take(at: number, beside: number): void;
}

class CountedCalls extends Steps implements CallCursor {
  calls = 0;
  readonly durationUs = Number.NaN;
  private readonly minutes: Uint32Array;
  private readonly counts: Uint32Array | Float64Array;

  constructor(arrivals: MinuteArrivals) {
    super(arrivals, arrivals.minute, arrivals.count);
    this.minutes = arrivals.minute.values;
    this.counts = arrivals.count.values;
  }

  protected take(at: number, beside: number): void {
    this.timeUs = this.minutes[at]! * US_PER_MINUTE;
    this.calls = this.counts[beside]!;
  }
}

class SingleCalls extends Steps implements CallCursor {
  readonly calls = 1;
  durationUs = Number.NaN;
  private readonly times: Int64Words;
  private readonly durations: Int64Words | undefined;

  constructor(arrivals: EventArrivals) {
    super(arrivals, arrivals.arrivalUs, arrivals.durationUs ?? arrivals.arrivalUs);
    this.times = arrivals.arrivalUs.values;
    this.durations = arrivals.durationUs?.values;
  }

  protected take(at: number, beside: number): void {
    this.timeUs = int64At(this.times, at);
    if (this.durations === undefined) return;
    const us = int64At(this.durations, beside);
    this.durationUs = us === UNKNOWN_DURATION ? Number.NaN : us;
  }
}

/** Steps through the minutes in which one function after another is called, ascending. */
export class MinuteCursor {
  /** The minute at hand: 0 is that of time 0. */
  minute = 0;
  /** Calls in it, at least 1. */
  calls = 0;
  private readonly cursor: CallCursor;
  private readonly shiftUs: number;
  /** The cursor stands at the first call of the next minute. */
  private ahead = false;

  /** `shiftUs` > 0 lets each minute begin that much earlier; where calls are counted, whole minutes alone make sense. */
  constructor(arrivals: Arrivals, shiftUs = 0) {
    this.cursor = callCursor(arrivals);
    this.shiftUs = shiftUs;
  }

  /** No function has more minutes than this. */
  atMost(f: number): number {
    return this.cursor.steps(f);
  }

  /** Goes before the first minute of function `f`. */
  open(f: number): void {
    this.cursor.open(f);
    this.ahead = this.cursor.next();
  }

  /** Goes to the next minute with calls; false behind the last. */
  next(): boolean {
    if (!this.ahead) return false;
    const {cursor, shiftUs} = this;
    this.minute = Math.floor((cursor.timeUs + shiftUs) / US_PER_MINUTE);
    const endUs = (this.minute + 1) * US_PER_MINUTE - shiftUs;
    let calls = 0;
    do {
      calls += cursor.calls;
      this.ahead = cursor.next();
    } while (this.ahead && cursor.timeUs < endUs);
    this.calls = calls;
    return true;
  }
}
