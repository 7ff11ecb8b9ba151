import {draw32, unit} from '../base/random.ts';
import {US_PER_MINUTE} from '../base/units.ts';
import type {CallBatch} from '../scheduler/cell-setup.ts';
import {int64At} from '../workload/workload.ts';
import type {CellWorkload} from './cell-workload.ts';
import type {Durations} from './durations.ts';
import {evenUs, gap, minuteKeys, type SpreadName, uniformUs} from './spread.ts';
import {ROW_DOUBLES, ROW_INTS, sortByTime} from './time-sort.ts';

/** Rows that the scratch holds at most; a fuller minute is made in several passes over its draws. */
const MAX_ROWS = 1 << 22;
/** Rows of a slice that is sorted and served at once: what fits the second-level cache with the cell's state. */
const SLICE_ROWS = 8192;
const MAX_SLICES = 1024;
const NONE = -1;

/** What a feed needs to know of one cell's calls. */
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
  readonly defaultDurationUs: number;
  readonly spread: SpreadName;
  /** True to carry the trace's own cold times. */
  readonly withCold: boolean;
  readonly seed: number;
  /** The span may end within a minute: then the last minute's calls lie before it. */
  readonly spanUs: number;
  /** Calls from here on are left out. */
  readonly untilUs: number;
}

/**
 * The calls of a cell in order of time, made on the fly from counts or read from an event trace. A call's time and
 * duration depend on (seed, function, minute) alone. Memory is bounded by MAX_ROWS rows, whatever the rate.
 */
export class CallFeed {
  /** Filled by `next`; valid until the next call of it. */
  batch: CallBatch;
  private readonly setup: FeedSetup;
  private readonly minutes: number;
  /** Functions whose next calls lie in each minute: a linked list a minute. */
  private readonly minuteHead: Int32Array; // [minute]
  private readonly nextFn: Int32Array; // [function]
  private readonly cursor: Float64Array; // [function] next element of its list
  private readonly end: Float64Array; // [function] end of its list
  private readonly calls: Float64Array; // [function] calls in the minute at hand
  private readonly firstEvent: Float64Array; // [function] element of its first call in the minute at hand
  private active = new Int32Array(0); // functions with calls in the minute at hand, ascending
  private minute = -1;
  private minuteCalls = 0;
  /** Length of the minute at hand: 60 s, or less for one that the span cuts. */
  private lengthUs = US_PER_MINUTE;
  private passes = 0;
  private pass = 0;
  private sliceLowUs = 0;
  private sliceWidthUs = 0;
  private slice = 0;
  private slices = 0;
  private readonly sliceStart = new Int32Array(MAX_SLICES + 1);
  private scratch: {ints: Int32Array; doubles: Float64Array; coldUs: Float64Array | undefined};
  private readonly keys = new Int32Array(4);

  constructor(setup: FeedSetup) {
    const {rows, workload, untilUs} = setup;
    const n = rows.length;
    this.setup = setup;
    this.minutes = Math.ceil(untilUs / US_PER_MINUTE);
    this.minuteHead = new Int32Array(this.minutes).fill(NONE);
    this.nextFn = new Int32Array(n);
    this.calls = new Float64Array(n);
    this.firstEvent = new Float64Array(n);
    const {arrivals} = workload;
    const list = arrivals.kind === 'event' ? arrivals.arrivalUs : arrivals.minute;
    this.cursor = Float64Array.from(rows, (row) => list.start[row]!);
    this.end = Float64Array.from(rows, (row) => list.start[row]! + list.length[row]!);
    for (let fn = n - 1; fn >= 0; fn--) this.enlist(fn);
    this.scratch = this.newScratch(SLICE_ROWS);
    this.batch = this.newBatch(SLICE_ROWS);
  }

  /** Fills `batch` with the next calls; false when there are no more. */
  next(): boolean {
    for (;;) {
      while (this.slice < this.slices) {
        const from = this.sliceStart[this.slice]!;
        const to = this.sliceStart[this.slice + 1]!;
        const lowUs = this.sliceLowUs + this.slice++ * this.sliceWidthUs;
        if (to === from) continue;
        if (this.batch.timeUs.length < to - from) this.batch = this.newBatch(2 * (to - from));
        sortByTime(this.scratch, from, to, lowUs, this.sliceWidthUs, this.minute * US_PER_MINUTE, this.batch);
        return true;
      }
      if (this.pass < this.passes) this.makePass();
      else if (!this.openMinute()) return false;
    }
  }

  private newScratch(rows: number): typeof this.scratch {
    const buffer = new ArrayBuffer(rows * ROW_INTS * 4);
    return {
      ints: new Int32Array(buffer),
      doubles: new Float64Array(buffer),
      coldUs: this.setup.withCold ? new Float64Array(rows) : undefined,
    };
  }

  private newBatch(rows: number): CallBatch {
    return {
      length: 0,
      timeUs: new Float64Array(rows),
      fn: new Int32Array(rows),
      durationUs: new Float64Array(rows),
      coldUs: this.setup.withCold ? new Float64Array(rows) : undefined,
    };
  }

  /** Files `fn` under the minute of its next call, if it has one before the end. */
  private enlist(fn: number): void {
    const at = this.cursor[fn]!;
    if (at >= this.end[fn]!) return;
    const {arrivals} = this.setup.workload;
    const minute =
      arrivals.kind === 'event'
        ? Math.floor(int64At(arrivals.arrivalUs.values, at) / US_PER_MINUTE)
        : arrivals.minute.values[at]!;
    if (minute >= this.minutes) return;
    this.nextFn[fn] = this.minuteHead[minute]!;
    this.minuteHead[minute] = fn;
  }

  /** Goes to the next minute with calls: who calls, how often, and in how many passes it is made. */
  private openMinute(): boolean {
    do {
      if (++this.minute >= this.minutes) return false;
    } while (this.minuteHead[this.minute] === NONE);
    let count = 0;
    for (let fn = this.minuteHead[this.minute]!; fn !== NONE; fn = this.nextFn[fn]!) count++;
    this.active = new Int32Array(count);
    for (let fn = this.minuteHead[this.minute]!, k = 0; fn !== NONE; fn = this.nextFn[fn]!) this.active[k++] = fn;
    // Equal times are served in the order of functions.
    this.active.sort();
    this.minuteCalls = 0;
    for (const fn of this.active) {
      this.takeCalls(fn);
      this.minuteCalls += this.calls[fn]! / this.setup.parts[fn]!;
      this.enlist(fn);
    }
    this.lengthUs = Math.min(US_PER_MINUTE, this.setup.spanUs - this.minute * US_PER_MINUTE);
    this.passes = Math.max(1, Math.ceil(this.minuteCalls / MAX_ROWS));
    this.pass = 0;
    this.slice = this.slices = 0;
    return true;
  }

  /** Notes the calls of `fn` in this minute and moves its cursor behind them. */
  private takeCalls(fn: number): void {
    const {arrivals} = this.setup.workload;
    let at = this.cursor[fn]!;
    if (arrivals.kind === 'minute') {
      const shift = arrivals.count.start[this.setup.rows[fn]!]! - arrivals.minute.start[this.setup.rows[fn]!]!;
      this.calls[fn] = arrivals.count.values[at + shift]!;
      this.cursor[fn] = at + 1;
      return;
    }
    this.firstEvent[fn] = at;
    const {values} = arrivals.arrivalUs;
    const limitUs = (this.minute + 1) * US_PER_MINUTE;
    const end = this.end[fn]!;
    while (at < end && int64At(values, at) < limitUs) at++;
    this.calls[fn] = at - this.firstEvent[fn]!;
    this.cursor[fn] = at;
  }

  /** Makes the calls of the next part of the minute, dealt into slices of equal width. */
  private makePass(): void {
    const lastUs = Math.min(this.lengthUs, this.setup.untilUs - this.minute * US_PER_MINUTE);
    const partUs = Math.ceil(this.lengthUs / this.passes);
    const lowUs = this.pass++ * partUs;
    const highUs = Math.min(lowUs + partUs, lastUs);
    const wanted = Math.ceil(this.minuteCalls / this.passes / SLICE_ROWS);
    this.sliceLowUs = lowUs;
    this.sliceWidthUs = Math.max(1, Math.ceil(partUs / Math.min(MAX_SLICES, wanted)));
    this.slices = Math.max(0, Math.ceil((highUs - lowUs) / this.sliceWidthUs));
    this.slice = 0;
    const {sliceStart} = this;
    sliceStart.fill(0, 0, this.slices + 1);
    for (const fn of this.active) this.visit(fn, lowUs, highUs, false);
    let total = 0;
    for (let s = 0; s < this.slices; s++) {
      const rows = sliceStart[s]!;
      sliceStart[s] = total;
      total += rows;
    }
    if (total > this.scratch.doubles.length / ROW_DOUBLES) this.scratch = this.newScratch(Math.ceil(total * 1.25));
    for (const fn of this.active) this.visit(fn, lowUs, highUs, true);
    // Dealing moved each slice's start to its end, which is the next one's start.
    sliceStart.copyWithin(1, 0, this.slices);
    sliceStart[0] = 0;
  }

  /** Counts (`deal` false) or deals the calls of `fn` that lie in [lowUs, highUs) of the minute. */
  private visit(fn: number, lowUs: number, highUs: number, deal: boolean): void {
    const {workload, spread} = this.setup;
    if (workload.arrivals.kind === 'event') this.visitEvents(fn, lowUs, highUs, deal);
    else if (spread === 'uniform') this.visitUniform(fn, lowUs, highUs, deal);
    else this.visitOrdered(fn, lowUs, highUs, deal);
  }

  private visitUniform(fn: number, lowUs: number, highUs: number, deal: boolean): void {
    const {keys, sliceStart, scratch} = this;
    minuteKeys(keys, this.setup.key[fn]!, this.minute, this.setup.seed);
    const keyA = keys[0]!;
    const keyB = keys[1]!;
    const perSlice = 1 / this.sliceWidthUs;
    const n = this.calls[fn]!;
    const part = this.setup.part[fn]!;
    const parts = this.setup.parts[fn]!;
    const scale = this.lengthUs / 4294967296;
    if (!deal) {
      for (let j = 0; j < n; j++) {
        const us = uniformUs(keyA, keyB, j, scale);
        if (us >= lowUs && us < highUs && (parts === 1 || partOf(keyB, keyA, j, parts) === part))
          sliceStart[((us - lowUs + 0.5) * perSlice) | 0]! += 1;
      }
      return;
    }
    const {durations} = this.setup;
    const durationA = keys[2]!;
    const durationB = keys[3]!;
    const {ints, doubles} = scratch;
    for (let j = 0; j < n; j++) {
      const us = uniformUs(keyA, keyB, j, scale);
      if (us < lowUs || us >= highUs || (parts > 1 && partOf(keyB, keyA, j, parts) !== part)) continue;
      const row = sliceStart[((us - lowUs + 0.5) * perSlice) | 0]!++;
      ints[row * ROW_INTS] = us;
      ints[row * ROW_INTS + 1] = fn;
      doubles[row * ROW_DOUBLES + 1] = durations.at(fn, unit(draw32(durationA, durationB, j)));
    }
  }

  private visitOrdered(fn: number, lowUs: number, highUs: number, deal: boolean): void {
    const {keys, lengthUs} = this;
    minuteKeys(keys, this.setup.key[fn]!, this.minute, this.setup.seed);
    const n = this.calls[fn]!;
    const exponential = this.setup.spread === 'exponential';
    let scale = 0;
    for (let j = 0; exponential && j < n; j++) scale += gap(keys[0]!, keys[1]!, j);
    scale = lengthUs / scale;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const us = exponential ? Math.min(lengthUs - 1, Math.floor(sum * scale)) : evenUs(j, n, lengthUs);
      if (exponential) sum += gap(keys[0]!, keys[1]!, j);
      if (us < lowUs || us >= highUs || this.isElsewhere(fn, j)) continue;
      const durationUs = deal ? this.setup.durations.at(fn, unit(draw32(keys[2]!, keys[3]!, j))) : 0;
      this.put(fn, us, lowUs, durationUs, 0, deal);
    }
  }

  private visitEvents(fn: number, lowUs: number, highUs: number, deal: boolean): void {
    const {workload, rows, defaultDurationUs, withCold} = this.setup;
    if (workload.arrivals.kind !== 'event') return;
    minuteKeys(this.keys, this.setup.key[fn]!, this.minute, this.setup.seed);
    const {arrivalUs, durationUs, coldUs} = workload.arrivals;
    const row = rows[fn]!;
    const toDuration = durationUs === undefined ? 0 : durationUs.start[row]! - arrivalUs.start[row]!;
    const toCold = coldUs === undefined ? 0 : coldUs.start[row]! - arrivalUs.start[row]!;
    const minuteUs = this.minute * US_PER_MINUTE;
    for (let at = this.firstEvent[fn]!, end = at + this.calls[fn]!; at < end; at++) {
      const us = int64At(arrivalUs.values, at) - minuteUs;
      if (us < lowUs || us >= highUs || this.isElsewhere(fn, at - this.firstEvent[fn]!)) continue;
      const itsDurationUs = durationUs === undefined ? defaultDurationUs : int64At(durationUs.values, at + toDuration);
      const itsColdUs = withCold && coldUs !== undefined ? int64At(coldUs.values, at + toCold) : 0;
      this.put(fn, us, lowUs, itsDurationUs, itsColdUs, deal);
    }
  }

  /** True when call `j` of the minute belongs to a part of `fn` in another cell. Needs the minute's keys. */
  private isElsewhere(fn: number, j: number): boolean {
    const parts = this.setup.parts[fn]!;
    return parts > 1 && partOf(this.keys[1]!, this.keys[0]!, j, parts) !== this.setup.part[fn]!;
  }

  private put(fn: number, us: number, lowUs: number, durationUs: number, coldUs: number, deal: boolean): void {
    const slice = Math.floor((us - lowUs) / this.sliceWidthUs);
    const row = this.sliceStart[slice]!++;
    if (!deal) return;
    const {scratch} = this;
    scratch.ints[row * ROW_INTS] = us;
    scratch.ints[row * ROW_INTS + 1] = fn;
    scratch.doubles[row * ROW_DOUBLES + 1] = durationUs;
    if (scratch.coldUs !== undefined) scratch.coldUs[row] = coldUs;
  }
}

/** The part that call `j` of a minute belongs to: even and independent of its time and duration. */
function partOf(keyA: number, keyB: number, j: number, parts: number): number {
  return draw32(keyA ^ 0x70617274, keyB, j) % parts;
}
