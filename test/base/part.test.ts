import {describe, expect, test} from 'vitest';
import type {UserError} from '../../src/base/errors.ts';
import {
  finiteTimeUs,
  numberAbove0,
  numberFrom,
  oneOf,
  sizeMib,
  text,
  timeUs,
  yesOrNo,
} from '../../src/base/parameters.ts';
import {type Entry, parseValues, Registry, signature} from '../../src/base/part.ts';

const keep = {
  name: 'keep',
  summary: 'keeps',
  parameters: {ttl: timeUs('time to live', {default: '10m'}), share: numberFrom(0, 1, 'share', {default: '.5'})},
} satisfies Entry;
const follow = {
  name: 'follow',
  summary: 'follows a file',
  parameters: {file: text('file', 'what to follow'), loud: yesOrNo('says so', {default: 'no'})},
} satisfies Entry;
const wait = {
  name: 'wait',
  summary: 'waits',
  parameters: {
    least: timeUs('shortest', {bare: true, default: '1s'}),
    most: timeUs('longest', {default: 'forever'}),
  },
  check({least, most}: {least: number; most: number}, what: string) {
    if (least > most) throw new Error(`${what}: least above most`);
  },
} satisfies Entry;
const stay: Entry = {name: 'stay', summary: 'stays'};

const registry = new Registry({flag: '--habit', one: 'habit', many: 'habits'}, [keep, follow, wait, stay]);

function refusal(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    return error as UserError;
  }
  throw new Error('nothing was refused');
}

describe('a choice', () => {
  test('a refusal names the flag that was written', () => {
    expect(() => registry.parse('kep', '--other')).toThrow("--other is 'kep', there is no habit 'kep'");
    expect(() => registry.parse('keep:ttl=x', '--other')).toThrow("--other keep:ttl is 'x'");
  });

  test('has the defaults of what is not given', () => {
    expect(registry.parse('keep')).toEqual({text: 'keep', name: 'keep', values: {ttl: 600e6, share: 0.5}});
    expect(registry.parse('keep:share=1').values).toEqual({ttl: 600e6, share: 1});
  });

  test('is plain data, which a thread gets as it is', () => {
    const choice = registry.parse('wait:5s');
    expect(structuredClone(choice)).toEqual(choice);
    expect(choice.values).toEqual({least: 5e6, most: Number.POSITIVE_INFINITY});
  });

  test('takes values with = and : in them', () => {
    expect(registry.parse('follow:file=s3://a?b=c,loud=yes').values).toEqual({file: 's3://a?b=c', loud: true});
  });

  test('takes a bare first value where its parameter may be bare, and by its name too', () => {
    expect(registry.parse('wait:5s,most=1m').values).toEqual({least: 5e6, most: 60e6});
    expect(registry.parse('wait:least=5s').values.least).toBe(5e6);
    expect(refusal(() => registry.parse('wait:most=1m,5s')).message).toContain("'5s' is no parameter of wait");
    expect(refusal(() => registry.parse('keep:10m')).message).toContain("'10m' is no parameter of keep");
  });

  test.each([
    ['kepe', "--habit is 'kepe', there is no habit 'kepe'"],
    ['', "--habit is '', there is no habit ''"],
    ['toString', "--habit is 'toString', there is no habit 'toString'"],
    ['keep:x=1', "--habit is 'keep:x=1': 'x=1' is no parameter of keep, must be key=value"],
    ['keep:ttl', "--habit is 'keep:ttl': 'ttl' is no parameter of keep, must be key=value"],
    ['keep:=1', "--habit is 'keep:=1': '=1' is no parameter of keep, must be key=value"],
    ['keep:ttl=1m,', "--habit is 'keep:ttl=1m,': '' is no parameter of keep, must be key=value"],
    ['keep:ttl=1m,ttl=2m', "--habit is 'keep:ttl=1m,ttl=2m': ttl is given twice"],
    ['keep:ttl=', "--habit is 'keep:ttl=': keep needs ttl=..."],
    ['follow', "--habit is 'follow': follow needs file=..."],
    ['stay:x=1', "--habit is 'stay:x=1': 'x=1' is no parameter of stay, must be key=value"],
    ['keep:share=2', "--habit keep:share is '2', must be a number from 0 to 1"],
    ['follow:file=a,loud=maybe', "--habit follow:loud is 'maybe', must be yes or no"],
  ])('%j is refused in one line', (given, message) => {
    const error = refusal(() => registry.parse(given));
    expect(error.message).toBe(message);
    expect(error.exitCode).toBe(2);
  });

  test('is refused with a way out: what was meant, or else what there is', () => {
    expect(refusal(() => registry.parse('kepp:ttl=1m')).suggestions).toEqual(['did you mean keep?']);
    expect(refusal(() => registry.parse('zzzz')).suggestions).toEqual(['known habits: keep, follow, wait, stay']);
    expect(refusal(() => registry.parse('keep:x=1')).suggestions).toEqual(['parameters of keep: ttl, share']);
    expect(refusal(() => registry.parse('stay:x=1')).suggestions).toEqual(['stay takes no parameters']);
  });

  test('is refused where its values do not go together', () => {
    expect(() => registry.parse('wait:5s,most=1s')).toThrow('--habit wait: least above most');
  });
});

describe('a registry', () => {
  test('refuses two of one name', () => {
    expect(() => new Registry({flag: '--habit', one: 'habit', many: 'habits'}, [keep, stay, keep])).toThrow(
      "there are two habits named 'keep'",
    );
  });

  test('gives what it holds by name, in the order of the list', () => {
    expect(registry.names).toEqual(['keep', 'follow', 'wait', 'stay']);
    expect(registry.named('wait')).toBe(wait);
    expect(registry.has('stay')).toBe(true);
    expect(registry.has('constructor')).toBe(false);
  });

  test('lists a line each for help', () => {
    expect(registry.summaries().split('\n')).toEqual([
      '  keep:ttl=10m,share=.5 - keeps',
      '  follow:file=...,loud=no - follows a file',
      '  wait:1s,most=forever - waits',
      '  stay - stays',
    ]);
    expect(signature(follow)).toBe('follow:file=...,loud=no');
  });
});

test('settings without a name are written in the same grammar', () => {
  const parameters = {attempts: numberAbove0('attempts', {default: '3'}), after: finiteTimeUs('pause')};
  const words = {name: '--retry', what: '--retry', said: "--retry is 'after=1s'"};
  const {attempts, after}: {attempts: number; after: number} = parseValues('after=1s', parameters, words);
  expect([attempts, after]).toEqual([3, 1e6]);
});

describe('parameters', () => {
  const words = oneOf(['lose', 'keep', 'both'], 'what becomes of it');

  test.each([
    ['a finite time', 'forever', finiteTimeUs('t'), "x is 'forever', must be a finite time"],
    ['a time', '5', timeUs('t'), "x is '5', must be a time with a unit, such as 500ms, 10m or 1h30m"],
    ['a size', '5', sizeMib('s'), "x is '5', must be a size with a unit, such as 512MiB or 64GiB"],
    ['a number above 0', '0', numberAbove0('n'), "x is '0', must be a number above 0"],
    ['a number above 0', 'Infinity', numberAbove0('n'), "x is 'Infinity', must be a number above 0"],
    ['a number in a range', '2.001', numberFrom(1, 2, 'n'), "x is '2.001', must be a number from 1 to 2"],
    ['a number in a range', ' ', numberFrom(0, 2, 'n'), "x is ' ', must be a number from 0 to 2"],
    ['a word', 'Keep', words, "x is 'Keep', must be lose, keep or both"],
  ])('%s refuses %j', (_, given, parameter, message) => {
    expect(refusal(() => parameter.parse(given, 'x')).message).toBe(message);
  });

  test('are read in the units of their names', () => {
    expect(timeUs('t').parse('1h30m', 'x')).toBe(5400e6);
    expect(timeUs('t').parse('forever', 'x')).toBe(Number.POSITIVE_INFINITY);
    expect(sizeMib('s').parse('2GiB', 'x')).toBe(2048);
    expect(numberFrom(1, 2, 'n').parse('2', 'x')).toBe(2);
    expect(words.parse('both', 'x')).toBe('both');
    expect(yesOrNo('y').parse('no', 'x')).toBe(false);
  });
});
