import type {EvictionRank} from '../eviction/eviction-rank.ts';
import {untilEvicted} from './until-evicted.ts';

/**
 * Landlord (Young, "On-line file caching", SODA 1998) as FaasCache's simulator has it: a start gives the function its
 * execution time as credit; every eviction charges all instances the same rent per MiB, up to what the poorest can pay.
 */
export const landlordRank: EvictionRank = {priority: (_fn, {warmMs}) => warmMs, rent: true};

export const landlord = untilEvicted(
  'landlord',
  'keep all; a full fleet charges rent by size and gives up who has least credit',
  landlordRank,
);
