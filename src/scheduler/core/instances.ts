/** "No instance", "no host", "no call": the end of every intrusive list. */
export const NONE = -1;

/**
 * An instance is one 32-byte row over one buffer. Rows may begin in the middle of a cache line's half, so what an event
 * reads lies in a row's first 16 bytes, and what it only writes behind them; what the hot path does not touch lies in
 * columns of its own. Double fields, index `instance * DOUBLES + field` of `doubles`:
 */
export const DOUBLES = 4;
/** Idle or busy: since when. Claimed: from when on it will be busy. */
export const SINCE_US = 0;
/** Idle: how many instances of the cell had gone idle before. */
export const IDLE_SEQUENCE = 3;
/** Busy or claimed: when its call finishes. Shares its place with what only an idle instance has. */
export const FINISH_US = 3;

/** Integer fields, index `instance * INTS + field` of `ints`: between those doubles. */
export const INTS = 8;
export const STATE = 2;
/** Idle or starting: next in its function's list. Free: next free row. Busy: what it was when it was idle. */
export const LINK = 3;
export const FN = 4; // function it belongs to
export const HOST = 5;

/**
 * Starting: of no call. Claimed: starting for a call, and busy with it as soon as it is ready, without an event. Frozen: idle on
 * a host that stands still, and in no list.
 */
export const State = {free: 0, starting: 1, claimed: 2, busy: 3, idle: 4, frozen: 5} as const;

/** All instances of a cell, grown by doubling. Rows of destroyed instances are used again, latest first. */
export class Instances {
  ints: Int32Array;
  doubles: Float64Array;
  /** Before it in its function's idle list; kept by lists that need it, see IdleLists. */
  previous: Int32Array;
  /** Links of the cell's eviction order, where it is one list over all idle instances. */
  orderNext: Int32Array;
  orderPrevious: Int32Array;
  /** When its start began, or will. */
  createdUs: Float64Array;
  readyUs: Float64Array;
  /** Idle: when it expires. Kept only where instances expire by timers of their own. */
  deadlineUs: Float64Array;
  /** When its pending timer fires; Infinity when it has none. */
  timerUs: Float64Array;
  /** When it was given its last call; kept only where a time to live counts from there. */
  lastStartUs: Float64Array;
  firstIdleUs: Float64Array;
  createdSequence: Int32Array;
  /** Instances alive. */
  alive = 0;
  /** Rows ever used: rows [0, used) are alive or free. */
  used = 0;
  /** How often something is told of the row that is no more, so it is not used again before; undefined: of none. */
  stale: Uint16Array | undefined;
  private freeHead = NONE;
  private created = 0;

  constructor(capacity = 1024) {
    const buffer = new ArrayBuffer(capacity * INTS * 4);
    this.ints = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.previous = new Int32Array(capacity).fill(NONE);
    this.orderNext = new Int32Array(capacity);
    this.orderPrevious = new Int32Array(capacity);
    this.createdUs = new Float64Array(capacity);
    this.readyUs = new Float64Array(capacity);
    this.deadlineUs = new Float64Array(capacity);
    this.timerUs = new Float64Array(capacity);
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
      this.freeHead = this.ints[i * INTS + LINK]!;
    }
    const row = i * INTS;
    this.ints[row + FN] = fn;
    this.ints[row + HOST] = host;
    this.ints[row + STATE] = State.starting;
    this.createdUs[i] = nowUs;
    this.lastStartUs[i] = nowUs;
    this.readyUs[i] = readyUs;
    this.timerUs[i] = Number.POSITIVE_INFINITY;
    this.firstIdleUs[i] = Number.NaN;
    this.createdSequence[i] = this.created++;
    this.alive++;
    return i;
  }

  /** Gives the row back. The instance must be in no list. */
  free(i: number): void {
    this.ints[i * INTS + STATE] = State.free;
    this.alive--;
    if (this.stale === undefined || !(this.stale[i]! > 0)) this.recycle(i);
  }

  /** The row of an instance that is no more may be used again. */
  recycle(i: number): void {
    this.ints[i * INTS + LINK] = this.freeHead;
    this.freeHead = i;
  }

  private grow(): void {
    const capacity = this.createdUs.length * 2;
    const buffer = new ArrayBuffer(capacity * INTS * 4);
    const ints = new Int32Array(buffer);
    ints.set(this.ints);
    this.ints = ints;
    this.doubles = new Float64Array(buffer);
    this.previous = grown(this.previous, new Int32Array(capacity).fill(NONE));
    this.orderNext = grown(this.orderNext, new Int32Array(capacity));
    this.orderPrevious = grown(this.orderPrevious, new Int32Array(capacity));
    this.createdSequence = grown(this.createdSequence, new Int32Array(capacity));
    this.createdUs = grown(this.createdUs, new Float64Array(capacity));
    this.readyUs = grown(this.readyUs, new Float64Array(capacity));
    this.deadlineUs = grown(this.deadlineUs, new Float64Array(capacity));
    this.timerUs = grown(this.timerUs, new Float64Array(capacity));
    this.lastStartUs = grown(this.lastStartUs, new Float64Array(capacity));
    this.firstIdleUs = grown(this.firstIdleUs, new Float64Array(capacity));
  }
}

function grown<T extends Int32Array | Float64Array>(column: T, larger: T): T {
  larger.set(column);
  return larger;
}
