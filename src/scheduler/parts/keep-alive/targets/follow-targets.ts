import type {KeepAlive, PoolControl} from '../keep-alive.ts';
import {type CellTargets, type SlotTargets, shareOfSlots} from './slot-targets.ts';

/** What following targets needs of a pool. */
export type FollowedPool = Pick<PoolControl, 'wakeAt' | 'prewarm' | 'trim' | 'live' | 'idle'>;

/**
 * Keeps as many instances as the targets say; busy and starting ones count. Where a target falls, idle instances above
 * it are destroyed, last to serve first; at every change those missing are started, where there is room without
 * evicting. An instance that goes idle stays while the function has no more than its target; one beyond it is spill-over and stays
 * for the row's spill time. A spill-over whose time is up stays after all if the function would fall below its target
 * without it: then a slot of the plan has gone meanwhile, or the target has risen.
 */
export class FollowTargets implements KeepAlive {
  private readonly targets: SlotTargets;
  private readonly pool: FollowedPool;
  private readonly of: CellTargets;
  /** What each function is to have now: its share of the last change. */
  private readonly slots: Int32Array; // [function]
  private readonly spillUs: Float64Array; // [function]
  /** The next change of each function, and the time at which its row's times begin in the turn at hand. */
  private readonly next: Float64Array; // [function]
  private readonly turnUs: Float64Array; // [function]
  /** Functions that start instances when everything due at this time has given up its own. */
  private readonly starts: Uint8Array; // [function]

  constructor(of: CellTargets, pool: FollowedPool) {
    const {targets, row} = of;
    const functions = row.length;
    this.of = of;
    this.targets = targets;
    this.pool = pool;
    this.slots = new Int32Array(functions);
    this.spillUs = Float64Array.from(row, (r) => targets.spillUs[r]!);
    this.next = Float64Array.from(row, (r) => targets.start[r]!);
    this.turnUs = new Float64Array(functions).fill(of.originUs ?? 0);
    this.starts = new Uint8Array(functions);
    for (let fn = 0; fn < functions; fn++) this.awaitNext(fn);
  }

  /** How many instances of `fn` there should be by now. */
  wanted(fn: number): number {
    return this.slots[fn]!;
  }

  /** Whether every instance of `fn` is one of those that should be there. */
  holdsAll(fn: number): boolean {
    return this.pool.live(fn) <= this.slots[fn]!;
  }

  keepAliveUs(fn: number): number {
    return this.holdsAll(fn) ? Number.POSITIVE_INFINITY : this.spillUs[fn]!;
  }

  /** Asked when the time of an idle instance is up: how much longer it stays. */
  renewUs(fn: number): number {
    return this.holdsAll(fn) ? Number.POSITIVE_INFINITY : 0;
  }

  onWake(fn: number, nowUs: number): void {
    if (this.starts[fn] === 1) {
      this.starts[fn] = 0;
      this.pool.prewarm(fn, this.slots[fn]! - this.pool.live(fn));
      this.awaitNext(fn);
      return;
    }
    const before = this.slots[fn]!;
    this.take(fn, nowUs);
    const missing = this.slots[fn]! - this.pool.live(fn);
    // Where the target has not fallen, what is beyond it is spill-over and has its time.
    if (this.slots[fn]! < before) this.pool.trim(fn, Math.max(0, this.pool.idle(fn) + missing));
    if (missing <= 0) {
      this.awaitNext(fn);
      return;
    }
    // Woken once more at this time: by then every function whose target falls has made room.
    this.starts[fn] = 1;
    this.pool.wakeAt(fn, nowUs);
  }

  /** Takes the changes of `fn` that are due. */
  private take(fn: number, nowUs: number): void {
    const {targets, of} = this;
    while (this.dueUs(fn) <= nowUs) {
      const at = this.next[fn]!;
      this.slots[fn] = shareOfSlots(targets.slots[at]!, of.part[fn]!, of.parts[fn]!);
      const row = of.row[fn]!;
      if (at + 1 < targets.start[row + 1]!) {
        this.next[fn] = at + 1;
      } else if (targets.repeatUs[row]! > 0) {
        this.next[fn] = targets.start[row]!;
        this.turnUs[fn]! += targets.repeatUs[row]!;
      } else {
        this.turnUs[fn] = Number.POSITIVE_INFINITY;
        return;
      }
    }
  }

  /** When the next change of `fn` is due; Infinity: never. */
  private dueUs(fn: number): number {
    const at = this.next[fn]!;
    if (at === this.targets.start[this.of.row[fn]! + 1]) return Number.POSITIVE_INFINITY;
    const {originUs = 0} = this.of;
    const dueUs = this.turnUs[fn]! + this.targets.fromUs[at]!;
    return dueUs > originUs ? dueUs : 0;
  }

  private awaitNext(fn: number): void {
    const dueUs = this.dueUs(fn);
    if (dueUs < Number.POSITIVE_INFINITY) this.pool.wakeAt(fn, dueUs);
  }
}
