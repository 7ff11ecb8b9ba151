import type {EvictionRank} from '../eviction/eviction-rank.ts';
import {untilEvicted} from './until-evicted.ts';

/**
 * Greedy-Dual without the size (the FREQ of FaasCache's simulator; Fuerst and Sharma, ASPLOS 2021):
 * priority = clock + uses x cost.
 */
export const freqRank: EvictionRank = {priority: (_fn, {clock, uses, coldMs}) => clock + uses * coldMs};

export const freq = untilEvicted(
  'freq',
  'keep all; a full fleet gives up what is rarely used and cheap to start',
  freqRank,
);
