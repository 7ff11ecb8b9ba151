import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {billOf, noUsage} from '../../src/cost/bill.ts';
import {breakEvenUs, keepingIsUndecided, SlotRates, waitingIsDear} from '../../src/cost/cold-start.ts';
import {sheetWith} from '../../src/cost/prices.ts';
import {priceSheets} from '../../src/cost/sheets.ts';
import {anySheet} from './sheets.ts';

const anyColdUs = fc.integer({min: 0, max: 600_000_000});
const anyMemoryMib = fc.integer({min: 1, max: 10_240});

function close(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
}

describe('the cost of a cold start', () => {
  test('in SEED.md is half a second of a user and of a slot: $0.00278', () => {
    const rates = new SlotRates(priceSheets.seed!.sheet);
    expect(rates.coldStartUsd(500_000, 128)).toBeCloseTo(0.5 / 180 + (0.5 * 0.01) / 86_400, 17);
    expect(rates.warmUsdPerSecond(128)).toBe(0.01 / 86_400);
    expect(rates.breakEvenSeconds(500_000, 128)).toBeCloseTo(24_000.5, 9);
  });

  test('by memory: half a GB for two seconds', () => {
    const rates = new SlotRates(priceSheets.memory!.sheet);
    expect(rates.coldStartUsd(2_000_000, 512)).toBeCloseTo((2 * 20) / 3600 + 2 * 0.5 * 4.1667e-6, 17);
    expect(rates.warmUsdPerSecond(512)).toBeCloseTo(0.5 * 4.1667e-6, 18);
  });

  test('on Lambda it is billed like execution, and idle time not at all', () => {
    const rates = new SlotRates(priceSheets.lambda!.sheet);
    expect(rates.coldStartUsd(2_000_000, 512)).toBeCloseTo(2 * 0.5 * 1.66667e-5, 17);
    expect(rates.warmUsdPerSecond(512)).toBe(0);
    expect(keepingIsUndecided(priceSheets.lambda!.sheet)).toBe(true);
    expect(keepingIsUndecided({...priceSheets.lambda!.sheet, delayUsdPerHour: 1})).toBe(false);
    expect(keepingIsUndecided(sheetWith({warmUsdPerVcpuSecond: 1e-5}))).toBe(false);
  });

  test('is what a call that is cold adds to the bill of one that is warm', () => {
    fc.assert(
      fc.property(anySheet, anyColdUs, anyMemoryMib, (sheet, coldUs, memoryMib) => {
        const warm = {...noUsage, executionGbSeconds: 3, requests: 1};
        const startingGbSeconds = (memoryMib / 1024) * (coldUs / 1e6);
        const activeVcpuSeconds = coldUs / 1e6;
        const cold = {...noUsage, startingSlotUs: coldUs, startingGbSeconds, activeVcpuSeconds, startDelayUs: coldUs};
        const [both, alone] = [{...warm, ...cold, executionGbSeconds: 3, requests: 1}, warm];
        const added = billOf(both, sheet).total - billOf(alone, sheet).total;
        const usd = new SlotRates(sheet).coldStartUsd(coldUs, memoryMib);
        expect(Math.abs(usd - added)).toBeLessThanOrEqual(1e-12 * billOf(both, sheet).total);
      }),
    );
  });

  test('an instance kept idle for the break-even gap costs as much as its next cold start', () => {
    fc.assert(
      fc.property(anySheet, anyColdUs, anyMemoryMib, (sheet, coldUs, memoryMib) => {
        const rates = new SlotRates(sheet);
        const seconds = rates.breakEvenSeconds(coldUs, memoryMib);
        fc.pre(Number.isFinite(seconds));
        const idleGbSeconds = (seconds * memoryMib) / 1024;
        const idle = {...noUsage, idleSlotUs: seconds * 1e6, idleGbSeconds, idleVcpuSeconds: seconds};
        close(billOf(idle, sheet).total, rates.coldStartUsd(coldUs, memoryMib));
      }),
    );
  });

  test('where idle time is free the break-even never comes, whatever a cold start costs', () => {
    expect(new SlotRates(sheetWith({delayUsdPerHour: 20})).breakEvenSeconds(500_000, 128)).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(new SlotRates(sheetWith({})).breakEvenSeconds(500_000, 128)).toBe(Number.POSITIVE_INFINITY);
  });

  test('where waiting is free a start is worth its own time and no more', () => {
    expect(new SlotRates(sheetWith({warmUsdPerSlotDay: 3})).breakEvenSeconds(700_000, 128)).toBeCloseTo(0.7, 12);
  });
});

describe('of many functions', () => {
  const memoryMib = Float64Array.of(128, 1024);
  const coldUs = Float64Array.of(500_000, 2_000_000);

  test('the break-evens are whole microseconds, the nearest', () => {
    // A microsecond of waiting at $20 an hour is worth 68,571.43 of a slot at 0.7 cents a day, and its own time.
    const prices = sheetWith({warmUsdPerSlotDay: 0.007, delayUsdPerHour: 20});
    expect(breakEvenUs({coldUs: Float64Array.of(1, 2), memoryMib, prices})).toEqual(Float64Array.of(68_572, 137_145));
    expect(breakEvenUs({coldUs, memoryMib, prices: priceSheets.seed!.sheet})).toEqual(
      Float64Array.of(24_000.5e6, 96_002e6),
    );
  });

  test('waiting is dear where a second of it costs a second of the slot, exactly so included', () => {
    const prices = sheetWith({delayUsdPerHour: 3600 * 0.5, warmUsdPerGbSecond: 0.5});
    const dear = (mib: number) => waitingIsDear({coldUs, memoryMib: Float64Array.of(mib), prices})[0];
    expect([512, 1024, 1025].map(dear)).toEqual([1, 1, 0]);
  });
});
