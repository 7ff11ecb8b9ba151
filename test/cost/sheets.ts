import fc from 'fast-check';
import {type PriceSheet, priceNames} from '../../src/cost/prices.ts';

/** A price for everything, at which each of them matters to somebody: break-even after half an hour at 128 MiB. */
export const everyPrice: PriceSheet = {
  warmUsdPerSlotDay: 0.005,
  warmUsdPerGbSecond: 4e-7,
  executionUsdPerGbSecond: 1e-5,
  usdPerMillionRequests: 0.2,
  delayUsdPerHour: 1,
  dropUsd: 0.003,
};

const price = fc.oneof(fc.constant(0), fc.double({min: 1e-9, max: 100, noNaN: true}));

/** Any sheet, some of its prices 0. */
export const anySheet = fc.record(
  Object.fromEntries(priceNames.map((name) => [name, price])),
) as unknown as fc.Arbitrary<PriceSheet>;
