import {describe, expect, test} from 'vitest';
import {atMost, duration, input, optional, parseInputs} from '../../src/tradeoff/input.ts';

describe('an input', () => {
  test.each([
    ['share', '80%', 0.8],
    ['share', '.8', 0.8],
    ['share', '1', 1],
    ['usd', '1e6', 1e6],
    ['usd', '0', 0],
    ['number', '-0.3', -0.3],
    ['count', '1e3', 1000],
    ['time', '.05ms', 50e-6],
    ['time', '1h30m', 5400],
    ['time', '0', 0],
    ['bytes', '100KB', 100_000],
    ['bytes', '1KiB', 1024],
    ['bytesPerSecond', '100MB/s', 100e6],
  ] as const)('of kind %s reads %s as %f', (kind, text, value) => {
    expect(input(kind, 'flag', '1', 'x').parse(text)).toBe(value);
  });

  test.each([
    ['1GB', 1],
    ['128MB', 0.125],
    ['1GiB', 1],
    ['512MiB', 0.5],
  ])('memory %s is %f GB, for clouds sell powers of 1024 as MB and GB', (text, gb) => {
    expect(input('memory', 'memory', '1GB', 'x').parse(text)).toBe(gb);
  });

  test('shows a value as one would write it after the flag', () => {
    const shown = (kind: Parameters<typeof input>[0], value: number): string =>
      input(kind, 'f', '1', 'x').show(value, 3);
    expect(shown('time', 150)).toBe('2.5min');
    expect(shown('memory', 0.125)).toBe('128MB');
    expect(shown('bytes', 1e5)).toBe('100KB');
    expect(shown('bytesPerSecond', 1e8)).toBe('100MB/s');
    expect(shown('usd', 0.0123456)).toBe('0.0123');
    for (const kind of ['time', 'memory', 'bytes', 'bytesPerSecond'] as const) {
      expect(() => input(kind, 'f', '1', 'x').parse(shown(kind, 42))).not.toThrow();
    }
  });

  test('that may be left out is undefined, one with a bound refuses more', () => {
    const inputs = {
      rate: optional('amount', 'rate', 'x'),
      most: atMost(10, input('count', 'most', '3', 'x')),
      wait: duration('wait', '1s', 'x'),
    };
    expect(parseInputs(inputs, {})).toEqual({rate: undefined, most: 3, wait: 1});
    expect(parseInputs(inputs, {rate: '2', wait: '5ms'})).toEqual({rate: 2, most: 3, wait: 0.005});
    expect(parseInputs(inputs, {}, {most: 7})).toMatchObject({most: 7});
    expect(() => parseInputs(inputs, {most: '11'})).toThrow("--most is '11', must be at most 10");
    expect(() => parseInputs(inputs, {wait: '0'})).toThrow("--wait is '0', must be a time above 0");
  });
});
