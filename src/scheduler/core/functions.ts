import {NONE} from './instances.ts';

/** What every call touches of its function is one 32-byte row: two list ends, and what the account has of it. */
export const F_INTS = 8;
export const IDLE_HEAD = 0;
export const IDLE_TAIL = 1;
export const F_DOUBLES = 4;
export const BUSY_US = 1;
export const CALLS = 2; // calls since the start of the run, counted part or not
export const IDLE_US = 3;

/** Per-function state of a cell. */
export class Functions {
  readonly count: number;
  readonly ints: Int32Array;
  readonly doubles: Float64Array;
  readonly memoryMib: Float64Array;
  /** Pre-warms still starting that no call has claimed, earliest ready first. */
  readonly startingHead: Int32Array;
  /** The last of them; stale when there is none. */
  readonly startingTail: Int32Array;
  /** Instances alive. */
  readonly live: Int32Array;
  /** The most of them at a time in the counted part; undefined: nobody asks. [function] */
  peak: Int32Array | undefined;

  constructor(memoryMib: Float64Array) {
    const n = memoryMib.length;
    const buffer = new ArrayBuffer(n * F_INTS * 4);
    this.count = n;
    this.ints = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.memoryMib = memoryMib;
    this.startingHead = new Int32Array(n).fill(NONE);
    this.startingTail = new Int32Array(n).fill(NONE);
    this.live = new Int32Array(n);
    for (let fn = 0; fn < n; fn++) {
      this.ints[fn * F_INTS + IDLE_HEAD] = NONE;
      this.ints[fn * F_INTS + IDLE_TAIL] = NONE;
    }
  }

  /** An instance more of `fn`. */
  came(fn: number): void {
    const live = this.live[fn]! + 1;
    this.live[fn] = live;
    if (this.peak !== undefined && live > this.peak[fn]!) this.peak[fn] = live;
  }
}
