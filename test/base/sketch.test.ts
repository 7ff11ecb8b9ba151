import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {QuantileSketch, SKETCH_RELATIVE_ERROR} from '../../src/base/sketch.ts';

function sketchOf(values: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  return sketch;
}

/** The smallest value with at least share `p` of the values at or below it. */
function exact(values: readonly number[], p: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(p * values.length) - 1)]!;
}

const value = fc.oneof(fc.nat(300), fc.nat(1_000_000), fc.integer({min: 0, max: Number.MAX_SAFE_INTEGER}));
const values = fc.array(value, {minLength: 1, maxLength: 60});
const share = fc.double({min: 0, max: 1, noNaN: true});

describe('a quantile sketch', () => {
  test('answers within its relative error', () => {
    fc.assert(
      fc.property(values, share, (list, p) => {
        const truth = exact(list, p);
        expect(Math.abs(sketchOf(list).quantile(p) - truth)).toBeLessThanOrEqual(SKETCH_RELATIVE_ERROR * truth);
      }),
      {numRuns: 2000},
    );
  });

  test('keeps count, sum and greatest value exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9)), (list) => {
        const sketch = sketchOf(list);
        expect(sketch.count).toBe(list.length);
        expect(sketch.sum).toBe(list.reduce((a, b) => a + b, 0));
        expect(sketch.quantile(1)).toBe(list.length === 0 ? Number.NaN : Math.max(...list));
      }),
    );
  });

  test('keeps sums beyond 2^53 exactly, in whatever order they are merged', () => {
    const large = fc.array(fc.integer({min: 0, max: 2 ** 52}), {maxLength: 40});
    fc.assert(
      fc.property(fc.array(large, {maxLength: 4}), (parts) => {
        const truth = Number(parts.flat().reduce((sum, one) => sum + BigInt(one), 0n));
        const [forth, back] = [new QuantileSketch(), new QuantileSketch()];
        for (const part of parts) forth.merge(sketchOf(part));
        for (const part of parts.toReversed()) back.mergeJson(sketchOf(part).toJSON());
        expect([sketchOf(parts.flat()).sum, forth.sum, back.sum]).toEqual([truth, truth, truth]);
      }),
    );
  });

  test('of a few buckets says what one of many says', () => {
    const few = [3, 3, 900, 1e6, 1e6 + 1];
    const many = Array.from({length: 300}, (_, k) => 2 ** 40 + k * 2 ** 34);
    const sketch = sketchOf(few);
    for (const p of [0, 0.2, 0.4, 0.41, 0.6, 0.8]) {
      // Beyond those few lie as many again, so that the share halves.
      const larger = sketchOf([...few, ...many.slice(0, few.length)]);
      expect(larger.quantile(p / 2)).toBe(sketch.quantile(p));
    }
    expect(
      sketchOf([...few, ...many])
        .toJSON()
        .buckets.slice(0, 3),
    ).toEqual(sketch.toJSON().buckets);
  });

  test('answers exactly where all values are one, however large', () => {
    for (const one of [1, 2, 127, 128, 129, 500_000, 2 ** 31 + 1, Number.MAX_SAFE_INTEGER]) {
      expect(sketchOf([0, one, one]).quantile(0.5)).toBe(one);
      expect(sketchOf([0, one, one, one]).quantile(0.3)).toBe(one);
      expect(sketchOf([0, one, one]).quantile(0.3)).toBe(0);
    }
  });

  test('merged from parts in any order, and through JSON, is the sketch of the whole', () => {
    fc.assert(
      fc.property(fc.array(values, {minLength: 1, maxLength: 5}), (parts) => {
        const whole = sketchOf(parts.flat().filter((one) => one < 1e12));
        const merged = new QuantileSketch();
        for (const part of parts.toReversed()) {
          const own = sketchOf(part.filter((one) => one < 1e12));
          merged.merge(QuantileSketch.from(JSON.parse(JSON.stringify(own))));
        }
        expect(merged.toJSON()).toEqual(whole.toJSON());
      }),
    );
  });

  test('of nothing has no quantile and no mean; zeros may be added at once', () => {
    const sketch = new QuantileSketch();
    expect(sketch.quantile(0.5)).toBeNaN();
    expect(sketch.mean()).toBeNaN();
    sketch.addZeros(3);
    sketch.add(8);
    expect([sketch.quantile(0.75), sketch.quantile(0.76), sketch.mean()]).toEqual([0, 8, 2]);
  });
});
