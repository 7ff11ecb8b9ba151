import {describe, expect, test} from 'vitest';
import type {Timers} from '../../../src/demand/rhythm/timers.ts';
import {type ScheduleTerms, timerSchedule, withTimers} from '../../../src/plan/demand/timer-schedule.ts';
import {demandOf} from '../instances.ts';

const SECOND = 1e6;
const HOUR = 3600 * SECOND;

function timers(n: number, periodUs: number, fromUs: number, lengthUs = 0): Timers {
  return {
    function: Int32Array.from({length: n}, (_, f) => f),
    periodUs: new Float64Array(n).fill(periodUs),
    fromUs: new Float64Array(n).fill(fromUs),
    untilUs: new Float64Array(n).fill(fromUs + lengthUs),
    missShare: new Float64Array(n),
  };
}

const terms: ScheduleTerms = {
  p99ColdUs: 7 * SECOND,
  startsPerSecond: 2500,
  jitterUs: SECOND,
  smearUs: 0,
  maySmear: () => true,
  keyOf: (f) => Math.imul(f, 0x9e3779b1),
};

/** Nothing costs anything: schedules are kept for their own sake. */
const noPrices = (n: number) => ({warmUsdPerSecond: new Float64Array(n), coldUsd: new Float64Array(n)});

describe('slots around a timer', () => {
  test('the worked figures of METHODS E1.4: 78,000 timers in one second start 39.2 s early', () => {
    const schedule = timerSchedule(timers(78_000, 24 * HOUR, 0), terms);
    expect(schedule.atOnce).toBe(78_000);
    expect(schedule.leadUs / SECOND).toBeCloseTo(39.2, 9);
    expect(schedule.startUs[0]! / SECOND).toBeCloseTo(86_400 - 39.2, 6);
    expect((schedule.endUs[0]! - schedule.startUs[0]!) / SECOND).toBeCloseTo(40.2, 6);
  });

  test('smeared over a minute 1,300 strike at once, and the lead shrinks', () => {
    const schedule = timerSchedule(timers(78_000, 24 * HOUR, 0), {...terms, smearUs: 60 * SECOND});
    expect(schedule.atOnceSmeared).toBeGreaterThan(1200);
    expect(schedule.atOnceSmeared).toBeLessThan(1450);
    expect(schedule.leadUs / SECOND).toBeLessThan(8.6);
  });

  test('only where the owner allows it', () => {
    const schedule = timerSchedule(timers(10, HOUR, 0), {...terms, smearUs: 60 * SECOND, maySmear: (f) => f === 3});
    expect(Array.from(schedule.smearUs).filter((us) => us > 0)).toHaveLength(1);
    expect(schedule.atOnceSmeared).toBe(9);
  });

  test('a function holds its slots for that part of the time; a schedule without a gap is dropped', () => {
    const demand = demandOf({rates: [[1 / 3600, 1 / 60]], hold: [1, 1]});
    const schedule = timerSchedule(
      {
        function: Int32Array.of(0, 1),
        periodUs: Float64Array.of(HOUR, 60 * SECOND),
        fromUs: Float64Array.of(0, 0),
        untilUs: Float64Array.of(60 * SECOND, 60 * SECOND),
        missShare: Float64Array.of(0, 0),
      },
      {...terms, startsPerSecond: Number.POSITIVE_INFINITY},
    );
    expect([...withTimers(demand, schedule, noPrices(2)).heldShare]).toEqual([(7 + 1 + 60 + 1) / 3600, 1]);
    const missing = {...schedule, timers: {...schedule.timers, missShare: Float64Array.of(0.01, 0)}};
    expect(withTimers(demand, missing, noPrices(2)).missesPerSecond[0]).toBeCloseTo(0.01 / 3600, 15);
  });

  test('a schedule that may miss more than it saves is dropped', () => {
    const demand = demandOf({rates: [[1 / 3600]], hold: [1]});
    const held = (missShare: number): number => {
      const hourly = {...timers(1, HOUR, 0, 60 * SECOND), missShare: Float64Array.of(missShare)};
      const schedule = timerSchedule(hourly, {...terms, startsPerSecond: Number.POSITIVE_INFINITY});
      // A slot costs a cent an hour; 69 s of it are held, so the schedule saves 0.98083 cents a stroke.
      const prices = {warmUsdPerSecond: Float64Array.of(0.01 / 3600), coldUsd: Float64Array.of(0.1)};
      return withTimers(demand, schedule, prices).heldShare[0]!;
    };
    expect(held(0.098)).toBe(69 / 3600);
    expect(held(0.0982)).toBe(1);
  });
});
