import {describe, expect, test} from 'vitest';
import {nearest} from '../../src/base/nearest.ts';

describe('the name that was meant', () => {
  test.each([
    ['hybird', 'hybrid', 'two letters changed places'],
    ['hybri', 'hybrid', 'one is missing'],
    ['hybriid', 'hybrid', 'one is too many'],
    ['hybrix', 'hybrid', 'one is wrong'],
    ['hxbrxd', 'hybrid', 'two are wrong'],
    ['fixd', 'fixed', 'one is missing'],
    ['lr', 'lru', 'of a short word one letter may be wrong'],
  ])('of %s is %s: %s', (text, meant) => {
    expect(nearest(text, ['fixed', 'hybrid', 'lru', 'size'])).toBe(meant);
  });

  test.each([
    ['xybrxx', 'three letters are wrong'],
    ['ab', 'of two letters both would be wrong'],
    ['', 'nothing was written'],
  ])('of %j: %s', (text) => {
    expect(nearest(text, ['hybrid', 'lru', 'xy'])).toBeUndefined();
  });

  test('is the first of those that are as near', () => {
    expect(nearest('sise', ['size', 'side', 'sise-x'])).toBe('size');
  });

  test('is the nearest, not the first', () => {
    expect(nearest('fixed', ['fired', 'fixed', 'fixer'])).toBe('fixed');
  });
});
