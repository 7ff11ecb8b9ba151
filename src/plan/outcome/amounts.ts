import {formatCount} from '../../base/units.ts';

/** Dollars as people read them. */
export function usd(value: number): string {
  const sign = value < 0 ? '-' : '';
  const amount = Math.abs(value);
  if (amount >= 100) return `${sign}$${formatCount(amount)}`;
  return amount >= 0.01 || amount === 0 ? `${sign}$${amount.toFixed(2)}` : `${sign}$${amount.toPrecision(2)}`;
}

/** A share as people read it; null: there is nothing to take it of. */
export function percent(share: number | null): string {
  if (share === null) return '-';
  return share > 0 && share < 0.0001 ? `${(share * 100).toExponential(1)} %` : `${Number((share * 100).toFixed(2))} %`;
}
