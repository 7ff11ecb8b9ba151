import type {Functions} from './functions.ts';
import type {IdleLists} from './idle-lists.ts';
import {DOUBLES, IDLE_SEQUENCE, type Instances, NONE} from './instances.ts';

/** The order in which a full fleet gives up idle instances. */
export interface EvictionOrder {
  /** The next victim, or NONE. */
  first(): number;
  /** The victim after `i`, or NONE. Only where the order is one list. */
  after?(i: number): number;
  /** `i` of `fn` has gone idle. */
  add(i: number, fn: number): void;
  /** `i` is no longer idle. */
  remove(i: number): void;
  /** Victims are about to be chosen. */
  beforeEviction?(): void;
  /** An instance of `fn` is a victim. */
  evicted?(fn: number): void;
}

/** Least recently idle first, as one list over all idle instances: can be walked, costs two foreign rows a call. */
export class ListOrder implements EvictionOrder {
  private readonly pool: Instances;
  private head = NONE;
  private tail = NONE;

  constructor(pool: Instances) {
    this.pool = pool;
  }

  first(): number {
    return this.head;
  }

  after(i: number): number {
    return this.pool.orderNext[i]!;
  }

  add(i: number): void {
    const {orderNext, orderPrevious} = this.pool;
    orderPrevious[i] = this.tail;
    orderNext[i] = NONE;
    if (this.tail === NONE) this.head = i;
    else orderNext[this.tail] = i;
    this.tail = i;
  }

  remove(i: number): void {
    const {orderNext, orderPrevious} = this.pool;
    const before = orderPrevious[i]!;
    const behind = orderNext[i]!;
    if (before === NONE) this.head = behind;
    else orderNext[before] = behind;
    if (behind === NONE) this.tail = before;
    else orderPrevious[behind] = before;
  }
}

/**
 * Least recently idle first, where each function's list knows its oldest: a heap of functions by when their oldest
 * went idle. A key is only ever too early, because oldest instances leave and never come back older, so it is put
 * right when it reaches the top and a call that takes an instance changes nothing here.
 */
export class FunctionOrder implements EvictionOrder {
  private readonly idle: IdleLists;
  private readonly pool: Instances;
  private readonly filed: Uint8Array; // [function]
  private readonly heap: Int32Array;
  private readonly key: Float64Array; // [function]
  private size = 0;

  constructor(functions: Functions, idle: IdleLists, pool: Instances) {
    this.idle = idle;
    this.pool = pool;
    this.filed = new Uint8Array(functions.count);
    this.heap = new Int32Array(functions.count);
    this.key = new Float64Array(functions.count);
  }

  first(): number {
    while (this.size > 0) {
      const fn = this.heap[0]!;
      const i = this.idle.oldest(fn);
      if (i === NONE) {
        this.filed[fn] = 0;
        if (--this.size > 0) this.siftDown(this.heap[this.size]!);
        continue;
      }
      const sequence = this.pool.doubles[i * DOUBLES + IDLE_SEQUENCE]!;
      if (sequence === this.key[fn]) return i;
      this.key[fn] = sequence;
      this.siftDown(fn);
    }
    return NONE;
  }

  add(i: number, fn: number): void {
    if (this.filed[fn] === 0) this.file(i, fn);
  }

  remove(): void {}

  private file(i: number, fn: number): void {
    const {heap, key} = this;
    const own = this.pool.doubles[i * DOUBLES + IDLE_SEQUENCE]!;
    this.filed[fn] = 1;
    key[fn] = own;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (key[heap[parent]!]! <= own) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = fn;
  }

  /** Puts `fn` where it belongs, from the top down; the top is free. */
  private siftDown(fn: number): void {
    const {heap, key, size} = this;
    const own = key[fn]!;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && key[heap[child + 1]!]! < key[heap[child]!]!) child++;
      if (key[heap[child]!]! >= own) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = fn;
  }
}
