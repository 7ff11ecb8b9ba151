import {US_PER_SECOND} from '../../src/base/units.ts';
import {namedPriceSheet} from '../../src/cost/prices.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import type {PolicyChoice} from '../../src/replay/policies/policy.ts';
import {policies} from '../../src/replay/policies/registry.ts';
import {semanticsPresets} from '../../src/scheduler/core/semantics.ts';
import {placements} from '../../src/scheduler/parts/placement/registry.ts';
import type {Workload} from '../../src/workload/workload.ts';

const {POSITIVE_INFINITY} = Number;

/** A policy as a user writes it. */
export function parsePolicy(text: string): PolicyChoice {
  return policies.parse(text);
}

/** Options of a replay in which nothing binds: one unlimited host, 500 ms cold, SEED.md's prices, the whole span. */
export function testOptions(workload: Workload, given: Partial<ReplayOptions> = {}): ReplayOptions {
  return {
    fleet: {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY},
    cells: 1,
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    cold: coldTimes.parse('fixed:500ms'),
    spread: 'uniform',
    defaultDurationUs: US_PER_SECOND,
    defaultMemoryMib: 128,
    maxWaitUs: POSITIVE_INFINITY,
    startsPerHost: POSITIVE_INFINITY,
    startsPerSecond: POSITIVE_INFINITY,
    fromUs: 0,
    untilUs: workload.meta.spanUs,
    prices: namedPriceSheet('seed')!,
    seed: 1,
    ...given,
  };
}
