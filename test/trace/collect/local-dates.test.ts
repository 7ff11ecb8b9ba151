import {describe, expect, test} from 'vitest';
import {LocalDates} from '../../../src/trace/collect/local-dates.ts';

const fifth = Date.UTC(2026, 0, 5, 10) * 1000;
const first = Date.UTC(2026, 4, 1, 10) * 1000;

describe('dates that a program has written as its user likes them', () => {
  test.each([
    ['American: capital AM and PM', ['1/5/2026, 10:00:00 AM'], fifth],
    ['Australian: small am and pm', ['5/1/2026, 10:00:00 am'], fifth],
    ['Mexican', ['5/1/2026, 10:00:00 a.m.'], fifth],
    ['British: a clock of 24 hours', ['05/01/2026, 10:00:00'], fifth],
    ['German, with dots', ['5.1.2026, 10:00:00'], fifth],
    ['Dutch, with dashes', ['5-1-2026 10:00'], fifth],
    ['Canadian and ISO', ['2026-01-05, 10:00:00'], fifth],
    ['of 24 hours where a later row has the 13th', ['5/1/2026 10:00', '5/13/2026 10:00'], first],
    ['capital AM where a later row has the 13th', ['5/1/2026 10:00 AM', '13/1/2026 10:00 AM'], fifth],
  ])('%s', (_, cells, us) => {
    expect(new LocalDates('x.csv', 'time', cells).timeUs(cells[0]!)).toBe(us);
  });

  test('which a row far behind contradicts are bad input, with the way out', () => {
    const dates = new LocalDates('x.csv', 'time', ['5/1/2026 10:00']);
    dates.timeUs('5/1/2026 10:00');
    expect(() => dates.timeUs('1/13/2026 10:00')).toThrow(
      "x.csv: time is '1/13/2026 10:00', which is a date with the month first, but those before it were read with the day first",
    );
  });

  test('are a guess that is said until a date leaves no doubt', () => {
    const dates = new LocalDates('x.csv', 'time', ['5/1/2026 10:00']);
    expect(dates.notes()).toEqual([]);
    dates.timeUs('5/1/2026 10:00');
    expect(dates.notes()).toEqual([expect.stringContaining("'5/1/2026 10:00' are read with the day first")]);
    dates.timeUs('13/1/2026 10:00');
    expect(dates.notes()).toEqual([]);
  });

  test('that are none are none in either order', () => {
    const dates = new LocalDates('x.csv', 'time', ['5/1/2026 10:00']);
    for (const cell of ['30/2/2026 10:00', '13/13/2026', '5/1/26', 'soon', '']) expect(dates.timeUs(cell)).toBeNaN();
  });
});
