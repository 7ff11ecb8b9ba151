import {inCurrency, money} from '../../base/money.ts';
import type {Facts} from './facts.ts';

/** An objective on the command line: its flag, the fact it is about, and on which side of the limit it is met. */
export interface Objective {
  readonly flag: string;
  readonly what: string;
  readonly fact: (facts: Facts) => number;
  readonly side: 'at most' | 'at least';
  readonly unit: 'ms' | 'USD' | 'share' | '';
}

/** Everything `check` can hold a report or a plan against. */
export const objectives: readonly Objective[] = [
  {flag: 'p99-start-ms', what: 'p99 start delay of all calls', fact: (f) => f.p99StartMs, side: 'at most', unit: 'ms'},
  {
    flag: 'p999-start-ms',
    what: 'p99.9 start delay of all calls',
    fact: (f) => f.p999StartMs,
    side: 'at most',
    unit: 'ms',
  },
  {flag: 'p99-cold-ms', what: 'p99 cold time of cold starts', fact: (f) => f.p99ColdMs, side: 'at most', unit: 'ms'},
  {flag: 'max-usd-per-day', what: 'cost a day', fact: (f) => f.usdPerDay, side: 'at most', unit: 'USD'},
  {flag: 'min-warm-share', what: 'share of warm calls', fact: (f) => 1 - f.coldShare, side: 'at least', unit: 'share'},
  {flag: 'max-cold-share', what: 'share of cold calls', fact: (f) => f.coldShare, side: 'at most', unit: 'share'},
  {flag: 'max-lost-share', what: 'share of lost calls', fact: (f) => f.lostShare, side: 'at most', unit: 'share'},
  {flag: 'max-slots', what: 'most slots at a time', fact: (f) => f.slots, side: 'at most', unit: ''},
  {flag: 'max-gap', what: 'relative gap of the plan', fact: (f) => f.gap, side: 'at most', unit: ''},
];

export interface CheckResult {
  readonly objective: string;
  /** Null where the report does not say, which misses the objective. */
  readonly value: number | null;
  readonly limit: number;
  readonly met: boolean;
  /** One line, for people. */
  readonly text: string;
}

/** Holds the facts against the limits, by flag; a fact that is not there does not meet anything. */
export function checkFacts(facts: Facts, limits: Readonly<Record<string, number>>): CheckResult[] {
  return objectives
    .filter(({flag}) => limits[flag] !== undefined)
    .map(({flag, what, fact, side, unit}) => {
      const limit = limits[flag]!;
      const value = fact(facts);
      const met = side === 'at most' ? value <= limit : value >= limit;
      const found = Number.isNaN(value) ? 'is not in the report' : `is ${shownValue(value, unit)}`;
      const text = `${met ? 'met' : 'missed'}: ${what} (${facts.label}) ${found}, must be ${side} ${shownValue(limit, unit)}`;
      return {objective: flag, value: Number.isNaN(value) ? null : value, limit, met, text};
    });
}

/** A value or a limit of an objective, for people; Infinity is a delay that does not end. */
export function shownValue(value: number, unit: Objective['unit']): string {
  if (value === Number.POSITIVE_INFINITY) return 'endless';
  const digits = Number((unit === 'share' ? value * 100 : value).toPrecision(6));
  if (unit === 'USD') return `${money.sign}${Number(inCurrency(value).toPrecision(6))}`;
  return unit === '' ? String(digits) : `${digits} ${unit === 'share' ? '%' : unit}`;
}
