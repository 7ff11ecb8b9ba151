import {finishedBy} from '../../../../demand/levels/finished-by.ts';
import type {Future} from '../keep-alive.ts';

/**
 * The level (see LevelSlots) that each call of one function brings the number of running calls to, if no call
 * waits, and the search for the next call that reaches a given level.
 */
export class LevelNeeds {
  private readonly arrivalUs: Float64Array;
  private readonly finishUs: Float64Array; // ascending
  private readonly leaves: number;
  private readonly highest: Int32Array; // tree of maxima, leaves from `leaves` on
  private next = 0;
  private finished = 0;

  constructor(future: Future, fn: number) {
    const first = future.start[fn]!;
    const n = future.start[fn + 1]! - first;
    this.arrivalUs = future.arrivalUs.subarray(first, first + n);
    const endUs = this.arrivalUs.map((us, k) => us + future.durationUs[first + k]!);
    this.finishUs = endUs.slice().sort();
    const finished = finishedBy(this.arrivalUs, endUs, this.finishUs);
    this.leaves = 1;
    while (this.leaves < n) this.leaves *= 2;
    this.highest = new Int32Array(2 * this.leaves);
    for (let k = 0; k < n; k++) this.highest[this.leaves + k] = k + 1 - finished[k]!;
    for (let node = this.leaves - 1; node > 0; node--) {
      this.highest[node] = Math.max(this.highest[2 * node]!, this.highest[2 * node + 1]!);
    }
  }

  /** The next call has arrived. */
  arrived(): void {
    this.next++;
  }

  /** When one of the calls that have not arrived brings the level to `level`; Infinity: never. */
  nextUs(level: number): number {
    const {arrivalUs, highest, leaves} = this;
    if (this.next >= arrivalUs.length) return Number.POSITIVE_INFINITY;
    let node = leaves + this.next;
    // Climb until a subtree to the right reaches the level, then descend to its leftmost such leaf.
    while (highest[node]! < level) {
      while ((node & 1) === 1) node >>= 1;
      if (node === 0) return Number.POSITIVE_INFINITY;
      node += 1;
    }
    while (node < leaves) {
      node *= 2;
      if (highest[node]! < level) node += 1;
    }
    return arrivalUs[node - leaves]!;
  }

  /** Calls that would run at `nowUs`, which never goes back, if none had waited. */
  levelAt(nowUs: number): number {
    while (this.finished < this.next && this.finishUs[this.finished]! <= nowUs) this.finished++;
    return this.next - this.finished;
  }
}
