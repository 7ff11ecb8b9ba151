import {doubled, doubledTimes} from './event-log.ts';

const NONE = -1;

/**
 * Cold starts of lanes that are not over yet: a list a function. A lane's bag says when the call of such an instance
 * finishes, and this until when it does not serve but starts.
 */
export class PendingStarts {
  private readonly head: Int32Array; // [function]
  private next = new Int32Array(64);
  private readyUs = new Float64Array(64);
  private finishUs = new Float64Array(64);
  private used = 0;
  private free = NONE;
  private count = 0;
  /** Those filed: the first of each time, the others behind it. */
  private readonly byFinish = new Map<number, number>();

  constructor(functions: number) {
    this.head = new Int32Array(functions).fill(NONE);
  }

  add(fn: number, readyUs: number, finishUs: number): void {
    let k = this.free;
    if (k !== NONE) this.free = this.next[k]!;
    else {
      if (this.used === this.next.length) this.grow();
      k = this.used++;
    }
    this.readyUs[k] = readyUs;
    this.finishUs[k] = finishUs;
    this.next[k] = this.head[fn]!;
    this.head[fn] = k;
    this.count++;
  }

  /** How long instances of `fn` were starting in [fromUs, toUs), us in all; those that are ready by then are forgotten. */
  pass(fn: number, fromUs: number, toUs: number): number {
    if (this.count === 0) return 0;
    let startingUs = 0;
    let before = NONE;
    for (let k = this.head[fn]!; k !== NONE; ) {
      const next = this.next[k]!;
      startingUs += Math.min(this.readyUs[k]!, toUs) - fromUs;
      if (this.readyUs[k]! <= toUs) this.drop(fn, k, before);
      else before = k;
      k = next;
    }
    return startingUs;
  }

  /** Files all of `fn` by when their calls finish, for `take` to take them out: a list of thousands is not searched. */
  file(fn: number): void {
    const {byFinish, next, finishUs} = this;
    byFinish.clear();
    for (let k = this.head[fn]!; k !== NONE; ) {
      const following = next[k]!;
      next[k] = byFinish.get(finishUs[k]!) ?? NONE;
      byFinish.set(finishUs[k]!, k);
      k = following;
    }
    this.head[fn] = NONE;
  }

  /** Takes out one of those filed whose call finishes at `finishUs`: when it is ready; or NONE. */
  take(finishUs: number): number {
    const {byFinish, next} = this;
    const k = byFinish.get(finishUs);
    if (k === undefined) return NONE;
    if (next[k] === NONE) byFinish.delete(finishUs);
    else byFinish.set(finishUs, next[k]!);
    this.release(k);
    return this.readyUs[k]!;
  }

  private drop(fn: number, k: number, before: number): void {
    if (before === NONE) this.head[fn] = this.next[k]!;
    else this.next[before] = this.next[k]!;
    this.release(k);
  }

  private release(k: number): void {
    this.next[k] = this.free;
    this.free = k;
    this.count--;
  }

  private grow(): void {
    this.next = doubled(this.next);
    this.readyUs = doubledTimes(this.readyUs);
    this.finishUs = doubledTimes(this.finishUs);
  }
}
