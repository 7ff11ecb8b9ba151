import {expect, test} from 'vitest';
import {checkpointOf, readCheckpoint} from '../../src/fleet/checkpoint.ts';

const read = (text: string) => readCheckpoint(text, '--checkpoint');

test('a checkpoint is read with its units, and what is not said takes no time', () => {
  expect(read('every=30s,save=100ms,resume=500ms,yield=always')).toEqual({
    everyUs: 30e6,
    saveUs: 100_000,
    restoreUs: 0,
    resumeUs: 500_000,
    yieldsAlways: true,
  });
  expect(read('every=auto,save=1s')).toEqual({
    everyUs: undefined,
    saveUs: 1e6,
    restoreUs: 0,
    resumeUs: 0,
    yieldsAlways: false,
  });
});

test('slices that leave no time to work are refused', () => {
  expect(() => read('every=2s,save=1s,restore=1s')).toThrow(/take 2s of each slice, which leaves no time to work/);
  expect(() => read('every=0s')).toThrow(/--checkpoint:every is '0s'/);
  expect(() => read('save=1s')).toThrow(/needs every/);
});

test("every=auto is Young's interval of work, and what stopping takes besides", () => {
  // METHODS E4.2: C = 1 s and an hour between failures give 84.85 s of work a slice.
  expect(checkpointOf(read('every=auto,save=1s'), 3600e6).everyUs).toBe(84_852_814 + 1_000_000);
  // Restoring and resuming are paid in every slice as well: C = 2 s.
  expect(checkpointOf(read('every=auto,save=1s,restore=400ms,resume=600ms'), 3600e6).everyUs).toBe(120e6 + 2e6);
  expect(checkpointOf(read('every=30s,save=1s'), undefined).everyUs).toBe(30e6);
});

test('without failures, or a cost of stopping, there is no such interval', () => {
  expect(() => checkpointOf(read('every=auto,save=1s'), undefined)).toThrow(/nothing says how often hosts fail/);
  expect(() => checkpointOf(read('every=auto'), 3600e6)).toThrow(/is 0 where stopping takes no time/);
});
