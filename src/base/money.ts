import {type Period, periodDays} from './period.ts';

/**
 * In what span and currency costs are told where people read: set once by the command before anything is printed, as
 * `terminal` is. No part of any result: JSON and CSV tell dollars a day.
 */
export const money = {
  per: 'day' as Period,
  /** Before amounts, and in titles of columns. */
  sign: '$',
  /** In sentences: `dollars`. */
  name: 'dollars',
  /** Of it for a dollar. */
  rate: 1,
};

/** Dollars a day as dollars of the span that is told. */
export function inSpan(usdPerDay: number): number {
  return usdPerDay * periodDays[money.per];
}

/** `$/month`: the title of a column of them; what it is of goes before. */
export function perSpan(what = ''): string {
  return `${what === '' ? '' : `${what} `}${money.sign}/${money.per}`;
}

/** `a month`. */
export function aSpan(): string {
  return `a ${money.per}`;
}

/** Dollars in the currency that is told. */
export function inCurrency(usd: number): number {
  return usd * money.rate;
}

/** `Dollars`, as sentences begin. */
export function moneyName(): string {
  return money.name.charAt(0).toUpperCase() + money.name.slice(1);
}
