import {formatCount, formatTimeUs, US_PER_SECOND} from './units.ts';

/** A number as people read it: three significant digits, whole thousands, exponents only for the very small. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e15) return value.toPrecision(3);
  if (size >= 1000) return formatCount(value);
  if (size >= 1e-4 || size === 0) return String(Number(value.toPrecision(3)));
  return value.toExponential(2).replace(/\.?0+e/, 'e');
}

/** `$0.00278`, `$0.60`, `$21.87`, `$9,340,000`, `-$3.00`: cents, and three significant digits at least. */
export function formatUsd(usd: number): string {
  if (usd < 0) return `-${formatUsd(-usd)}`;
  if (usd >= 1000 || usd === 0) return `$${formatNumber(usd)}`;
  const text = formatNumber(usd);
  const cents = usd.toFixed(2);
  return `$${usd >= 1 || Number(cents) === Number(text) ? cents : text}`;
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
