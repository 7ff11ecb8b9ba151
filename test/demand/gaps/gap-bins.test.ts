import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {
  CLASS_BINS,
  classEdges,
  GAP_BINS,
  GAP_CLASSES,
  gapBin,
  gapClass,
  gapEdgeUs,
  hazardWithoutData,
} from '../../../src/demand/gaps/gap-bins.ts';

describe('bins of gaps', () => {
  test('every microsecond around an edge lies in the bin whose edges hold it', () => {
    for (let k = 1; k < GAP_BINS; k++) {
      expect(gapBin(gapEdgeUs(k))).toBe(k);
      expect(gapBin(gapEdgeUs(k) - 1)).toBe(k - 1);
    }
    expect(gapBin(0)).toBe(0);
    expect(gapBin(gapEdgeUs(GAP_BINS))).toBe(GAP_BINS);
  });
});

describe('classes of gaps', () => {
  test('are half octaves from a second on, to the microsecond', () => {
    expect([...classEdges.subarray(2, 6)]).toEqual([2, 2.828427, 4, 5.656854]);
    expect(classEdges[GAP_CLASSES]).toBe(2 ** 17);
    expect([0.999999, 1, 2.828426, 2.828427, 2 ** 17 - 1e-6, 2 ** 17, 1e9].map(gapClass)).toEqual([
      -1,
      0,
      2,
      3,
      GAP_CLASSES - 1,
      GAP_CLASSES,
      GAP_CLASSES,
    ]);
  });

  test('are sums of whole bins: whatever lies in one bin lies in one class', () => {
    fc.assert(
      fc.property(fc.integer({min: 0, max: 2 ** 41}), (us) => {
        const bin = gapBin(us);
        const place = gapClass(us / 1e6);
        expect(place).toBe(Math.min(GAP_CLASSES, Math.floor((bin - 1) / CLASS_BINS)));
        if (place < 0 || place === GAP_CLASSES) return;
        expect(classEdges[place]! * 1e6).toBeLessThanOrEqual(gapEdgeUs(bin));
        expect(classEdges[place + 1]! * 1e6).toBeGreaterThanOrEqual(gapEdgeUs(bin + 1));
      }),
    );
  });

  test('a gap of seconds whose difference was rounded lies where its microseconds do', () => {
    expect(gapClass(2.1 - 1.1)).toBe(0);
    expect(gapClass(1.3 - 0.3 - 1e-10)).toBe(0);
  });
});

test('without data survival falls as the root of time, over any number of bins', () => {
  expect(1 - hazardWithoutData(16)).toBeCloseTo(0.5, 15);
  expect((1 - hazardWithoutData(1)) ** CLASS_BINS).toBeCloseTo(1 - hazardWithoutData(CLASS_BINS), 15);
});
