import type {EvictionRank} from '../eviction/eviction-rank.ts';
import {untilEvicted} from './until-evicted.ts';

/**
 * The function started longest ago goes first: the baseline of caching, and what the simulator of FaasCache
 * evicts by under a plain time to live too.
 */
export const lruRank: EvictionRank = {priority: (_fn, {nowMs}) => nowMs};

export const lru = untilEvicted('lru', 'keep all; a full fleet gives up the function started longest ago', lruRank);
