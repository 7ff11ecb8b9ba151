import {describe, expect, test} from 'vitest';
import {PlainRow} from '../../../src/files/plain-row.ts';
import {ByteKeys} from '../../../src/trace/azure-2021/byte-keys.ts';

/** Puts each pair once and returns how to find one. */
function keysOf(pairs: readonly (readonly [string, string])[], seed: number) {
  const keys = new ByteKeys(seed);
  const row = new PlainRow(2);
  const split = ([a, b]: readonly [string, string]): void => {
    row.open(Buffer.from(`${a},${b}\n`, 'latin1'));
    row.split(0);
  };
  const find = (pair: readonly [string, string]): number => {
    split(pair);
    const {view, bounds} = row;
    return keys.find(view, bounds[0]!, bounds[1]! - 1, bounds[1]!, bounds[2]! - 1);
  };
  pairs.forEach((pair, n) => {
    expect(find(pair)).toBe(-1);
    split(pair);
    keys.put(row, 0, 1, n);
  });
  return find;
}

describe('numbers by the bytes of two cells', () => {
  test('are found whatever the seed, and tell apart where one cell ends and the next begins', () => {
    const pairs = Array.from({length: 5000}, (_, n) => [`app${n % 7}`, `f${n}`] as const);
    for (const seed of [0, 1, -5]) {
      const find = keysOf([...pairs, ['ab', 'c'], ['a', 'bc']], seed);
      expect([find(pairs[4321]!), find(['ab', 'c']), find(['a', 'bc']), find(['abc', ''])]).toEqual([
        4321, 5000, 5001, -1,
      ]);
    }
  });

  test('are found among thousands that share one hash whatever the seed', () => {
    // Both top bits of words 0 and 2 of a block, or of 1 and 3: 2^31 times two odd numbers is 0, so nothing is left of it.
    const flips = Array.from({length: 4096}, (_, n) => {
      const bytes = Buffer.alloc(16 * 6, 'x');
      for (let block = 0; block < 6; block++) {
        for (const [bit, words] of [
          [0, [0, 2]],
          [1, [1, 3]],
        ] as const) {
          if (!((n >> (2 * block + bit)) & 1)) continue;
          for (const word of words) bytes[16 * block + 4 * word + 3]! ^= 0x80;
        }
      }
      return ['app', bytes.toString('latin1')] as const;
    });
    const find = keysOf(flips, 12345);
    flips.forEach((pair, n) => {
      if (find(pair) !== n) expect.unreachable(`${n} is ${find(pair)}`);
    });
  });
});
