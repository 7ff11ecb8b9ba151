import type {EvictionRank} from '../eviction/eviction-rank.ts';
import {untilEvicted} from './until-evicted.ts';

/**
 * FaasCache (Fuerst and Sharma, ASPLOS 2021): Greedy-Dual-Size-Frequency, priority = clock + uses x cost / size, cost
 * being what a cold start takes longer than a warm one. The clock, the last victim's priority, ages what is not used.
 */
export const greedyDualRank: EvictionRank = {
  priority: (_fn, {clock, uses, coldMs, memoryMib}) => clock + uses * (coldMs / memoryMib),
};

export const greedyDual = untilEvicted(
  'greedy-dual',
  'FaasCache: keep all; a full fleet gives up what is rarely used, cheap to start and large',
  greedyDualRank,
);
