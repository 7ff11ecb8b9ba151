import {breakEvenUs} from '../../../cost/cold-start.ts';
import type {EvictionRank} from '../eviction/eviction-rank.ts';
import type {KeepAlive, PolicyContext, PoolControl} from './keep-alive.ts';

/** Own wake-ups are asked for in the name of this function. */
const ALARM = 0;
/** Where calls wait for longer than this share of a start, nothing is started ahead: it would delay all behind it. */
const CROWDED = 0.1;

/** The policy, made with a pool that heeds the limits on starts; as it is if it starts nothing ahead of calls. */
export function heedingScarceStarts(context: PolicyContext, make: (context: PolicyContext) => KeepAlive): KeepAlive {
  const heeding = new ScarceStarts(context, make);
  return heeding.inner.onWake === undefined ? heeding.inner : heeding;
}

/**
 * A policy where starts are limited, so many a second or so many at once. Calls go first: what it wants started ahead of
 * them begins only when a start may begin at once, and waits its turn until then. And a start has a price of its own, the
 * wait that it may cost a caller: an instance that the policy would let go stays for as long as its idle time costs
 * less than calls have lately waited for a start to begin (METHODS E1.2's C/c, of that wait), if the policy says how many
 * are enough. Such a policy starts nothing ahead while calls wait long, and then a whole cold start counts as well.
 */
class ScarceStarts implements KeepAlive {
  readonly inner: KeepAlive;
  readonly eviction?: EvictionRank;
  private readonly pool: PoolControl;
  private readonly coldUs: Float64Array; // [function]
  /** Idle time that costs as much as a caller's waiting for as long as 1. [function] */
  private readonly worth: Float64Array;
  /** Starts that wait their turn, in the order in which they were asked for; who took one back left his place. */
  private readonly turns: number[] = [];
  private turn = 0;
  private readonly waiting: Int32Array; // [function]
  private nowUs = 0;
  /** When the policy, the starts that wait, and instances given up want to be looked after. */
  private readonly innerUs: Float64Array; // [function]
  private readonly reviewUs: Float64Array; // [function]
  private turnUs = Number.POSITIVE_INFINITY;

  constructor(context: PolicyContext, make: (context: PolicyContext) => KeepAlive) {
    const {functions, pool, coldUs} = context;
    this.pool = pool;
    this.coldUs = coldUs;
    this.worth = breakEvenUs(context).map((us, fn) => (coldUs[fn]! > 0 ? us / coldUs[fn]! : 0));
    this.waiting = new Int32Array(functions);
    this.innerUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.reviewUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.inner = make({...context, pool: this.poolOf(pool)});
    if (this.inner.eviction !== undefined) this.eviction = this.inner.eviction;
  }

  onArrival(fn: number, nowUs: number): void {
    this.nowUs = nowUs;
    this.inner.onArrival?.(fn, nowUs);
  }

  onFinish(fn: number, nowUs: number): void {
    this.nowUs = nowUs;
    this.inner.onFinish?.(fn, nowUs);
  }

  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number {
    this.nowUs = nowUs;
    return Math.max(this.inner.keepAliveUs(fn, nowUs, prewarmed), this.reserveUs(fn));
  }

  renewUs(fn: number, nowUs: number): number {
    this.nowUs = nowUs;
    const {inner} = this;
    if (inner.renewUs !== undefined || inner.enough === undefined) return inner.renewUs?.(fn, nowUs) ?? 0;
    return this.pool.live(fn) > inner.enough(fn) ? 0 : Number.POSITIVE_INFINITY;
  }

  onWake(fn: number, nowUs: number): void {
    this.nowUs = nowUs;
    if (this.innerUs[fn]! <= nowUs) {
      this.innerUs[fn] = Number.POSITIVE_INFINITY;
      this.inner.onWake!(fn, nowUs);
    }
    if (this.reviewUs[fn]! <= nowUs) {
      this.reviewUs[fn] = Number.POSITIVE_INFINITY;
      this.pool.drop(fn, this.pool.live(fn) - this.inner.enough!(fn));
    }
    if (fn === ALARM && this.turnUs <= nowUs) {
      this.turnUs = Number.POSITIVE_INFINITY;
      this.takeTurns();
    }
    this.arm(fn);
  }

  /** Nothing of `fn` is started ahead of calls. */
  private crowded(fn: number): boolean {
    return this.inner.enough !== undefined && this.pool.usualStartWaitUs() > CROWDED * this.coldUs[fn]!;
  }

  /** How long an instance stays that the policy would let go: where it would come back cold, for that too. */
  private reserveUs(fn: number): number {
    if (this.inner.enough === undefined) return 0;
    const coldUs = this.crowded(fn) ? this.coldUs[fn]! : 0;
    return Math.round(this.worth[fn]! * (coldUs + this.pool.usualStartWaitUs()));
  }

  private poolOf(pool: PoolControl): PoolControl {
    return {
      ...{idle: (fn) => pool.idle(fn), hasIdle: (fn) => pool.hasIdle(fn)},
      startWaitUs: (fn) => pool.startWaitUs(fn),
      usualStartWaitUs: () => pool.usualStartWaitUs(),
      lost: (fn) => pool.lost(fn),
      live: (fn) => pool.live(fn) + this.waiting[fn]!,
      wakeAt: (fn, atUs) => {
        this.innerUs[fn] = atUs;
        this.arm(fn);
      },
      prewarm: (fn, count) => this.ask(fn, count),
      drop: (fn, count) => this.giveUp(fn, count),
      trim: (fn, keep) => this.giveUp(fn, pool.idle(fn) - keep),
    };
  }

  private ask(fn: number, count: number): number {
    if (this.crowded(fn)) return 0;
    for (let asked = 0; asked < count; asked++) {
      if (this.turn < this.turns.length || this.pool.startWaitUs(fn) > 0) {
        this.turns.push(fn);
        this.waiting[fn]! += 1;
      } else if (this.pool.prewarm(fn, 1) === 0) return asked;
    }
    this.awaitTurn();
    return count;
  }

  private giveUp(fn: number, count: number): void {
    const taken = Math.min(Math.max(0, count), this.waiting[fn]!);
    this.waiting[fn]! -= taken;
    const left = count - taken;
    if (left <= 0) return;
    const reserveUs = this.reserveUs(fn);
    if (reserveUs === 0) {
      this.pool.drop(fn, left);
      return;
    }
    this.reviewUs[fn] = Math.min(this.reviewUs[fn]!, this.nowUs + reserveUs);
    this.arm(fn);
  }

  /** Lets begin what may begin now. */
  private takeTurns(): void {
    const {pool, turns, waiting, inner} = this;
    for (; this.turn < turns.length; this.turn++) {
      const fn = turns[this.turn]!;
      if (waiting[fn] === 0) continue;
      // Calls have started what was missing meanwhile.
      if (inner.enough === undefined || pool.live(fn) < inner.enough(fn)) {
        if (pool.startWaitUs(fn) > 0) break;
        pool.prewarm(fn, 1);
      }
      waiting[fn]! -= 1;
    }
    if (this.turn === turns.length) this.turn = turns.length = 0;
    this.awaitTurn();
  }

  private awaitTurn(): void {
    if (this.turn === this.turns.length || this.turnUs < Number.POSITIVE_INFINITY) return;
    this.turnUs = this.nowUs + Math.max(1, this.pool.startWaitUs(this.turns[this.turn]!));
    this.arm(ALARM);
  }

  private arm(fn: number): void {
    const ownUs = Math.min(this.innerUs[fn]!, this.reviewUs[fn]!);
    this.pool.wakeAt(fn, fn === ALARM ? Math.min(ownUs, this.turnUs) : ownUs);
  }
}
