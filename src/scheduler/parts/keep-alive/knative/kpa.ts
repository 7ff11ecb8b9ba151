import {KpaWindow, type WindowAverage} from './kpa-window.ts';

/** Settings of Knative's autoscaler, as its documentation names them. */
export interface KpaParams {
  /** Calls in flight that a pod is meant for at full use (`container-concurrency-target-default`). */
  readonly target: number;
  /** Share of `target` that is aimed at, above 0 to 1 (`container-concurrency-target-percentage`). */
  readonly utilization: number;
  /** Seconds (`stable-window`). */
  readonly stableWindowS: number;
  /** Per cent of the stable window, rounded to whole seconds (`panic-window-percentage`). */
  readonly panicWindowPercent: number;
  /** Per cent of the ready pods' capacity that, wanted, begin a panic (`panic-threshold-percentage`). */
  readonly panicThresholdPercent: number;
  /** At most so many times the ready pods (`max-scale-up-rate`). */
  readonly maxScaleUpRate: number;
  /** At least the ready pods divided by this (`max-scale-down-rate`). */
  readonly maxScaleDownRate: number;
  /** Seconds over which the largest decision counts; 0: the last one (`scale-down-delay`). */
  readonly scaleDownDelayS: number;
  /** Pods at least, where any are wanted (`activation-scale`). */
  readonly activationScale: number;
  /** Calls in flight that must fit beside the present ones, or the activator stays in the path; 0: never, -1: always. */
  readonly targetBurstCapacity: number;
  readonly algorithm: WindowAverage;
}

/** What the autoscaler wants. */
export interface KpaDecision {
  /** Mean calls in flight over the stable window. */
  readonly stable: number;
  /** The same over the panic window. */
  readonly panic: number;
  /** Pods wanted. */
  readonly desired: number;
  /** Calls in flight that fit beyond the present ones and the burst capacity; negative: the activator buffers. */
  readonly excessBurstCapacity: number;
}

/** Seconds between decisions. */
export const KPA_TICK_S = 2;

/**
 * Knative's pod autoscaler for one revision that has no pod when it begins: seconds in, wanted pods out. It panics, and
 * takes no pod away, from the time when its short window wants `panicThresholdPercent` of what is ready until a stable
 * window after it last did. Rule of knative.dev/serving `pkg/autoscaler/scaling` (Apache-2.0), written anew; equal to its
 * decisions on 24 recorded cases.
 */
export class Kpa {
  private readonly params: KpaParams;
  private readonly stable: KpaWindow;
  private readonly panic: KpaWindow;
  /** Desired pods of the last decisions, by time. [decision mod length] */
  private readonly delayed: Float64Array;
  private lastTick = Number.NEGATIVE_INFINITY;
  private panicSince = Number.NEGATIVE_INFINITY;
  private panicPods = 0;

  constructor(params: KpaParams) {
    this.params = params;
    const {stableWindowS, panicWindowPercent, scaleDownDelayS, algorithm} = params;
    this.stable = new KpaWindow(stableWindowS, algorithm);
    this.panic = new KpaWindow(Math.round((stableWindowS * panicWindowPercent) / 100), algorithm);
    this.delayed = new Float64Array(Math.ceil(scaleDownDelayS / KPA_TICK_S));
  }

  /** Mean calls in flight during a second; seconds ascend, one that is left out was not measured. */
  record(second: number, concurrency: number): void {
    this.stable.record(second, concurrency);
    this.panic.record(second, concurrency);
  }

  /** What is wanted at the end of a second with so many ready pods; undefined where nothing is known of its windows. */
  decide(second: number, ready: number): KpaDecision | undefined {
    if (this.stable.isEmpty(second) && this.panic.isEmpty(second)) return;
    const stable = this.stable.average(second);
    const panic = this.panic.average(second);
    const desired = this.largestOfDelay(second, this.desired(second, {stable, panic, ready}));
    return {stable, panic, desired, excessBurstCapacity: this.excessBurstCapacity(panic, ready)};
  }

  private desired(second: number, {stable, panic, ready}: {stable: number; panic: number; ready: number}): number {
    const {target, utilization, panicThresholdPercent, stableWindowS} = this.params;
    const aim = target * utilization;
    const pods = Math.max(1, ready);
    const stablePods = this.limited(Math.ceil(stable / aim), pods);
    const wanted = Math.ceil(panic / aim);
    if (wanted / pods >= panicThresholdPercent / 100) this.panicSince = second;
    else if (second - this.panicSince > stableWindowS) {
      this.panicSince = Number.NEGATIVE_INFINITY;
      this.panicPods = 0;
    }
    if (this.panicSince === Number.NEGATIVE_INFINITY) return stablePods;
    this.panicPods = Math.max(this.panicPods, stablePods, this.limited(wanted, pods));
    return this.panicPods;
  }

  /** By the rates from what is ready, and no fewer than `activationScale` where any are wanted: not where they only go slowly. */
  private limited(wanted: number, ready: number): number {
    const {maxScaleUpRate, maxScaleDownRate, activationScale} = this.params;
    const most = Math.ceil(maxScaleUpRate * ready);
    const least = Math.floor(ready / maxScaleDownRate);
    const pods = Math.min(Math.max(wanted, least), most);
    return wanted > 0 ? Math.max(pods, activationScale) : pods;
  }

  private largestOfDelay(second: number, desired: number): number {
    const {delayed} = this;
    if (delayed.length === 0) return desired;
    const tick = Math.floor(second / KPA_TICK_S);
    const from = Math.max(this.lastTick + 1, tick - delayed.length + 1);
    for (let gone = from; gone <= tick; gone++) delayed[gone % delayed.length] = 0;
    this.lastTick = tick;
    const at = tick % delayed.length;
    delayed[at] = Math.max(delayed[at]!, desired);
    return delayed.reduce((most, pods) => Math.max(most, pods), 0);
  }

  private excessBurstCapacity(panic: number, ready: number): number {
    const {target, targetBurstCapacity} = this.params;
    if (targetBurstCapacity <= 0) return targetBurstCapacity;
    return Math.floor(ready * target - targetBurstCapacity - panic);
  }
}
