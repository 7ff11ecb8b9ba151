import {NONE} from '../../core/instances.ts';
import type {Line} from './line.ts';
import {RankHeap} from './rank-heap.ts';

/** When calls have waited for as long as they would, and who has. */
export class Leaving {
  private readonly line: Line;
  private readonly longestUs: Float64Array; // [function]
  /** Functions by when the oldest of their calls leaves; undefined while all leave in the order in which they came. */
  private heap: RankHeap | undefined;
  /** Calls that leave at the same time, from the last to go to the first. */
  private readonly together: number[] = [];

  /** `longestUs` is the longest wait of each function's calls. Undefined where all would wait for ever. */
  static of(line: Line, longestUs: Float64Array): Leaving | undefined {
    return longestUs.every((us) => us === Number.POSITIVE_INFINITY) ? undefined : new Leaving(line, longestUs);
  }

  private constructor(line: Line, longestUs: Float64Array) {
    this.line = line;
    this.longestUs = longestUs;
    if (longestUs.some((us) => us !== longestUs[0])) this.heap = new RankHeap(longestUs.length);
  }

  /** Who is the oldest that waits of `fn` may be another now. */
  changed(fn: number): void {
    if (this.heap === undefined) {
      if (this.line.inTurn) return;
      this.heap = new RankHeap(this.longestUs.length);
      for (let each = 0; each < this.longestUs.length; each++) this.file(this.heap, each);
    }
    this.file(this.heap, fn);
  }

  /** When the next one has, us; Infinity: nobody will. */
  nextUs(): number {
    const {heap, line} = this;
    if (heap !== undefined) return heap.size === 0 ? Number.POSITIVE_INFINITY : heap.key[heap.top]!;
    const {first} = line;
    return first === NONE ? Number.POSITIVE_INFINITY : line.arrivalUsOf(first) + this.longestUs[0]!;
  }

  /** One that has by `atUs`, or NONE; of those of one time by function. It must be gone before the next is asked for. */
  due(atUs: number): number {
    const {heap, line, together} = this;
    if (together.length > 0) return together.pop()!;
    if (this.nextUs() > atUs) return NONE;
    if (heap !== undefined) return line.oldestNew(heap.top);
    line.cameWithFirst(together);
    together.sort((a, b) => line.fnOf(b) - line.fnOf(a) || line.sequenceOf(b) - line.sequenceOf(a));
    return together.pop()!;
  }

  private file(heap: RankHeap, fn: number): void {
    // What has begun before waits for as long as it takes.
    const oldest = this.line.oldestNew(fn);
    const longestUs = this.longestUs[fn]!;
    if (oldest === NONE || longestUs === Number.POSITIVE_INFINITY) heap.remove(fn);
    else heap.set(fn, this.line.arrivalUsOf(oldest) + longestUs, 0);
  }
}
