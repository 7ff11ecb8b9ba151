import {mixKeys, Random} from '../../base/random.ts';

/** What a stream of random numbers is for: streams of different purposes are independent. */
export const purposes = {
  sizes: 1,
  triggers: 2,
  owners: 3,
  memory: 4,
  rates: 5,
  behaviour: 6,
  durations: 7,
  totals: 8,
  calls: 9,
  templates: 10,
  clocks: 11,
  sessions: 12,
} as const;

export type Purpose = keyof typeof purposes;

/** The stream of item `index` (a function, an app) for a purpose: depends on nothing else but the seed. */
export function streamOf(seed: number, purpose: Purpose, index = 0): Random {
  const high = Math.floor(seed / 4294967296);
  const key = mixKeys(mixKeys(seed | 0, high), purposes[purpose]);
  // `mixKeys` is one-to-one in its second argument: no two items of a purpose share a stream.
  return new Random(mixKeys(key, index) >>> 0);
}
