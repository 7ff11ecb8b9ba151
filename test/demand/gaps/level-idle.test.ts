import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {bestKeepAlive, LevelIdle} from '../../../src/demand/gaps/level-idle.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {type EventRow, eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const second = 1_000_000;

function idleOf(workload: Workload): {closed: number[]; open: number[]; idle: LevelIdle} {
  const idle = new LevelIdle(workload, 1);
  expect(idle.read(0)).toBe(true);
  const sorted = (column: Float64Array, n: number) => [...column.subarray(0, n)].sort((a, b) => a - b);
  return {closed: sorted(idle.closed, idle.closedGaps), open: sorted(idle.open, idle.openGaps), idle};
}

describe('the idle gaps of all levels', () => {
  test('calls that overlap have gaps of their own, by hand', () => {
    // Two at once from 25 s on: the first level is busy 10-12, 20-50, 100; the second 25-26 only; the span ends at 120 s.
    const {closed, open} = idleOf(
      eventWorkload([
        {function: 'f', at: 10 * second, duration: 2 * second},
        {function: 'f', at: 20 * second, duration: 30 * second},
        {function: 'f', at: 25 * second, duration: second},
        {function: 'f', at: 30 * second, duration: second},
        {function: 'f', at: 100 * second, duration: 0},
      ]),
    );
    expect(closed).toEqual([4, 8, 50]);
    expect(open).toEqual([20, 89]);
  });

  test('a function without a call has none', () => {
    expect(idleOf(minuteWorkload([{function: 'f', minute: 0, count: 0}]))).toMatchObject({closed: [], open: []});
  });
});

const anyRows = fc
  .array(fc.record({at: fc.integer({min: 0, max: 5_000_000_000}), duration: fc.integer({min: 0, max: 400_000_000})}), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rows): EventRow[] => rows.map((row) => ({function: 'f', ...row})));

describe('the best keep-alive over own gaps', () => {
  test('is cheapest among all gaps and none, by brute force', () => {
    fc.assert(
      fc.property(anyRows, fc.double({min: 1e-9, max: 1e-3, noNaN: true}), (rows, warm) => {
        const cold = 1 / 360;
        const {closed, open, idle} = idleOf(eventWorkload(rows));
        const costOf = (ttl: number): number =>
          [...closed, ...open].reduce((sum, gap) => sum + warm * Math.min(gap, ttl), 0) +
          cold * closed.filter((gap) => gap > ttl).length;
        const least = Math.min(...[0, ...closed].map(costOf));
        expect(costOf(bestKeepAlive(idle, {warm, cold}))).toBeCloseTo(least, 12);
      }),
    );
  });

  test('waits for what it does not know only if warmth is next to free', () => {
    const minutes = [0, 1, 2, 3, 100];
    const {idle} = idleOf(
      eventWorkload(minutes.map((minute): EventRow => ({function: 'f', at: minute * 60 * second, duration: 0}))),
    );
    expect(bestKeepAlive(idle, {warm: 1, cold: 120})).toBe(60);
    expect(bestKeepAlive(idle, {warm: 1, cold: 50})).toBe(0);
    expect(bestKeepAlive(idle, {warm: 1e-9, cold: 1})).toBe(97 * 60);
  });
});
