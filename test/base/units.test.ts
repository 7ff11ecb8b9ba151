import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseNumber, parseShare, parseTimeUs, US_PER_DAY, writtenTimeUs} from '../../src/base/units.ts';

describe('a time as one would write it', () => {
  test.each([
    [0, '0'],
    [9 * 3600e6, '9h'],
    [5400e6, '1h30m'],
    [1_500_000, '1s500ms'],
    [7, '7us'],
    [Number.POSITIVE_INFINITY, 'forever'],
  ])('%d us is %s', (us, text) => {
    expect(writtenTimeUs(us)).toBe(text);
  });

  test('is read as the same time again, to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({min: 0, max: 3650 * US_PER_DAY}), (us) => {
        expect(parseTimeUs(writtenTimeUs(us), '--at')).toBe(us);
      }),
    );
  });
});

describe('numbers', () => {
  test.each([
    ['11.5e6', 11.5e6],
    [' -.5 ', -0.5],
    ['+3.', 3],
    ['', Number.NaN],
    ['0x10', Number.NaN],
    ['1,5', Number.NaN],
    ['Infinity', Number.NaN],
  ])('%j is %d', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  test.each([
    ['80%', 0.8],
    ['.8', 0.8],
    ['%', Number.NaN],
    ['8%%', Number.NaN],
  ])('as a share %j is %d', (text, value) => {
    expect(parseShare(text)).toBe(value);
  });
});
