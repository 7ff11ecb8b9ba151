import {mixKeys, unit} from '../../base/random.ts';

/** Provisioning plus initialisation of one new instance, without queueing. */
export interface ColdTime {
  /**
   * Cold time in whole microseconds of an instance of `fn` created for a call that arrived at `nowUs`. A pure
   * function of its arguments and the model's seed: the same call is as slow under every policy.
   */
  drawUs(fn: number, nowUs: number): number;
  /** What a planner expects for `fn`: the mean, whole microseconds. */
  meanUs(fn: number): number;
}

/** A number in (0, 1) that depends on the function's key, the call's time and the seed alone. */
export function callUnit(key: number, nowUs: number, seed: number): number {
  const low = (nowUs % 4294967296) | 0;
  const high = Math.floor(nowUs / 4294967296);
  return unit(mixKeys(mixKeys(key, seed ^ 0x636f6c64), mixKeys(low, high)));
}

/** Which measured series: AWS Lambda's Init Duration by runtime, package, memory and architecture. */
export interface LambdaChoice {
  readonly runtime: string;
  readonly memoryMib: number;
  readonly package: 'zip' | 'image';
  readonly arch: 'x86_64' | 'arm64';
}

/** How long new instances take to be ready; plain data, so that a worker thread can make the model. */
export type ColdChoice =
  | {readonly kind: 'fixed'; readonly us: number}
  | {readonly kind: 'lognormal'; readonly medianUs: number; readonly sigma: number}
  | ({readonly kind: 'lambda'} & LambdaChoice)
  | {readonly kind: 'trace'}
  | {readonly kind: 'max-minus-average'};

/** How long new instances take, as the planner needs to know it. */
export interface ColdTimes {
  /** Mean cold time in microseconds. [function] */
  readonly meanUs: Float64Array;
  /** All functions have the same distribution: asking about one tells of all. */
  readonly alike: boolean;
  /** Share of function `f`'s cold starts that take longer than `us`. */
  shareAbove(f: number, us: number): number;
}
