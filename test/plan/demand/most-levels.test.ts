import {expect, test} from 'vitest';
import {checkConcurrency} from '../../../src/plan/demand/most-levels.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

const SECOND = 1e6;
/** 2^22 instances are busy for the whole minute. */
const FULL = 60 * 2 ** 22;

test('a minute of a second each that fills all instances that are planned for passes, one call more is refused', () => {
  const rows = [
    {function: 'calm', minute: 3, count: 1},
    {function: 'hot', minute: 7, count: FULL},
  ];
  expect(() => checkConcurrency(minuteWorkload(rows), 'w.arrow', SECOND)).not.toThrow();
  rows[1]!.count += 1;
  // Minutes are those since the first.
  expect(() => checkConcurrency(minuteWorkload(rows), 'w.arrow', SECOND)).toThrow(
    "w.arrow: 'hot' has 251,658,241 calls of 1 s in minute 4: 4,194,304 instances at once, a plan has up to 4,194,304 of a function",
  );
});

test('shorter calls are fewer at once', () => {
  const workload = minuteWorkload([{function: 'hot', minute: 0, count: 2 ** 31}]);
  expect(() => checkConcurrency(workload, 'w.arrow', 100_000)).not.toThrow();
  expect(() => checkConcurrency(workload, 'w.arrow', 147_000)).toThrow('5,261,335 instances at once');
});
