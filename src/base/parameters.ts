import {usageError} from './errors.ts';
import type {Parameter} from './part.ts';
import {numberReader, readFiniteTimeUs, readPositive, wholeReader} from './readers.ts';
import {parseSizeMib, parseTimeUs} from './units.ts';

/** A parameter's default as one would write it, '' where it may be left out; without, it must be given, and help shows the example. */
interface Terms {
  readonly default?: string;
  readonly example?: string;
  readonly bare?: boolean;
}

function made<Value extends string | number | boolean>(
  type: string,
  summary: string,
  terms: Terms,
  parse: Parameter<Value>['parse'],
): Parameter<Value> {
  return {default: terms.default, type, summary, parse, ...terms};
}

/** A time with a unit, read as whole microseconds; `forever` is Infinity. */
export function timeUs(summary: string, terms: Terms = {}): Parameter<number> {
  return made('time', summary, terms, parseTimeUs);
}

/** A time that ends, read as whole microseconds. */
export function finiteTimeUs(summary: string, terms: Terms = {}): Parameter<number> {
  return made('time', summary, terms, readFiniteTimeUs);
}

/** A size with a unit, read as MiB. */
export function sizeMib(summary: string, terms: Terms = {}): Parameter<number> {
  return made('size', summary, terms, parseSizeMib);
}

/** A number from `least` to `most`, both included. */
export function numberFrom(least: number, most: number, summary: string, terms: Terms = {}): Parameter<number> {
  const type = `number from ${least} to ${most}`;
  return made(
    type,
    summary,
    terms,
    numberReader(`a ${type}`, (value) => value >= least && value <= most),
  );
}

/** A whole number of at least `least`. */
export function wholeAtLeast(least: number, summary: string, terms: Terms = {}): Parameter<number> {
  return made(`whole number of at least ${least}`, summary, terms, wholeReader(least));
}

/** A finite number above 0. */
export function numberAbove0(summary: string, terms: Terms = {}): Parameter<number> {
  return made('number above 0', summary, terms, readPositive);
}

/** One of those words. */
export function oneOf<const Word extends string>(
  words: readonly Word[],
  summary: string,
  terms: Terms = {},
): Parameter<Word> {
  const type = words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
  return made(type, summary, terms, (text, what) => {
    const word = words.find((one) => one === text);
    if (word === undefined) throw usageError(`${what} is '${text}', must be ${type}`);
    return word;
  });
}

/** `yes` or `no`, read as true or false. */
export function yesOrNo(summary: string, terms: Terms = {}): Parameter<boolean> {
  const {parse, type} = oneOf(['yes', 'no'], summary);
  return made(type, summary, terms, (text, what) => parse(text, what) === 'yes');
}

/** Any text: a file, a name. */
export function text(type: string, summary: string, terms: Terms = {}): Parameter<string> {
  return made(type, summary, terms, (given) => given);
}
