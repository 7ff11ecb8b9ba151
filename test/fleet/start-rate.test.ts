import {expect, test} from 'vitest';
import {readRetry} from '../../src/fleet/retry.ts';
import {readStartRate} from '../../src/fleet/start-rate.ts';

test.each([
  ['5', {perSecond: 5, burst: 1, perFunction: false}],
  ['3/10s', {perSecond: 0.3, burst: 1, perFunction: false}],
  ['60/m', {perSecond: 1, burst: 1, perFunction: false}],
  ['1000/10s:burst=1000,per=function', {perSecond: 100, burst: 1000, perFunction: true}],
  ['2:per=fleet', {perSecond: 2, burst: 1, perFunction: false}],
])('a rate of %s', (text, rate) => {
  expect(readStartRate(text, '--start-rate')).toEqual(rate);
});

test.each(['0', '-1', 'x', '3/', '3/0s', '3/10', '1/2/3', '5:burst=0', '5:burst=1.5', '5:per=host', '5:size=3'])(
  'no rate: %s',
  (text) => {
    expect(() => readStartRate(text, '--start-rate')).toThrow(/^--start-rate/);
  },
);

test('retries', () => {
  expect(readRetry('attempts=2,after=500ms', '--retry')).toEqual({attempts: 2, afterUs: 500_000});
  expect(readRetry('after=0', '--retry')).toEqual({attempts: 3, afterUs: 0});
  expect(() => readRetry('attempts=0', '--retry')).toThrow(/attempts is '0', must be a whole number of at least 1/);
});
