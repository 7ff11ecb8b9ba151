import {NONE} from '../../core/instances.ts';

/**
 * Instances that a function keeps whatever happens, its `min`: they serve before all others, and while they are idle they
 * lie here, a stack by function, where neither expiry nor eviction nor a policy looks. How many may change with time: who is
 * one too many goes as soon as it has no call.
 */
export class Kept {
  private kept = new Uint8Array(1024); // [instance]
  private next = new Int32Array(1024); // [instance]
  private readonly head: Int32Array; // [function]
  private readonly idleOf: Int32Array; // [function]
  /** How many there are, and are to be. [function] */
  private readonly count: Int32Array;
  private readonly wanted: Int32Array;
  /** What is set aside for a function has changed. */
  onChange: (fn: number) => void = () => {};

  constructor(functions: number) {
    this.count = new Int32Array(functions);
    this.wanted = new Int32Array(functions);
    this.head = new Int32Array(functions).fill(NONE);
    this.idleOf = new Int32Array(functions);
  }

  /** From now on `fn` keeps so many. */
  want(fn: number, count: number): void {
    this.wanted[fn] = count;
    this.onChange(fn);
  }

  /** What is set aside for `fn`: as many as it is to keep, or has kept and not lost yet. */
  aside(fn: number): number {
    return Math.max(this.wanted[fn]!, this.count[fn]!);
  }

  /** How many `fn` has too few; below 0: too many. */
  missing(fn: number): number {
    return this.wanted[fn]! - this.count[fn]!;
  }

  /** `i` of `fn`, just created, is one of them. */
  keep(i: number, fn: number): void {
    this.count[fn]! += 1;
    if (i >= this.kept.length) {
      const [kept, next] = [new Uint8Array(2 * (i + 1)), new Int32Array(2 * (i + 1))];
      kept.set(this.kept);
      next.set(this.next);
      this.kept = kept;
      this.next = next;
    }
    this.kept[i] = 1;
  }

  holds(i: number): boolean {
    return i < this.kept.length && this.kept[i] === 1;
  }

  /** `i` of `fn` is no more. */
  lose(i: number, fn: number): void {
    this.kept[i] = 0;
    this.count[fn]! -= 1;
    this.onChange(fn);
  }

  /** The one that serves the next call of `fn`, or NONE. */
  top(fn: number): number {
    return this.head[fn]!;
  }

  /** How many of `fn` are idle. */
  idle(fn: number): number {
    return this.idleOf[fn]!;
  }

  /** `i` of `fn` has gone idle. */
  add(i: number, fn: number): void {
    this.next[i] = this.head[fn]!;
    this.head[fn] = i;
    this.idleOf[fn]! += 1;
  }

  /** `i` of `fn`, which is idle, is no more. */
  remove(i: number, fn: number): void {
    let before = NONE;
    for (let each = this.head[fn]!; each !== i; each = this.next[each]!) before = each;
    if (before === NONE) this.head[fn] = this.next[i]!;
    else this.next[before] = this.next[i]!;
    this.idleOf[fn]! -= 1;
  }

  /** Removes the one that serves next. */
  pop(fn: number): void {
    this.head[fn] = this.next[this.head[fn]!]!;
    this.idleOf[fn]! -= 1;
  }
}
