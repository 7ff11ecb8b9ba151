/** A row of the call log is so many doubles; NaN: there is none. */
export const CALL_FIELDS = 11;
/** When it was known what becomes of the call: at its end, or when it left unserved. */
export const FATE_US = 0;
export const CALL_FN = 1;
export const CALLED_US = 2;
export const START_US = 3;
export const END_US = 4;
/** Place in `callOutcomes`. */
export const OUTCOME = 5;
export const START_TOOK_US = 6;
export const WAIT_US = 7;
export const ON_HOST = 8;
/** How many instances of the cell had been created before that one. */
export const ON_INSTANCE = 9;
export const ATTEMPTS = 10;

/** Rows handed over at a time, at least. */
const BATCH = 4096;

/** Rows of a call log, added in order of time, and put in the order of functions where times are equal. */
export class CallRows {
  private rows = new Float64Array(2 * BATCH * CALL_FIELDS);
  private count = 0;
  /** Where those of the last time begin. */
  private first = 0;
  private inOrder = true;
  private readonly take: (rows: Float64Array) => void;

  /** `take` gets rows, each CALL_FIELDS doubles, whose array is its own. */
  constructor(take: (rows: Float64Array) => void) {
    this.take = take;
  }

  /** Appends the row that begins at `from[at]`, none earlier than those before. */
  add(from: Float64Array, at: number): void {
    const {rows, count} = this;
    const last = (count - 1) * CALL_FIELDS;
    if (count === 0 || rows[last + FATE_US] !== from[at + FATE_US]) this.beginTime();
    else if (rows[last + CALL_FN]! > from[at + CALL_FN]!) this.inOrder = false;
    if (this.rows.length === this.count * CALL_FIELDS) this.grow();
    this.rows.set(from.subarray(at, at + CALL_FIELDS), this.count++ * CALL_FIELDS);
  }

  /** There are no more. */
  finish(): void {
    this.beginTime();
    this.handOver();
  }

  /** Those of the last time are all there. */
  private beginTime(): void {
    if (!this.inOrder) this.sortLast();
    this.inOrder = true;
    if (this.count >= BATCH) this.handOver();
    this.first = this.count;
  }

  private handOver(): void {
    if (this.count > 0) this.take(this.rows.slice(0, this.count * CALL_FIELDS));
    this.count = 0;
  }

  private sortLast(): void {
    const {rows, first, count} = this;
    const fn = (k: number): number => rows[k * CALL_FIELDS + CALL_FN]!;
    const order = Uint32Array.from({length: count - first}, (_, k) => first + k).sort((a, b) => fn(a) - fn(b) || a - b);
    const sorted = new Float64Array(order.length * CALL_FIELDS);
    for (const [k, row] of order.entries())
      sorted.set(rows.subarray(row * CALL_FIELDS, (row + 1) * CALL_FIELDS), k * CALL_FIELDS);
    rows.set(sorted, first * CALL_FIELDS);
  }

  private grow(): void {
    const larger = new Float64Array(2 * this.rows.length);
    larger.set(this.rows);
    this.rows = larger;
  }
}
