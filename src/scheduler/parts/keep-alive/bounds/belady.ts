import type {EvictionRank} from '../../eviction/eviction-rank.ts';
import type {Future, KeepAlivePart} from '../keep-alive.ts';

/** Ranks functions by their next call: the one called again last goes first. */
export function nextCallRank(future: Future): EvictionRank {
  const next = future.start.slice(0, -1);
  return {
    priority(fn, {nowMs}) {
      const end = future.start[fn + 1]!;
      let at = next[fn]!;
      while (at < end && future.arrivalUs[at]! <= nowMs * 1000) at++;
      next[fn] = at;
      return at < end ? -future.arrivalUs[at]! : Number.NEGATIVE_INFINITY;
    },
  };
}

/**
 * Keeps everything; a full fleet gives up the function that is called again last (Belady, "A study of replacement
 * algorithms for virtual-storage computers", 1966). Optimal in cold starts for one instance a function of equal sizes
 * and calls that take no time; with sizes, clones and durations it is a yardstick and proves nothing.
 */
export const belady: KeepAlivePart = {
  name: 'belady',
  summary: 'knows the future: a full fleet gives up the function that is called again last',
  kind: 'bound',
  // Whose instance goes depends on everybody's next call.
  scope: 'cell',
  parameters: {},
  sweep: {variants: [''], fleets: 'limited'},
  create: (_, context) => ({
    constantUs: Number.POSITIVE_INFINITY,
    keepAliveUs: () => Number.POSITIVE_INFINITY,
    eviction: nextCallRank(context.future()),
  }),
};
