import type {PoolControl} from '../keep-alive.ts';

/** Intervals remembered for a function; a warm set has rarely more than two. */
const INTERVALS = 4;

/**
 * When each function wants an instance, as absolute intervals, and the wake-ups that bring it about. A function has
 * one wake-up at most on its way: a later one is asked for only when the earlier has come, so a function that is
 * called often leaves no trail of outdated ones.
 */
export class WarmSchedule {
  private readonly pool: PoolControl;
  private readonly coldUs: Float64Array; // [function]
  private readonly fromUs: Float64Array; // [function * INTERVALS + k]
  private readonly untilUs: Float64Array;
  private readonly wantedUs: Float64Array; // [function]
  private readonly pendingUs: Float64Array; // [function]

  constructor(pool: PoolControl, coldUs: Float64Array) {
    const functions = coldUs.length;
    this.pool = pool;
    this.coldUs = coldUs;
    this.fromUs = new Float64Array(functions * INTERVALS);
    this.untilUs = new Float64Array(functions * INTERVALS);
    this.wantedUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.pendingUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
  }

  /** The function wants one instance during [fromUs, untilUs), absolute times. */
  setOne(fn: number, fromUs: number, untilUs: number): void {
    const row = fn * INTERVALS;
    this.fromUs.fill(Number.POSITIVE_INFINITY, row, row + INTERVALS);
    this.untilUs.fill(Number.POSITIVE_INFINITY, row, row + INTERVALS);
    this.fromUs[row] = fromUs;
    this.untilUs[row] = untilUs;
  }

  /**
   * How long an instance idle from `nowUs` on is wanted without a break; sees to it that one is ready when the next
   * interval begins. Times are whole microseconds.
   */
  keepUs(fn: number, nowUs: number): number {
    const row = fn * INTERVALS;
    let keepUs = 0;
    for (let k = row; k < row + INTERVALS; k++) {
      // An instance that would be started again at once may as well stay.
      if (this.fromUs[k]! - this.coldUs[fn]! <= nowUs) {
        if (this.untilUs[k]! > nowUs) keepUs = this.untilUs[k]! - nowUs;
        continue;
      }
      this.wakeAt(fn, this.fromUs[k]! - this.coldUs[fn]!);
      return keepUs;
    }
    this.wantedUs[fn] = Number.POSITIVE_INFINITY;
    return keepUs;
  }

  /** The wake-up of `fn` has come: starts an instance if it is time and there is none. */
  onWake(fn: number, nowUs: number): void {
    if (this.isDue(fn, nowUs) && this.pool.live(fn) === 0) this.pool.prewarm(fn, 1);
  }

  /** A wake-up of `fn` has come: false when it is not the one wanted, which is then on its way. */
  isDue(fn: number, nowUs: number): boolean {
    this.pendingUs[fn] = Number.POSITIVE_INFINITY;
    const wantedUs = this.wantedUs[fn]!;
    this.wakeAt(fn, wantedUs <= nowUs ? Number.POSITIVE_INFINITY : wantedUs);
    return wantedUs <= nowUs;
  }

  /** Wakes `fn` at `atUs`, and not before; Infinity: not at all. */
  wakeAt(fn: number, atUs: number): void {
    this.wantedUs[fn] = atUs;
    if (atUs === Number.POSITIVE_INFINITY || this.pendingUs[fn]! <= atUs) return;
    this.pendingUs[fn] = atUs;
    this.pool.wakeAt(fn, atUs);
  }
}
