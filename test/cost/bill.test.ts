import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {billLines, billOf, noUsage, shownLines, type Usage} from '../../src/cost/bill.ts';
import {priceSheets} from '../../src/cost/sheets.ts';
import {anySheet} from './sheets.ts';

const amount = fc.oneof(fc.constant(0), fc.double({min: 1e-6, max: 1e9, noNaN: true}));
const anyUsage = fc.record(
  Object.fromEntries(Object.keys(noUsage).map((key) => [key, amount])),
) as unknown as fc.Arbitrary<Usage>;

describe('the bill', () => {
  test('of SEED.md: a slot for a day, a minute of waiting, three lost calls', () => {
    const usage = {...noUsage, idleSlotUs: 86_000e6, startingSlotUs: 400e6, startDelayUs: 60e6, lost: 3};
    const bill = billOf(usage, priceSheets.seed!.sheet);
    expect(bill.warm).toBeCloseTo(0.01, 15);
    expect(bill.delay).toBeCloseTo(20 / 60, 15);
    expect(bill.dropped).toBeCloseTo(0.0084, 15);
    expect([bill.execution, bill.requests]).toEqual([0, 0]);
  });

  test('of Lambda: 100 M calls of 120 ms at 1,536 MB, by the worked example of its price page', () => {
    const usage = {...noUsage, executionGbSeconds: 100e6 * 0.12 * 1.5, requests: 100e6};
    const {execution, requests} = billOf(usage, priceSheets['aws-lambda']!.sheet);
    expect(execution).toBeCloseTo(300.0006, 9);
    expect(requests).toBeCloseTo(20, 12);
  });

  test('starting time is warm time, of slots and of memory', () => {
    const {sheet} = priceSheets.memory!;
    const idle = {...noUsage, idleSlotUs: 3e6, idleGbSeconds: 3};
    const starting = {...noUsage, startingSlotUs: 3e6, startingGbSeconds: 3};
    expect(billOf(starting, sheet)).toEqual(billOf(idle, sheet));
    expect(billOf(idle, sheet).warm).toBeCloseTo(3 * 4.1667e-6, 18);
  });

  test('its total is the sum of its lines, and bills of parts add up to that of the whole', () => {
    fc.assert(
      fc.property(anyUsage, anyUsage, anySheet, (one, other, sheet) => {
        const both = Object.fromEntries(
          Object.keys(noUsage).map((key) => [key, one[key as keyof Usage] + other[key as keyof Usage]]),
        ) as unknown as Usage;
        const [a, b, sum] = [one, other, both].map((usage) => billOf(usage, sheet));
        const {total, ...lines} = sum!;
        expect(Object.keys(lines)).toEqual(Object.keys(billLines));
        for (const [line, usd] of Object.entries(sum!)) {
          const parts = a![line as keyof typeof a] + b![line as keyof typeof b];
          expect(Math.abs(usd - parts)).toBeLessThanOrEqual(1e-12 * Math.abs(usd));
        }
        const added = Object.values(lines).reduce((x, y) => x + y, 0);
        expect(Math.abs(total - added)).toBeLessThanOrEqual(1e-12 * added);
      }),
    );
  });

  test('people are shown what somebody is charged for, warm time and delay in any case', () => {
    const free = billOf(noUsage, priceSheets.seed!.sheet);
    expect(shownLines([free])).toEqual(['warm', 'delay']);
    expect(shownLines([free, {...free, dropped: 1}])).toEqual(['warm', 'delay', 'dropped']);
    expect(shownLines([{...free, execution: 1, requests: 1}])).toEqual(['warm', 'execution', 'delay', 'requests']);
  });
});
