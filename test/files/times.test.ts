import {describe, expect, test} from 'vitest';
import {parseLengthIn, parseLengthUs} from '../../src/files/lengths.ts';
import {guessTimeUs, isDateUs, parseDateUs, parseIsoUs, parseUsDateUs} from '../../src/files/times.ts';
import {zoneNamed} from '../../src/files/zones.ts';

const utcUs = (...parts: Parameters<typeof Date.UTC>): number => Date.UTC(...parts) * 1000;

describe('an ISO time', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1998-06-22 00:01:00', utcUs(1998, 5, 22, 0, 1)],
    ['2026-01-05T10:00:00.700Z', utcUs(2026, 0, 5, 10, 0, 0, 700)],
    ['2026-01-05T13:32:04.710153+02:00', utcUs(2026, 0, 5, 11, 32, 4) + 710_153],
    ['2026-01-05T13:32-0530', utcUs(2026, 0, 5, 19, 2)],
    ['2026-01-05', utcUs(2026, 0, 5)],
    ['2026-01-05 13:32:04.710153 UTC', utcUs(2026, 0, 5, 13, 32, 4) + 710_153],
    ['2026-01-05T13:32:04.000000000Z', utcUs(2026, 0, 5, 13, 32, 4)],
    ['2026/02/10 08:03:00', utcUs(2026, 1, 10, 8, 3)],
    ['2026-02-10T08:00:00,5Z', utcUs(2026, 1, 10, 8, 0, 0, 500)],
    ['1000-01-01T00:00:00Z', utcUs(1000, 0, 1)],
  ])('%s is %d us', (cell, us) => {
    expect(parseIsoUs(cell)).toBe(us);
  });

  test.each([
    ...['', '2026', '2026-02-30', '2026-13-01', '2026-01-01T25:00:00Z', '05/01/2026', '2026-01-01T10:60:00'],
    ...['0026-01-01T00:00:00Z', '0999-12-31', '2026-01-05T10:00:0x.700Z', '2026-01-05T10:00:00.70xZ'],
    ...['2026-02-30T10:00:00.700Z', '2026-01-05T24:00:00.000Z', '2026-01-05-10:00:00.000Z'],
  ])("'%s' is none", (cell) => {
    expect(parseIsoUs(cell)).toBeNaN();
  });
});

describe('an American date', () => {
  test.each([
    ['1/5/2026, 10:00:00.123 AM', utcUs(2026, 0, 5, 10, 0, 0, 123)],
    ['1/5/2026, 1:01:00.123 PM', utcUs(2026, 0, 5, 13, 1, 0, 123)],
    ['1/5/2026, 12:00:00 AM', utcUs(2026, 0, 5)],
    ['1/5/2026 12:30 PM', utcUs(2026, 0, 5, 12, 30)],
    ['12/31/2025 23:59:59', utcUs(2025, 11, 31, 23, 59, 59)],
    ['1/5/2026, 10:00:00\u202fAM', utcUs(2026, 0, 5, 10)],
    ['2026-01-05T10:00:00Z', utcUs(2026, 0, 5, 10)],
  ])("'%s' is %d us", (cell, us) => {
    expect(parseUsDateUs(cell)).toBe(us);
  });

  test.each(['13/1/2026', '2/30/2026', '1/5/2026, 13:00:00 PM', '1/5/2026, 0:10 AM', '1/5/26'])(
    "'%s' is none",
    (cell) => {
      expect(parseUsDateUs(cell)).toBeNaN();
    },
  );
});

test.each([
  ['5/1/2026, 13:00:00.5', utcUs(2026, 0, 5, 13, 0, 0, 500)],
  ['5/1/2026, 1:00 p.m.', utcUs(2026, 0, 5, 13)],
  ['05-01-2026 13:00', utcUs(2026, 0, 5, 13)],
  ['5.1.2026, 13:00:00,5', utcUs(2026, 0, 5, 13, 0, 0, 500)],
  ['1/13/2026', Number.NaN],
  ['2026-01-05T13:00:00Z', utcUs(2026, 0, 5, 13)],
])("'%s' with the day first is %d us", (cell, us) => {
  expect(parseDateUs(cell, 'day-first')).toBe(us);
});

describe('a time without a zone', () => {
  const rome = zoneNamed('Europe/Rome', '--map');

  test.each([
    ['2026-01-05 10:00:00', utcUs(2026, 0, 5, 9)],
    ['2026-07-05 10:00:00', utcUs(2026, 6, 5, 8)],
    // The clock goes from 02:00 to 03:00 on 2026-03-29.
    ['2026-03-29 01:59:59', utcUs(2026, 2, 29, 0, 59, 59)],
    ['2026-03-29 02:30:00', utcUs(2026, 2, 29, 1, 30)],
    ['2026-03-29 03:00:00', utcUs(2026, 2, 29, 1)],
    // And from 03:00 to 02:00 on 2026-10-25: the hour from 02:00 comes twice, the first one counts.
    ['2026-10-25 01:59:59', utcUs(2026, 9, 24, 23, 59, 59)],
    ['2026-10-25 02:30:00', utcUs(2026, 9, 25, 0, 30)],
    ['2026-10-25 03:00:00', utcUs(2026, 9, 25, 2)],
    // A zone in the text itself is stronger.
    ['2026-01-05 10:00:00Z', utcUs(2026, 0, 5, 10)],
  ])('%s in Rome', (cell, us) => {
    expect(parseIsoUs(cell, rome)).toBe(us);
    expect(parseIsoUs(cell, rome)).toBe(us);
  });

  test('American dates know zones too', () => {
    expect(parseUsDateUs('7/4/2026, 9:00:00 AM', zoneNamed('America/New_York', '--map'))).toBe(utcUs(2026, 6, 4, 13));
  });

  test('a zone that nobody knows is a usage error', () => {
    expect(() => zoneNamed('Mars/Olympus', '--map')).toThrow(
      expect.objectContaining({exitCode: 2, message: "--map names the time zone 'Mars/Olympus', which nobody knows"}),
    );
  });
});

test.each([
  ['1770710400', utcUs(2026, 1, 10, 8)],
  ['1770710400.5', utcUs(2026, 1, 10, 8, 0, 0, 500)],
  ['1770710400000', utcUs(2026, 1, 10, 8)],
  ['1770710400000000', utcUs(2026, 1, 10, 8)],
  ['1770710400000000000', utcUs(2026, 1, 10, 8)],
  ['2/10/2026 8:00 AM', utcUs(2026, 1, 10, 8)],
  ['259200', Number.NaN],
  ['', Number.NaN],
  ['soon', Number.NaN],
])("the time '%s' is guessed to be %d us", (cell, us) => {
  expect(guessTimeUs(cell)).toBe(us);
});

test('what lies after the year 2000 is a date', () => {
  expect([utcUs(1999, 11, 31), utcUs(2000, 0, 1), utcUs(2026, 0, 1), utcUs(2150, 0, 1)].map(isDateUs)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

describe('a length of time that says its own unit', () => {
  test.each([
    ['0.355516564s', 355_517],
    ['12.000000001s', 12_000_000],
    ['1s', 1_000_000],
    ['12.34 ms', 12_340],
    ['92ms', 92_000],
    ['1500 µs', 1500],
    ['2 min', 120_000_000],
    ['1.5h', 5_400_000_000],
    ['3 seconds', 3_000_000],
    ['PT1.5S', 1_500_000],
    ['PT1H2M3S', 3_723_000_000],
    ['P1DT1S', 86_401_000_000],
    ['00:00:01.23', 1_230_000],
    ['1.02:03:04.5', 93_784_500_000],
    ['-00:00:01', -1_000_000],
    ['00:00:00.0125000', 12_500],
  ])("'%s' is %d us", (cell, us) => {
    expect(parseLengthUs(cell)).toBe(us);
  });

  test.each(['', '12', '12 parsecs', 's', 'P', 'PT', '1:2:3', 'NaN ms', '00:00'])("'%s' is none", (cell) => {
    expect(parseLengthUs(cell)).toBeNaN();
  });

  test('a plain number is of the unit that is expected', () => {
    expect([parseLengthIn('12.5', 'ms'), parseLengthIn('12.5s', 'ms'), parseLengthIn('2', 'm')]).toEqual([
      12_500, 12_500_000, 120_000_000,
    ]);
    expect(parseLengthIn('x', 'ms')).toBeNaN();
  });
});
