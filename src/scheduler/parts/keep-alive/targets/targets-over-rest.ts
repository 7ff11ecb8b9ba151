import type {KeepAlive, PolicyContext, PoolControl} from '../keep-alive.ts';
import {FollowTargets} from './follow-targets.ts';
import type {CellTargets} from './slot-targets.ts';

/** A policy that can decide what becomes of instances beyond the targets of another. */
export interface RestPolicy extends KeepAlive {
  /** How many instances of `fn` it would have by now if it were alone. */
  wanted(fn: number): number;
}

/**
 * Targets, and a policy of its own for all that is beyond them. A function has as many instances as the larger of the
 * two asks for, never the sum: what one has started counts for the other, and what one gives up the other may hold.
 * The rest learns from every call as if it were alone.
 */
export class TargetsOverRest implements KeepAlive {
  private readonly pool: PoolControl;
  private readonly follow: FollowTargets;
  private readonly rest: RestPolicy;
  /** When each of the two wants to be woken; a function has one wake-up at a time. */
  private readonly followUs: Float64Array; // [function]
  private readonly restUs: Float64Array; // [function]

  /** `makeRest` gets the pool as the rest may use it: it cannot take what the targets hold. */
  constructor(
    targets: CellTargets,
    {functions, pool}: Pick<PolicyContext, 'functions' | 'pool'>,
    makeRest: (pool: PoolControl) => RestPolicy,
  ) {
    this.pool = pool;
    this.followUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.restUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.rest = makeRest(this.poolOf(this.restUs, (fn) => this.follow.wanted(fn)));
    this.follow = new FollowTargets(
      targets,
      this.poolOf(this.followUs, (fn) => this.rest.wanted(fn)),
    );
  }

  onArrival(fn: number, nowUs: number): void {
    this.rest.onArrival?.(fn, nowUs);
  }

  onFinish(fn: number, nowUs: number): void {
    this.rest.onFinish?.(fn, nowUs);
  }

  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number {
    // Asked in any case: it may want to come back to this instance.
    const restUs = this.rest.keepAliveUs(fn, nowUs, prewarmed);
    return this.follow.holdsAll(fn) ? Number.POSITIVE_INFINITY : restUs;
  }

  renewUs(fn: number, nowUs: number): number {
    return this.follow.holdsAll(fn) ? Number.POSITIVE_INFINITY : (this.rest.renewUs?.(fn, nowUs) ?? 0);
  }

  onWake(fn: number, nowUs: number): void {
    const {followUs, restUs} = this;
    if (followUs[fn]! <= nowUs) {
      followUs[fn] = Number.POSITIVE_INFINITY;
      this.follow.onWake(fn, nowUs);
    }
    if (restUs[fn]! <= nowUs) {
      restUs[fn] = Number.POSITIVE_INFINITY;
      this.rest.onWake?.(fn, nowUs);
    }
    this.arm(fn);
  }

  /** The pool as one of the two sees it: its wake-ups are noted in `wakeUs`, and the other keeps what it `holds`. */
  private poolOf(wakeUs: Float64Array, holds: (fn: number) => number): PoolControl {
    const {pool} = this;
    const drop = (fn: number, count: number): void => pool.drop(fn, Math.min(count, pool.live(fn) - holds(fn)));
    return {
      wakeAt: (fn, atUs) => {
        wakeUs[fn] = atUs;
        this.arm(fn);
      },
      prewarm: (fn, count) => pool.prewarm(fn, count),
      trim: (fn, keep) => drop(fn, pool.idle(fn) - keep),
      drop,
      live: (fn) => pool.live(fn),
      idle: (fn) => pool.idle(fn),
      hasIdle: (fn) => pool.hasIdle(fn),
      startWaitUs: (fn) => pool.startWaitUs(fn),
      usualStartWaitUs: () => pool.usualStartWaitUs(),
      lost: (fn) => pool.lost(fn),
    };
  }

  private arm(fn: number): void {
    this.pool.wakeAt(fn, Math.min(this.followUs[fn]!, this.restUs[fn]!));
  }
}
