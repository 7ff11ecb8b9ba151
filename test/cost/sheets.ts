import fc from 'fast-check';
import {type PriceSheet, priceNames, sheetWith, termNames} from '../../src/cost/prices.ts';

/** A price for everything, at which each of them matters to somebody: break-even after half an hour at 128 MiB. */
export const everyPrice: PriceSheet = sheetWith({
  warmUsdPerSlotDay: 0.005,
  warmUsdPerGbSecond: 4e-7,
  executionUsdPerGbSecond: 1e-5,
  usdPerMillionRequests: 0.2,
  delayUsdPerHour: 1,
  dropUsd: 0.003,
  startUsdPerGbSecond: 1e-3,
  warmExecutionUsdPerGbSecond: 5e-6,
  provisionedUsdPerGbSecond: 3e-6,
  idleUsdPerGbSecond: 2e-6,
  idleUsdPerVcpuSecond: 2e-6,
  warmUsdPerVcpuSecond: 2e-8,
  usdPerVcpuSecond: 1e-4,
  restoreUsdPerGb: 1e-4,
  snapshotUsdPerGbSecond: 1e-6,
  storeUsdPerMillionOperations: 0.5,
  hostUsdPerHour: 0.07,
});

const price = fc.oneof(fc.constant(0), fc.double({min: 1e-9, max: 100, noNaN: true}));

/** Any sheet, some of its prices 0. */
export const anySheet = fc.record(
  Object.fromEntries([...priceNames.map((name) => [name, price]), ...termNames.map((name) => [name, fc.constant(0)])]),
) as unknown as fc.Arbitrary<PriceSheet>;
