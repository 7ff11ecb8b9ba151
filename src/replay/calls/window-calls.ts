import {US_PER_MINUTE} from '../../base/units.ts';
import type {Durations} from '../../demand/durations/durations.ts';
import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import type {WindowOfCalls} from '../../scheduler/core/window-of-calls.ts';
import type {ListColumn} from '../../workload/workload.ts';
import type {CellWorkload} from './cell-workload.ts';
import {WINDOWS} from './minute-draws.ts';
import type {SpreadName} from './spread.ts';

/** Calls that a window should hold at most: what stays in the second-level cache with the cell's state. */
export const WINDOW_CALLS = 1 << 17;
const NONE = -1;

/** What is needed to know of one cell's calls. */
export interface FeedSetup {
  readonly workload: CellWorkload;
  /** The workload's rows of this cell's functions, ascending. */
  readonly rows: Int32Array; // [function]
  /** Which part of its calls each function has here, of how many equal parts. */
  readonly part: Int32Array; // [function]
  readonly parts: Int32Array; // [function]
  /** Whose instances serve the calls of each function; undefined: its own. */
  readonly servedBy?: Int32Array | undefined; // [function]
  /** Stable hash of each function. */
  readonly key: Int32Array; // [function]
  readonly durations: Durations;
  readonly spread: SpreadName;
  /** Draws the cold time of calls of which the trace does not tell it, where its own are carried; undefined: they are not. */
  readonly cold: ColdTime | undefined;
  /** 0: of that function they are drawn all the same. Undefined: of none. */
  readonly ownCold?: Uint8Array | undefined; // [function]
  readonly seed: number;
  /** The span may end within a minute: then the last minute's calls lie before it. */
  readonly spanUs: number;
  /** No window has calls from both sides of this time. */
  readonly fromUs: number;
  /** Calls from here on are left out. */
  readonly untilUs: number;
  /**
   * The calls of so much of the trace's beginning come twice, whole minutes: first they warm the fleet up, and the trace
   * begins when they are over, so that its time 0 is this time of the replay. Undefined: none do.
   */
  readonly warmUpUs?: number | undefined;
  /** Whoever serves the calls wants to know which they are. */
  readonly named?: boolean | undefined;
}

/**
 * The calls of a cell, window after window and in each function by function. Memory is bounded by the calls of a window,
 * whatever the rate. A minute that holds many is made in parts, each a window of its own.
 */
export abstract class WindowCalls implements WindowOfCalls {
  lowUs = 0;
  highUs = 0;
  /** Before the first window: all functions, for none is filed under a minute yet. */
  functions: number;
  fn: Int32Array<ArrayBuffer>;
  rows = 0;
  arrivalUs = new Int32Array(1 << 12);
  durationUs: Float64Array = new Float64Array(1 << 12);
  coldUs: Float64Array | undefined;
  sequence: Float64Array | undefined;
  /** Which element of all arrivals each call is; undefined: nobody asks. */
  call: Int32Array | undefined;
  protected readonly setup: FeedSetup;
  private readonly list: ListColumn<unknown>;
  protected readonly cursor: Float64Array; // [function] next element of its list
  protected readonly listEnd: Float64Array; // [function] end of its list
  protected minute = -1;
  /** When the trace's time 0 is: later than the replay's by the warm-up, once that is over. */
  protected originUs = 0;
  /** Length of the minute at hand: 60 s, or less for one that the span cuts. */
  protected lengthUs = US_PER_MINUTE;
  /** How many parts the minute at hand is made in, 1 to WINDOWS, and the next of them. */
  protected windows = 0;
  protected nextPart = 0;
  private minutes: number;
  /** Functions whose next calls lie in each minute: a linked list a minute. */
  private readonly minuteHead: Int32Array; // [minute]
  private readonly nextFn: Int32Array; // [function]

  /** `list` holds what tells when each function of the workload is called, ascending. */
  constructor(setup: FeedSetup, list: ListColumn<unknown>) {
    const {rows, workload, untilUs, warmUpUs = 0} = setup;
    this.setup = setup;
    this.list = list;
    this.coldUs = setup.cold ? new Float64Array(1 << 12) : undefined;
    this.sequence = workload.arrivals.sequence ? new Float64Array(1 << 12) : undefined;
    this.call = setup.named ? new Int32Array(1 << 12) : undefined;
    this.minutes = Math.ceil((warmUpUs > 0 ? warmUpUs : untilUs) / US_PER_MINUTE);
    this.minuteHead = new Int32Array(Math.ceil(untilUs / US_PER_MINUTE)).fill(NONE);
    this.nextFn = new Int32Array(rows.length);
    this.cursor = Float64Array.from(rows, (row) => list.start[row]!);
    this.listEnd = Float64Array.from(rows, (row) => list.start[row]! + list.length[row]!);
    this.functions = rows.length;
    this.fn = Int32Array.from(rows, (_, fn) => fn);
  }

  /** When the minute at hand begins. */
  protected get minuteUs(): number {
    return this.originUs + this.minute * US_PER_MINUTE;
  }

  /** True if function `fn[k]` may have calls in this window. */
  abstract has(k: number): boolean;
  /** Appends the calls of function `fn[k]` in this window to the columns, as `WindowOfCalls` says; returns how many. */
  abstract load(k: number): number;
  /** The minute of element `at` of a function's list. */
  protected abstract minuteAt(at: number): number;
  /** How often `fn` calls in the minute that begins. */
  protected abstract takeCalls(fn: number): number;
  /** How many calls of the minute at hand a part should hold at most. */
  protected abstract mostCalls(): number;
  /** The minute at hand is to be made in `windows` parts. */
  protected abstract openParts(): void;
  /** The window at hand is done with. */
  protected abstract leaveWindow(): void;

  /** Goes to the next window of a minute with calls; false when there is none. Nothing of it is loaded. */
  next(): boolean {
    this.rows = 0;
    this.leaveWindow();
    const {fromUs, untilUs} = this.setup;
    const endUs = this.windowUs(this.nextPart);
    if (this.highUs < endUs && this.highUs === fromUs && this.nextPart > 0) {
      this.lowUs = fromUs;
      this.highUs = Math.min(endUs, untilUs);
      return true;
    }
    for (;;) {
      if (this.nextPart === this.windows && !this.openMinute()) return false;
      this.lowUs = this.windowUs(this.nextPart);
      this.highUs = Math.min(this.windowUs(++this.nextPart), untilUs);
      if (this.lowUs < fromUs && fromUs < this.highUs) this.highUs = fromUs;
      if (this.lowUs < this.highUs) return true;
      this.nextPart = this.windows;
    }
  }

  /** Where window `window` of WINDOWS begins in the minute. */
  protected edgeUs(window: number): number {
    return Math.floor((window * this.lengthUs) / WINDOWS);
  }

  /** Where part `part` of the minute begins. */
  private windowUs(part: number): number {
    return this.minuteUs + this.edgeUs(part === 0 ? 0 : (part * WINDOWS) / this.windows);
  }

  /** Goes to the next minute with calls: who calls, how often, and in how many parts it is made. */
  private openMinute(): boolean {
    const {spanUs, parts} = this.setup;
    if (!this.findMinute() && !(this.rewind() && this.findMinute())) return false;
    let count = 0;
    for (let fn = this.minuteHead[this.minute]!; fn !== NONE; fn = this.nextFn[fn]!) count++;
    this.fn = new Int32Array(count);
    for (let fn = this.minuteHead[this.minute]!, k = 0; fn !== NONE; fn = this.nextFn[fn]!) this.fn[k++] = fn;
    // Equal times are served in the order of functions.
    this.fn.sort();
    this.functions = count;
    this.lengthUs = Math.min(US_PER_MINUTE, spanUs - this.minute * US_PER_MINUTE);
    let calls = 0;
    for (const fn of this.fn) calls += this.takeCalls(fn) / parts[fn]!;
    const most = this.mostCalls();
    this.windows = 1;
    while (this.windows < WINDOWS && calls > this.windows * most) this.windows *= 2;
    this.nextPart = 0;
    this.openParts();
    return true;
  }

  /** Goes to the next minute that somebody calls in; false when there is none. */
  private findMinute(): boolean {
    // Whoever called in the last minute has passed those calls by now.
    for (let k = 0; k < this.functions; k++) this.enlist(this.fn[k]!);
    this.functions = 0;
    do {
      if (++this.minute >= this.minutes) return false;
    } while (this.minuteHead[this.minute] === NONE);
    return true;
  }

  /** The warm-up is over: goes back to the trace's beginning; false when it had none. */
  private rewind(): boolean {
    const {rows, untilUs, warmUpUs = 0} = this.setup;
    if (this.originUs === warmUpUs) return false;
    this.originUs = warmUpUs;
    this.minute = -1;
    this.minutes = Math.ceil((untilUs - warmUpUs) / US_PER_MINUTE);
    this.minuteHead.fill(NONE);
    this.functions = rows.length;
    this.fn = Int32Array.from(rows, (row, fn) => {
      this.cursor[fn] = this.list.start[row]!;
      return fn;
    });
    return true;
  }

  /** Files `fn` under the minute of its next call, if it has one before the end. */
  private enlist(fn: number): void {
    const at = this.cursor[fn]!;
    if (at >= this.listEnd[fn]!) return;
    const minute = this.minuteAt(at);
    if (minute >= this.minutes) return;
    this.nextFn[fn] = this.minuteHead[minute]!;
    this.minuteHead[minute] = fn;
  }

  /** Makes room for `n` more calls. */
  protected reserve(n: number): void {
    if (this.rows + n <= this.arrivalUs.length) return;
    const capacity = 2 * (this.rows + n);
    const times = new Int32Array(capacity);
    times.set(this.arrivalUs);
    this.arrivalUs = times;
    this.durationUs = larger(this.durationUs, capacity);
    if (this.coldUs !== undefined) this.coldUs = larger(this.coldUs, capacity);
    if (this.sequence !== undefined) this.sequence = larger(this.sequence, capacity);
    if (this.call !== undefined) {
      const numbers = new Int32Array(capacity);
      numbers.set(this.call);
      this.call = numbers;
    }
  }
}

function larger(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(capacity);
  grown.set(column);
  return grown;
}
