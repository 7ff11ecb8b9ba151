import {describe, expect, test} from 'vitest';
import {bestTtl, ttlCost} from '../../../src/demand/gaps/best-ttl.ts';
import {IdleGaps} from '../../../src/demand/gaps/idle-gaps.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

function gapsOf(workload: Workload): IdleGaps {
  const gaps = new IdleGaps(workload);
  gaps.read(0);
  return gaps;
}

/** Calls of a second at 0, 10 and 100 s of two minutes: gaps of 9 and 89 s, and 19 s of tail. */
const gaps = gapsOf(eventWorkload([0, 10, 100].map((s) => ({function: 'f', at: s * 1e6, duration: 1e6}))));

describe('idle gaps', () => {
  test('run from the end of one call to the start of the next', () => {
    expect([...gaps.seconds.subarray(0, gaps.length)]).toEqual([9, 89]);
    expect([gaps.headSeconds, gaps.tailSeconds, gaps.calls, gaps.busySeconds]).toEqual([0, 19, 3, 3]);
  });

  test('counted calls lie in the middle of equal parts of their minute, and of what there is of the last one', () => {
    const workload = minuteWorkload([0, 1].map((minute) => ({function: 'f', minute, count: 1})));
    const whole = gapsOf(workload);
    expect([...whole.seconds.subarray(0, whole.length)]).toEqual([59]);
    const cut = gapsOf({...workload, meta: {...workload.meta, spanUs: 90e6}});
    expect([...cut.seconds.subarray(0, cut.length)]).toEqual([75 - 31]);
    expect(cut.tailSeconds).toBe(90 - 76);
  });
});

describe('the cost of a time to live', () => {
  const prices = {warm: 1, cold: 30};

  test('is the time kept, in the tail too, and the gaps that outlast it', () => {
    expect(ttlCost(gaps, 5, prices)).toEqual({ttlSeconds: 5, usd: 5 + 5 + 5 + 2 * 30, cold: 2});
    expect(ttlCost(gaps, 9, prices)).toEqual({ttlSeconds: 9, usd: 9 + 9 + 9 + 30, cold: 1});
    expect(ttlCost(gaps, Number.POSITIVE_INFINITY, prices)).toMatchObject({usd: 9 + 89 + 19, cold: 0});
    // Gaps that end later than the eleventh second: the second alone.
    expect(ttlCost(gaps, 5, prices, 11)).toMatchObject({usd: 5 + 5 + 30, cold: 1});
  });

  test('is least at a gap’s own length or at none', () => {
    expect(bestTtl(gaps, prices)).toEqual({ttlSeconds: 9, usd: 57, cold: 1});
    expect(bestTtl(gaps, {warm: 1, cold: 8})).toEqual({ttlSeconds: 0, usd: 16, cold: 2});
    expect(bestTtl(gaps, {warm: 1, cold: 1000})).toEqual({ttlSeconds: 89, usd: 9 + 89 + 19, cold: 0});
    // Known up to 50 s: the first gap, and 39 s of one that is open.
    expect(bestTtl(gaps, prices, 50)).toEqual({ttlSeconds: 9, usd: 18, cold: 0});
  });
});
