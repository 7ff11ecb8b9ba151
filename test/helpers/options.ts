import {namedPriceSheet} from '../../src/cost/sheets.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import type {PolicyChoice} from '../../src/replay/policies/policy.ts';
import {policies} from '../../src/replay/policies/registry.ts';
import {unlimited} from '../../src/replay/unlimited.ts';
import type {Workload} from '../../src/workload/workload.ts';

/** A policy as a user writes it. */
export function parsePolicy(text: string): PolicyChoice {
  return policies.parse(text);
}

/** Options of a replay in which nothing binds: one unlimited host, 500 ms cold, SEED.md's prices, the whole span. */
export function testOptions(workload: Workload, given: Partial<ReplayOptions> = {}): ReplayOptions {
  return {...unlimited(workload.meta.spanUs, 500_000, namedPriceSheet('seed')!, 1), ...given};
}
