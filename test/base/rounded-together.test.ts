import fc from 'fast-check';
import {expect, test} from 'vitest';
import {centsOf, roundedTogether} from '../../src/base/rounded-together.ts';

test('the largest remainders go up until the parts add up to the rounded sum', () => {
  expect(roundedTogether([1 / 3, 1 / 3, 1 / 3], 2)).toEqual([0.34, 0.33, 0.33]);
  expect(roundedTogether([0.105, 0.204, 0.301], 2)).toEqual([0.11, 0.2, 0.3]);
  expect(roundedTogether([0, 0], 2)).toEqual([0, 0]);
  // To a sum that is told elsewhere: the least remainders go down.
  expect(roundedTogether([0.105, 0.204], 2, 0.3)).toEqual([0.1, 0.2]);
  expect(roundedTogether([0.101, 0.204], 2, 0.29)).toEqual([0.09, 0.2]);
});

test('rounded amounts of any sign add up to the cent, none further than a cent from what it was', () => {
  fc.assert(
    fc.property(fc.array(fc.double({min: -1e5, max: 1e5, noNaN: true}), {minLength: 1, maxLength: 30}), (values) => {
      const rounded = roundedTogether(values, 2);
      const cents = rounded.reduce((sum, value) => sum + Math.round(value * 100), 0);
      expect(cents + 0).toBe(Math.round(values.reduce((sum, value) => sum + value, 0) * 100) + 0);
      for (const [k, value] of values.entries()) expect(Math.abs(rounded[k]! - value)).toBeLessThan(0.0101);
    }),
  );
});

test('small bills are told with four digits', () => {
  expect([0, 250, 10, 5, 0.05, 1e-12].map(centsOf)).toEqual([2, 2, 2, 3, 5, 9]);
});
