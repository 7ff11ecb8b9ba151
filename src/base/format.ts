import {inCurrency, money} from './money.ts';
import {formatCount, formatTimeUs, US_PER_SECOND} from './units.ts';

/** A number as people read it: three significant digits, whole thousands, exponents only for the very small. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15) return value.toPrecision(3);
  if (size >= 1000) return formatCount(value);
  if (size >= 1e-4 || size === 0) return String(Number(value.toPrecision(3)));
  return value.toExponential(2).replace(/\.?0+e/, 'e');
}

/** `$0.00278`, `$0.60`, `$21.87`, `$9,340,000`, `-$3.00`: cents, and three significant digits at least; in the currency told. */
export function formatUsd(usd: number): string {
  return formatMoney(inCurrency(usd), money.sign);
}

/** The same of dollars whatever the currency: for files, which tell no other. */
export function formatDollars(usd: number): string {
  return formatMoney(usd, '$');
}

function formatMoney(amount: number, sign: string): string {
  if (amount < 0) return `-${formatMoney(-amount, sign)}`;
  if (amount >= 1000 || amount === 0) return `${sign}${formatNumber(amount)}`;
  const text = formatNumber(amount);
  const cents = amount.toFixed(2);
  return `${sign}${amount >= 1 || Number(cents) === Number(text) ? cents : text}`;
}

/** The same without the sign, for columns whose title has it. */
export function formatAmount(usd: number): string {
  return formatUsd(usd).replace(money.sign, '');
}

/** `17.4 %`. */
export function formatShare(share: number): string {
  return `${formatNumber(share * 100)} %`;
}

export function formatSeconds(seconds: number): string {
  return formatTimeUs(seconds * US_PER_SECOND);
}

/** A value with its unit: `$0.185/notification`, `39.2 s`, `17.4 %`, `141 erlangs`; `-` for none. */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return '-';
  if (unit === 'share') return formatShare(value);
  if (unit === 's') return formatSeconds(value);
  if (unit === 'bytes/s') return formatBytesPerSecond(value);
  if (unit === 'USD' || unit.startsWith('USD/')) return formatUsd(value) + unit.slice(3);
  return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
}

function formatBytesPerSecond(speed: number): string {
  const units = ['B/s', 'KB/s', 'MB/s', 'GB/s', 'TB/s'];
  let power = 0;
  while (power < units.length - 1 && speed >= 1000 ** (power + 1)) power++;
  return `${formatNumber(speed / 1000 ** power)} ${units[power]}`;
}
