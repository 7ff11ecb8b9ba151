import type {Parameters, Part} from '../../../base/part.ts';
import type {PriceSheet} from '../../../cost/prices.ts';
import type {EvictionRank} from '../eviction/eviction-rank.ts';

/** What a policy may do to the pool of its cell; every method may be called from any hook. */
export interface PoolControl {
  /** Asks for `onWake(fn)` at `atUs`. One pending wake-up a function: the latest request wins, Infinity cancels. */
  wakeAt(fn: number, atUs: number): void;
  /** Starts up to `count` instances that no call has asked for; returns how many found room. Evicts nothing. */
  prewarm(fn: number, count: number): number;
  /** Destroys idle instances of `fn`, those that would serve last first, until `keep` are idle or none is. */
  trim(fn: number, keep: number): void;
  /** Destroys up to `count` idle instances of `fn`, those that would serve last first. */
  drop(fn: number, count: number): void;
  /** Instances of `fn`: alive (starting, busy and idle) and idle. */
  live(fn: number): number;
  idle(fn: number): number;
  /** How many calls of `fn` have given up waiting or been turned away so far. */
  lost(fn: number): number;
  /** True when `fn` has an idle instance; at once, where `idle` counts them one by one. */
  hasIdle(fn: number): boolean;
  /** How long a start of `fn` that is asked for now would wait to begin; 0 where starts are not limited. */
  startWaitUs(fn: number): number;
  /** How long calls have waited of late, on average, for their starts to begin. */
  usualStartWaitUs(): number;
}

/** Every call to come, by function: those of `fn` are elements [start[fn], start[fn + 1]), in order of arrival. */
export interface Future {
  readonly start: Float64Array; // [function + 1]
  readonly arrivalUs: Float64Array;
  readonly durationUs: Float64Array;
  /** Cold time of each call if it is cold; undefined: the cold-time model decides. */
  readonly coldUs: Float64Array | undefined;
}

/** What a policy knows when it is made. Columns are the cell's own; read, never write. */
export interface PolicyContext {
  readonly functions: number;
  /** Row of each of the cell's functions in the workload. */
  readonly row: Int32Array; // [function]
  /** Which of how many equal parts of a row is here: a function that is called very often is split over cells. */
  readonly part: Int32Array; // [function]
  readonly parts: Int32Array; // [function]
  /** App of each function, numbered within the workload. */
  readonly app: Int32Array; // [function]
  readonly memoryMib: Float64Array; // [function]
  /** Typical cold time of each function, for policies that weigh it. */
  readonly coldUs: Float64Array; // [function]
  readonly prices: PriceSheet;
  /** How many calls an instance of each function serves at once; undefined: one. [function] */
  readonly places: Int32Array | undefined;
  readonly spanUs: number;
  /** When the trace's time 0 is: behind a warm-up, in which the trace's beginning is replayed. */
  readonly originUs: number;
  readonly seed: number;
  readonly pool: PoolControl;
  /** All calls of the replay, for policies that are bounds and no more; made when first asked for. */
  future(): Future;
}

/**
 * How long idle instances stay, and which are started before they are asked for. Hooks are called in the order
 * of events; each must be O(1) amortised and allocate nothing. Times are microseconds of the replay's clock.
 */
export interface KeepAlive {
  /** Set when `keepAliveUs` would always say the same: then it is never called. */
  readonly constantUs?: number;
  /** What a full fleet gives up first; without it, or the semantics' own, whatever has been idle for longest. */
  readonly eviction?: EvictionRank;
  /** Set when no call starts an instance: it waits until one that was ordered here has a place for it. */
  readonly ordersStarts?: true;
  /** A call of `fn` arrived, before it is served. Learn here. */
  onArrival?(fn: number, nowUs: number): void;
  /** An instance of `fn` is ready; of policies that order all starts. */
  onReady?(fn: number, nowUs: number): void;
  /** A call of `fn` finished; `keepAliveUs` follows unless a waiting call takes the instance. */
  onFinish?(fn: number, nowUs: number): void;
  /**
   * How long an instance of `fn` that goes idle now stays. 0 destroys it at once, Infinity keeps it for good.
   * `prewarmed` says that it has just become ready and has never served.
   */
  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number;
  /** The time of an idle instance of `fn` is up: how much longer it stays after all. Without it, it is destroyed. */
  renewUs?(fn: number, nowUs: number): number;
  /**
   * How many instances of `fn` it needs by now. Where it says so, more are kept while starts are limited and calls have to
   * wait for theirs.
   */
  enough?(fn: number): number;
  /** The time asked for with `pool.wakeAt` has come. */
  onWake?(fn: number, nowUs: number): void;
}

/** What a sweep tries of a policy, so that no list of policies is kept elsewhere. */
export interface Sweep {
  /** Parameters as one would write them, `''` for the defaults. None where only the user can say what to give it. */
  readonly variants: readonly string[];
  /** `limited`: as good as `infinite` unless a fleet is full, so it is tried where one has limits. */
  readonly fleets: 'all' | 'limited';
}

/** A keep-alive policy, as the registry of `--policy` holds it. */
export interface KeepAlivePart<P extends Parameters = Parameters, Input = never, Prepared = void>
  extends Part<KeepAlive, PolicyContext, Input, P, Prepared> {
  readonly sweep: Sweep;
  /** What it does follows from what idle time and waiting cost; where both are free it cannot say. */
  readonly goesByPrices?: true;
  /** See KeepAlive; then instances have places, if only one each. */
  readonly ordersStarts?: true;
}

/** Types a policy by its parameters, and by what it prepares. */
export function keepAlivePart<P extends Parameters, Input = never, Prepared = void>(
  part: KeepAlivePart<P, Input, Prepared>,
): KeepAlivePart<P, Input, Prepared> {
  return part;
}
