import {expect, test} from 'vitest';
import {priceSheets} from '../../../../src/cost/sheets.ts';
import {BreakEven} from '../../../../src/scheduler/parts/keep-alive/break-even.ts';

// 0.5 s of a user's time at $20/h over $0.01 a slot-day, and the slot while it starts.
const alone = 24_000.5e6;
const context = {
  coldUs: Float64Array.of(500e3),
  memoryMib: Float64Array.of(128),
  prices: priceSheets.seed!.sheet,
};

test('with one place a cold start delays one call', () => {
  const one = new BreakEven({...context, places: undefined});
  one.arrived(0, 0);
  one.arrived(0, 1);
  expect(one.us(0)).toBe(alone);
});

test('calls that come while an instance starts wait for it as well, those that come later do not', () => {
  const several = new BreakEven({...context, places: Int32Array.of(3)});
  expect(several.us(0)).toBe(alone);
  several.arrived(0, 0);
  several.arrived(0, 250e3);
  several.arrived(0, 900e3);
  // Half a wait more a rise, of which one was imagined before.
  expect(several.us(0)).toBe(alone + 24_000e6 * (0.5 / 2));
  // The fourth fills a second instance; when all are gone the next one rises again.
  several.arrived(0, 910e3);
  for (let k = 0; k < 4; k++) several.finished(0);
  several.arrived(0, 2e6);
  expect(several.us(0)).toBe(alone + 24_000e6 * (0.5 / 4));
});
