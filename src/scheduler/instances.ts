/** "No instance", "no host", "no call": the end of every intrusive list. */
export const NONE = -1;

/**
 * An instance is one 64-byte row, a cache line: eight 32-bit fields and four doubles over one buffer.
 * Integer fields, index `instance * INTS + field` of `ints`:
 */
export const INTS = 16;
export const FN = 0; // function it belongs to
export const HOST = 1;
export const STATE = 2;
export const IDLE_NEXT = 3; // links of its function's idle (or starting) list
export const IDLE_PREV = 4;
export const ORDER_NEXT = 5; // links of the cell's eviction order, idle instances only
export const ORDER_PREV = 6;
export const WHEEL_NEXT = 7; // link of its bucket in the timing wheel, busy instances only

/** Double fields, index `instance * DOUBLES + field` of `doubles`; they lie behind the eight integers. */
export const DOUBLES = 8;
export const TIME_US = 4; // busy: when it finishes; idle: since when
export const DEADLINE_US = 5; // idle: when it expires
export const IDLE_SEQUENCE = 6; // idle: how many instances of the cell had gone idle before
export const TIMER_US = 7; // when its pending timer fires; Infinity when it has none

export const State = {free: 0, starting: 1, busy: 2, idle: 3} as const;

/** All instances of a cell, grown by doubling. Rows of destroyed instances are used again, latest first. */
export class Instances {
  ints: Int32Array;
  doubles: Float64Array;
  createdUs: Float64Array;
  readyUs: Float64Array;
  /** When it was given its last call; kept only where a time to live counts from there. */
  lastStartUs: Float64Array;
  firstIdleUs: Float64Array;
  createdSequence: Int32Array;
  /** Instances alive. */
  alive = 0;
  /** Rows ever used: rows [0, used) are alive or free. */
  used = 0;
  private freeHead = NONE;
  private created = 0;

  constructor(capacity = 1024) {
    const buffer = new ArrayBuffer(capacity * INTS * 4);
    this.ints = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.createdUs = new Float64Array(capacity);
    this.readyUs = new Float64Array(capacity);
    this.lastStartUs = new Float64Array(capacity);
    this.firstIdleUs = new Float64Array(capacity);
    this.createdSequence = new Int32Array(capacity);
  }

  /** A new instance of `fn` on `host`, created at `nowUs`, ready at `readyUs`; in state starting, in no list. */
  create(fn: number, host: number, nowUs: number, readyUs: number): number {
    let i = this.freeHead;
    if (i === NONE) {
      if (this.used === this.createdUs.length) this.grow();
      i = this.used++;
    } else {
      this.freeHead = this.ints[i * INTS + IDLE_NEXT]!;
    }
    const row = i * INTS;
    this.ints[row + FN] = fn;
    this.ints[row + HOST] = host;
    this.ints[row + STATE] = State.starting;
    this.doubles[i * DOUBLES + TIMER_US] = Number.POSITIVE_INFINITY;
    this.createdUs[i] = nowUs;
    this.lastStartUs[i] = nowUs;
    this.readyUs[i] = readyUs;
    this.firstIdleUs[i] = Number.NaN;
    this.createdSequence[i] = this.created++;
    this.alive++;
    return i;
  }

  /** Gives the row back. The instance must be in no list. */
  free(i: number): void {
    this.ints[i * INTS + STATE] = State.free;
    this.ints[i * INTS + IDLE_NEXT] = this.freeHead;
    this.freeHead = i;
    this.alive--;
  }

  private grow(): void {
    const capacity = this.createdUs.length * 2;
    const buffer = new ArrayBuffer(capacity * INTS * 4);
    const ints = new Int32Array(buffer);
    ints.set(this.ints);
    this.ints = ints;
    this.doubles = new Float64Array(buffer);
    this.createdUs = grown(this.createdUs, capacity);
    this.readyUs = grown(this.readyUs, capacity);
    this.lastStartUs = grown(this.lastStartUs, capacity);
    this.firstIdleUs = grown(this.firstIdleUs, capacity);
    const sequence = new Int32Array(capacity);
    sequence.set(this.createdSequence);
    this.createdSequence = sequence;
  }
}

function grown(column: Float64Array, capacity: number): Float64Array {
  const copy = new Float64Array(capacity);
  copy.set(column);
  return copy;
}
