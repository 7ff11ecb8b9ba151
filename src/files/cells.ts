/** Cells that say nothing: empty ones and what exports of data frames and databases write for a missing value. */
const blanks = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', '\\n']);

export function isBlank(cell: string): boolean {
  return cell === '' || (cell.length < 16 && blanks.has(cell.trim().toLowerCase()));
}

/** What `parseCount` takes, as messages say it. */
export const COUNT_RULE = 'a whole number from 0 to 2^53';

/** Of a trimmed cell: blanks on both sides of an expression would be tried in every combination. */
const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/**
 * A count: a whole number from 0 to 2^53, also written `6.0` or `1e3`; a blank cell is 0. NaN for anything else.
 */
export function parseCount(cell: string): number {
  // Most cells of a wide trace are a single 0.
  if (cell === '0') return 0;
  if (isBlank(cell)) return 0;
  const value = parseNumber(cell);
  return Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}

/** A decimal number; NaN for anything else, so also for a blank cell, hexadecimal and infinities. */
export function parseNumber(cell: string): number {
  if (!decimal.test(cell.trim())) return Number.NaN;
  const value = Number.parseFloat(cell);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** A number whose comma is a point and whose points part thousands, `1.234,5`, as others write it; others as they are. */
export function withPoint(cell: string): string {
  return /^\s*[+-]?[\d.]*,\d+/.test(cell) ? cell.replaceAll('.', '').replace(',', '.') : cell;
}

/**
 * Decimal text times 10^`shift`, rounded half away from zero to an integer, exactly: `57.15786004066467` seconds with
 * shift 6 are 57157860 microseconds, where a product of doubles may land on the neighbour. NaN when the text is no
 * decimal number or the result is beyond +-2^53.
 */
export function parseScaled(cell: string, shift: number): number {
  const match = decimal.exec(cell.trim());
  if (match === null) return Number.NaN;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  if (digits === '') return Number.NaN;
  const significant = digits.replace(/^0+/, '');
  // Digits in front of the decimal point of the result.
  const point = whole.length - (digits.length - significant.length) + Number(exponent) + shift;
  if (significant === '' || point < 0) return 0;
  if (point > 16) return Number.NaN;
  const kept = Number(significant.slice(0, point).padEnd(point, '0'));
  const value = kept + (significant.charCodeAt(point) >= FIVE ? 1 : 0);
  if (!Number.isSafeInteger(value)) return Number.NaN;
  return sign === '-' && value !== 0 ? -value : value;
}

const FIVE = 0x35;
/** Below this a product of doubles is within a thousandth of the true one. */
const MAX_PRODUCT = 2 ** 40;

/** `parseScaled` of a number's text for a shift >= 0, without making it; undefined where only the text can tell. */
export function scaleNumber(value: number, shift: number): number | undefined {
  if (shift < 0) return undefined;
  const product = value * 10 ** shift;
  // No result is a negative zero, which text does not give.
  if (Number.isInteger(value) && Number.isSafeInteger(product)) return product + 0;
  const rest = product - Math.floor(product);
  const isClear = Math.abs(product) < MAX_PRODUCT && Math.abs(rest - 0.5) > 0.001;
  return isClear ? Math.round(product) + 0 : undefined;
}
