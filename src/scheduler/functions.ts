import {NONE} from './instances.ts';

/** A function's live state is one 64-byte row: integers in front, exact tallies behind. */
export const F_INTS = 16;
export const IDLE_HEAD = 0;
export const IDLE_TAIL = 1;
export const STARTING_HEAD = 2; // pre-warms still starting that no call has claimed, earliest ready first
export const LIVE = 3; // instances alive
export const F_DOUBLES = 8;
export const CALLS = 4; // calls since the start of the run, counted part or not
export const COLD = 5;
export const BUSY_US = 6;
export const STARTING_US = 7;

/** Per-function state of a cell. */
export class Functions {
  readonly count: number;
  readonly ints: Int32Array;
  readonly doubles: Float64Array;
  /** Life time of destroyed instances, us. Idle time is what life leaves after starting and busy. */
  readonly lifeUs: Float64Array;
  readonly dropped: Float64Array;
  readonly abandoned: Float64Array;
  readonly stillQueued: Float64Array;
  /** Calls before the counted part. */
  readonly callsBefore: Float64Array;
  readonly memoryMib: Float64Array;

  constructor(memoryMib: Float64Array) {
    const n = memoryMib.length;
    const buffer = new ArrayBuffer(n * F_INTS * 4);
    this.count = n;
    this.ints = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.lifeUs = new Float64Array(n);
    this.dropped = new Float64Array(n);
    this.abandoned = new Float64Array(n);
    this.stillQueued = new Float64Array(n);
    this.callsBefore = new Float64Array(n);
    this.memoryMib = memoryMib;
    for (let fn = 0; fn < n; fn++) {
      const row = fn * F_INTS;
      this.ints[row + IDLE_HEAD] = NONE;
      this.ints[row + IDLE_TAIL] = NONE;
      this.ints[row + STARTING_HEAD] = NONE;
    }
  }

  /** Starts the counted part: what was tallied so far no longer counts. */
  reset(): void {
    for (let fn = 0; fn < this.count; fn++) {
      const row = fn * F_DOUBLES;
      this.callsBefore[fn] = this.doubles[row + CALLS]!;
      this.doubles[row + COLD] = 0;
      this.doubles[row + BUSY_US] = 0;
      this.doubles[row + STARTING_US] = 0;
    }
    this.lifeUs.fill(0);
    this.dropped.fill(0);
    this.abandoned.fill(0);
  }
}
