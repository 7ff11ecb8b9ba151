import type {Random} from '../../base/random.ts';

/** 0 to n - 1 in random order. */
export function shuffled(n: number, random: Random): Uint32Array {
  const items = Uint32Array.from({length: n}, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const swap = items[i]!;
    items[i] = items[j]!;
    items[j] = swap;
  }
  return items;
}
