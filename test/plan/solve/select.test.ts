import fc from 'fast-check';
import {expect, test} from 'vitest';
import {Segments} from '../../../src/plan/curves/segments.ts';
import {type RunSource, selectRuns} from '../../../src/plan/solve/select.ts';

/** Units of single slots, each with concave values and a use of its own. */
function sourceOf(values: readonly (readonly number[])[], uses: readonly number[]): RunSource {
  const segments = new Segments();
  return {
    units: values.length,
    runs: (unit) => {
      segments.count = 0;
      for (const value of values[unit]!) segments.push(value, uses[unit]!);
      return segments;
    },
    part: () => ({slots: 0, use: 0, value: 0}),
  };
}

const unit = fc
  .array(fc.double({min: 1e-6, max: 1e6, noNaN: true}), {minLength: 0, maxLength: 12})
  .map((values) => values.sort((a, b) => b - a));

test.each(['within-use', 'reach-value'] as const)(
  '%s: however wrong the prices said to be near, what is bought is the same',
  (stop) => {
    fc.assert(
      fc.property(
        fc.array(unit, {minLength: 2, maxLength: 20}),
        fc.double({min: 0, max: 1, noNaN: true}),
        fc.array(fc.double({min: -6, max: 6, noNaN: true}), {minLength: 2, maxLength: 2}),
        (values, share, exponents) => {
          const source = sourceOf(
            values,
            values.map(() => 1),
          );
          const groups = {count: 2, of: (u: number) => u % 2};
          const limit = new Float64Array(2);
          values.forEach((own, u) => {
            limit[u % 2]! += Math.floor(share * (stop === 'within-use' ? own.length : own.reduce((a, b) => a + b, 0)));
          });
          const plain = selectRuns(source, groups, limit, stop);
          const near = plain.price.map((price, g) => price * 10 ** exponents[g]!);
          const hinted = selectRuns(source, groups, limit, stop, near);
          expect(hinted.slots).toEqual(plain.slots);
          expect(hinted.price).toEqual(plain.price);
          expect(hinted.used).toEqual(plain.used);
        },
      ),
    );
  },
);
