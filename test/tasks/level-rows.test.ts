import {describe, expect, test} from 'vitest';
import {US_PER_SECOND} from '../../src/base/units.ts';
import {namedPriceSheet} from '../../src/cost/sheets.ts';
import {levelRows} from '../../src/tasks/level-rows.ts';
import {eventWorkload} from '../helpers/workload.ts';

const terms = {
  prices: namedPriceSheet('seed')!,
  coldUs: 500_000,
  defaultDurationUs: US_PER_SECOND,
  defaultMemoryMib: 128,
  seed: 1,
};

describe('levels of concurrency to learn from', () => {
  test('a row a level, called in the minutes in which a call finds so many others running', () => {
    const at = (seconds: number) => ({at: seconds * US_PER_SECOND, duration: 10 * US_PER_SECOND});
    const workload = eventWorkload([
      // Minute 0: one, then two at once; minute 3: one alone. Minutes begin half a second, a cold start, early.
      {function: 'f', ...at(5)},
      {function: 'f', ...at(8)},
      {function: 'f', ...at(200)},
      {function: 'g', ...at(119.6)},
    ]);
    const {costs, series} = levelRows(workload, terms);
    const rows = Array.from({length: series.rows}, (_, r) =>
      Array.from({length: series.length[r]!}, (_, i) => [
        series.minute[series.start[r]! + i],
        series.count[series.countStart[r]! + i],
      ]),
    );
    expect(rows).toEqual([
      [
        [0, 1],
        [3, 1],
      ],
      [[0, 1]],
      [[2, 1]],
    ]);
    // A level needs one instance in a minute that calls it, however long the call lasts.
    expect([...costs.holdMinutes]).toEqual([0, 0, 0]);
    expect([...costs.memoryMib]).toEqual([128, 128, 128]);
  });
});
