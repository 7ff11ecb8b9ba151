import {DOUBLES, FINISH_US, INTS, NONE} from './instances.ts';

/** Integer fields of a row. */
const INSTANCE = 2;
/** Free: the next free row. */
const LINK = 3;

/**
 * Calls in flight, where an instance may have several. A row is as wide as an instance's and has its FINISH_US at the same
 * place, because the timing wheel files the one or the other. Rows of calls that are over are used again, latest first.
 */
export class CallsInFlight {
  ints: Int32Array;
  doubles: Float64Array;
  /** See Instances.stale. */
  stale: Uint16Array | undefined;
  private used = 0;
  private freeHead = NONE;

  constructor(capacity = 1024) {
    this.doubles = new Float64Array(capacity * DOUBLES);
    this.ints = new Int32Array(this.doubles.buffer);
  }

  /** A call that `instance` serves until `finishUs`. */
  add(instance: number, finishUs: number): number {
    let row = this.freeHead;
    if (row === NONE) {
      if (this.used * DOUBLES === this.doubles.length) this.grow();
      row = this.used++;
    } else {
      this.freeHead = this.ints[row * INTS + LINK]!;
    }
    this.ints[row * INTS + INSTANCE] = instance;
    this.doubles[row * DOUBLES + FINISH_US] = finishUs;
    return row;
  }

  /** The call is over: gives its row back, and returns the instance that served it. */
  end(row: number): number {
    this.recycle(row);
    return this.instanceOf(row);
  }

  /** The row of a call that is no more may be used again. */
  recycle(row: number): void {
    this.ints[row * INTS + LINK] = this.freeHead;
    this.freeHead = row;
  }

  /** The instance that serves it. */
  instanceOf(row: number): number {
    return this.ints[row * INTS + INSTANCE]!;
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.doubles.length);
    larger.set(this.doubles);
    this.doubles = larger;
    this.ints = new Int32Array(larger.buffer);
  }
}
