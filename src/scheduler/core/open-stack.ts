import {NONE} from './instances.ts';
import type {OpenColumns} from './open-instances.ts';

/**
 * The same as `OpenInstances` where who came last always serves next: for each function a linked list, the last in front.
 * O(1), whatever happens.
 */
export class OpenStack {
  private readonly columns: OpenColumns;
  private readonly head: Int32Array; // [function]

  constructor(functions: number, columns: OpenColumns) {
    this.columns = columns;
    this.head = new Int32Array(functions).fill(NONE);
  }

  /** The instance of `fn` that serves next, or NONE. */
  top(fn: number): number {
    return this.head[fn]!;
  }

  /** `i` serves next, unless it is here under this very tie already. The key says nothing more. */
  set(i: number, fn: number, _key: number, tie: number): void {
    const {columns, head} = this;
    if (columns.place[i] !== NONE) {
      if (columns.tie[i] === tie) return;
      columns.tie[i] = tie;
      if (head[fn] === i) return;
      this.unlink(i, fn);
    }
    columns.tie[i] = tie;
    const next = head[fn]!;
    columns.place[i] = 0;
    columns.next[i] = next;
    columns.before[i] = NONE;
    if (next !== NONE) columns.before[next] = i;
    head[fn] = i;
  }

  /** `i`, if it is here, no longer is. */
  remove(i: number, fn: number): void {
    const {place} = this.columns;
    if (place[i] === NONE) return;
    place[i] = NONE;
    this.unlink(i, fn);
  }

  private unlink(i: number, fn: number): void {
    const {next, before} = this.columns;
    const [ahead, behind] = [before[i]!, next[i]!];
    if (ahead === NONE) this.head[fn] = behind;
    else next[ahead] = behind;
    if (behind !== NONE) before[behind] = ahead;
  }
}
