import {doubled} from '../columns.ts';
import {TimeSorter} from './sort-by-time.ts';

/** Calls by function, each function's by arrival. */
export interface SortedRows {
  /** Calls of each function. */
  readonly length: Float64Array; // [function]
  /** Arrivals and whatever else a call has, in the same order. */
  readonly columns: readonly Float64Array[]; // [column][call]
  /** Which of the rows added each call was. */
  readonly order: Uint32Array; // [call]
}

/** Single calls as columns, in the order they came: whose, when, and what else the trace says of each. */
export class EventRows {
  used = 0;
  private owner = new Int32Array(0);
  private arrival = new Float64Array(0);
  /** What else is said of a call. */
  private readonly others: Float64Array[];

  constructor(others: number) {
    this.others = Array.from({length: others}, () => new Float64Array(0));
  }

  add(f: number, arrivalUs: number, firstUs: number, secondUs: number): void {
    if (this.used === this.owner.length) this.grow();
    const {used, others} = this;
    this.owner[used] = f;
    this.arrival[used] = arrivalUs;
    if (others.length > 0) others[0]![used] = firstUs;
    if (others.length > 1) others[1]![used] = secondUs;
    this.used++;
  }

  /** Says something else of the call that was added last. */
  say(column: number, value: number): void {
    this.others[column]![this.used - 1] = value;
  }

  /** The calls of functions 0 to `functions` - 1 in order; those of a function at the same time as they came. */
  sorted(functions: number): SortedRows {
    const {used, owner, arrival} = this;
    const length = new Float64Array(functions);
    for (let i = 0; i < used; i++) length[owner[i]!]!++;
    const cursor = new Float64Array(functions);
    for (let f = 1; f < functions; f++) cursor[f] = cursor[f - 1]! + length[f - 1]!;
    const order = new Uint32Array(used);
    const arrivals = new Float64Array(used);
    for (let i = 0; i < used; i++) {
      const at = cursor[owner[i]!]!++;
      order[at] = i;
      arrivals[at] = arrival[i]!;
    }
    const sorter = new TimeSorter();
    // Each cursor has come to the end of its function.
    for (let f = 0; f < functions; f++) sorter.sort(arrivals, order, cursor[f]! - length[f]!, cursor[f]!);
    const gathered = this.others.map((times) => {
      const inOrder = new Float64Array(used);
      for (let i = 0; i < used; i++) inOrder[i] = times[order[i]!]!;
      return inOrder;
    });
    return {length, columns: [arrivals, ...gathered], order};
  }

  /** True if calls at the same time came in another order than their functions. */
  tiesOutOfOrder(): boolean {
    const times = this.arrival.slice(0, this.used);
    const order = Uint32Array.from(times.keys());
    new TimeSorter().sort(times, order, 0, this.used);
    for (let i = 1; i < this.used; i++) {
      if (times[i] === times[i - 1] && this.owner[order[i]!]! < this.owner[order[i - 1]!]!) return true;
    }
    return false;
  }

  clear(): void {
    this.used = 0;
  }

  private grow(): void {
    this.owner = doubled(this.owner);
    this.arrival = doubled(this.arrival);
    for (const [k, times] of this.others.entries()) this.others[k] = doubled(times);
  }
}
