import {draw32, mixKeys, unit} from '../../base/random.ts';
import {US_PER_MINUTE} from '../../base/units.ts';
import type {Durations} from '../../demand/durations/durations.ts';
import type {ColdTime} from '../../fleet/cold-time/cold-time.ts';
import type {WindowOfCalls} from '../../scheduler/core/window-of-calls.ts';
import {int64At, UNKNOWN_DURATION, UNKNOWN_START} from '../../workload/workload.ts';
import type {CellWorkload} from './cell-workload.ts';
import {FEW_CALLS, LEAST_DEALT_US, MinuteDraws, WINDOWS} from './minute-draws.ts';
import {evenUs, gap, type SpreadName} from './spread.ts';

/** Calls that a window should hold at most: what stays in the second-level cache with the cell's state. */
const WINDOW_CALLS = 1 << 17;
/** The same where a window cannot be made without the whole minute. */
const UNDEALT_CALLS = 1 << 22;
/** Stream of the durations of single calls of which the trace does not tell it. */
const DURATIONS = 0x64757273;
const WHOLE = -1;
const NONE = -1;

/** What is needed to know of one cell's calls. */
export interface FeedSetup {
  readonly workload: CellWorkload;
  /** The workload's rows of this cell's functions, ascending. */
  readonly rows: Int32Array; // [function]
  /** Which part of its calls each function has here, of how many equal parts. */
  readonly part: Int32Array; // [function]
  readonly parts: Int32Array; // [function]
  /** Stable hash of each function. */
  readonly key: Int32Array; // [function]
  readonly durations: Durations;
  readonly spread: SpreadName;
  /** Draws the cold time of calls of which the trace does not tell it, where its own are carried; undefined: they are not. */
  readonly cold: ColdTime | undefined;
  readonly seed: number;
  /** The span may end within a minute: then the last minute's calls lie before it. */
  readonly spanUs: number;
  /** No window has calls from both sides of this time. */
  readonly fromUs: number;
  /** Calls from here on are left out. */
  readonly untilUs: number;
}

/**
 * The calls of a cell, window after window and in each function by function, made on the fly from counts or read
 * from an event trace. A call's time and duration depend on (seed, function, minute) alone. Memory is bounded by
 * the calls of a window, whatever the rate.
 */
export class WindowCalls implements WindowOfCalls {
  lowUs = 0;
  highUs = 0;
  functions = 0;
  fn = new Int32Array(0);
  rows = 0;
  arrivalUs = new Int32Array(1 << 12);
  durationUs: Float64Array = new Float64Array(1 << 12);
  coldUs: Float64Array | undefined;
  sequence: Float64Array | undefined;
  private readonly setup: FeedSetup;
  private readonly draws = new MinuteDraws();
  private readonly minutes: number;
  /** Functions whose next calls lie in each minute: a linked list a minute. */
  private readonly minuteHead: Int32Array; // [minute]
  private readonly nextFn: Int32Array; // [function]
  private readonly cursor: Float64Array; // [function] next element of its list
  private readonly listEnd: Float64Array; // [function] end of its list
  private readonly calls: Float64Array; // [function] calls in the minute at hand
  private minute = -1;
  /** Length of the minute at hand: 60 s, or less for one that the span cuts. */
  private lengthUs = US_PER_MINUTE;
  /** How many parts the minute at hand is made in, 1 to WINDOWS, and the next of them. */
  private windows = 0;
  private nextPart = 0;
  /** The calls of the minute are dealt: `dealt` says how many are where. */
  private inParts = false;
  /** Calls of each function in each of the minute's WINDOWS; only where it is made in parts. */
  private dealt = new Int32Array(0); // [window * functions + k]
  private readonly dealtOne = new Int32Array(WINDOWS);

  constructor(setup: FeedSetup) {
    const {rows, workload, untilUs} = setup;
    const n = rows.length;
    this.setup = setup;
    this.coldUs = setup.cold ? new Float64Array(1 << 12) : undefined;
    this.minutes = Math.ceil(untilUs / US_PER_MINUTE);
    this.minuteHead = new Int32Array(this.minutes).fill(NONE);
    this.nextFn = new Int32Array(n);
    this.calls = new Float64Array(n);
    const {arrivals} = workload;
    if (arrivals.kind === 'event' && arrivals.sequence) this.sequence = new Float64Array(1 << 12);
    const list = arrivals.kind === 'event' ? arrivals.arrivalUs : arrivals.minute;
    this.cursor = Float64Array.from(rows, (row) => list.start[row]!);
    this.listEnd = Float64Array.from(rows, (row) => list.start[row]! + list.length[row]!);
    for (let fn = n - 1; fn >= 0; fn--) this.enlist(fn);
  }

  /** Goes to the next window of a minute with calls; false when there is none. Nothing of it is loaded. */
  next(): boolean {
    this.rows = 0;
    if (this.setup.workload.arrivals.kind === 'event') this.passEvents();
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

  /** Moves the cursors of event lists behind the window at hand. */
  private passEvents(): void {
    const {workload} = this.setup;
    if (workload.arrivals.kind !== 'event') return;
    const {values} = workload.arrivals.arrivalUs;
    for (let k = 0; k < this.functions; k++) {
      const fn = this.fn[k]!;
      let at = this.cursor[fn]!;
      while (at < this.listEnd[fn]! && int64At(values, at) < this.highUs) at++;
      this.cursor[fn] = at;
    }
  }

  /** Where part `part` of the minute begins. */
  private windowUs(part: number): number {
    return this.minute * US_PER_MINUTE + this.edgeUs(part === 0 ? 0 : (part * WINDOWS) / this.windows);
  }

  /** Where window `window` of WINDOWS begins in the minute. */
  private edgeUs(window: number): number {
    return Math.floor((window * this.lengthUs) / WINDOWS);
  }

  /** Files `fn` under the minute of its next call, if it has one before the end. */
  private enlist(fn: number): void {
    const at = this.cursor[fn]!;
    if (at >= this.listEnd[fn]!) return;
    const {arrivals} = this.setup.workload;
    const minute =
      arrivals.kind === 'event'
        ? Math.floor(int64At(arrivals.arrivalUs.values, at) / US_PER_MINUTE)
        : arrivals.minute.values[at]!;
    if (minute >= this.minutes) return;
    this.nextFn[fn] = this.minuteHead[minute]!;
    this.minuteHead[minute] = fn;
  }

  /** Goes to the next minute with calls: who calls, how often, and in how many parts it is made. */
  private openMinute(): boolean {
    const {workload, spanUs, parts, spread} = this.setup;
    const before = this.minute;
    // Whoever had events in the last minute has passed them by now.
    if (workload.arrivals.kind === 'event')
      for (let k = 0; before >= 0 && k < this.functions; k++) this.enlist(this.fn[k]!);
    do {
      if (++this.minute >= this.minutes) return false;
    } while (this.minuteHead[this.minute] === NONE);
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
    const dealt = this.lengthUs >= LEAST_DEALT_US;
    const wanted =
      workload.arrivals.kind === 'minute' && (spread !== 'uniform' || !dealt) ? UNDEALT_CALLS : WINDOW_CALLS;
    this.windows = 1;
    while (this.windows < WINDOWS && calls > this.windows * wanted) this.windows *= 2;
    this.nextPart = 0;
    this.inParts = workload.arrivals.kind === 'minute' && spread === 'uniform' && dealt && this.windows > 1;
    if (this.inParts) this.dealMinute();
    return true;
  }

  /** Notes how often `fn` calls in this minute; its cursor moves behind counts at once, behind events as they come. */
  private takeCalls(fn: number): number {
    const {arrivals} = this.setup.workload;
    const at = this.cursor[fn]!;
    let calls = 0;
    if (arrivals.kind === 'minute') {
      const row = this.setup.rows[fn]!;
      calls = arrivals.count.values[at + arrivals.count.start[row]! - arrivals.minute.start[row]!]!;
      this.cursor[fn] = at + 1;
      this.enlist(fn);
    } else {
      const {values} = arrivals.arrivalUs;
      const limitUs = (this.minute + 1) * US_PER_MINUTE;
      while (at + calls < this.listEnd[fn]! && int64At(values, at + calls) < limitUs) calls++;
    }
    this.calls[fn] = calls;
    return calls;
  }

  /** Notes how many calls each function has in each window of the minute. */
  private dealMinute(): void {
    const {functions, draws, setup} = this;
    if (this.dealt.length < WINDOWS * functions) this.dealt = new Int32Array(WINDOWS * functions);
    const {dealt} = this;
    for (let k = 0; k < functions; k++) {
      const fn = this.fn[k]!;
      const calls = this.calls[fn]!;
      draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
      if (calls > FEW_CALLS) {
        draws.deal(calls, dealt, k, functions);
        continue;
      }
      for (let window = 0; window < WINDOWS; window++) dealt[window * functions + k] = 0;
      this.reserve(calls);
      draws.times(WHOLE, calls, 0, this.lengthUs, this.arrivalUs, this.rows);
      for (let j = 0, window = 0; j < calls; j++) {
        while (this.arrivalUs[this.rows + j]! >= this.edgeUs(window + 1)) window++;
        dealt[window * functions + k]! += 1;
      }
    }
  }

  /** True if function `fn[k]` may have calls in this window. */
  has(k: number): boolean {
    const {workload} = this.setup;
    const fn = this.fn[k]!;
    if (workload.arrivals.kind === 'event') {
      const at = this.cursor[fn]!;
      return at < this.listEnd[fn]! && int64At(workload.arrivals.arrivalUs.values, at) < this.highUs;
    }
    if (!this.inParts) return true;
    const last = (this.nextPart * WINDOWS) / this.windows;
    for (let window = ((this.nextPart - 1) * WINDOWS) / this.windows; window < last; window++) {
      if (this.dealt[window * this.functions + k]! > 0) return true;
    }
    return false;
  }

  /** Appends the calls of function `fn[k]` in this window to the columns, in order of time; returns how many. */
  load(k: number): number {
    const {workload, spread} = this.setup;
    const before = this.rows;
    if (workload.arrivals.kind === 'event') this.loadEvents(this.fn[k]!);
    else if (spread === 'uniform') this.loadUniform(k);
    else this.loadOrdered(this.fn[k]!);
    return this.rows - before;
  }

  private loadUniform(k: number): void {
    const {draws, setup, functions, dealt, windows} = this;
    const fn = this.fn[k]!;
    const calls = this.calls[fn]!;
    const first = ((this.nextPart - 1) * WINDOWS) / windows;
    const last = (this.nextPart * WINDOWS) / windows;
    if (!this.has(k)) return;
    if (calls <= FEW_CALLS || this.lengthUs < LEAST_DEALT_US) {
      draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
      this.drawWindow(fn, WHOLE, calls, 0, this.lengthUs);
      return;
    }
    draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
    if (windows === 1) draws.deal(calls, this.dealtOne, 0, 1);
    for (let window = first; window < last; window++) {
      const n = windows === 1 ? this.dealtOne[window]! : dealt[window * functions + k]!;
      if (n === 0) continue;
      const lowUs = this.edgeUs(window);
      this.drawWindow(fn, window, n, lowUs, this.edgeUs(window + 1) - lowUs);
    }
  }

  /** Appends what is this part's, and in the window at hand, of `n` calls drawn over a stretch of the minute. */
  private drawWindow(fn: number, window: number, n: number, lowUs: number, widthUs: number): void {
    this.reserve(n);
    const {draws, setup, arrivalUs, durationUs, rows} = this;
    const minuteUs = this.minute * US_PER_MINUTE;
    draws.times(window, n, lowUs - (this.lowUs - minuteUs), widthUs, arrivalUs, rows);
    setup.durations.draw(fn, draws.durationKeyA(window), draws.durationKeyB, n, durationUs, rows);
    const parts = setup.parts[fn]!;
    const offset = parts === 1 ? 0 : draw32(draws.timeKeyB, draws.timeKeyA(window), n) % parts;
    const part = setup.part[fn]!;
    const lengthUs = this.highUs - this.lowUs;
    if (parts === 1 && arrivalUs[rows]! >= 0 && arrivalUs[rows + n - 1]! < lengthUs) {
      this.rows = rows + n;
      return;
    }
    let kept = rows;
    for (let j = 0; j < n; j++) {
      const us = arrivalUs[rows + j]!;
      if (us < 0 || us >= lengthUs || (parts > 1 && (j + offset) % parts !== part)) continue;
      arrivalUs[kept] = us;
      durationUs[kept++] = durationUs[rows + j]!;
    }
    this.rows = kept;
  }

  /** Calls at times that follow from their number and, exponential, from the gaps before them. */
  private loadOrdered(fn: number): void {
    const {draws, setup, lengthUs} = this;
    const n = this.calls[fn]!;
    draws.turnTo(setup.key[fn]!, this.minute, setup.seed);
    const keyA = draws.timeKeyA(WHOLE);
    const keyB = draws.timeKeyB;
    const exponential = setup.spread === 'exponential';
    const parts = setup.parts[fn]!;
    const offset = parts === 1 ? 0 : draw32(keyB, keyA, n) % parts;
    const lowUs = this.lowUs - this.minute * US_PER_MINUTE;
    const highUs = this.highUs - this.minute * US_PER_MINUTE;
    let scale = 0;
    for (let j = 0; exponential && j < n; j++) scale += gap(keyA, keyB, j);
    scale = lengthUs / scale;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const us = exponential ? Math.min(lengthUs - 1, Math.floor(sum * scale)) : evenUs(j, n, lengthUs);
      if (exponential) sum += gap(keyA, keyB, j);
      if (us < lowUs || us >= highUs || (parts > 1 && (j + offset) % parts !== setup.part[fn]!)) continue;
      this.reserve(1);
      this.arrivalUs[this.rows] = us - lowUs;
      this.durationUs[this.rows++] = setup.durations.at(
        fn,
        unit(draw32(draws.durationKeyA(WHOLE), draws.durationKeyB, j)),
      );
    }
  }

  private loadEvents(fn: number): void {
    const {workload, rows, part, parts, durations, cold, seed} = this.setup;
    if (workload.arrivals.kind !== 'event') return;
    const {arrivalUs, durationUs, coldUs, sequence} = workload.arrivals;
    const row = rows[fn]!;
    const start = arrivalUs.start[row]!;
    const toDuration = durationUs === undefined ? 0 : durationUs.start[row]! - start;
    const toCold = coldUs === undefined ? 0 : coldUs.start[row]! - start;
    const toSequence = sequence === undefined ? 0 : sequence.start[row]! - start;
    const keyA = mixKeys(this.setup.key[fn]!, seed);
    const keyB = mixKeys(keyA, DURATIONS);
    const end = this.listEnd[fn]!;
    for (let at = this.cursor[fn]!; at < end; at++) {
      const us = int64At(arrivalUs.values, at) - this.lowUs;
      if (us >= this.highUs - this.lowUs) break;
      if (parts[fn]! > 1 && (at - start + (this.setup.key[fn]! >>> 0)) % parts[fn]! !== part[fn]!) continue;
      this.reserve(1);
      this.arrivalUs[this.rows] = us;
      const ownUs = durationUs === undefined ? UNKNOWN_DURATION : int64At(durationUs.values, at + toDuration);
      this.durationUs[this.rows] = ownUs >= 0 ? ownUs : durations.at(fn, unit(draw32(keyA, keyB, at - start)));
      if (cold !== undefined) {
        const ownColdUs = coldUs === undefined ? UNKNOWN_START : int64At(coldUs.values, at + toCold);
        this.coldUs![this.rows] = ownColdUs >= 0 ? ownColdUs : cold.drawUs(fn, this.lowUs + us);
      }
      if (sequence !== undefined) this.sequence![this.rows] = int64At(sequence.values, at + toSequence);
      this.rows++;
    }
  }

  /** Makes room for `n` more calls. */
  private reserve(n: number): void {
    if (this.rows + n <= this.arrivalUs.length) return;
    const capacity = 2 * (this.rows + n);
    const times = new Int32Array(capacity);
    times.set(this.arrivalUs);
    this.arrivalUs = times;
    this.durationUs = larger(this.durationUs, capacity);
    if (this.coldUs !== undefined) this.coldUs = larger(this.coldUs, capacity);
    if (this.sequence !== undefined) this.sequence = larger(this.sequence, capacity);
  }
}

function larger(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(capacity);
  grown.set(column);
  return grown;
}
