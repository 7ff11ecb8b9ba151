import {namedPriceSheet} from '../../src/cost/sheets.ts';
import {isBound} from '../../src/replay/policies/policy.ts';
import {policies} from '../../src/replay/policies/registry.ts';
import type {KeepAlive, PolicyContext, PoolControl} from '../../src/scheduler/parts/keep-alive/keep-alive.ts';
import {parsePolicy} from './options.ts';

/** A pool that does nothing. */
export const idlePool: PoolControl = {
  wakeAt: () => {},
  prewarm: () => 0,
  trim: () => {},
  drop: () => {},
  live: () => 0,
  idle: () => 0,
  hasIdle: () => false,
  startWaitUs: () => 0,
  usualStartWaitUs: () => 0,
  lost: () => 0,
};

/** What a policy knows in a cell of that many functions, all of one app, without a call to come. */
export function contextOf(functions: number): PolicyContext {
  const zeros = new Int32Array(functions);
  return {
    functions,
    row: zeros.map((_, fn) => fn),
    part: zeros,
    parts: zeros.map(() => 1),
    app: zeros,
    memoryMib: new Float64Array(functions).fill(128),
    coldUs: new Float64Array(functions).fill(500_000),
    prices: namedPriceSheet('seed')!,
    places: undefined,
    spanUs: 3600e6,
    originUs: 0,
    seed: 1,
    pool: idlePool,
    future: () => ({
      start: new Float64Array(functions + 1),
      arrivalUs: new Float64Array(0),
      durationUs: new Float64Array(0),
      coldUs: undefined,
    }),
  };
}

/** The policy as a user writes it, in a cell of three functions of one app. */
export function madeOf(text: string, given: Partial<PolicyContext> = {}): KeepAlive {
  const {name, values} = parsePolicy(text);
  const policy = policies.named(name);
  if (isBound(policy)) throw new Error(`${name} decides nothing, it is a bound`);
  return policy.create(values, {...contextOf(3), ...given}, undefined);
}
