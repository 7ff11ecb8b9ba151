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
