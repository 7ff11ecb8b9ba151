import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {waterFill, wholeShares} from '../../../src/plan/bounds/shares.ts';

const zeros = (n: number): Float64Array => new Float64Array(n);

describe('weighted max-min shares', () => {
  test.each([
    {
      name: 'equal teams that want more split evenly',
      total: 9,
      weights: [1, 1, 1],
      wants: [9, 9, 9],
      shares: [3, 3, 3],
    },
    {
      name: 'a modest team lends the rest of its share',
      total: 9,
      weights: [1, 1, 1],
      wants: [1, 9, 9],
      shares: [1, 4, 4],
    },
    {name: 'what is lent goes by weight', total: 10, weights: [1, 1, 3], wants: [2, 90, 90], shares: [2, 2, 6]},
    {name: 'the weight decides', total: 12, weights: [1, 2, 3], wants: [99, 99, 99], shares: [2, 4, 6]},
    {name: 'nobody gets more than it wants', total: 100, weights: [1, 1], wants: [3, 4], shares: [3, 4]},
    {name: 'nothing is shared of nothing', total: 0, weights: [1, 1], wants: [3, 4], shares: [0, 0]},
  ])('$name', ({total, weights, wants, shares}) => {
    const filled = waterFill(total, Float64Array.from(weights), Float64Array.from(wants), zeros(weights.length));
    filled.forEach((share, i) => {
      expect(share).toBeCloseTo(shares[i]!, 9);
    });
  });

  test('floors are handed out first', () => {
    const filled = waterFill(10, Float64Array.of(1, 1), Float64Array.of(9, 9), Float64Array.of(8, 0));
    expect(filled[0]).toBe(8);
    expect(filled[1]).toBeCloseTo(2, 9);
  });

  const teams = fc.array(
    fc.record({weight: fc.double({min: 0.1, max: 10, noNaN: true}), want: fc.integer({min: 0, max: 50})}),
    {minLength: 1, maxLength: 12},
  );

  test('in whole slots nobody who wants more is below its share, and nothing wanted is left over', () => {
    fc.assert(
      fc.property(teams, fc.integer({min: 0, max: 200}), (given, total) => {
        const weights = Float64Array.from(given, ({weight}) => weight);
        const wants = Float64Array.from(given, ({want}) => want);
        const shares = waterFill(total, weights, wants, zeros(given.length));
        const whole = wholeShares(shares, wants, total);
        const sumOfWeights = weights.reduce((a, b) => a + b);
        const handedOut = whole.reduce((a, b) => a + b);
        expect(handedOut).toBe(
          Math.min(
            total,
            wants.reduce((a, b) => a + b),
          ),
        );
        whole.forEach((slots, i) => {
          expect(slots).toBeLessThanOrEqual(wants[i]!);
          const share = Math.floor((total * weights[i]!) / sumOfWeights + 1e-9);
          expect(slots).toBeGreaterThanOrEqual(Math.min(wants[i]!, share));
        });
      }),
      {seed: 3, numRuns: 500},
    );
  });
});
