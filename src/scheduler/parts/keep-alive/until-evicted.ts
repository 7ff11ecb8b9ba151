import type {EvictionRank} from '../eviction/eviction-rank.ts';
import type {KeepAliveSpec} from './keep-alive.ts';

/** A policy that keeps every instance until a full fleet takes it away, least rank first. */
export function untilEvicted(summary: string, eviction: EvictionRank): KeepAliveSpec {
  const forGood = () => Number.POSITIVE_INFINITY;
  return {
    summary,
    parameters: {},
    create: () => ({constantUs: Number.POSITIVE_INFINITY, keepAliveUs: forGood, eviction}),
  };
}
