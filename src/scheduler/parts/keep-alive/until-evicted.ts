import type {EvictionRank} from '../eviction/eviction-rank.ts';
import type {KeepAlivePart} from './keep-alive.ts';

/** A policy that keeps every instance until a full fleet takes it away, least rank first. */
export function untilEvicted(name: string, summary: string, eviction: EvictionRank): KeepAlivePart {
  const forGood = () => Number.POSITIVE_INFINITY;
  return {
    name,
    summary,
    kind: 'published',
    // Whose instance goes depends on everybody's rank.
    scope: 'cell',
    parameters: {},
    sweep: {variants: [''], fleets: 'limited'},
    create: () => ({constantUs: Number.POSITIVE_INFINITY, keepAliveUs: forGood, eviction}),
  };
}
