import {NONE} from '../../core/instances.ts';

/**
 * Instances that a function keeps whatever happens, its `min`: they serve before all others, and while they are idle they
 * lie here, a stack by function, where neither expiry nor eviction nor a policy looks.
 */
export class Kept {
  private kept = new Uint8Array(1024); // [instance]
  private next = new Int32Array(1024); // [instance]
  private readonly head: Int32Array; // [function]
  private readonly idleOf: Int32Array; // [function]

  constructor(functions: number) {
    this.head = new Int32Array(functions).fill(NONE);
    this.idleOf = new Int32Array(functions);
  }

  /** `i`, just created, is one of them. */
  keep(i: number): void {
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

  /** `i` is no more. */
  lose(i: number): void {
    this.kept[i] = 0;
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

  /** Removes the one that serves next. */
  pop(fn: number): void {
    this.head[fn] = this.next[this.head[fn]!]!;
    this.idleOf[fn]! -= 1;
  }
}
