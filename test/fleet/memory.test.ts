import {expect, test} from 'vitest';
import {memoryOf} from '../../src/fleet/memory.ts';

test('memory of an instance is the trace’s, or the default, up to a whole KiB', () => {
  const workload = {memoryMib: Float64Array.of(128, 0.5, 100.0001, Number.NaN)};
  expect([0, 1, 2, 3].map((row) => memoryOf(workload, row, 256))).toEqual([128, 0.5, 100 + 1 / 1024, 256]);
  expect(memoryOf(workload, 3, 99.9999)).toBe(100);
});
