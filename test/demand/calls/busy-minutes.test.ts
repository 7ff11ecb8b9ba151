import {expect, test} from 'vitest';
import {BurstinessMeter} from '../../../src/demand/calls/busy-minutes.ts';

test('mean, peak, dispersion and the largest rise; nobody has seen what came before the first minute', () => {
  const meter = new BurstinessMeter();
  meter.add(0, 50);
  meter.add(1, 20);
  meter.add(3, 30);
  meter.add(4, 48);
  // Over ten minutes: 148 calls, squares 2500 + 400 + 900 + 2304; 30 after a minute without, then 18 more.
  expect(meter.read(10)).toEqual({
    meanPerMinute: 14.8,
    peakPerMinute: 50,
    dispersion: expect.closeTo((610.4 - 14.8 ** 2) / 14.8, 12),
    risePerMinute: 30,
  });
});
