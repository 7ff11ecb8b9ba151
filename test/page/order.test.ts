import fc from 'fast-check';
import {expect, test} from 'vitest';
import {orderBy} from '../../src/page/order.ts';

const number = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY, -1e-300));

test('rows come by rising value, equal ones as they were, unknown ones last, as a sort with a comparison has them', () => {
  fc.assert(
    fc.property(fc.array(number, {maxLength: 200}), (values) => {
      const key = (row: number): number => (Number.isNaN(values[row]!) ? Number.POSITIVE_INFINITY : values[row]!);
      const expected = values.map((_, row) => row).sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b));
      expect([...orderBy(values)]).toEqual(expected);
    }),
  );
});
