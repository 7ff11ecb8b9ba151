import fc from 'fast-check';
import {type PriceSheet, priceNames} from '../../src/cost/prices.ts';

const price = fc.oneof(fc.constant(0), fc.double({min: 1e-9, max: 100, noNaN: true}));

/** Any sheet, some of its prices 0. */
export const anySheet = fc.record(
  Object.fromEntries(priceNames.map((name) => [name, price])),
) as unknown as fc.Arbitrary<PriceSheet>;
