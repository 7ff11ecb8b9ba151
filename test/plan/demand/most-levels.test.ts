import {expect, test} from 'vitest';
import {checkConcurrency, checkEvents} from '../../../src/plan/demand/most-levels.ts';
import {minuteWorkload} from '../../helpers/workload.ts';
import {demandOf} from '../instances.ts';

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

test('an event whose quantiles lie far apart may need more than is planned for, and says of which function', () => {
  const workload = minuteWorkload([
    {function: 'calm', minute: 0, count: 1},
    {function: 'hot', minute: 0, count: 1},
  ]);
  const usual = demandOf({rates: [[1, 1]], hold: [2, 2]});
  const changed = (rate: number, variation: number) => ({
    ...usual,
    ratePerSecond: Float64Array.of(1, rate),
    rateVariation: Float32Array.of(0, variation),
  });
  expect(() => checkEvents(changed(2 ** 20, 1), usual, workload)).not.toThrow();
  expect(() => checkEvents(changed(2 ** 20, 1.5), usual, workload)).toThrow(
    "--events bring 'hot' 1,048,576 calls a second of 2 s on average, 5,242,880 instances at once may be busy, a plan has up to 4,194,304",
  );
  expect(() => checkEvents(usual, usual, workload)).not.toThrow();
});
