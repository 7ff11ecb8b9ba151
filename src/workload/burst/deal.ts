import {mix32} from '../../base/random.ts';
import {keptOf} from '../scale/nested-thinning.ts';

/**
 * Deals `n` calls to the leaves [low, high), each call to one of them at random by weight: `upTo(k)` is the weight of all
 * leaves before k. `take` is told of those in [from, until) that get any, ascending; what the others get is worked out only as
 * far as these need it. Depends on the key alone, so any of them can be made without the rest.
 */
export function deal(
  n: number,
  {upTo, low, high, from = low, until = high, key}: Dealt,
  take: (leaf: number, calls: number) => void,
): void {
  const split = (calls: number, first: number, last: number, node: number): void => {
    if (calls === 0 || last <= from || first >= until) return;
    if (last - first === 1) {
      take(first, calls);
      return;
    }
    const middle = (first + last) >>> 1;
    const before = upTo(first);
    const all = upTo(last) - before;
    const left = all > 0 ? keptOf(calls, (upTo(middle) - before) / all, key, mix32(node)) : 0;
    split(left, first, middle, 2 * node);
    split(calls - left, middle, last, 2 * node + 1);
  };
  split(n, low, high, 1);
}

interface Dealt {
  upTo(leaf: number): number;
  readonly low: number;
  readonly high: number;
  readonly from?: number;
  readonly until?: number;
  readonly key: number;
}
