import type {Entry, Parameters, Values} from '../../base/part.ts';
import {mixKeys, unit} from '../../base/random.ts';
import type {Workload} from '../../workload/workload.ts';

/** How long new instances take to be ready: provisioning plus initialisation, without queueing. */
export interface ColdTime {
  /**
   * Cold time in whole microseconds of an instance of `fn` created for a call that arrived at `nowUs`. A pure
   * function of its arguments and the model's seed: the same call is as slow under every policy.
   */
  drawUs(fn: number, nowUs: number): number;
  /** What a planner expects for `fn`: the mean, whole microseconds. */
  meanUs(fn: number): number;
}

/** The same with its tail, for planners. */
export interface ColdTimeLaw extends ColdTime {
  /** Share of the cold starts of `fn` that take longer than `us`. */
  shareAbove(fn: number, us: number): number;
}

/** What a model may read of a workload. */
export interface ColdColumns extends Pick<Workload, 'duration' | 'arrivals'> {
  /** Number of each function's app. */
  readonly appId: Int32Array; // [row]
}

/** The functions that a model is made for. */
export interface ColdContext {
  readonly columns: ColdColumns;
  /** Row of each function in the columns. */
  readonly rows: Int32Array; // [function]
  /** Stable hash of each function, for draws. */
  readonly key: Int32Array; // [function]
  readonly seed: number;
}

/** A model of cold times, as the registry holds it. To add one, write its file and a line in `registry.ts`. */
export interface ColdTimeModel<P extends Parameters = Parameters> extends Entry<P> {
  readonly parameters: P;
  /** All functions have the same distribution: asking about one tells of all. */
  readonly alike: boolean;
  /**
   * The trace may say of a call how long its cold start took, and a replay takes that; `drawUs` is then for the other
   * calls and for instances that no call asked for.
   */
  readonly byCall: boolean;
  /** Ends with exit 3 when a workload lacks what the model reads; `place` names it. */
  checkColumns?(columns: Pick<Workload, 'duration' | 'arrivals'>, place: string): void;
  create(values: Values<P>, context: ColdContext): ColdTimeLaw;
}

/** Types a model by its parameters. */
export function coldTimeModel<P extends Parameters>(model: ColdTimeModel<P>): ColdTimeModel<P> {
  return model;
}

/** A number in (0, 1) that depends on the function's key, the call's time and the seed alone. */
export function callUnit(key: number, nowUs: number, seed: number): number {
  const low = (nowUs % 4294967296) | 0;
  const high = Math.floor(nowUs / 4294967296);
  return unit(mixKeys(mixKeys(key, seed ^ 0x636f6c64), mixKeys(low, high)));
}
