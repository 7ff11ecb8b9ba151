import {describe, expect, test} from 'vitest';
import {backlogOf} from '../../../src/tradeoff/burst/fluid.ts';
import {fluidQueue} from '../../../src/tradeoff/burst/fluid-queue.ts';
import {valueKeptFifo} from '../../../src/tradeoff/burst/value-kept.ts';

const spike = {normal: 1000, peak: 100_000, durationSeconds: 60, warm: 10_000};
const flows = [
  {perSecond: spike.peak, seconds: spike.durationSeconds},
  {perSecond: spike.normal, seconds: 700},
];
const decay = {decaySeconds: 60, untilSeconds: 60};

describe('the fluid queue', () => {
  test.each([
    {starts: 0, coldSeconds: 0},
    {starts: 100, coldSeconds: 0},
    {starts: 2500, coldSeconds: 0},
    {starts: 2500, coldSeconds: 0.5},
    {starts: 15_000, coldSeconds: 0.5},
    {starts: 40, coldSeconds: 90},
  ])('of one spike is its closed form: $starts starts a second, $coldSeconds s each', ({starts, coldSeconds}) => {
    const growth = starts / 0.1;
    const closed = backlogOf(spike, {growth, coldSeconds});
    const path = fluidQueue(flows, {warm: spike.warm, growth, coldSeconds, most: spike.peak}, decay);
    expect(path.peakCalls / closed.peakCalls).toBeCloseTo(1, 2);
    expect(path.allServedAtSeconds / closed.allServedAtSeconds).toBeCloseTo(1, 2);
    const apart = Math.abs(path.maxWaitSeconds - closed.maxFifoWaitSeconds);
    expect(apart).toBeLessThan(0.005 * closed.maxFifoWaitSeconds + 0.01);
  });

  test('keeps the value that the formula says: 11.1 % of it at a decay of a minute', () => {
    const {valueKept} = fluidQueue(flows, {warm: spike.warm, growth: 0, coldSeconds: 0, most: spike.peak}, decay);
    expect(valueKept).toBeCloseTo(valueKeptFifo(spike, 60), 3);
    expect(valueKept).toBeCloseTo(0.111, 3);
  });

  test('nobody waits where capacity is enough; a queue that never empties says so', () => {
    const supply = {warm: 10, growth: 0, coldSeconds: 0, most: 10};
    const calm = fluidQueue([{perSecond: 9, seconds: 100}], supply, decay);
    expect(calm).toMatchObject({peakCalls: 0, maxWaitSeconds: 0, valueKept: 1});
    expect(fluidQueue([{perSecond: 11, seconds: 100}], supply, decay).allServedAtSeconds).toBeNaN();
  });
});
