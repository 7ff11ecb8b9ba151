import {describe, expect, test} from 'vitest';
import {UserError} from '../../src/base/errors.ts';
import {ask} from './ask.ts';
import {everyTopic} from './every-topic.ts';

function refusalOf(topic: string, flags: string): UserError {
  try {
    ask(topic, flags);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${topic} ${flags} was not refused`);
}

/** Values that no input of any kind can take. */
const never = ['', 'abc', 'NaN', '-1', 'Infinity', '1e999', '5 5'];

const everyInput = everyTopic.flatMap((topic) => Object.values(topic.inputs).map((input) => ({topic, input})));

describe('every flag of every topic', () => {
  test.each(everyInput)(
    '$topic.name --$input.flag refuses what it cannot be, naming itself and the value',
    ({topic, input}) => {
      // The shape of a tail may be negative.
      for (const text of never.filter((one) => input.flag !== 'tail-shape' || one !== '-1')) {
        const refusal = (() => {
          try {
            input.parse(text);
          } catch (error) {
            return error as UserError;
          }
          throw new Error(`--${input.flag} took '${text}'`);
        })();
        expect(refusal).toBeInstanceOf(UserError);
        expect(refusal.exitCode).toBe(2);
        expect(refusal.message).toContain(`--${input.flag}`);
        expect(refusal.message).toContain(`'${text}'`);
        expect(refusal.message).toContain('must be');
        expect(topic.inputs).toBeDefined();
      }
    },
  );

  test.each(everyInput)('$topic.name --$input.flag takes its default', ({input}) => {
    if (input.default !== undefined) expect(() => input.parse(input.default!)).not.toThrow();
  });

  test('plain numbers are no times, sizes or speeds', () => {
    expect(refusalOf('break-even', '--cold 500').message).toContain("--cold is '500', must be a time with a unit");
    expect(refusalOf('state', '--world 100').message).toContain('--world');
    expect(refusalOf('long-running', '--save-rate 100MB').message).toContain('must be a speed such as 100MB/s');
  });
});

describe('impossible inputs', () => {
  test.each([
    ['prediction', '--recall 1.2', "--recall is '1.2', must be a share from 0 to 1"],
    ['prediction', '--false-positive-rate -0.1', 'must be a share from 0 to 1'],
    ['prediction', '--base-rate 80', 'must be a share from 0 to 1'],
    ['prediction', '--functions 1.5', 'must be a whole number of at least 1'],
    ['prediction', '--window 0', 'must be a time above 0'],
    ['break-even', '--idle-days 0', 'must be a number above 0'],
    ['break-even', '--warm-usd-per-day -1', 'must be an amount in US dollars of at least 0'],
    ['break-even', '--gaps 1m:.8', 'shares that add up to 1'],
    ['break-even', '--gaps 1m:.8,0s:.2', 'times above 0'],
    ['break-even', '--gaps 1m:.8:3,1h:.2', 'TIME:SHARE'],
    ['periodic', '--start-rate 0', 'must be a number above 0'],
    ['interference', '--utilisation 1', 'must be a utilisation from 0 to below 1'],
    ['interference', '--p99-with 5ms', 'must be at least --p99, 10 ms'],
    ['pinning', '--erlangs 8', 'must be below --cores 8'],
    ['pinning', '--cores 7', 'must be even'],
    ['pinning', '--cores 2000002', 'must be at most 1,000,000'],
    ['burst', '--peak 500', 'must be at least --normal 1000'],
    ['burst', '--warm-capacity 1000', 'must be above --normal 1000'],
    ['burst', '--multiple 1', 'must be above 1'],
    ['burst', '--per-user 1s', 'must be at most --service'],
    ['burst', '--pool-erlangs 1e9', 'at most 1,000,000,000 erlangs'],
    ['burst', '--start-rates 5,0', 'different numbers above 0'],
    ['burst', '--start-rates 5,5', 'different numbers above 0'],
    ['burst', '--prices nowhere', "--prices is 'nowhere'"],
    ['burst', '--tail-days-share 0', 'must be a share above 0 and up to 1'],
    ['burst', '--blocking 1', 'must be a share above 0 and below 1'],
    ['long-running', '--slots-held 300', 'must be at most --slots 256'],
    ['long-running', '--timeout forever', 'must be a finite time'],
    ['state', '--hit 1.1', 'must be a share from 0 to 1'],
    ['state', '--bound .5', 'must be at least 1'],
    ['state', '--containers 20000', 'must be at most --players 10000'],
    ['state', '--delta 200KB', 'must be at most --world'],
  ])('%s %s: %s', (topic, flags, rule) => {
    const refusal = refusalOf(topic, flags);
    expect(refusal.exitCode).toBe(2);
    expect(refusal.message).toContain(flags.split(' ')[0]!);
    expect(refusal.message).toContain(rule);
  });
});
