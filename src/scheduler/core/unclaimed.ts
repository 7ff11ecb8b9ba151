import type {Functions} from './functions.ts';
import {FN, INTS, type Instances, LINK, NONE} from './instances.ts';

/** Instances that are starting and that no call has claimed: a list by function, earliest ready first. */
export class Unclaimed {
  private readonly functions: Functions;
  private readonly pool: Instances;
  private count = 0;

  constructor(functions: Functions, pool: Instances) {
    this.functions = functions;
    this.pool = pool;
  }

  /** Files `i`, earliest ready first, created first among equals. */
  add(i: number): void {
    const {ints} = this.pool;
    const {startingHead, startingTail} = this.functions;
    const fn = ints[i * INTS + FN]!;
    this.count++;
    let before = NONE;
    let next = startingHead[fn]!;
    const tail = startingTail[fn]!;
    if (next !== NONE && this.isBefore(tail, i)) {
      // Starts mostly take as long as those before.
      before = tail;
      next = NONE;
    }
    while (next !== NONE && this.isBefore(next, i)) {
      before = next;
      next = ints[next * INTS + LINK]!;
    }
    ints[i * INTS + LINK] = next;
    if (before === NONE) startingHead[fn] = i;
    else ints[before * INTS + LINK] = i;
    if (next === NONE) startingTail[fn] = i;
  }

  private isBefore(a: number, b: number): boolean {
    const {readyUs, createdSequence} = this.pool;
    return readyUs[a]! < readyUs[b]! || (readyUs[a] === readyUs[b] && createdSequence[a]! < createdSequence[b]!);
  }

  /** `i`, which is here, is no more. */
  remove(i: number): void {
    const {ints} = this.pool;
    const {startingHead, startingTail} = this.functions;
    const fn = ints[i * INTS + FN]!;
    const next = ints[i * INTS + LINK]!;
    let before = NONE;
    for (let each = startingHead[fn]!; each !== i; each = ints[each * INTS + LINK]!) before = each;
    if (before === NONE) startingHead[fn] = next;
    else ints[before * INTS + LINK] = next;
    if (next === NONE) startingTail[fn] = before;
    this.count--;
  }

  /** Takes the one of `fn` that is ready first, or NONE. */
  take(fn: number): number {
    if (this.count === 0) return NONE;
    const i = this.functions.startingHead[fn]!;
    if (i === NONE) return NONE;
    this.functions.startingHead[fn] = this.pool.ints[i * INTS + LINK]!;
    this.count--;
    return i;
  }
}
