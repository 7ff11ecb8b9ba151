import {describe, expect, test} from 'vitest';
import {
  countFlag,
  finiteTimeFlag,
  isoTimeFlag,
  lengthFlag,
  numberFlag,
  portionFlag,
  positiveFlag,
  readValues,
  roomFlag,
  timeFlag,
  valueFlag,
} from '../../../src/commands/flags/value-flags.ts';

const upper = valueFlag((text, flag) => `${flag}:${text.toUpperCase()}`);
const read = (flag: object, text: unknown) => readValues({x: flag}, {x: text}).x;

describe('value flags', () => {
  test('a given text and a default are read by the same reader, which is told the flag', () => {
    const flags = {'a-b': upper({default: 'one'}), c: upper({}), plain: {}};
    expect(readValues(flags, {'a-b': flags['a-b'].default, plain: 'two'})).toEqual({'a-b': '--a-b:ONE', plain: 'two'});
    expect(readValues(flags, {'a-b': 'three', c: 'four'})).toEqual({'a-b': '--a-b:THREE', c: '--c:FOUR'});
  });

  test('each of several texts is read', () => {
    expect(read(upper({multiple: true, default: ['a']}), ['a', 'b'])).toEqual(['--x:A', '--x:B']);
  });

  test('values come in the tool’s own units', () => {
    expect(read(timeFlag({}), '1h30m')).toBe(5_400_000_000);
    expect(read(timeFlag({}), 'forever')).toBe(Number.POSITIVE_INFINITY);
    expect(read(isoTimeFlag({}), '1970-01-02T00:00Z')).toBe(86_400_000_000);
    expect(read(portionFlag({}), '80%')).toBe(0.8);
    expect(read(roomFlag({}), '64GiB')).toBe(65_536);
    expect(read(countFlag(0)({default: 10}), 10)).toBe(10);
  });

  test.each([
    [timeFlag({}), '10', "--x is '10', must be a time with a unit, such as 500ms, 10m or 1h30m"],
    [finiteTimeFlag({}), 'forever', "--x is 'forever', must be a finite time"],
    [lengthFlag({}), '0s', "--x is '0s', must be above 0 and finite"],
    [isoTimeFlag({}), 'monday', "--x is 'monday', must be an ISO 8601 time such as 2026-01-05T00:00Z"],
    [portionFlag({}), '-1%', "--x is '-1%', must be a number >= 0"],
    [roomFlag({}), '0', "--x is '0', must be above 0"],
    [roomFlag({}), '4', "--x is '4', must be a size with a unit, such as 512MiB or 64GiB"],
    [countFlag(1)({}), '1.5', "--x is '1.5', must be a whole number of at least 1"],
    [countFlag(1)({}), '0', "--x is '0', must be a whole number of at least 1"],
    [countFlag(16, 32)({}), '33', "--x is '33', must be a whole number from 16 to 32"],
    [countFlag(0)({}), '9007199254740993', 'must be a whole number'],
    [positiveFlag({}), '0', "--x is '0', must be a number above 0"],
    [positiveFlag({}), ' ', "--x is ' ', must be a number above 0"],
    [numberFlag('from 0 to 1', (x) => x >= 0 && x <= 1)({}), '1.01', "--x is '1.01', must be from 0 to 1"],
  ])('%# is refused with its name, value and rule', (flag, text, message) => {
    expect(() => read(flag, text)).toThrow(message);
  });
});
