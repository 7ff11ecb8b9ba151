import type {EvictionRank} from '../eviction/eviction-rank.ts';
import {untilEvicted} from './until-evicted.ts';

/**
 * Greedy-Dual without the cost (the SIZE of FaasCache's simulator; Fuerst and Sharma, ASPLOS 2021):
 * priority = clock + uses / size.
 */
export const sizeRank: EvictionRank = {priority: (_fn, {clock, uses, memoryMib}) => clock + uses / memoryMib};

export const size = untilEvicted('size', 'keep all; a full fleet gives up what is rarely used and large', sizeRank);
