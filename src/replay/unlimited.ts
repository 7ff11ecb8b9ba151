import {US_PER_MS, US_PER_SECOND} from '../base/units.ts';
import type {PriceSheet} from '../cost/prices.ts';
import {coldTimes} from '../fleet/cold-time/registry.ts';
import {semanticsPresets} from '../scheduler/core/semantics.ts';
import {placements} from '../scheduler/parts/placement/registry.ts';
import type {ReplayOptions} from './options.ts';

const {POSITIVE_INFINITY} = Number;

/**
 * Options of a replay of the first `untilUs` in which nothing is scarce, all else as `coldfront replay` has it by
 * default. `coldUs`: what every cold start takes, whole microseconds.
 */
export function unlimited(untilUs: number, coldUs: number, prices: PriceSheet, seed: number): ReplayOptions {
  return {
    fleet: {count: 1, slots: POSITIVE_INFINITY, memoryMib: POSITIVE_INFINITY},
    cells: 1,
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    concurrency: 1,
    cold: coldTimes.parse(`fixed:${coldUs / US_PER_MS}ms`),
    spread: 'uniform',
    defaultDurationUs: US_PER_SECOND,
    defaultMemoryMib: 128,
    maxWaitUs: POSITIVE_INFINITY,
    startsPerHost: POSITIVE_INFINITY,
    startsPerSecond: POSITIVE_INFINITY,
    fromUs: 0,
    untilUs,
    prices,
    seed,
    engine: 'auto',
  };
}
