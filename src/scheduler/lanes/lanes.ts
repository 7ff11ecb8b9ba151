/** An instance's time, as a stack and a bag of them: what a function alone needs to know of its instances. */

/** A lane's row in `Lanes.ints`, all places in the arena absolute. */
export const LANE_INTS = 8;
export const STACK = 0; // start of its stack's block
export const STACK_ROOM = 1; // the block holds 2^room times
export const BOTTOM = 2; // idle for longest
export const TOP = 3; // behind the one idle for shortest
export const BAG = 4; // start of its bag's block
export const BAG_ROOM = 5;
export const BUSY = 6; // times in the bag

const LEAST_ROOM = 2;
const ROOMS = 32;
const NONE = -1;

/**
 * The instances of each function of a cell, while nothing but their function's own calls touches them: a stack of the
 * times since when they are idle, and a bag of the times at which the busy ones finish. One function's instances are
 * alike, so which of them serves shows in nothing but these times: a call takes the top of the stack, the bottom is
 * what expires or is evicted next. Blocks of powers of two in one arena; nothing is allocated per call.
 */
export class Lanes {
  readonly count: number;
  readonly ints: Int32Array; // [function * LANE_INTS]
  /** All stacks and bags. Made anew when it grows: read it again after `growStack` and `growBag`. */
  times = new Float64Array(1 << 12);
  private used = 0;
  /** First free block of each size; a free block's first element is the next one. */
  private readonly free = new Int32Array(ROOMS).fill(NONE);

  constructor(count: number) {
    this.count = count;
    this.ints = new Int32Array(count * LANE_INTS);
    for (let fn = 0; fn < count; fn++) {
      this.ints[fn * LANE_INTS + STACK] = NONE;
      this.ints[fn * LANE_INTS + BAG] = NONE;
    }
  }

  /** Instances of `fn`. */
  alive(fn: number): number {
    const row = fn * LANE_INTS;
    return this.ints[row + TOP]! - this.ints[row + BOTTOM]! + this.ints[row + BUSY]!;
  }

  /**
   * Makes room above the stack's `top`, which is full: moves what lies in [from, top) down its block, or to a larger
   * one where the block is not twice the `height` that it comes to. Returns how far it moved; the lane's row says the same of its bottom and top as before, moved.
   */
  growStack(fn: number, from: number, top: number, height = top - from): number {
    const {ints} = this;
    const row = fn * LANE_INTS;
    const before = ints[row + STACK]!;
    const room = ints[row + STACK_ROOM]!;
    const fits = before !== NONE && 2 * height <= 1 << room;
    const next = before === NONE ? LEAST_ROOM : room + 1;
    const to = fits ? before : this.allocate(next);
    this.times.copyWithin(to, from, top);
    if (!fits) {
      if (before !== NONE) this.release(before, room);
      ints[row + STACK] = to;
      ints[row + STACK_ROOM] = next;
    }
    ints[row + BOTTOM]! += to - from;
    ints[row + TOP]! += to - from;
    return to - from;
  }

  /** Makes room for `height` times from `from` on, at its bottom or below; returns how far what lies there has moved. */
  fitStack(fn: number, from: number, height: number): number {
    const {ints} = this;
    const row = fn * LANE_INTS;
    let moved = 0;
    while (from + moved + height > this.stackEnd(fn)) {
      moved += this.growStack(fn, from + moved, ints[row + TOP]!, height);
    }
    return moved;
  }

  /** Where the stack's block ends. */
  stackEnd(fn: number): number {
    const row = fn * LANE_INTS;
    return this.ints[row + STACK] === NONE ? 0 : this.ints[row + STACK]! + (1 << this.ints[row + STACK_ROOM]!);
  }

  /** Makes room in the bag, with `busy` in it, for `needed` in all, if there is none. */
  growBag(fn: number, busy: number, needed = busy + 1): void {
    const {ints} = this;
    const row = fn * LANE_INTS;
    const before = ints[row + BAG]!;
    const room = ints[row + BAG_ROOM]!;
    if (before !== NONE && needed <= 1 << room) return;
    let next = before === NONE ? LEAST_ROOM : room + 1;
    while (1 << next < needed) next++;
    const to = this.allocate(next);
    if (before !== NONE) {
      this.times.copyWithin(to, before, before + busy);
      this.release(before, room);
    }
    ints[row + BAG] = to;
    ints[row + BAG_ROOM] = next;
  }

  pushIdle(fn: number, sinceUs: number): void {
    const row = fn * LANE_INTS;
    if (this.ints[row + TOP] === this.stackEnd(fn)) this.growStack(fn, this.ints[row + BOTTOM]!, this.ints[row + TOP]!);
    this.times[this.ints[row + TOP]!++] = sinceUs;
  }

  addBusy(fn: number, finishUs: number): void {
    const row = fn * LANE_INTS;
    this.growBag(fn, this.ints[row + BUSY]!);
    this.times[this.ints[row + BAG]! + this.ints[row + BUSY]!++] = finishUs;
  }

  clear(fn: number): void {
    const row = fn * LANE_INTS;
    this.ints[row + TOP] = this.ints[row + BOTTOM]!;
    this.ints[row + BUSY] = 0;
  }

  private allocate(room: number): number {
    const free = this.free[room]!;
    if (free !== NONE) {
      this.free[room] = this.times[free]!;
      return free;
    }
    const at = this.used;
    this.used += 1 << room;
    if (this.used > this.times.length) {
      const times = new Float64Array(2 * this.used);
      times.set(this.times);
      this.times = times;
    }
    return at;
  }

  private release(at: number, room: number): void {
    this.times[at] = this.free[room]!;
    this.free[room] = at;
  }
}
