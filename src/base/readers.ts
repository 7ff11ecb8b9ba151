import {usageError} from './errors.ts';
import {parseNumber, parseSizeMib, parseTimeUs} from './units.ts';

/**
 * Reads a value as people write it; `what` is how messages name it: `--window`, `--policy fixed:ttl`. Throws a usage
 * error with name, text and rule.
 */
export type Reader<T> = (text: string, what: string) => T;

/** What `read` reads, where it `fits`; `rule` says in words what that tests. */
export function readerOf<T>(read: Reader<T>, fits: (value: T) => boolean, rule: string): Reader<T> {
  return (text, what) => {
    const value = read(text, what);
    if (fits(value)) return value;
    throw usageError(`${what} is '${text}', must be ${rule}`);
  };
}

/** A finite number that `fits`. */
export function numberReader(rule: string, fits: (value: number) => boolean): Reader<number> {
  return readerOf(parseNumber, (value) => Number.isFinite(value) && fits(value), rule);
}

/** A whole number within closed bounds. */
export function wholeReader(least: number, most = Number.MAX_SAFE_INTEGER): Reader<number> {
  const bounds = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return numberReader(
    `a whole number ${bounds}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );
}

export const readAmount = numberReader('a number >= 0', (value) => value >= 0);

export const readPositive = numberReader('a number above 0', (value) => value > 0);

/** A time that ends, as whole microseconds. */
export const readFiniteTimeUs = readerOf(parseTimeUs, Number.isFinite, 'a finite time');

/** A time above 0 that ends, as whole microseconds. */
export const readLengthUs = readerOf(parseTimeUs, (us) => us > 0 && Number.isFinite(us), 'above 0 and finite');

/** A size above 0, as MiB. */
export const readRoomMib = readerOf(parseSizeMib, (mib) => mib > 0, 'above 0');
