import {aSpan, inCurrency, inSpan, money} from '../../base/money.ts';
import {formatCount} from '../../base/units.ts';

/** Less than this is rounding: a millionth of a cent. */
const NOTHING_USD = 1e-8;

/** Dollars as people read them, in the currency told. */
export function usd(value: number): string {
  const amount = Math.abs(value) < NOTHING_USD ? 0 : inCurrency(Math.abs(value));
  const sign = `${value < 0 && amount > 0 ? '-' : ''}${money.sign}`;
  if (amount >= 100) return `${sign}${formatCount(amount)}`;
  if (amount >= 0.01 || amount === 0) return `${sign}${amount.toFixed(2)}`;
  return `${sign}${decimals(amount)}`;
}

/** Dollars a day, of the span told: `$59.02`. */
export function spanUsd(usdPerDay: number): string {
  return usd(inSpan(usdPerDay));
}

/** `$59.02 a month`. */
export function usdASpan(usdPerDay: number): string {
  return `${spanUsd(usdPerDay)} ${aSpan()}`;
}

/** A share as people read it, beyond ten times the whole as how often; null: there is nothing to take it of. */
export function percent(share: number | null): string {
  if (share === null) return '-';
  if (Math.abs(share) >= 10) return `${formatCount(share)} times`;
  if (Math.abs(share) < 1e-9) return '0 %';
  return Math.abs(share) < 0.0001 ? `${decimals(share * 100)} %` : `${Number((share * 100).toFixed(2))} %`;
}

/** Three significant digits, thousands kept whole. */
export function short(value: number): string {
  if (Math.abs(value) >= 1000) return formatCount(value);
  return value === 0 ? '0' : String(Number(value.toPrecision(3)));
}

/** Two significant digits without an exponent. */
function decimals(value: number): string {
  return value.toFixed(Math.min(20, 1 - Math.floor(Math.log10(Math.abs(value)))));
}
