import {NONE} from '../../../core/instances.ts';
import type {Line} from '../line.ts';
import type {QueueOrder} from '../queue.ts';
import {RankHeap} from '../rank-heap.ts';

/**
 * Calls by a rank that each is given when it comes to wait, least first, at one rank by arrival: functions by the rank of
 * the call that goes first of theirs, so each function's calls must be ranked in order of arrival or against it.
 */
export class RankedOrder implements QueueOrder {
  protected readonly line: Line;
  /** Functions with calls that wait. */
  protected readonly heads: RankHeap;
  private readonly headOf: Int32Array; // [function]
  private readonly rank: (call: number, fn: number) => number;

  /** `newestFirst`: ranks fall with the arrival. */
  constructor(line: Line, rank: (call: number, fn: number) => number, newestFirst = false) {
    this.line = line;
    this.headOf = newestFirst ? line.newest : line.oldest;
    this.heads = new RankHeap(this.headOf.length);
    this.rank = rank;
  }

  added(call: number, fn: number): void {
    this.line.setTag(call, this.rank(call, fn));
    if (this.headOf[fn] === call) this.file(fn, call);
  }

  removed(fn: number): void {
    this.fileAgain(fn);
  }

  heldChanged(fn: number): void {
    this.fileAgain(fn);
  }

  private fileAgain(fn: number): void {
    const call = this.headOf[fn]!;
    if (call === NONE || this.line.isHeld(fn)) this.heads.remove(fn);
    else this.file(fn, call);
  }

  first(): number {
    const fn = this.heads.top;
    return fn === NONE ? NONE : this.headOf[fn]!;
  }

  head(fn: number): number {
    return this.headOf[fn]!;
  }

  ofFunction(fn: number): number {
    return this.heads.top === fn ? this.headOf[fn]! : NONE;
  }

  protected file(fn: number, call: number): void {
    if (this.line.isHeld(fn)) return;
    this.heads.set(fn, this.line.tagOf(call), this.line.sequenceOf(call));
  }
}
