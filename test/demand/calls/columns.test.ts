import {describe, expect, test} from 'vitest';
import {CallCounts} from '../../../src/demand/calls/call-counts.ts';
import {CallTimes} from '../../../src/demand/calls/call-times.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const minutes = minuteWorkload([
  {function: 'busy', minute: 0, count: 3},
  {function: 'busy', minute: 1, count: 1},
  {function: 'busy', minute: 7, count: 5},
  {function: 'rare', minute: 4, count: 2},
]);
const events = eventWorkload([
  {function: 'busy', at: 1_500_000},
  {function: 'busy', at: 59_999_999},
  {function: 'busy', at: 60_000_000},
  {function: 'rare', at: 121_000_000},
]);

describe('the minutes of a function as columns', () => {
  test('hold the function read last and nothing of the one before', () => {
    for (const [workload, busy, total, rare] of [
      [minutes, [0, 3, 1, 1, 7, 5], 9, [4, 2]],
      [events, [0, 2, 1, 1], 3, [2, 1]],
    ] as const) {
      const counts = new CallCounts(workload);
      const pairs = () => Array.from({length: counts.length}, (_, i) => [counts.minute[i], counts.count[i]]).flat();
      counts.read(0);
      expect([pairs(), counts.total]).toEqual([busy, total]);
      counts.read(1);
      expect([pairs(), counts.total]).toEqual([rare, rare[1]]);
    }
  });

  test('are summed up to a minute that is not among them', () => {
    const counts = new CallCounts(minutes);
    counts.read(0);
    expect([0, 1, 2, 7, 8].map((limit) => counts.before(limit))).toEqual([0, 3, 4, 4, 9]);
  });

  test('grow with a function that has more minutes than any before', () => {
    const rows = Array.from({length: 5000}, (_, minute) => ({function: 'f', minute, count: minute + 1}));
    const counts = new CallCounts(minuteWorkload(rows));
    counts.read(0);
    expect([counts.length, counts.minute[4999], counts.count[4999], counts.total]).toEqual([
      5000, 4999, 5000, 12_502_500,
    ]);
  });
});

describe('the times of a function as columns', () => {
  test('are the calls themselves, or the beginnings of minutes with their counts', () => {
    const ofEvents = new CallTimes(events);
    ofEvents.read(0);
    expect([...ofEvents.seconds.subarray(0, ofEvents.length)]).toEqual([1.5, 59.999999, 60]);
    expect([...ofEvents.count.subarray(0, ofEvents.length)]).toEqual([1, 1, 1]);
    const ofMinutes = new CallTimes(minutes);
    ofMinutes.read(0);
    expect([...ofMinutes.seconds.subarray(0, ofMinutes.length)]).toEqual([0, 60, 420]);
    expect([...ofMinutes.count.subarray(0, ofMinutes.length)]).toEqual([3, 1, 5]);
    expect([ofEvents.resolutionSeconds, ofMinutes.resolutionSeconds]).toEqual([1, 60]);
  });
});
