import {describe, expect, test} from 'vitest';
import {hasColdTimes, knownColdTimes} from '../../../src/fleet/cold-time/known-cold-times.ts';
import {appsOf} from '../../../src/workload/apps.ts';
import {COLD_UNTIMED, UNKNOWN_START, WARM} from '../../../src/workload/workload.ts';
import {eventWorkload} from '../../helpers/workload.ts';

const workload = eventWorkload([
  {function: 'b', app: 'y', at: 0, cold: 70},
  {function: 'known', app: 'x', at: 0, cold: 10},
  {function: 'known', app: 'x', at: 1, cold: WARM},
  {function: 'known', app: 'x', at: 2, cold: 30},
  {function: 'sister', app: 'x', at: 3, cold: WARM},
  {function: 'stranger', app: 'z', at: 4, cold: COLD_UNTIMED},
  {function: 'sister', app: 'x', at: 5, cold: UNKNOWN_START},
]);
const law = knownColdTimes(workload.arrivals, appsOf(workload).app);
const row = (name: string): number =>
  Array.from({length: workload.functions}, (_, f) => f).find((f) => workload.name.at(f) === name)!;
const drawn = (name: string) => [0.01, 0.34, 0.67, 0.99].map((u) => law.draw(row(name), u));

describe('cold times for calls of which the trace tells none', () => {
  test("are the function's own known ones", () => {
    expect(drawn('known')).toEqual([10, 10, 30, 30]);
    expect([law.mean(row('known')), law.shareAbove(row('known'), 10)]).toEqual([20, 0.5]);
  });

  test("else those of its app's functions", () => {
    expect(drawn('sister')).toEqual([10, 10, 30, 30]);
  });

  test('else those of the whole trace', () => {
    expect(new Set(drawn('stranger'))).toEqual(new Set([10, 30, 70]));
    expect(law.mean(row('stranger'))).toBe(37);
  });

  test('a trace that only says which calls were cold has none', () => {
    const starts = eventWorkload([
      {function: 'f', at: 0, cold: COLD_UNTIMED},
      {function: 'f', at: 1, cold: WARM},
    ]);
    expect([hasColdTimes(starts.arrivals), hasColdTimes(workload.arrivals)]).toEqual([false, true]);
    expect(knownColdTimes(starts.arrivals, Int32Array.of(0)).draw(0, 0.5)).toBe(0);
  });
});
