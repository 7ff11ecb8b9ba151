import type {CallBatch} from '../../scheduler/core/cell-setup.ts';
import type {WindowOfCalls} from '../../scheduler/core/window-of-calls.ts';
import {callsOfCell} from './calls-of-cell.ts';
import {ROW_DOUBLES, ROW_INTS, type Scratch, sortByTime} from './time-sort.ts';
import type {FeedSetup, WindowCalls} from './window-calls.ts';

/** Rows of a slice that is sorted and served at once: what fits the second-level cache with the cell's state. */
const SLICE_ROWS = 8192;
const MAX_SLICES = 1024;

/** The calls of a cell in order of time, equal times as the trace has them, else in the order of functions. */
export class CallFeed {
  /** Filled by `next`; valid until the next call of it. */
  batch: CallBatch;
  readonly calls: WindowCalls;
  private readonly withCold: boolean;
  private lowUs = 0;
  /** Where each function's calls end in the window's columns. */
  private end = new Int32Array(0);
  private sliceWidthUs = 0;
  private slice = 0;
  private slices = 0;
  private readonly sliceStart = new Int32Array(MAX_SLICES + 1);
  private scratch: Scratch;
  private readonly withSequence: boolean;
  private readonly isNamed: boolean;
  private sequence: Float64Array | undefined;
  private readonly servedBy: Int32Array | undefined;

  constructor(setup: FeedSetup) {
    this.calls = callsOfCell(setup);
    this.servedBy = setup.servedBy;
    this.withCold = setup.cold !== undefined;
    this.withSequence = this.calls.sequence !== undefined;
    this.isNamed = setup.named === true;
    this.scratch = this.newScratch(SLICE_ROWS);
    this.batch = this.newBatch(SLICE_ROWS);
  }

  /** Fills `batch` with the next calls; false when there are no more. */
  next(): boolean {
    for (;;) {
      if (this.nextSlice()) return true;
      const {calls} = this;
      if (!calls.next()) return false;
      this.take(calls);
    }
  }

  /** Loads the calls of a window and deals them into slices of equal width; `nextSlice` gives them out. */
  take(window: WindowOfCalls): void {
    window.rows = 0;
    if (this.end.length < window.functions) this.end = new Int32Array(2 * window.functions);
    const {end} = this;
    for (let k = 0; k < window.functions; k++) {
      window.load(k);
      end[k] = window.rows;
    }
    const {rows, arrivalUs, durationUs, coldUs, sequence, call} = window;
    const {sliceStart} = this;
    const lengthUs = window.highUs - window.lowUs;
    const wanted = Math.min(MAX_SLICES, Math.max(1, Math.ceil(rows / SLICE_ROWS)));
    this.sliceWidthUs = Math.ceil(lengthUs / wanted);
    this.slices = Math.ceil(lengthUs / this.sliceWidthUs);
    this.slice = 0;
    const perUs = 1 / this.sliceWidthUs;
    sliceStart.fill(0, 0, this.slices + 1);
    // The half keeps a time at a slice's very edge on its side of it.
    for (let row = 0; row < rows; row++) sliceStart[((arrivalUs[row]! + 0.5) * perUs) | 0]! += 1;
    let total = 0;
    for (let s = 0; s < this.slices; s++) {
      const n = sliceStart[s]!;
      sliceStart[s] = total;
      total += n;
    }
    if (rows > this.scratch.doubles.length / ROW_DOUBLES) this.scratch = this.newScratch(Math.ceil(rows * 1.25));
    const {ints, doubles, coldUs: cold, sequence: order, call: which} = this.scratch;
    for (let k = 0, row = 0; k < window.functions; k++) {
      const fn = this.servedBy === undefined ? window.fn[k]! : this.servedBy[window.fn[k]!]!;
      for (const last = end[k]!; row < last; row++) {
        const to = sliceStart[((arrivalUs[row]! + 0.5) * perUs) | 0]!++;
        ints[to * ROW_INTS] = arrivalUs[row]!;
        ints[to * ROW_INTS + 1] = fn;
        doubles[to * ROW_DOUBLES + 1] = durationUs[row]!;
        if (cold !== undefined) cold[to] = coldUs![row]!;
        if (order !== undefined) order[to] = sequence![row]!;
        if (which !== undefined) which[to] = call![row]!;
      }
    }
    // Dealing moved each slice's start to its end, which is the next one's start.
    sliceStart.copyWithin(1, 0, this.slices);
    sliceStart[0] = 0;
    this.lowUs = window.lowUs;
  }

  /** Fills `batch` with the next slice that has calls; false when the window has no more. */
  nextSlice(): boolean {
    while (this.slice < this.slices) {
      const from = this.sliceStart[this.slice]!;
      const to = this.sliceStart[this.slice + 1]!;
      const lowUs = this.slice++ * this.sliceWidthUs;
      if (to === from) continue;
      if (this.batch.timeUs.length < to - from) this.batch = this.newBatch(2 * (to - from));
      sortByTime(this.scratch, from, to, lowUs, this.sliceWidthUs, this.lowUs, this.batch, this.sequence);
      return true;
    }
    return false;
  }

  private newScratch(rows: number): Scratch {
    const buffer = new ArrayBuffer(rows * ROW_INTS * 4);
    return {
      ints: new Int32Array(buffer),
      doubles: new Float64Array(buffer),
      coldUs: this.withCold ? new Float64Array(rows) : undefined,
      sequence: this.withSequence ? new Float64Array(rows) : undefined,
      call: this.isNamed ? new Int32Array(rows) : undefined,
    };
  }

  private newBatch(rows: number): CallBatch {
    if (this.withSequence) this.sequence = new Float64Array(rows);
    return {
      length: 0,
      timeUs: new Float64Array(rows),
      fn: new Int32Array(rows),
      durationUs: new Float64Array(rows),
      coldUs: this.withCold ? new Float64Array(rows) : undefined,
      ...(this.isNamed && {call: new Int32Array(rows)}),
    };
  }
}
