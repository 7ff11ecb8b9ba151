import {yesOrNo} from '../../../base/parameters.ts';
import {draw32, mixKeys, unit} from '../../../base/random.ts';
import {BreakEven} from './break-even.ts';
import {keepAlivePart} from './keep-alive.ts';

/**
 * Share of the break-even time to keep for, as the optimal randomised strategy draws it: density e^x / (e - 1) on
 * [0, 1]. `u` in (0, 1).
 */
export function randomShare(u: number): number {
  return Math.log1p(u * (Math.E - 1));
}

/**
 * Ski rental: keep for the break-even time T* = C/c, the price of a cold start over the price of warm time. Whatever
 * the gaps, never more than twice the bill of an optimum that knows them (Karlin et al., "Competitive snoopy caching",
 * 1988); with `random=yes` the time is drawn anew at every finish, and the expected bill is at most e/(e-1) = 1.582
 * times it (Karlin et al., 1994). Both against an adversary; METHODS E1.2.
 */
export const skiRental = keepAlivePart({
  name: 'ski-rental',
  summary: 'keep for the break-even time of the prices: at most twice the optimum, 1.58 times if random',
  kind: 'published',
  scope: 'function',
  parameters: {random: yesOrNo('yes draws each time from the optimal density', {default: 'no'})},
  sweep: {variants: ['', 'random=yes'], fleets: 'all'},
  goesByPrices: true,
  create: ({random}, context) => {
    const keep = new BreakEven(context);
    const hooks = context.places && {
      onArrival: (fn: number, nowUs: number) => keep.arrived(fn, nowUs),
      onFinish: (fn: number) => keep.finished(fn),
    };
    if (!random) {
      const keepAliveUs = (fn: number): number => keep.us(fn);
      return {...hooks, keepAliveUs, ...(context.places === undefined && keep.alike && {constantUs: keepAliveUs(0)})};
    }
    const draws = new Int32Array(context.functions);
    const key = Int32Array.from(context.row, (row) => mixKeys(row, 0x736b69));
    return {
      ...hooks,
      keepAliveUs: (fn) => Math.round(keep.us(fn) * randomShare(unit(draw32(key[fn]!, context.seed, draws[fn]!++)))),
    };
  },
});
