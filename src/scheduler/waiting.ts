import {NONE} from './instances.ts';

/**
 * Calls that wait, in order of arrival and by function: rows in columns, linked twice. Used for the full fleet's
 * queue and, with late binding, for calls whose instance is still starting.
 */
export class Waiting {
  count = 0;
  fn: Int32Array;
  arrivalUs: Float64Array;
  durationUs: Float64Array;
  coldUs: Float64Array;
  /** The call's place among those of its function, 1 for the first ever. */
  ordinal: Float64Array;
  private next: Int32Array;
  private previous: Int32Array;
  private nextOfFn: Int32Array;
  private head = NONE;
  private tail = NONE;
  private freeHead = NONE;
  private used = 0;
  private readonly fnHead: Int32Array;
  private readonly fnTail: Int32Array;

  constructor(functions: number, capacity = 64) {
    this.fnHead = new Int32Array(functions).fill(NONE);
    this.fnTail = new Int32Array(functions).fill(NONE);
    this.fn = new Int32Array(capacity);
    this.arrivalUs = new Float64Array(capacity);
    this.durationUs = new Float64Array(capacity);
    this.coldUs = new Float64Array(capacity);
    this.ordinal = new Float64Array(capacity);
    this.next = new Int32Array(capacity);
    this.previous = new Int32Array(capacity);
    this.nextOfFn = new Int32Array(capacity);
  }

  get first(): number {
    return this.head;
  }

  /** The call behind `call`, or NONE. */
  after(call: number): number {
    return this.next[call]!;
  }

  /** The oldest waiting call of `fn`, or NONE. */
  firstOf(fn: number): number {
    return this.fnHead[fn]!;
  }

  add(fn: number, arrivalUs: number, durationUs: number, coldUs: number, ordinal: number): void {
    const call = this.allocate();
    this.fn[call] = fn;
    this.arrivalUs[call] = arrivalUs;
    this.durationUs[call] = durationUs;
    this.coldUs[call] = coldUs;
    this.ordinal[call] = ordinal;
    this.next[call] = NONE;
    this.previous[call] = this.tail;
    this.nextOfFn[call] = NONE;
    if (this.tail === NONE) this.head = call;
    else this.next[this.tail] = call;
    this.tail = call;
    const last = this.fnTail[fn]!;
    if (last === NONE) this.fnHead[fn] = call;
    else this.nextOfFn[last] = call;
    this.fnTail[fn] = call;
    this.count++;
  }

  /** Removes a call. It must be the oldest of its function; its columns stay readable until the next `add`. */
  remove(call: number): void {
    const fn = this.fn[call]!;
    const before = this.previous[call]!;
    const behind = this.next[call]!;
    if (before === NONE) this.head = behind;
    else this.next[before] = behind;
    if (behind === NONE) this.tail = before;
    else this.previous[behind] = before;
    this.fnHead[fn] = this.nextOfFn[call]!;
    if (this.fnHead[fn] === NONE) this.fnTail[fn] = NONE;
    this.next[call] = this.freeHead;
    this.freeHead = call;
    this.count--;
  }

  private allocate(): number {
    if (this.freeHead !== NONE) {
      const call = this.freeHead;
      this.freeHead = this.next[call]!;
      return call;
    }
    if (this.used === this.fn.length) this.grow();
    return this.used++;
  }

  private grow(): void {
    const capacity = this.fn.length * 2;
    const ints = (column: Int32Array): Int32Array => {
      const copy = new Int32Array(capacity);
      copy.set(column);
      return copy;
    };
    const doubles = (column: Float64Array): Float64Array => {
      const copy = new Float64Array(capacity);
      copy.set(column);
      return copy;
    };
    this.fn = ints(this.fn);
    this.next = ints(this.next);
    this.previous = ints(this.previous);
    this.nextOfFn = ints(this.nextOfFn);
    this.arrivalUs = doubles(this.arrivalUs);
    this.durationUs = doubles(this.durationUs);
    this.coldUs = doubles(this.coldUs);
    this.ordinal = doubles(this.ordinal);
  }
}
