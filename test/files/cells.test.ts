import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {parseCount, parseNumber, parseScaled} from '../../src/files/cells.ts';
import {exactMicros} from '../helpers/oracle-traces.ts';

describe('a count', () => {
  test.each([
    ['0', 0],
    ['17', 17],
    ['6.0', 6],
    ['1e3', 1000],
    [' 5 ', 5],
    ['+5', 5],
    ['007', 7],
    ['1000000000000', 1e12],
    ['9007199254740991', 2 ** 53 - 1],
    ['', 0],
    ['NaN', 0],
    ['null', 0],
    ['-0', 0],
  ])("'%s' is %d", (cell, value) => {
    expect(parseCount(cell)).toBeCloseTo(value, 10);
  });

  test.each(['-1', '0.5', '1e-3', 'abc', '0x10', 'Infinity', '1e400', '9007199254740993', '1,000', '1 2', '.', 'e5'])(
    "'%s' is none",
    (cell) => {
      expect(parseCount(cell)).toBeNaN();
    },
  );
});

describe('a decimal number', () => {
  test.each([
    ['-337412.0', -337412],
    ['.5', 0.5],
    ['5.', 5],
    ['1E+2', 100],
  ])("'%s' is %d", (cell, value) => {
    expect(parseNumber(cell)).toBe(value);
  });

  test.each(['', ' ', '-', '.', '1e', '0b1', '1_000', 'NaN', '-Infinity', '12abc'])("'%s' is none", (cell) => {
    expect(parseNumber(cell)).toBeNaN();
  });
});

describe('decimal text in microseconds', () => {
  test.each([
    ['57.15786004066467', 6, 57_157_860],
    ['0.07949090003967285', 6, 79_491],
    ['0.0000005', 6, 1],
    ['0.00000049999', 6, 0],
    ['-0.0000005', 6, -1],
    ['1.5e-3', 6, 1500],
    ['1209599.6912345678', 6, 1_209_599_691_235],
    ['1.0005', 3, 1001],
    ['1767600000000000000', -3, 1_767_600_000_000_000],
    ['000', 6, 0],
    ['-0', 6, 0],
    ['9007199254.740991', 6, 2 ** 53 - 1],
  ])("'%s' with shift %d is %d", (cell, shift, us) => {
    expect(parseScaled(cell, shift)).toBe(us);
  });

  test.each(['', 'x', '9007199254.740992', '1e300', '1e999999999', '--1', 'NaN'])("'%s' is no time", (cell) => {
    expect(parseScaled(cell, 6)).toBeNaN();
  });

  test('a double times a million is not always the nearest microsecond, the text is', () => {
    expect(Math.round(Number('66564.5216845') * 1e6)).toBe(66_564_521_684);
    expect(parseScaled('66564.5216845', 6)).toBe(66_564_521_685);
  });

  test('agrees with big integers on any decimal text', () => {
    const digits = fc.string({unit: fc.constantFrom(...'0123456789'), maxLength: 20});
    const exponent = fc.option(fc.integer({min: -30, max: 30}), {nil: undefined});
    fc.assert(
      fc.property(fc.constantFrom('', '-', '+'), digits, digits, exponent, (sign, whole, fraction, power) => {
        const text = `${sign}${whole}.${fraction}${power === undefined ? '' : `e${power}`}`;
        const expected = whole + fraction === '' ? undefined : exactMicros(text, 6);
        expect(parseScaled(text, 6)).toBe(expected ?? Number.NaN);
      }),
      {numRuns: 2000},
    );
  });
});
