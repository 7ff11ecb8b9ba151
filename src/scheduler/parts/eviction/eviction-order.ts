import {FunctionHeap} from '../../core/function-heap.ts';
import type {Functions} from '../../core/functions.ts';
import type {IdleLists} from '../../core/idle-lists.ts';
import {DOUBLES, FN, INTS, type Instances, NONE, SINCE_US} from '../../core/instances.ts';

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

/**
 * Idle for longest first, at one time in the order of functions, as one list over all idle instances: can be walked,
 * costs two foreign rows a call.
 */
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
    let before = this.tail;
    while (before !== NONE && this.goesBefore(i, before)) before = orderPrevious[before]!;
    const behind = before === NONE ? this.head : orderNext[before]!;
    orderPrevious[i] = before;
    orderNext[i] = behind;
    if (before === NONE) this.head = i;
    else orderNext[before] = i;
    if (behind === NONE) this.tail = i;
    else orderPrevious[behind] = i;
  }

  /** `i` goes idle now; `other` has been idle since then or before. */
  private goesBefore(i: number, other: number): boolean {
    const {doubles, ints} = this.pool;
    return (
      doubles[i * DOUBLES + SINCE_US] === doubles[other * DOUBLES + SINCE_US] &&
      ints[i * INTS + FN]! < ints[other * INTS + FN]!
    );
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
 * Idle for longest first, at one time in the order of functions, where each function's list knows its oldest: a heap of functions by when their oldest
 * went idle. A key is only ever too early, because oldest instances leave and never come back older, so it is put
 * right when it reaches the top and a call that takes an instance changes nothing here.
 */
export class FunctionOrder implements EvictionOrder {
  private readonly idle: IdleLists;
  private readonly pool: Instances;
  private readonly heap: FunctionHeap;

  constructor(functions: Functions, idle: IdleLists, pool: Instances) {
    this.idle = idle;
    this.pool = pool;
    this.heap = new FunctionHeap(functions.count);
  }

  first(): number {
    const {heap} = this;
    while (heap.size > 0) {
      const fn = heap.top;
      const i = this.idle.oldest(fn);
      if (i === NONE) {
        heap.drop();
        continue;
      }
      const sinceUs = this.pool.doubles[i * DOUBLES + SINCE_US]!;
      if (sinceUs === heap.key[fn]) return i;
      heap.key[fn] = sinceUs;
      heap.sink();
    }
    return NONE;
  }

  add(i: number, fn: number): void {
    if (this.heap.has(fn)) return;
    this.heap.key[fn] = this.pool.doubles[i * DOUBLES + SINCE_US]!;
    this.heap.add(fn);
  }

  remove(): void {}
}
