import {usageError} from '../base/errors.ts';
import {formatTimeUs, parseNumber, parseShare, parseSizeMib, parseTimeUs, US_PER_SECOND} from '../base/units.ts';

/** One input of a trade-off: the flag, what it may be, and how its text becomes a value, a number in `unit` mostly. */
export interface Input<T = number> {
  /** Without dashes: `idle-days`. */
  readonly flag: string;
  /** Text as on the command line; undefined when the flag may be left out. */
  readonly default: string | undefined;
  readonly summary: string;
  /** What to write after the flag in `--help`. */
  readonly hint: string;
  /** Unit of the parsed number: `s`, `bytes`, `USD`, `share`. */
  readonly unit: string;
  /** Closed bounds of the parsed number; an open bound is the next double inside. */
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  /** The value of the flag in JSON: a number, or the text where it carries a unit. */
  json(text: string): number | string;
  /** The parsed value. Throws a usage error that names the flag, the value and the rule. */
  parse(text: string): T;
  /** The number as one would write it after the flag, to so many digits. */
  show(value: number, digits: number): string;
}

export type Inputs = Readonly<Record<string, Input<unknown>>>;

/** The parsed numbers of a set of inputs, in their units. */
export type Values<I extends Inputs> = {readonly [K in keyof I]: I[K] extends Input<infer T> ? T : never};

const TINY = Number.MIN_VALUE;

interface Kind {
  readonly hint: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly rule: string;
  /** Text to number; NaN when it is none. Throws by itself where units are parsed. */
  read(text: string, flag: string): number;
  show(value: number, digits: number): string;
  readonly textInJson?: boolean;
}

const plain = {
  read: parseNumber,
  show: (value: number, digits: number) => String(Number(value.toPrecision(digits))),
  hint: 'N',
};

const kinds = {
  share: {...plain, unit: 'share', min: 0, max: 1, rule: 'a share from 0 to 1', read: parseShare},
  openShare: {
    ...plain,
    unit: 'share',
    min: TINY,
    max: 1 - 2 ** -53,
    rule: 'a share above 0 and below 1',
    read: parseShare,
  },
  positiveShare: {...plain, unit: 'share', min: TINY, max: 1, rule: 'a share above 0 and up to 1', read: parseShare},
  utilisation: {
    ...plain,
    unit: 'share',
    min: 0,
    max: 1 - 2 ** -53,
    rule: 'a utilisation from 0 to below 1',
    read: parseShare,
  },
  usd: {
    ...plain,
    unit: 'USD',
    min: 0,
    max: Number.MAX_VALUE,
    rule: 'an amount in US dollars of at least 0',
    hint: 'USD',
  },
  amount: {...plain, unit: '', min: 0, max: Number.MAX_VALUE, rule: 'a number of at least 0'},
  positive: {...plain, unit: '', min: TINY, max: Number.MAX_VALUE, rule: 'a number above 0'},
  number: {...plain, unit: '', min: -Number.MAX_VALUE, max: Number.MAX_VALUE, rule: 'a number'},
  count: {...plain, unit: '', min: 1, max: 2 ** 53, whole: true, rule: 'a whole number of at least 1'},
  whole: {...plain, unit: '', min: 0, max: 2 ** 53, whole: true, rule: 'a whole number of at least 0'},
  time: {
    hint: 'TIME',
    unit: 's',
    min: 0,
    max: Number.MAX_VALUE,
    rule: 'a finite time of at least 0',
    read: (text: string, flag: string) => parseTimeUs(text, flag) / US_PER_SECOND,
    show: (seconds: number, digits: number) =>
      digits <= 3
        ? formatTimeUs(seconds * US_PER_SECOND).replace(' ', '')
        : `${Number((seconds * US_PER_SECOND).toPrecision(digits))}us`,
    textInJson: true,
  },
  memory: {
    hint: 'SIZE',
    unit: 'GB',
    min: TINY,
    max: Number.MAX_VALUE,
    rule: 'a memory size above 0',
    // Clouds write MB and GB for powers of 1024, and bill by them; so does whoever quotes their sizes.
    read: (text: string, flag: string) => parseSizeMib(text.replace(/([KMGT])B/g, '$1iB'), flag) / 1024,
    show: (gb: number, digits: number) => `${Number((gb * 1024).toPrecision(digits))}MB`,
    textInJson: true,
  },
  bytes: {
    hint: 'SIZE',
    unit: 'bytes',
    min: 0,
    max: Number.MAX_VALUE,
    rule: 'a size of at least 0',
    read: readBytes,
    show: showBytes,
    textInJson: true,
  },
  bytesPerSecond: {
    hint: 'SIZE/s',
    unit: 'bytes/s',
    min: TINY,
    max: Number.MAX_VALUE,
    rule: 'a speed above 0, such as 100MB/s',
    read: readSpeed,
    show: (speed: number, digits: number) => `${showBytes(speed, digits)}/s`,
    textInJson: true,
  },
} as const satisfies Record<string, Kind>;

export type InputKind = keyof typeof kinds;

/** An input with a default. `unit` refines what a plain number counts: `calls/s`. */
export function input(kind: InputKind, flag: string, text: string, summary: string, unit?: string): Input<number> {
  return make(kind, flag, text, summary, unit);
}

/** The same input with an upper bound: for numbers that an answer has to count up to. */
export function atMost(max: number, made: Input<number>): Input<number> {
  const parse = (given: string): number => {
    const value = made.parse(given);
    if (value > max) throw refusal(made.flag, given, `at most ${max.toLocaleString('en-US')}`);
    return value;
  };
  return {...made, max, parse};
}

/** An input that may be left out: then it is undefined. */
export function optional(kind: InputKind, flag: string, summary: string, unit?: string): Input<number | undefined> {
  return make(kind, flag, undefined, summary, unit);
}

/** An input that is no single number, such as a list; the sensitivity leaves it alone. */
export function special<T>(
  flag: string,
  text: string,
  summary: string,
  hint: string,
  parse: (text: string, flag: string) => T,
): Input<T> {
  return {
    ...make('number', flag, text, summary),
    hint,
    json: (given) => given,
    parse: (given) => parse(given, `--${flag}`),
  };
}

/** A time above 0. */
export function duration(flag: string, text: string, summary: string): Input<number> {
  const made = make('time', flag, text, summary);
  const parse = (given: string): number => {
    const seconds = made.parse(given);
    if (seconds === 0) throw refusal(flag, given, 'a time above 0');
    return seconds;
  };
  return {...made, min: 1 / US_PER_SECOND, parse};
}

/**
 * The values of `texts` (by flag name); a missing one takes its default. `given` holds values by key that somebody
 * else has read already: a price sheet from a file, which this room may not open.
 */
export function parseInputs<I extends Inputs>(
  inputs: I,
  texts: Readonly<Record<string, string | undefined>>,
  given: Partial<Values<I>> = {},
): Values<I> {
  const values: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(inputs)) {
    const text = texts[spec.flag] ?? spec.default;
    values[key] = given[key] ?? (text === undefined ? undefined : spec.parse(text));
  }
  return values as Values<I>;
}

/** Every flag with its value, null where left out: what the `inputs` of a JSON answer show. */
export function inputsJson(
  inputs: Inputs,
  texts: Readonly<Record<string, string | undefined>>,
): Record<string, number | string | null> {
  return Object.fromEntries(
    Object.values(inputs).map((spec) => {
      const text = texts[spec.flag] ?? spec.default;
      return [spec.flag, text === undefined ? null : spec.json(text)];
    }),
  );
}

function make(name: InputKind, flag: string, text: string | undefined, summary: string, unit?: string): Input<number> {
  const kind: Kind = kinds[name];
  return {
    flag,
    default: text,
    summary,
    hint: kind.hint,
    unit: unit ?? kind.unit,
    min: kind.min,
    max: kind.max,
    whole: kind.whole ?? false,
    json: (given) => (kind.textInJson ? given : kind.read(given, `--${flag}`)),
    parse: (given) => {
      const value = kind.read(given, `--${flag}`);
      const fits = value >= kind.min && value <= kind.max && (!kind.whole || Number.isInteger(value));
      if (!fits) throw refusal(flag, given, kind.rule);
      return value;
    },
    show: kind.show,
  };
}

function refusal(flag: string, given: string, rule: string): Error {
  return usageError(`--${flag} is '${given}', must be ${rule}`);
}

function readBytes(text: string, flag: string): number {
  return Math.round(parseSizeMib(text, flag) * 1024 * 1024 * 1e6) / 1e6;
}

function readSpeed(text: string, flag: string): number {
  const speed = /^(.*)\/s$/.exec(text.trim());
  if (!speed) throw usageError(`${flag} is '${text}', must be a speed such as 100MB/s`);
  return readBytes(speed[1]!, flag);
}

function showBytes(bytes: number, digits: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let power = 0;
  while (power < units.length - 1 && bytes >= 1000 ** (power + 1)) power++;
  return `${Number((bytes / 1000 ** power).toPrecision(digits))}${units[power]}`;
}
