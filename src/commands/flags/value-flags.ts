import type {Interfaces} from '@oclif/core';
import {
  numberReader,
  type Reader,
  readAmount,
  readerOf,
  readFiniteTimeUs,
  readLengthUs,
  readPositive,
  readRoomMib,
  wholeReader,
} from '../../base/readers.ts';
import {parseShare, parseSizeMib, parseTimeUs, US_PER_MS} from '../../base/units.ts';

type Props = Pick<
  Partial<Interfaces.OptionFlag<string>>,
  'char' | 'hidden' | 'options' | 'summary' | 'helpValue' | 'helpGroup' | 'exclusive' | 'multipleNonGreedy'
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

export function valueFlag<T>(read: Reader<T>): ValueFlag<T> {
  const parse = async (text: string) => text;
  const make = (props: Props): object => ({multiple: false, ...props, read, input: [], type: 'option', parse});
  return make as ValueFlag<T>;
}

/** The parsed flags, with values in place of the texts of value flags, whether given or by default. */
export function readValues<F extends Record<string, unknown>>(definitions: object, flags: F): F {
  const values: Record<string, unknown> = {...flags};
  for (const [name, {read}] of Object.entries(definitions as Record<string, {read?: Reader<unknown>}>)) {
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
export const finiteTimeFlag = valueFlag(readFiniteTimeUs);

/** A time above 0 that ends: whole microseconds. */
export const lengthFlag = valueFlag(readLengthUs);

/** `2026-01-05T00:00Z`: microseconds since 1970. */
export const isoTimeFlag = valueFlag(
  readerOf((text) => Date.parse(text) * US_PER_MS, Number.isFinite, 'an ISO 8601 time such as 2026-01-05T00:00Z'),
);

/** `64GiB`: MiB. */
export const sizeFlag = valueFlag(parseSizeMib);

/** A size above 0: MiB. */
export const roomFlag = valueFlag(readRoomMib);

export const amountFlag = valueFlag(readAmount);

/** A number of at least 0, `80%` for .8. */
export const portionFlag = valueFlag(
  readerOf(parseShare, (share) => share >= 0 && Number.isFinite(share), 'a number >= 0'),
);

/** A factor above 0, `130%` for 1.3. */
export const factorFlag = valueFlag(
  readerOf(parseShare, (factor) => factor > 0 && factor <= 1e6, 'a factor above 0 and up to 1e6, such as 1.3 or 130%'),
);

/** A part of a whole, `10%` for .1. */
export const shareFlag = valueFlag(
  readerOf(parseShare, (share) => share > 0 && share <= 1, 'a share above 0 and up to 1, such as 0.1 or 10%'),
);

export const positiveFlag = valueFlag(readPositive);

/** A finite number; `rule` says in words what `fits` tests. */
export function numberFlag(rule: string, fits: (value: number) => boolean): ValueFlag<number> {
  return valueFlag(numberReader(rule, fits));
}

/** A whole number within closed bounds. */
export function countFlag(least: number, most?: number): ValueFlag<number> {
  return valueFlag(wholeReader(least, most));
}
