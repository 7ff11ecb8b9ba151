import fc from 'fast-check';
import {expect, test} from 'vitest';
import {exactSum, exactSums} from '../../src/base/exact-sum.ts';

const values = fc.array(fc.integer({min: 0, max: Number.MAX_SAFE_INTEGER}), {maxLength: 30});

test('a sum is the double nearest to the true one, in any order', () => {
  fc.assert(
    fc.property(values, (list) => {
      const truth = Number(list.reduce((sum, value) => sum + BigInt(value), 0n));
      expect(exactSum(Float64Array.from(list))).toBe(truth);
      expect(exactSum(Float64Array.from(list.toReversed()))).toBe(truth);
    }),
  );
});

test('sums of groups are those of their members alone', () => {
  fc.assert(
    fc.property(values, (list) => {
      const group = Int32Array.from(list, (_, k) => k % 3);
      const own = [0, 1, 2].map((g) => exactSum(Float64Array.from(list.filter((_, k) => k % 3 === g))));
      expect([...exactSums(Float64Array.from(list), group, 3)]).toEqual(own);
    }),
  );
});
