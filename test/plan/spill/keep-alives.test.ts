import {describe, expect, test} from 'vitest';
import {suggestedKeepAlives} from '../../../src/plan/spill/keep-alives.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const HOUR = 3600;

describe('keep-alives of functions', () => {
  const terms = (workload: Workload, breakEven: number) => ({
    defaultDurationUs: 1e6,
    breakEvenSeconds: new Float64Array(workload.functions).fill(breakEven),
    ahead: true,
    seed: 1,
  });

  test('spells with minutes between their calls and days between them: minutes, not the half of the break-even', () => {
    // Every six hours an hour of calls, 100 s apart; a cold start is worth two hours of idling.
    const rows = Array.from({length: 12}, (_, spell) =>
      Array.from({length: 36}, (_, k) => ({
        function: 'spells',
        at: (spell * 6 * HOUR + k * 100) * 1e6,
        duration: 1e6,
      })),
    ).flat();
    const [keepUs] = suggestedKeepAlives(eventWorkload(rows), terms(eventWorkload(rows), 2 * HOUR)).us;
    expect(keepUs! / 1e6).toBeGreaterThan(100);
    expect(keepUs! / 1e6).toBeLessThan(1000);
  });

  test('functions that history does not know, or hardly, take the word of the others', () => {
    const rows = Array.from({length: 300}, (_, k) => ({function: `f${k % 30}`, minute: 20 * k, count: 1}));
    const workload = minuteWorkload([...rows, {function: 'new', minute: 5999, count: 1}], [0, 6000]);
    const {us, otherUs} = suggestedKeepAlives(workload, terms(workload, 24 * HOUR));
    for (const one of [...us, otherUs]) {
      expect(one).toBeGreaterThan(HOUR * 1e6);
      expect(one).toBeLessThanOrEqual(24 * HOUR * 1e6);
    }
    expect([...suggestedKeepAlives(workload, terms(workload, 24 * HOUR)).us]).toEqual([...us]);
  });

  test('extremes: warm slots for nothing are kept a day, cold starts for nothing hardly at all', () => {
    const workload = minuteWorkload([{function: 'f', minute: 0, count: 3}], [0, 600]);
    expect(suggestedKeepAlives(workload, terms(workload, Number.POSITIVE_INFINITY)).us[0]).toBe(24 * HOUR * 1e6);
    expect(suggestedKeepAlives(workload, terms(workload, 0.5)).us[0]).toBeLessThanOrEqual(1e6);
    const empty = minuteWorkload([]);
    expect(suggestedKeepAlives(empty, terms(empty, 60)).us).toHaveLength(0);
  });
});
