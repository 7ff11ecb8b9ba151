import {describe, expect, test} from 'vitest';
import {UserError} from '../../src/base/errors.ts';
import {US_PER_HOUR} from '../../src/base/units.ts';
import {billOf, noUsage, type Usage} from '../../src/cost/bill.ts';
import {SlotRates} from '../../src/cost/cold-start.ts';
import {
  type Moved,
  type PriceSheet,
  parsePriceSheet,
  priceFields,
  priceNames,
  sheetFields,
  sheetWith,
} from '../../src/cost/prices.ts';
import {namedPriceSheet, priceSheets} from '../../src/cost/sheets.ts';
import {everyPrice} from './sheets.ts';

/** The error that a call throws. */
function refusal(call: () => unknown): UserError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('was not refused');
}

/** Something of everything that can be charged for: hours, GB-seconds, calls. */
const everything = Object.fromEntries(
  Object.keys(noUsage).map((key, i) => [key, (3 + i) * (key.endsWith('Us') ? US_PER_HOUR : 1)]),
) as unknown as Usage;

/** What the table speaks of, in dollars or seconds. */
const measures: Readonly<Record<Moved, (sheet: PriceSheet) => number>> = {
  bill: (sheet) => billOf(everything, sheet).total,
  coldStart: (sheet) => new SlotRates(sheet).coldStartUsd(700_000, 300),
  warmTime: (sheet) => new SlotRates(sheet).warmUsdPerSecond(300),
  breakEven: (sheet) => new SlotRates(sheet).breakEvenSeconds(700_000, 300),
};

describe.each(priceNames)('%s', (name) => {
  const {moves, summary, unit, ...field} = priceFields[name];

  test('moves what its row says, and nothing else', () => {
    const moved = {...everyPrice, [name]: 2 * everyPrice[name]};
    const found = Object.entries(measures).filter(([, of]) => Math.abs(of(moved) / of(everyPrice) - 1) > 1e-9);
    expect(found.map(([what]) => what)).toEqual([...moves]);
  });

  test('moves the bill by its own amount: twice the price, twice what it charges', () => {
    // Some prices charge by default.
    const charged = (times: number): number =>
      billOf(everything, {...sheetWith({}), [name]: times * everyPrice[name]}).total -
      billOf(everything, {...sheetWith({}), [name]: 0}).total;
    expect(charged(1)).toBeGreaterThan(0);
    expect(charged(2) / charged(1)).toBeCloseTo(2, 6);
  });

  test('has a flag by its own name if any, a summary and a unit', () => {
    if ('flag' in field) expect(field.flag).toBe(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
    expect(summary).toMatch(/^[A-Z].*[^.]$/);
    expect(unit).toMatch(/^USD/);
  });

  test('is its default where a file does not say', () => {
    expect(parsePriceSheet('{}', 'p.json')[name]).toBe(priceFields[name].default);
    expect(parsePriceSheet(JSON.stringify({[name]: 0.25}), 'p.json')).toEqual(sheetWith({[name]: 0.25}));
  });

  test.each([
    ['-1', '-1'],
    ['-1e-300', '-1e-300'],
    ['1e999', 'Infinity'],
    ['-1e999', '-Infinity'],
    ['"1"', '"1"'],
    ['null', 'null'],
    ['true', 'true'],
    ['[1]', '[1]'],
    ['{"usd":1}', '{"usd":1}'],
    [`"${'x'.repeat(99)}"`, `"${'x'.repeat(39)}`],
  ])('cannot be %s', (text, shown) => {
    const {exitCode, message} = refusal(() => parsePriceSheet(`{"${name}":${text}}`, 'p.json'));
    expect(message).toBe(`p.json: ${name} is ${shown}, must be a finite number >= 0 (${unit})`);
    expect(exitCode).toBe(3);
  });
});

describe.each(Object.entries(priceSheets))('the sheet %s', (name, {sheet, summary}) => {
  test('has every price and no other, all finite and not negative', () => {
    expect(Object.keys(sheet).sort()).toEqual([...sheetFields].sort());
    for (const price of Object.values(sheet) as number[]) expect(price >= 0 && Number.isFinite(price)).toBe(true);
    expect(summary).not.toBe('');
  });

  test('is what its JSON says', () => {
    expect(parsePriceSheet(JSON.stringify(sheet), 'p.json')).toEqual(sheet);
    expect(namedPriceSheet(name)).toMatchObject(sheet);
  });
});

describe('a price sheet in a file', () => {
  test.each(['foo', 'warm_usd_per_slot_day', '', 'constructor', 'toString', '__proto__', 'a\u001b[31m'])(
    'has no field %j',
    (field) => {
      const {exitCode, message, suggestions} = refusal(() => parsePriceSheet(`{${JSON.stringify(field)}:1}`, 'p.json'));
      expect(message).toBe(`p.json: ${JSON.stringify(field)} is no price field`);
      expect(suggestions).toEqual([`fields: ${sheetFields.join(', ')}`]);
      expect(exitCode).toBe(3);
    },
  );

  test.each(['null', '[]', '[1]', '7', '"seed"', 'true'])('is an object, not %s', (text) => {
    const {message} = refusal(() => parsePriceSheet(text, 'p.json'));
    expect(message).toBe('p.json: must be a JSON object of prices by field');
  });

  test.each(['', '{', '{"dropUsd":NaN}', '{"dropUsd":Infinity}', '{"dropUsd":.5}'])('is JSON, not %j', (text) => {
    expect(refusal(() => parsePriceSheet(text, 'p.json')).message).toMatch(/^p\.json: is not JSON: /);
  });

  test('no name of an object is the name of a sheet', () => {
    for (const name of ['constructor', '__proto__', 'toString', '']) expect(namedPriceSheet(name)).toBeUndefined();
  });
});
