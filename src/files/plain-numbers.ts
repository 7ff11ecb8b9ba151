import {parseCount, parseScaled} from './cells.ts';
import type {PlainRow} from './plain-row.ts';

const ZERO = 48;
const DOT = 46;
/** Nine digits and six decimals of them stay exact in a double. */
const MAX_WHOLE_DIGITS = 9;

/** `parseCount` of a cell, without making text of plain digits. */
export function countAt(row: PlainRow, cell: number): number {
  const {bytes, bounds} = row;
  const [from, to] = [bounds[cell]!, bounds[cell + 1]! - 1];
  if (from === to || to - from > MAX_WHOLE_DIGITS) return parseCount(row.text(cell));
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return parseCount(row.text(cell));
    value = value * 10 + digit;
  }
  return value;
}

/**
 * `parseScaled` of a cell with `shift` 6, seconds to microseconds, without making text of plain decimals such as
 * `57.15786004066467`: digits beyond the sixth decimal only decide the rounding, so all is whole numbers.
 */
export function microsAt(row: PlainRow, cell: number): number {
  const {bytes, bounds} = row;
  const [from, to] = [bounds[cell]!, bounds[cell + 1]! - 1];
  let value = 0;
  let at = from;
  for (; at < to; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const odd = at === from || at - from > MAX_WHOLE_DIGITS || (at < to && bytes[at] !== DOT);
  if (odd) return parseScaled(row.text(cell), 6);
  let decimals = 0;
  let up = 0;
  for (at++; at < to; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return parseScaled(row.text(cell), 6);
    if (decimals < 6) value = value * 10 + digit;
    else if (decimals === 6) up = digit >= 5 ? 1 : 0;
    decimals++;
  }
  for (; decimals < 6; decimals++) value *= 10;
  return value + up;
}
