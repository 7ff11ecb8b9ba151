import {NONE} from './instances.ts';

/** What every call touches of its function is one 32-byte row: two list ends, a timer and two exact tallies. */
export const F_INTS = 8;
export const IDLE_HEAD = 0;
export const IDLE_TAIL = 1;
export const F_DOUBLES = 4;
export const TIMER_US = 1; // when its pending expiry timer fires; Infinity when it has none
export const CALLS = 2; // calls since the start of the run, counted part or not
export const BUSY_US = 3;

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
  readonly startingUs: Float64Array;
  /** Life time of destroyed instances, us. Idle time is what life leaves after starting and busy. */
  readonly lifeUs: Float64Array;
  readonly cold: Float64Array;
  readonly dropped: Float64Array;
  readonly abandoned: Float64Array;
  readonly stillQueued: Float64Array;
  /** Calls before the counted part. */
  readonly callsBefore: Float64Array;

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
    this.startingUs = new Float64Array(n);
    this.lifeUs = new Float64Array(n);
    this.cold = new Float64Array(n);
    this.dropped = new Float64Array(n);
    this.abandoned = new Float64Array(n);
    this.stillQueued = new Float64Array(n);
    this.callsBefore = new Float64Array(n);
    for (let fn = 0; fn < n; fn++) {
      this.ints[fn * F_INTS + IDLE_HEAD] = NONE;
      this.ints[fn * F_INTS + IDLE_TAIL] = NONE;
      this.doubles[fn * F_DOUBLES + TIMER_US] = Number.POSITIVE_INFINITY;
    }
  }

  /** Starts the counted part: what was tallied so far no longer counts. */
  reset(): void {
    for (let fn = 0; fn < this.count; fn++) {
      this.callsBefore[fn] = this.doubles[fn * F_DOUBLES + CALLS]!;
      this.doubles[fn * F_DOUBLES + BUSY_US] = 0;
    }
    for (const column of [this.startingUs, this.lifeUs, this.cold, this.dropped, this.abandoned]) column.fill(0);
  }
}
