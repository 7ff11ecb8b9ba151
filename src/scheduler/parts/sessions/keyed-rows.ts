import {NONE} from '../../core/instances.ts';

/** More than any key. */
const MOST = 2 ** 32;

/**
 * A row for each session, or room, of each function, from when it is first heard of; and those that ask for nothing, in
 * the order in which they came to rest.
 */
export class KeyedRows {
  /** Rows there are. */
  used = 0;
  /** When the row that `takeRested` returned last had rested for so long. */
  restedUs = 0;
  private readonly rows = new Map<number, number>();
  private capacity = 1024;
  /** Calls of it that have come and are not over. */
  private calls = new Int32Array(this.capacity); // [row]
  private before = new Int32Array(this.capacity); // [row]
  private after = new Int32Array(this.capacity); // [row]
  private restsSinceUs = new Float64Array(this.capacity).fill(Number.NaN); // [row], NaN: it does not
  private head = NONE;
  private tail = NONE;

  /** The row of `key` of `fn`, a new one if it is not known. */
  rowOf(fn: number, key: number): number {
    const id = fn * MOST + key;
    let row = this.rows.get(id);
    if (row === undefined) {
      row = this.used++;
      if (row === this.capacity) this.grow();
      this.rows.set(id, row);
    }
    return row;
  }

  /** A call of `row` has come. */
  comes(row: number): void {
    this.calls[row]! += 1;
    if (!Number.isNaN(this.restsSinceUs[row]!)) this.leaveList(row);
  }

  /** A call of `row` is over; without another it rests from now on. */
  goes(row: number, nowUs: number): void {
    this.calls[row]! -= 1;
    if (this.calls[row]! > 0) return;
    this.restsSinceUs[row] = nowUs;
    this.before[row] = this.tail;
    this.after[row] = NONE;
    if (this.tail === NONE) this.head = row;
    else this.after[this.tail] = row;
    this.tail = row;
  }

  /** The row that has rested for longest, for at least `us`; it rests no longer. NONE: there is none. */
  takeRested(us: number, nowUs: number): number {
    const row = this.head;
    if (row === NONE || this.restsSinceUs[row]! + us > nowUs) return NONE;
    this.restedUs = this.restsSinceUs[row]! + us;
    this.leaveList(row);
    return row;
  }

  private leaveList(row: number): void {
    const [before, after] = [this.before[row]!, this.after[row]!];
    if (before === NONE) this.head = after;
    else this.after[before] = after;
    if (after === NONE) this.tail = before;
    else this.before[after] = before;
    this.restsSinceUs[row] = Number.NaN;
  }

  private grow(): void {
    const capacity = 2 * this.capacity;
    const larger = (column: Int32Array): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(capacity);
      grown.set(column);
      return grown;
    };
    [this.calls, this.before, this.after] = [larger(this.calls), larger(this.before), larger(this.after)];
    const rests = new Float64Array(capacity).fill(Number.NaN);
    rests.set(this.restsSinceUs);
    this.restsSinceUs = rests;
    this.capacity = capacity;
  }
}
