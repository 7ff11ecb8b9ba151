import {formatCount} from '../../base/units.ts';

/** Less than this is rounding: a millionth of a cent. */
const NOTHING_USD = 1e-8;

/** Dollars as people read them. */
export function usd(value: number): string {
  const amount = Math.abs(value) < NOTHING_USD ? 0 : Math.abs(value);
  const sign = value < 0 && amount > 0 ? '-' : '';
  if (amount >= 100) return `${sign}$${formatCount(amount)}`;
  if (amount >= 0.01 || amount === 0) return `${sign}$${amount.toFixed(2)}`;
  return `${sign}$${decimals(amount)}`;
}

/** A share as people read it, beyond ten times the whole as how often; null: there is nothing to take it of. */
export function percent(share: number | null): string {
  if (share === null) return '-';
  if (Math.abs(share) >= 10) return `${formatCount(share)} times`;
  if (Math.abs(share) < 1e-9) return '0 %';
  return Math.abs(share) < 0.0001 ? `${decimals(share * 100)} %` : `${Number((share * 100).toFixed(2))} %`;
}

/** Two significant digits without an exponent. */
function decimals(value: number): string {
  return value.toFixed(Math.min(20, 1 - Math.floor(Math.log10(Math.abs(value)))));
}
