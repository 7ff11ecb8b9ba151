import {F_INTS, type Functions, IDLE_HEAD, IDLE_TAIL} from './functions.ts';
import {FN, IDLE_NEXT, IDLE_PREV, INTS, type Instances, NONE} from './instances.ts';
import type {Semantics} from './semantics.ts';

type Reuse = Semantics['reuse'];

/**
 * Each function's idle instances as a doubly linked list whose head serves next. A reuse order is where an
 * instance is put in and how a gap is closed; taking is always from the head. A head's own IDLE_PREV is
 * never read, so that taking the head touches no second row.
 */
export class IdleLists {
  private readonly functions: Functions;
  private readonly pool: Instances;
  private readonly reuse: Reuse;

  constructor(functions: Functions, pool: Instances, reuse: Reuse) {
    this.functions = functions;
    this.pool = pool;
    this.reuse = reuse;
  }

  /** Removes and returns the instance that serves the next call of `fn`, or NONE. */
  take(fn: number): number {
    const {ints} = this.functions;
    const row = fn * F_INTS;
    const head = ints[row + IDLE_HEAD]!;
    if (head === NONE) return NONE;
    if (this.reuse === 'index-set') {
      this.remove(head);
    } else {
      const next = this.pool.ints[head * INTS + IDLE_NEXT]!;
      ints[row + IDLE_HEAD] = next;
      if (next === NONE) ints[row + IDLE_TAIL] = NONE;
    }
    return head;
  }

  /** The instance that would serve last, or NONE. */
  last(fn: number): number {
    return this.functions.ints[fn * F_INTS + IDLE_TAIL]!;
  }

  add(i: number): void {
    const fn = this.pool.ints[i * INTS + FN]!;
    if (this.reuse === 'mru') this.push(fn, i);
    else if (this.reuse === 'newest' || this.reuse === 'oldest') this.insertSorted(fn, i);
    else this.insertAfter(fn, this.functions.ints[fn * F_INTS + IDLE_TAIL]!, i);
  }

  private push(fn: number, i: number): void {
    const {ints} = this.functions;
    const pooled = this.pool.ints;
    const row = fn * F_INTS;
    const head = ints[row + IDLE_HEAD]!;
    pooled[i * INTS + IDLE_NEXT] = head;
    ints[row + IDLE_HEAD] = i;
    if (head === NONE) ints[row + IDLE_TAIL] = i;
    else pooled[head * INTS + IDLE_PREV] = i;
  }

  /** Removes an instance from anywhere: it was evicted, expired or trimmed. */
  remove(i: number): void {
    const {ints} = this.pool;
    const fn = ints[i * INTS + FN]!;
    const last = this.functions.ints[fn * F_INTS + IDLE_TAIL]!;
    const before = this.before(fn, i);
    this.unlink(fn, i);
    if (this.reuse !== 'index-set' || last === i) return;
    // swap_remove: the last element takes the place of the one that leaves.
    const after = before === last ? this.before(fn, last) : before;
    this.unlink(fn, last);
    this.insertAfter(fn, after, last);
  }

  private before(fn: number, i: number): number {
    return this.functions.ints[fn * F_INTS + IDLE_HEAD] === i ? NONE : this.pool.ints[i * INTS + IDLE_PREV]!;
  }

  private unlink(fn: number, i: number): void {
    const {ints} = this.pool;
    const row = fn * F_INTS;
    const before = this.before(fn, i);
    const next = ints[i * INTS + IDLE_NEXT]!;
    if (before === NONE) this.functions.ints[row + IDLE_HEAD] = next;
    else ints[before * INTS + IDLE_NEXT] = next;
    if (next === NONE) this.functions.ints[row + IDLE_TAIL] = before;
    else ints[next * INTS + IDLE_PREV] = before;
  }

  private insertAfter(fn: number, before: number, i: number): void {
    const {ints} = this.pool;
    const row = fn * F_INTS;
    const next = before === NONE ? this.functions.ints[row + IDLE_HEAD]! : ints[before * INTS + IDLE_NEXT]!;
    ints[i * INTS + IDLE_NEXT] = next;
    ints[i * INTS + IDLE_PREV] = before;
    if (before === NONE) this.functions.ints[row + IDLE_HEAD] = i;
    else ints[before * INTS + IDLE_NEXT] = i;
    if (next === NONE) this.functions.ints[row + IDLE_TAIL] = i;
    else ints[next * INTS + IDLE_PREV] = i;
  }

  /**
   * By age of creation, walking from the head. The instances that serve are those near the head, so what
   * comes back has few idle ones before it and the walk is short.
   */
  private insertSorted(fn: number, i: number): void {
    const {createdSequence, ints} = this.pool;
    const sign = this.reuse === 'newest' ? 1 : -1;
    const key = sign * createdSequence[i]!;
    let before = NONE;
    let next = this.functions.ints[fn * F_INTS + IDLE_HEAD]!;
    while (next !== NONE && sign * createdSequence[next]! > key) {
      before = next;
      next = ints[next * INTS + IDLE_NEXT]!;
    }
    this.insertAfter(fn, before, i);
  }
}
