import {text} from '../../../base/parameters.ts';
import {US_PER_MINUTE} from '../../../base/units.ts';
import {BreakEven} from '../../../scheduler/parts/keep-alive/break-even.ts';
import {keepAlivePart, type PolicyContext, type PoolControl} from '../../../scheduler/parts/keep-alive/keep-alive.ts';
import {type FollowedPool, FollowTargets} from '../../../scheduler/parts/keep-alive/targets/follow-targets.ts';
import type {CellTargets, SlotTargets} from '../../../scheduler/parts/keep-alive/targets/slot-targets.ts';
import type {RestPolicy} from '../../../scheduler/parts/keep-alive/targets/targets-over-rest.ts';
import type {PolicyInput} from '../policy.ts';
import {MinuteRises} from './minute-rises.ts';
import {predictiveLeadUs} from './predictive-lead.ts';

/**
 * Follows forecasts made minute by minute (see `forecastTargets`): at the beginning of a minute as many instances are
 * ready as are worth it. What happens within the minute is decided by what the forecast cannot see. An instance that
 * goes idle stays till the minute's end only if another call of its level is likely enough before that (METHODS E1.2
 * for the rest of a minute); a call that brings more to run than any other in the minute so far starts instances for
 * the levels to which such minutes went on before.
 */
export class Predictive implements RestPolicy {
  private readonly pool: PoolControl;
  private readonly follow: FollowTargets;
  private readonly rises: MinuteRises;
  private readonly coldUs: Float64Array; // [function]
  private readonly leadUs: Float64Array; // [function]
  private readonly breakEven: BreakEven;
  private readonly places: Int32Array | undefined; // [function]
  /** Calls that run or wait for their instance; as many as fit go together, as far as levels go. */
  private readonly running: Int32Array; // [function]
  /** The level that was left last. */
  private readonly level: Int32Array; // [function]
  /** Instances wanted at once because of a burst; 0: none. */
  private readonly burst: Int32Array; // [function]
  /** When the followed targets want to be woken, and when instances dropped within a minute are looked after. */
  private readonly followUs: Float64Array; // [function]
  private readonly restoreUs: Float64Array; // [function]

  constructor(context: PolicyContext, targets: CellTargets) {
    const {coldUs, functions, pool} = context;
    this.pool = pool;
    this.coldUs = coldUs;
    this.leadUs = coldUs.map(predictiveLeadUs);
    this.breakEven = new BreakEven(context);
    this.places = context.places;
    this.rises = new MinuteRises(functions);
    this.running = new Int32Array(functions);
    this.level = new Int32Array(functions);
    this.burst = new Int32Array(functions);
    this.followUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.restoreUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.follow = new FollowTargets(targets, this.sharedWakes());
  }

  wanted(fn: number): number {
    return this.follow.wanted(fn);
  }

  enough(fn: number): number {
    return this.wanted(fn);
  }

  onArrival(fn: number, nowUs: number): void {
    const {pool, running} = this;
    const places = this.places?.[fn] ?? 1;
    this.breakEven.arrived(fn, nowUs);
    // Calls that a full fleet dropped never finish: no more run than instances live have places.
    const others = Math.min(running[fn]!, pool.live(fn) * places);
    running[fn] = others + 1;
    if (others % places !== 0) return;
    const level = others / places + 1;
    const minute = this.minuteOf(fn, nowUs);
    if (!this.rises.rise(fn, level, minute, nowUs, this.coldUs[fn]!)) return;
    if (nowUs + this.coldUs[fn]! >= this.endOf(fn, minute)) return;
    const wanted = this.rises.likelyLevel(fn, level, minute, this.threshold(fn));
    if (wanted <= Math.max(level, pool.live(fn))) return;
    // Started when this call has been served: it does not join an instance meant for those after it.
    this.burst[fn] = wanted;
    pool.wakeAt(fn, nowUs);
  }

  onFinish(fn: number): void {
    const calls = Math.max(1, this.running[fn]!);
    this.breakEven.finished(fn);
    this.level[fn] = Math.ceil(calls / (this.places?.[fn] ?? 1));
    this.running[fn] = calls - 1;
  }

  /** What a warm minute costs, as a share of a cold start. */
  private threshold(fn: number): number {
    return US_PER_MINUTE / this.breakEven.us(fn);
  }

  keepAliveUs(fn: number, nowUs: number, prewarmed: boolean): number {
    const minute = this.minuteOf(fn, nowUs);
    const endUs = this.endOf(fn, minute);
    if (prewarmed || this.staysInMinute(fn, minute, nowUs, endUs)) {
      const more = prewarmed ? this.follow.renewUs(fn) : 0;
      // Till just after the next minute has begun, when `renewUs` knows whether it is wanted any longer.
      return more > 0 ? more : endUs + 1 - nowUs;
    }
    this.restoreUs[fn] = endUs;
    this.arm(fn);
    return 0;
  }

  renewUs(fn: number): number {
    return this.follow.renewUs(fn);
  }

  onWake(fn: number, nowUs: number): void {
    if (this.burst[fn]! > 0) {
      this.pool.prewarm(fn, this.burst[fn]! - this.pool.live(fn));
      this.burst[fn] = 0;
    }
    if (Math.min(this.followUs[fn]!, this.restoreUs[fn]!) > nowUs) {
      this.arm(fn);
      return;
    }
    this.restoreUs[fn] = Number.POSITIVE_INFINITY;
    if (this.followUs[fn]! <= nowUs) this.followUs[fn] = Number.POSITIVE_INFINITY;
    this.follow.onWake(fn, nowUs);
    this.arm(fn);
  }

  private staysInMinute(fn: number, minute: number, nowUs: number, endUs: number): boolean {
    const elapsed = 1 - (endUs - nowUs) / US_PER_MINUTE;
    return this.rises.worthKeeping(fn, this.level[fn]!, minute, elapsed, this.threshold(fn));
  }

  /** The pool as the followed targets see it: their wake-ups and ours share the one that a function has. */
  private sharedWakes(): FollowedPool {
    const {pool} = this;
    return {
      wakeAt: (fn, atUs) => {
        this.followUs[fn] = atUs;
        this.arm(fn);
      },
      prewarm: (fn, count) => pool.prewarm(fn, count),
      trim: (fn, keep) => pool.trim(fn, keep),
      live: (fn) => pool.live(fn),
      idle: (fn) => pool.idle(fn),
    };
  }

  private arm(fn: number): void {
    const dueUs = Math.min(this.followUs[fn]!, this.restoreUs[fn]!);
    if (dueUs < Number.POSITIVE_INFINITY) this.pool.wakeAt(fn, dueUs);
  }

  private minuteOf(fn: number, nowUs: number): number {
    return Math.floor((nowUs + this.leadUs[fn]!) / US_PER_MINUTE);
  }

  private endOf(fn: number, minute: number): number {
    return (minute + 1) * US_PER_MINUTE - this.leadUs[fn]!;
  }
}

/** The model that comes with coldfront. */
export const SHIPPED_MODEL = 'azure-2019';

export const predictive = keepAlivePart({
  name: 'predictive',
  summary: 'ours: forecasts of every level of demand, minute by minute, turned into what is worth keeping ready',
  kind: 'ours',
  // Room that one function makes as a minute begins others may take, but nothing is known of them.
  scope: 'function',
  parameters: {
    model: text('model', 'an .onnx file, a baseline, or a model that comes with coldfront', {default: SHIPPED_MODEL}),
  },
  sweep: {variants: [''], fleets: 'all'},
  goesByPrices: true,
  prepare: forecastsOf,
  create: (_, context, targets) => {
    const {row, part, parts} = context;
    return new Predictive(context, {targets, row, part, parts});
  },
});

/** The forecasts to follow in a replay; the model is loaded, and a line with the time goes to `timing`. */
export async function forecastsOf(
  {model}: {readonly model: string},
  {options, threads = 1, timing, workload}: Pick<PolicyInput, 'options' | 'threads' | 'timing' | 'workload'>,
): Promise<SlotTargets> {
  const {modelTargets} = await import('./model-targets.ts');
  const startedMs = performance.now();
  const targets = await modelTargets(workload, options, model, threads);
  const seconds = (performance.now() - startedMs) / 1000;
  timing?.(`forecast ${workload.functions} functions minute by minute with ${model} in ${seconds.toFixed(3)} s`);
  return targets;
}
