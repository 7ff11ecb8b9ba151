import {expect, test} from 'vitest';
import {narrowed, shades} from '../../src/base/heat-map.ts';

test('shades go from the least to the most; none is a blank, what is not known a dot', () => {
  expect(shades([1, 3.9, 4, 6.9, 7, 9.9, 10, 13, 0, null], 1, 13)).toBe('░░▒▒▓▓██ ·');
  expect(shades([5, 5], 5, 5, 2)).toBe('████');
  expect(shades([0, 0], 0, 0)).toBe('  ');
});

test('a row is narrowed to means of its stretches, and never widened', () => {
  expect(narrowed([1, 3, 5, 7, 9], 2)).toEqual([3, 8]);
  expect(narrowed([1, 2], 9)).toEqual([1, 2]);
});
