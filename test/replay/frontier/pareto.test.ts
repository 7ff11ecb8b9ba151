import fc from 'fast-check';
import {expect, test} from 'vitest';
import {dominated} from '../../../src/replay/frontier/pareto.ts';

test('a point is dominated exactly when another is no worse in both and better in one', () => {
  const coordinate = fc.integer({min: 0, max: 6});
  fc.assert(
    fc.property(fc.array(fc.tuple(coordinate, coordinate), {maxLength: 12}), (points) => {
      const naive = points.map(([x, y]) => points.some(([a, b]) => a <= x && b <= y && (a < x || b < y)));
      expect(dominated(points)).toEqual(naive);
    }),
  );
});

test('what is no number is dominated and dominates nothing', () => {
  expect(
    dominated([
      [Number.NaN, 0],
      [1, 1],
    ]),
  ).toEqual([true, false]);
});
