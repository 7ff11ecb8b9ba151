import {expect, test} from 'vitest';
import {sparkline} from '../../src/base/sparkline.ts';

test('blocks rise from 0 to the highest value', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 9)).toBe('▁▂▃▄▅▆▇██');
  expect(sparkline([0, 0, 0], 3)).toBe('▁▁▁');
  expect(sparkline([], 5)).toBe('');
  expect(sparkline([Number.NaN, -1, 8], 3)).toBe('  █');
});

test('more values than blocks are averaged, a value that two blocks share counts in both by its part', () => {
  // Means of pairs: 1, 4, 8.
  expect(sparkline([0, 2, 4, 4, 8, 8], 3)).toBe('▂▅█');
  // Three values in two blocks: (8 + 0 / 2) / 1.5 and (0 / 2 + 8) / 1.5.
  expect(sparkline([8, 0, 8], 2)).toBe('██');
});
