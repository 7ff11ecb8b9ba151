import type {Interfaces} from '@oclif/core';
import {usageError} from '../../base/errors.ts';
import {parseNumber, parseShare, parseSizeMib, parseTimeUs, US_PER_MS} from '../../base/units.ts';

/** Reads what the user wrote after a flag; `flag` is how messages name it: `--window`. Throws a usage error. */
export type Read<T> = (text: string, flag: string) => T;

type Props = Pick<
  Partial<Interfaces.OptionFlag<string>>,
  'char' | 'options' | 'summary' | 'helpValue' | 'helpGroup' | 'exclusive' | 'multipleNonGreedy'
>;

/**
 * A kind of flag that hands over a value in the tool's own unit. Its default is what the user would write, so that help
 * shows it and the same reader reads it.
 *
 * The types are oclif's; its `parse` is told of given texts alone, and puts three lines around an error, so that
 * `readValues` reads them instead.
 */
interface ValueFlag<T> {
  (props: Props & {multiple: true; default: readonly string[]}): Interfaces.OptionFlag<T[]>;
  (props: Props & {multiple: true}): Interfaces.OptionFlag<T[] | undefined>;
  (props: Props & ({default: string | number} | {required: true})): Interfaces.OptionFlag<T>;
  (props: Props): Interfaces.OptionFlag<T | undefined>;
}

export function valueFlag<T>(read: Read<T>): ValueFlag<T> {
  const parse = async (text: string) => text;
  const make = (props: Props): object => ({multiple: false, ...props, read, input: [], type: 'option', parse});
  return make as ValueFlag<T>;
}

/** The parsed flags, with values in place of the texts of value flags, whether given or by default. */
export function readValues<F extends Record<string, unknown>>(definitions: object, flags: F): F {
  const values: Record<string, unknown> = {...flags};
  for (const [name, {read}] of Object.entries(definitions as Record<string, {read?: Read<unknown>}>)) {
    const text = values[name];
    if (read === undefined || text === undefined) continue;
    const one = (each: unknown): unknown => read(String(each), `--${name}`);
    values[name] = Array.isArray(text) ? text.map(one) : one(text);
  }
  return values as F;
}

/** `10m`, `forever`: whole microseconds, Infinity. */
export const timeFlag = valueFlag(parseTimeUs);

/** A time that ends: whole microseconds. */
export const finiteTimeFlag = valueFlag(finiteTimeUs);

/** A time above 0 that ends: whole microseconds. */
export const lengthFlag = valueFlag((text, flag) => {
  const us = parseTimeUs(text, flag);
  if (us > 0 && us < Number.POSITIVE_INFINITY) return us;
  throw refused(flag, text, 'above 0 and finite');
});

/** `2026-01-05T00:00Z`: microseconds since 1970. */
export const isoTimeFlag = valueFlag((text, flag) => {
  const ms = Date.parse(text);
  if (Number.isFinite(ms)) return ms * US_PER_MS;
  throw refused(flag, text, 'an ISO 8601 time such as 2026-01-05T00:00Z');
});

/** `64GiB`: MiB. */
export const sizeFlag = valueFlag(parseSizeMib);

/** A size above 0: MiB. */
export const roomFlag = valueFlag((text, flag) => {
  const mib = parseSizeMib(text, flag);
  if (mib > 0) return mib;
  throw refused(flag, text, 'above 0');
});

/** A finite number; `rule` says in words what `fits` tests. */
export function numberFlag(rule: string, fits: (value: number) => boolean): ValueFlag<number> {
  return valueFlag((text, flag) => {
    const value = parseNumber(text);
    if (Number.isFinite(value) && fits(value)) return value;
    throw refused(flag, text, rule);
  });
}

export const amountFlag = numberFlag('a number >= 0', (value) => value >= 0);

/** A number of at least 0, `80%` for .8. */
export const portionFlag = valueFlag((text, flag) => {
  const value = parseShare(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw refused(flag, text, 'a number >= 0');
});

export const positiveFlag = numberFlag('a number above 0', (value) => value > 0);

/** A whole number within closed bounds. */
export function countFlag(least: number, most = Number.MAX_SAFE_INTEGER): ValueFlag<number> {
  const rule = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return valueFlag((text, flag) => {
    const value = parseNumber(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw refused(flag, text, `a whole number ${rule}`);
  });
}

function finiteTimeUs(text: string, flag: string): number {
  const us = parseTimeUs(text, flag);
  if (us < Number.POSITIVE_INFINITY) return us;
  throw refused(flag, text, 'a finite time');
}

function refused(flag: string, text: string, rule: string): Error {
  return usageError(`${flag} is '${text}', must be ${rule}`);
}
