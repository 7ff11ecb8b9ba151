import {INTS, type Instances, NONE, ORDER_NEXT, ORDER_PREV} from './instances.ts';

/** The order in which a full fleet gives up idle instances; walked from `first` on. */
export interface EvictionOrder {
  /** The next victim, or NONE. */
  readonly first: number;
  /** The victim after `i`, or NONE. */
  after(i: number): number;
  /** `i` has gone idle. */
  add(i: number): void;
  /** `i` is no longer idle. */
  remove(i: number): void;
}

/** Least recently idle first: a doubly linked list through the instances' rows. */
export class LruOrder implements EvictionOrder {
  private readonly pool: Instances;
  private head = NONE;
  private tail = NONE;

  constructor(pool: Instances) {
    this.pool = pool;
  }

  get first(): number {
    return this.head;
  }

  after(i: number): number {
    return this.pool.ints[i * INTS + ORDER_NEXT]!;
  }

  add(i: number): void {
    const {ints} = this.pool;
    const row = i * INTS;
    ints[row + ORDER_PREV] = this.tail;
    ints[row + ORDER_NEXT] = NONE;
    if (this.tail === NONE) this.head = i;
    else ints[this.tail * INTS + ORDER_NEXT] = i;
    this.tail = i;
  }

  remove(i: number): void {
    const {ints} = this.pool;
    const before = ints[i * INTS + ORDER_PREV]!;
    const behind = ints[i * INTS + ORDER_NEXT]!;
    if (before === NONE) this.head = behind;
    else ints[before * INTS + ORDER_NEXT] = behind;
    if (behind === NONE) this.tail = before;
    else ints[behind * INTS + ORDER_PREV] = before;
  }
}
