import type {EvictionRank} from '../eviction/eviction-rank.ts';
import type {KeepAlive, PolicyContext, PoolControl} from './keep-alive.ts';

/**
 * A policy, save for the functions whose time to live is given (`ttlUs`, NaN: not): their idle instances are kept for
 * that long, and the policy neither hears of them nor does anything for them.
 */
export function withOwnTimes(
  ttlUs: Float64Array,
  context: PolicyContext,
  make: (context: PolicyContext) => KeepAlive,
): KeepAlive {
  return ttlUs.every(Number.isNaN) ? make(context) : new OwnTimes(ttlUs, context, make);
}

class OwnTimes implements KeepAlive {
  readonly eviction?: EvictionRank;
  readonly enough?: (fn: number) => number;
  private readonly ttlUs: Float64Array; // [function]
  private readonly inner: KeepAlive;

  constructor(ttlUs: Float64Array, context: PolicyContext, make: (context: PolicyContext) => KeepAlive) {
    this.ttlUs = ttlUs;
    this.inner = make({...context, pool: this.poolOf(context.pool)});
    const {inner} = this;
    if (inner.eviction !== undefined) this.eviction = inner.eviction;
    if (inner.enough !== undefined) this.enough = (fn) => (this.isOwn(fn) ? 0 : inner.enough!(fn));
  }

  private isOwn(fn: number): boolean {
    return !Number.isNaN(this.ttlUs[fn]!);
  }

  onArrival(fn: number, nowUs: number): void {
    if (!this.isOwn(fn)) this.inner.onArrival?.(fn, nowUs);
  }

  onFinish(fn: number, nowUs: number): void {
    if (!this.isOwn(fn)) this.inner.onFinish?.(fn, nowUs);
  }

  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number {
    if (this.isOwn(fn)) return this.ttlUs[fn]!;
    return this.inner.constantUs ?? this.inner.keepAliveUs(fn, nowUs, prewarmed);
  }

  renewUs(fn: number, nowUs: number): number {
    return this.isOwn(fn) ? 0 : (this.inner.renewUs?.(fn, nowUs) ?? 0);
  }

  onWake(fn: number, nowUs: number): void {
    this.inner.onWake?.(fn, nowUs);
  }

  /** The pool as the policy sees it: it cannot touch those functions. */
  private poolOf(pool: PoolControl): PoolControl {
    return {
      wakeAt: (fn, atUs) => {
        if (!this.isOwn(fn)) pool.wakeAt(fn, atUs);
      },
      prewarm: (fn, count) => (this.isOwn(fn) ? 0 : pool.prewarm(fn, count)),
      trim: (fn, keep) => {
        if (!this.isOwn(fn)) pool.trim(fn, keep);
      },
      drop: (fn, count) => {
        if (!this.isOwn(fn)) pool.drop(fn, count);
      },
      live: (fn) => pool.live(fn),
      idle: (fn) => pool.idle(fn),
      hasIdle: (fn) => pool.hasIdle(fn),
      lost: (fn) => pool.lost(fn),
      startWaitUs: (fn) => pool.startWaitUs(fn),
      usualStartWaitUs: () => pool.usualStartWaitUs(),
    };
  }
}
