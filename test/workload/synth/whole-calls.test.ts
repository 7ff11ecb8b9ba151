import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {wholeCalls} from '../../../src/workload/synth/whole-calls.ts';

const inOrder = (n: number) => Uint32Array.from({length: n}, (_, i) => i);

describe('whole calls of functions that expect fractions', () => {
  test.each([
    ['whole expectations stay as they are', [3, 0, 5], 8, 0.4, [3, 0, 5]],
    ['halves take turns, the offset says who begins', [0.5, 0.5, 0.5, 0.5], 2, 0.5, [1, 0, 1, 0]],
    ['a lower offset lets the second begin', [0.5, 0.5, 0.5, 0.5], 2, 0.25, [0, 1, 0, 1]],
    ['shares are of the total, whatever they add up to', [1, 3], 400, 0, [100, 300]],
    ['the last function with an expectation gets what is left', [1, 2, 0], 10, 0.9, [4, 6, 0]],
    ['nobody expects anything: nobody is called', [0, 0], 7, 0.5, [0, 0]],
    ['nothing to give', [1, 2], 0, 0.99, [0, 0]],
  ])('%s', (_, expected, total, offset, calls) => {
    expect([...wholeCalls(Float64Array.from(expected), inOrder(expected.length), total, offset)]).toEqual(calls);
  });

  test('they add up exactly and lie less than one from their share, in any order', () => {
    const share = fc.oneof(fc.constant(0), fc.double({min: 1e-6, max: 1e9, noNaN: true}));
    const shares = fc.array(share, {minLength: 1, maxLength: 40}).filter((list) => list.some((value) => value > 0));
    const below1 = fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true});
    fc.assert(
      fc.property(shares, fc.integer({min: 0, max: 1e9}), below1, fc.boolean(), (list, total, offset, reversed) => {
        const order = reversed ? inOrder(list.length).reverse() : inOrder(list.length);
        const calls = wholeCalls(Float64Array.from(list), order, total, offset);
        const sum = list.reduce((a, b) => a + b, 0);
        expect(calls.reduce((a, b) => a + b, 0)).toBe(total);
        for (const [f, n] of calls.entries()) {
          expect(Number.isInteger(n)).toBe(true);
          expect(Math.abs(n - (list[f]! / sum) * total)).toBeLessThan(1 + 1e-6);
        }
      }),
    );
  });

  test('of a thousand functions that expect 0.07 calls each, 70 are called', () => {
    const calls = wholeCalls(new Float64Array(1000).fill(0.07), inOrder(1000), 70, 0.3);
    expect(calls.filter((n) => n === 1)).toHaveLength(70);
    expect(calls.filter((n) => n > 1)).toHaveLength(0);
  });
});
