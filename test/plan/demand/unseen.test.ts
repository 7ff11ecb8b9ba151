import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {US_PER_DAY, US_PER_MINUTE} from '../../../src/base/units.ts';
import {historyUntil} from '../../../src/demand/calls/history-until.ts';
import {unseenDemand} from '../../../src/plan/demand/unseen.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {type MinuteRow, minuteWorkload} from '../../helpers/workload.ts';

const HOUR = 60;

function unseen(history: Workload, horizonMinutes: number, keepAliveMinutes = 10) {
  return unseenDemand(history, {
    horizonUs: horizonMinutes * US_PER_MINUTE,
    keepAliveUs: keepAliveMinutes * US_PER_MINUTE,
    holdSeconds: new Float64Array(history.functions).fill(0.001),
    memoryMib: new Float64Array(history.functions).fill(512),
    seed: 1,
  });
}

/** A call of each of so many functions, the k-th at `minuteOf(k)`. */
function onceEach(name: string, count: number, minuteOf: (k: number) => number): MinuteRow[] {
  return Array.from({length: count}, (_, k) => ({function: `${name}${k}`, minute: minuteOf(k), count: 1}));
}

describe('functions not seen yet', () => {
  test('are expected as many as the second half of history saw, over as long a time as all of it', () => {
    const history = minuteWorkload(
      [...onceEach('old', 30, () => 0), ...onceEach('new', 4, (k) => 9 * HOUR + k * 30)],
      [0, 12 * HOUR],
    );
    const {functionsPerDay, callsPerDay, coldPerDay, coldGb, idleSecondsPerDay} = unseen(history, 12 * HOUR);
    expect(functionsPerDay).toBeCloseTo(8, 9);
    expect([callsPerDay, coldPerDay, coldGb]).toEqual([functionsPerDay, functionsPerDay, 0.5]);
    // Each stays ten minutes after its only call; the horizon is twice as long as the half that was looked at.
    expect(idleSecondsPerDay / (functionsPerDay * 2 * 600)).toBeCloseTo(1, 2);
  });

  test('a short horizon looks at as short an end', () => {
    // An hour after eleven: of twelve hours the last one, to the hour, is 11 hours x 1 / 12.
    const history = minuteWorkload(
      [...onceEach('old', 30, () => 0), ...onceEach('new', 3, (k) => 9 * HOUR + k), ...onceEach('last', 2, () => 650)],
      [0, 11 * HOUR],
    );
    expect(unseen(history, HOUR).functionsPerDay).toBeCloseTo(2 * 24, 9);
  });

  test('later calls of a newcomer are cold where its instance is gone, and there are more of them in a longer time', () => {
    const calls = [0, 60, 61].map((after) => ({function: 'new', minute: 6 * HOUR + after, count: 1}));
    const other = [0, 60, 61].map((after) => ({function: 'other', minute: 7 * HOUR + after, count: 1}));
    const history = minuteWorkload([...onceEach('old', 5, () => 0), ...calls, ...other], [0, 12 * HOUR]);
    const {callsPerDay, coldPerDay} = unseen(history, 12 * HOUR);
    // Two first calls, and of the four further ones twice as many: two cold of each function's three calls.
    expect(callsPerDay).toBeCloseTo(2 * (2 + 4 * 2), 9);
    expect(coldPerDay).toBeCloseTo(2 * (2 + 2 * 2), 9);
  });

  test('the busiest newcomer of several speaks no louder than the second busiest', () => {
    const busy = Array.from({length: 20}, (_, k) => ({function: 'busy', minute: 7 * HOUR + k * 12, count: 1}));
    const few = onceEach('new', 4, (k) => 9 * HOUR + k);
    const history = minuteWorkload([...onceEach('old', 5, () => 0), ...busy, ...few], [0, 12 * HOUR]);
    expect(unseen(history, 12 * HOUR).coldPerDay).toBeCloseTo(2 * 5, 9);
  });

  test('rows that history does not call say nothing', () => {
    const rows = [...onceEach('old', 20, () => 0), ...onceEach('new', 3, () => 8 * HOUR)];
    const later = onceEach('later', 40, (k) => 13 * HOUR + k);
    const whole = minuteWorkload([...rows, ...later], [0, 24 * HOUR]);
    const history = historyUntil(whole, 12 * HOUR * US_PER_MINUTE);
    expect(unseen(history, 12 * HOUR)).toEqual(unseen(minuteWorkload(rows, [0, 12 * HOUR]), 12 * HOUR));
  });

  test('are dealt to triggers as those that came late, and as half a one of the older', () => {
    const old = onceEach('old', 4, () => 0).map((row, k) => ({
      ...row,
      app: `app${k}`,
      trigger: k < 3 ? 'timer' : 'http',
    }));
    const fresh = onceEach('new', 3, () => 9 * HOUR).map((row, k) => ({...row, app: `app${k + 3}`, trigger: 'http'}));
    const history = minuteWorkload([...old, ...fresh], [0, 12 * HOUR]);
    const {functionsPerDay, inKnownAppsPerDay, byTriggerPerDay} = unseen(history, 12 * HOUR);
    expect(functionsPerDay).toBeCloseTo(6, 9);
    // One of the three is of an app that had a function before.
    expect(inKnownAppsPerDay).toBeCloseTo(2, 9);
    expect(byTriggerPerDay.timer).toBeCloseTo((6 * 0.5 * 0.75) / 3.5, 9);
    expect(byTriggerPerDay.http).toBeCloseTo((6 * (3 + 0.5 * 0.25)) / 3.5, 9);
  });

  test('without a newcomer or without anybody known there is none of any trigger', () => {
    expect(
      unseen(
        minuteWorkload(
          onceEach('old', 3, () => 0),
          [0, 12 * HOUR],
        ),
        HOUR,
      ).byTriggerPerDay,
    ).toEqual({});
    const late = minuteWorkload(
      onceEach('new', 3, () => 9 * HOUR),
      [0, 12 * HOUR],
    );
    expect(unseen(late, 12 * HOUR)).toMatchObject({inKnownAppsPerDay: 0, byTriggerPerDay: {'': 6}});
  });

  test('of a population with rates over four decades about as many come as are expected', () => {
    const random = new Random(3);
    const rows: MinuteRow[] = [];
    const day = US_PER_DAY / US_PER_MINUTE;
    for (let f = 0; f < 3000; f++) {
      const perMinute = 10 ** (random.next() * 4 - 5);
      for (let at = random.exponential() / perMinute; at < day; at += random.exponential() / perMinute) {
        rows.push({function: `f${f}`, minute: Math.floor(at), count: 1});
      }
    }
    const whole = minuteWorkload(rows, [0, day]);
    const history = historyUntil(whole, US_PER_DAY / 2);
    const first = new Set(rows.filter(({minute}) => minute < day / 2).map((row) => row.function));
    const came = new Set(rows.map((row) => row.function)).size - first.size;
    const expected = unseen(history, day / 2).functionsPerDay / 2;
    expect(Math.abs(expected / came - 1)).toBeLessThan(0.25);
  });
});
