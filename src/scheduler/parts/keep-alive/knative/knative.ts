import {finiteTimeUs, numberAbove0, numberFrom, oneOf} from '../../../../base/parameters.ts';
import type {Values} from '../../../../base/part.ts';
import {US_PER_SECOND} from '../../../../base/units.ts';
import {type KeepAlive, keepAlivePart, type PolicyContext} from '../keep-alive.ts';
import {KPA_TICK_S, Kpa, type KpaParams} from './kpa.ts';
import {MeanCalls} from './mean-calls.ts';

const TICK_US = KPA_TICK_S * US_PER_SECOND;

/** `container-concurrency-target-default`: where neither the policy nor the revision limits a pod's calls. */
const USUAL_TARGET = 100;

const parameters = {
  target: numberFrom(0, 1e6, "calls in flight a pod is meant for; 0: --concurrency's, or 100 where that is 0", {
    default: '0',
  }),
  utilization: numberFrom(0.01, 1, 'share of the target that is aimed at', {default: '0.7'}),
  window: finiteTimeUs('stable window, 6 s to 1 h', {default: '60s'}),
  'panic-window': numberFrom(1, 100, 'panic window, per cent of the stable one', {default: '10'}),
  'panic-threshold': numberFrom(110, 1000, 'per cent of what is ready that, wanted, begin a panic', {default: '200'}),
  'max-scale-up': numberFrom(1.01, 1e6, 'at most so many times the ready pods at once', {default: '1000'}),
  'max-scale-down': numberFrom(1.01, 1e6, 'at least the ready pods divided by this', {default: '2'}),
  'scale-down-delay': finiteTimeUs('time over which the largest decision counts', {default: '0s'}),
  'activation-scale': numberAbove0('pods at least where any are wanted', {default: '1'}),
  burst: numberFrom(-1, 1e9, 'target burst capacity; -1: the activator stays in the path', {default: '211'}),
  algorithm: oneOf(['linear', 'weighted-exponential'], 'how a window is averaged', {default: 'linear'}),
  grace: finiteTimeUs('time for which the last pod stays after none is wanted', {default: '30s'}),
};

/**
 * Knative Serving: a call opens no pod, it waits at the activator until one has a place. The autoscaler looks every two
 * seconds at the calls there were, those that wait included, and orders pods or takes idle ones away; from zero a pod is
 * ordered at once. So none counts as cold: what starts cost shows in the delays. Pods beyond what is wanted that have calls go when the last of them is over.
 */
export const knative = keepAlivePart({
  name: 'knative',
  summary: "Knative's own autoscaler: pods by calls in flight, down to zero",
  kind: 'published',
  scope: 'function',
  parameters,
  // What it waits for are its own pods, so that it says little beside policies that start on demand.
  sweep: {variants: [], fleets: 'all'},
  ordersStarts: true,
  create: (values, context) => new Knative(values, context),
});

class Knative implements KeepAlive {
  readonly ordersStarts = true;
  private readonly context: PolicyContext;
  private readonly values: Values<typeof parameters>;
  private readonly calls: MeanCalls;
  private readonly scalers: (Kpa | undefined)[]; // [function]
  private readonly wanted: Float64Array; // [function]
  /** Pods that have been ordered and are not ready yet. [function] */
  private readonly starting: Int32Array;
  /** Calls that are known to have given up. [function] */
  private readonly lost: Float64Array;
  /** Since when none is wanted; Infinity: some are. [function] */
  private readonly unwantedUs: Float64Array;
  /** The first second that the autoscaler is told of; -1: it is asleep. [function] */
  private readonly fromSecond: Float64Array;

  constructor(values: Values<typeof parameters>, context: PolicyContext) {
    const {functions} = context;
    this.context = context;
    this.values = values;
    this.calls = new MeanCalls(functions);
    this.scalers = new Array(functions).fill(undefined);
    this.wanted = new Float64Array(functions);
    this.starting = new Int32Array(functions);
    this.lost = new Float64Array(functions);
    this.unwantedUs = new Float64Array(functions).fill(Number.POSITIVE_INFINITY);
    this.fromSecond = new Float64Array(functions).fill(-1);
  }

  onArrival(fn: number, nowUs: number): void {
    if (this.fromSecond[fn] === -1) this.awaken(fn, nowUs);
    if (this.wanted[fn] === 0) {
      this.unwantedUs[fn] = Number.POSITIVE_INFINITY;
      this.scale(fn, Math.max(1, this.values['activation-scale']));
    }
    this.calls.add(fn, 1, nowUs);
  }

  onFinish(fn: number, nowUs: number): void {
    this.calls.add(fn, -1, nowUs);
  }

  onReady(fn: number): void {
    this.starting[fn]! -= 1;
  }

  keepAliveUs(fn: number): number {
    return this.context.pool.live(fn) > this.wanted[fn]! ? 0 : Number.POSITIVE_INFINITY;
  }

  onWake(fn: number, nowUs: number): void {
    const {pool} = this.context;
    const scaler = this.scalers[fn]!;
    const second = Math.round(nowUs / US_PER_SECOND) - 1;
    for (let past = second - 1; past <= second; past++) {
      if (past >= this.fromSecond[fn]!) scaler.record(past, this.calls.take(fn, past, nowUs));
    }
    const lost = pool.lost(fn);
    this.calls.add(fn, this.lost[fn]! - lost, nowUs);
    this.lost[fn] = lost;
    const decision = scaler.decide(second, pool.live(fn) - this.starting[fn]!);
    if (decision !== undefined) this.scale(fn, this.afterGrace(fn, decision.desired, nowUs));
    if (this.wanted[fn]! > 0 || pool.live(fn) > 0 || this.calls.of(fn) > 0) pool.wakeAt(fn, nowUs + TICK_US);
    else this.fromSecond[fn] = -1;
  }

  /** The first call for a while: the autoscaler looks from now on. */
  private awaken(fn: number, nowUs: number): void {
    this.scalers[fn] ??= new Kpa(this.paramsOf(fn));
    this.calls.begin(fn, nowUs);
    this.fromSecond[fn] = Math.floor(nowUs / US_PER_SECOND);
    this.context.pool.wakeAt(fn, (Math.floor(nowUs / TICK_US) + 1) * TICK_US);
  }

  /** The last pod stays for a while. */
  private afterGrace(fn: number, desired: number, nowUs: number): number {
    if (desired > 0) {
      this.unwantedUs[fn] = Number.POSITIVE_INFINITY;
      return desired;
    }
    this.unwantedUs[fn] = Math.min(this.unwantedUs[fn]!, nowUs);
    return nowUs - this.unwantedUs[fn]! >= this.values.grace ? 0 : 1;
  }

  private scale(fn: number, pods: number): void {
    const {pool} = this.context;
    this.wanted[fn] = pods;
    const live = pool.live(fn);
    if (live < pods) this.starting[fn]! += pool.prewarm(fn, pods - live);
    else if (live > pods) pool.drop(fn, live - pods);
  }

  private paramsOf(fn: number): KpaParams {
    const {values, context} = this;
    const places = context.places?.[fn] ?? 1;
    return {
      target: values.target > 0 ? values.target : places < USUAL_TARGET_FROM ? places : USUAL_TARGET,
      utilization: values.utilization,
      stableWindowS: values.window / US_PER_SECOND,
      panicWindowPercent: values['panic-window'],
      panicThresholdPercent: values['panic-threshold'],
      maxScaleUpRate: values['max-scale-up'],
      maxScaleDownRate: values['max-scale-down'],
      scaleDownDelayS: values['scale-down-delay'] / US_PER_SECOND,
      activationScale: values['activation-scale'],
      targetBurstCapacity: values.burst,
      algorithm: values.algorithm === 'linear' ? 'linear' : 'weightedExponential',
    };
  }
}

/** So many places are as good as no limit. */
const USUAL_TARGET_FROM = 2 ** 31 - 1;
