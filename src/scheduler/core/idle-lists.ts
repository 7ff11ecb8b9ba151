import {F_INTS, type Functions, IDLE_HEAD, IDLE_TAIL} from './functions.ts';
import {FN, INTS, type Instances, LINK, NONE, STATE, State} from './instances.ts';
import {type Semantics, stacksIdle} from './semantics.ts';

type Reuse = Semantics['reuse'];

/**
 * Each function's idle instances as a list whose head serves next. A reuse order is where an instance is put in
 * and how a gap is closed; taking is always from the head.
 *
 * Where the last to go idle serves first, the list is a stack linked downwards only: pushing and popping touch no row but the instance's own.
 * Removal from below the top needs the instance above it: `previous` holds a guess, right if that instance still
 * links to this one, and mended for the whole stack by one walk when it is wrong. What lies under the top of a
 * stack does not change, so the walks are amortised over the pushes.
 */
export class IdleLists {
  private readonly functions: Functions;
  private readonly pool: Instances;
  private readonly reuse: Reuse;
  private readonly stacked: boolean;

  constructor(functions: Functions, pool: Instances, reuse: Reuse) {
    this.functions = functions;
    this.pool = pool;
    this.reuse = reuse;
    this.stacked = stacksIdle(reuse);
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
      const next = this.pool.ints[head * INTS + LINK]!;
      ints[row + IDLE_HEAD] = next;
      if (next === NONE) ints[row + IDLE_TAIL] = NONE;
    }
    return head;
  }

  /** The instance of `fn` that would serve last, or NONE. */
  last(fn: number): number {
    return this.functions.ints[fn * F_INTS + IDLE_TAIL]!;
  }

  /** The instance of `fn` idle for longest, or NONE; known under `lru` and where they lie in a stack. */
  oldest(fn: number): number {
    return this.functions.ints[fn * F_INTS + (this.stacked ? IDLE_TAIL : IDLE_HEAD)]!;
  }

  add(i: number, fn: number): void {
    if (this.stacked) this.push(i, fn);
    else if (this.reuse === 'newest' || this.reuse === 'oldest') this.insertSorted(fn, i);
    else this.insertAfter(fn, this.functions.ints[fn * F_INTS + IDLE_TAIL]!, i);
  }

  private push(i: number, fn: number): void {
    const {ints} = this.functions;
    const row = fn * F_INTS;
    const head = ints[row + IDLE_HEAD]!;
    this.pool.ints[i * INTS + LINK] = head;
    ints[row + IDLE_HEAD] = i;
    if (head === NONE) ints[row + IDLE_TAIL] = i;
  }

  /** Removes an instance from anywhere: it was evicted, expired or trimmed. */
  remove(i: number): void {
    const {ints} = this.pool;
    const fn = ints[i * INTS + FN]!;
    const last = this.functions.ints[fn * F_INTS + IDLE_TAIL]!;
    const before = this.before(fn, i);
    this.unlink(fn, i, before);
    if (this.reuse !== 'index-set' || last === i) return;
    // swap_remove: the last element takes the place of the one that leaves.
    const after = before === last ? this.before(fn, last) : before;
    this.unlink(fn, last, this.before(fn, last));
    this.insertAfter(fn, after, last);
  }

  /** The instance before `i` in its list, or NONE. */
  private before(fn: number, i: number): number {
    const head = this.functions.ints[fn * F_INTS + IDLE_HEAD]!;
    if (head === i) return NONE;
    const {ints, previous} = this.pool;
    const guess = previous[i]!;
    // An idle instance that links to `i` is the one above it; a busy one keeps the link it had.
    if (guess !== NONE && ints[guess * INTS + LINK] === i && ints[guess * INTS + STATE] === State.idle) return guess;
    let passed = false;
    for (let above = head; ; ) {
      const below = ints[above * INTS + LINK]!;
      // Once past `i`, what an earlier walk has set is right down to the bottom.
      if (below === NONE || (passed && previous[below] === above)) break;
      previous[below] = above;
      passed ||= below === i;
      above = below;
    }
    return previous[i]!;
  }

  private unlink(fn: number, i: number, before: number): void {
    const {ints, previous} = this.pool;
    const row = fn * F_INTS;
    const next = ints[i * INTS + LINK]!;
    if (before === NONE) this.functions.ints[row + IDLE_HEAD] = next;
    else ints[before * INTS + LINK] = next;
    if (next === NONE) this.functions.ints[row + IDLE_TAIL] = before;
    else previous[next] = before;
  }

  private insertAfter(fn: number, before: number, i: number): void {
    const {ints, previous} = this.pool;
    const row = fn * F_INTS;
    const next = before === NONE ? this.functions.ints[row + IDLE_HEAD]! : ints[before * INTS + LINK]!;
    ints[i * INTS + LINK] = next;
    previous[i] = before;
    if (before === NONE) this.functions.ints[row + IDLE_HEAD] = i;
    else ints[before * INTS + LINK] = i;
    if (next === NONE) this.functions.ints[row + IDLE_TAIL] = i;
    else previous[next] = i;
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
      next = ints[next * INTS + LINK]!;
    }
    this.insertAfter(fn, before, i);
  }
}
