import {describe, expect, test} from 'vitest';
import {HeardWaits} from '../../../src/replay/log/heard-waits.ts';
import {CALL_FIELDS, CALLED_US, START_US} from '../../../src/scheduler/core/call-rows.ts';

function heard(...calls: readonly [calledUs: number, startUs: number][]): HeardWaits {
  const rows = new Float64Array(calls.length * CALL_FIELDS).fill(Number.NaN);
  calls.forEach(([calledUs, startUs], k) => {
    rows[k * CALL_FIELDS + CALLED_US] = calledUs;
    rows[k * CALL_FIELDS + START_US] = startUs;
  });
  const waits = new HeardWaits();
  waits.take(0, 0, '', rows);
  return waits;
}

describe('the backlog of calls that were heard', () => {
  test('by hand: two of three queue from 20 to 50, who begins as he comes never does', () => {
    const waits = heard([10, 10], [20, 50], [20, 70], [60, 60], [90, 90]);
    expect(waits.backlog(0)).toEqual({most: 2, emptyUs: 10});
    expect(waits.backlog(11)).toEqual({most: 2, emptyUs: 70});
    expect(waits.backlog(80)).toEqual({most: 2, emptyUs: 90});
    expect(waits.backlog(91).emptyUs).toBeNaN();
  });

  test('the order in which they are heard does not matter, and calls that never begin are not among them', () => {
    const waits = heard([20, 70], [10, Number.NaN], [20, 50]);
    const seen: number[][] = [];
    waits.forEach((calledUs, waitUs) => {
      seen.push([calledUs, waitUs]);
    });
    expect(seen).toEqual([
      [20, 50],
      [20, 30],
    ]);
    expect(waits.backlog(20)).toEqual({most: 2, emptyUs: 70});
  });

  test('keeps more calls than its first room', () => {
    const many = heard(...Array.from({length: 10_000}, (_, k): [number, number] => [k, k + 100]));
    expect(many.backlog(0)).toEqual({most: 100, emptyUs: 10_099});
  });
});
