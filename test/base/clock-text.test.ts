import {expect, test} from 'vitest';
import {clockText} from '../../src/base/clock-text.ts';

test('a time of day where the start is known, with its day in a long trace, else time since the start', () => {
  const hour = 3_600_000;
  expect(clockText('2019-07-15T00:00:00Z', 14.5 * hour, 20 * hour)).toBe('14:30 UTC');
  expect(clockText('2019-07-15T22:00:00+02:00', 5 * hour, 48 * hour)).toBe('2019-07-16 01:00 UTC');
  expect(clockText('', 6.5 * hour, 20 * hour)).toBe('6.5 h in');
});
