import fc from 'fast-check';
import {expect, test} from 'vitest';
import {shapleyParts} from '../../src/base/shapley.ts';

test('twice the traffic at three times the price: what both make together is shared alike', () => {
  // 1 at first, 6 in the end; alone one adds 1, the other 2, and together 2 more.
  const worthOf = (come: number): number => (come & 1 ? 2 : 1) * (come & 2 ? 3 : 1);
  expect(shapleyParts(2, worthOf)).toEqual([2, 3]);
});

test('what comes last in every order of three: by hand', () => {
  // Only all three together change anything: each has a third.
  const parts = shapleyParts(3, (come) => (come === 7 ? 3 : 0));
  for (const part of parts) expect(part).toBeCloseTo(1, 12);
});

test('parts add up to the change, and a cause that changes nothing has none', () => {
  const values = fc.array(fc.double({min: -1e6, max: 1e6, noNaN: true}), {minLength: 8, maxLength: 8});
  fc.assert(
    fc.property(values, (of) => {
      const parts = shapleyParts(3, (come) => of[come]!);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(of[7]! - of[0]!, 6);
      const [, idle] = shapleyParts(2, (come) => of[come & 1]!);
      expect(idle).toBe(0);
    }),
  );
});
