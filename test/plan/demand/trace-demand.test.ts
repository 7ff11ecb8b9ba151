import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {US_PER_DAY, US_PER_HOUR, US_PER_MINUTE} from '../../../src/base/units.ts';
import {historyUntil} from '../../../src/demand/calls/history-until.ts';
import {meanDurations} from '../../../src/demand/durations/mean-durations.ts';
import {curveCodes, demandOver} from '../../../src/plan/demand/demand.ts';
import {type TraceDemandOptions, traceDemand} from '../../../src/plan/demand/trace-demand.ts';
import {repeatingWindows, supportedProfileUs, tileWindows, windowOfMinutes} from '../../../src/plan/demand/windows.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {contentOf, eventWorkload, type MinuteRow, minuteWorkload} from '../../helpers/workload.ts';

const HOUR_MINUTES = 60;

function demand(workload: Workload, options: Partial<TraceDemandOptions> = {}) {
  const holdSeconds = meanDurations(workload, 1e6).us.map((us) => us / 1e6);
  const windows = tileWindows(0, workload.meta.spanUs, Number.POSITIVE_INFINITY);
  return traceDemand(workload, {
    windows,
    curve: 'auto',
    holdSeconds,
    spillUs: new Float64Array(workload.functions).fill(60e6),
    ahead: false,
    seed: 1,
    ...options,
  });
}

/** Poisson counts a minute. */
function poissonRows(random: Random, name: string, minutes: number, perMinute: (m: number) => number): MinuteRow[] {
  const rows: MinuteRow[] = [];
  for (let minute = 0; minute < minutes; minute++) {
    let count = 0;
    for (let left = perMinute(minute) - random.exponential(); left > 0; left -= random.exponential()) count++;
    if (count > 0) rows.push({function: name, minute, count});
  }
  return rows;
}

describe('windows', () => {
  test('tiles cover the time without gaps; the last one may be shorter', () => {
    const {startUs, endUs} = tileWindows(US_PER_HOUR, 3.5 * US_PER_HOUR, US_PER_HOUR);
    expect(Array.from(startUs, (us) => us / US_PER_HOUR)).toEqual([1, 2, 3]);
    expect(Array.from(endUs, (us) => us / US_PER_HOUR)).toEqual([2, 3, 3.5]);
  });

  test('repeating windows take minutes of every turn', () => {
    const of = windowOfMinutes(repeatingWindows(US_PER_DAY, 6 * US_PER_HOUR), 3 * 1440);
    expect([of[0], of[359], of[360], of[1440], of[2 * 1440 + 1439]]).toEqual([0, 0, 1, 0, 3]);
  });

  test.each([
    ['90s', 90e6],
    ['0 s', 0],
  ])('a window of %s is refused', (text, us) => {
    expect(() => tileWindows(0, US_PER_HOUR, us)).toThrow(/--window is .* must be whole minutes/);
    expect(text).toBeDefined();
  });

  test('a profile needs two turns of history', () => {
    expect([1.9, 2, 13.9, 14].map((days) => supportedProfileUs(days * US_PER_DAY) / US_PER_DAY)).toEqual([0, 1, 1, 7]);
  });
});

describe('history', () => {
  const events = eventWorkload([
    {function: 'f', at: 0, duration: 5e6},
    {function: 'f', at: 90e6, duration: 7e6},
    {function: 'g', at: 200e6, duration: 1e6},
  ]);

  test('holds the calls before its end and nothing else', () => {
    const history = historyUntil(events, 200e6);
    expect(contentOf(history).rows.map(({calls}) => calls)).toEqual([
      [
        [0, 5e6],
        [90e6, 7e6],
      ],
      [],
    ]);
    expect(history.meta.spanUs).toBe(200e6);
  });

  test('a minute that is cut is not yet known', () => {
    const minutes = minuteWorkload(
      [
        {function: 'f', minute: 0, count: 1},
        {function: 'f', minute: 1, count: 2},
      ],
      [0, 5],
    );
    expect(contentOf(historyUntil(minutes, 119e6)).rows[0]!.calls).toEqual([[0, 1]]);
    expect(contentOf(historyUntil(minutes, 120e6)).rows[0]!.calls).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  test('the future changes nothing of the demand', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({minute: fc.integer({min: 0, max: 119}), count: fc.integer({min: 1, max: 9})}), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.integer({min: 1, max: 50}),
        (given, factor) => {
          const rows = given.map((row) => ({...row, function: 'f'}));
          const other = rows.map((row) => (row.minute < 60 ? row : {...row, count: row.count * factor}));
          const [a, b] = [rows, other].map((all) => {
            const history = historyUntil(minuteWorkload(all, [0, 120]), US_PER_HOUR);
            return demand(history);
          });
          expect(b).toEqual(a);
        },
      ),
      {seed: 4, numRuns: 50},
    );
  });
});

describe('rates', () => {
  test('each window is as recorded', () => {
    const workload = minuteWorkload(
      [
        {function: 'f', minute: 5, count: 30},
        {function: 'f', minute: 70, count: 90},
        {function: 'g', minute: 119, count: 6},
      ],
      [0, 120],
    );
    const {ratePerSecond} = demand(workload, {windows: tileWindows(0, 120 * US_PER_MINUTE, US_PER_HOUR)});
    expect(Array.from(ratePerSecond, (rate) => rate * 3600)).toEqual([30, 0, 90, 6]);
  });

  test('a rhythm of the day is found in its history, and none where there is none', () => {
    const random = new Random(2);
    const days = 6;
    const lively = poissonRows(random, 'lively', days * 1440, (m) =>
      Math.floor(m / HOUR_MINUTES) % 24 === 9 ? 5 : 0.05,
    );
    const steady = poissonRows(random, 'steady', days * 1440, () => 0.02);
    const workload = minuteWorkload([...lively, ...steady], [0, days * 1440]);
    const {ratePerSecond, functions} = demand(workload, {windows: repeatingWindows(US_PER_DAY, US_PER_HOUR)});
    const perHour = (f: number): number[] =>
      Array.from({length: 24}, (_, w) => ratePerSecond[w * functions + f]! * 3600);
    expect(perHour(0)[9]! / 300).toBeCloseTo(1, 1);
    expect(perHour(0)[3]! / 3).toBeLessThan(2);
    // 1.2 calls an hour at random: hours differ by chance alone, so their profile is flat or nearly so.
    const hours = perHour(1);
    expect(Math.max(...hours) / Math.min(...hours)).toBeLessThan(2.5);
    const total = hours.reduce((sum, calls) => sum + calls, 0);
    const seen = steady.reduce((sum, {count}) => sum + count, 0) / days;
    expect(total / seen).toBeCloseTo(1, 1);
  });

  test('bursts of single minutes have no rhythm, whatever the hours they came in', () => {
    const rows = Array.from({length: 6}, (_, day) =>
      [9, 10, 14].map((hour) => ({
        function: 'batch',
        minute: day * 1440 + hour * HOUR_MINUTES + 7 * day,
        count: 200,
      })),
    ).flat();
    const windows = repeatingWindows(US_PER_DAY, US_PER_HOUR);
    const {ratePerSecond, curve} = demand(minuteWorkload(rows, [0, 6 * 1440]), {windows});
    expect(curve[0]).toBe(curveCodes.empirical);
    for (const rate of ratePerSecond) expect(rate * 86_400).toBeCloseTo(600, 6);
  });

  test('a last window cut short is taken to go on like the windows before it', () => {
    // A call an hour for three hours, and one in the only minute of the fourth: no call a minute.
    const rows = [30, 90, 150, 180].map((minute) => ({function: 'f', minute, count: 1}));
    const workload = minuteWorkload(rows, [0, 181]);
    const {ratePerSecond} = demand(workload, {windows: tileWindows(0, 181 * US_PER_MINUTE, US_PER_HOUR)});
    expect(ratePerSecond[0]! * 3600).toBeCloseTo(1, 9);
    expect(ratePerSecond[3]! * 3600).toBeCloseTo(1 + 59 / 60, 9);
  });

  test('other windows take after those that their start lies in', () => {
    const workload = minuteWorkload([{function: 'f', minute: 30, count: 60}], [0, 1440]);
    const base = demand(workload, {windows: tileWindows(0, US_PER_DAY, US_PER_HOUR)});
    const later = demandOver(base, tileWindows(0, 3 * US_PER_HOUR, 30 * US_PER_MINUTE));
    expect(Array.from(later.ratePerSecond, (rate) => rate * 3600)).toEqual([60, 60, 0, 0, 0, 0]);
    const daily = {...base, windows: {...base.windows, repeatUs: US_PER_DAY}};
    const tomorrow = demandOver(daily, tileWindows(US_PER_DAY, US_PER_DAY + 2 * US_PER_HOUR, US_PER_HOUR));
    expect(Array.from(tomorrow.ratePerSecond, (rate) => rate * 3600)).toEqual([60, 0]);
  });
});

describe('the curve that fits', () => {
  const random = new Random(9);
  const minutes = 8 * HOUR_MINUTES;
  const bursts: MinuteRow[] = [10, 200, 400].map((minute) => ({function: 'bursts', minute, count: 40}));
  const sessions: MinuteRow[] = Array.from({length: 60}, (_, i) => ({function: 'sessions', minute: 100 + i, count: 6}));
  const timer: MinuteRow[] = Array.from({length: 96}, (_, i) => ({function: 'timer', minute: 5 * i, count: 1}));
  const hot = poissonRows(random, 'hot', minutes, (m) => (m % 50 < 10 ? 20_000 : 100));
  const workload = minuteWorkload(
    [
      ...poissonRows(random, 'random', minutes, () => 0.3),
      ...bursts,
      ...sessions,
      ...timer,
      ...hot,
      {function: 'once', minute: 7, count: 1},
    ],
    [0, minutes],
  );
  const fitted = demand(workload);

  test.each([
    {f: 0, what: 'calls at random', curve: 'erlang'},
    {f: 1, what: 'bursts in single minutes', curve: 'empirical'},
    {f: 2, what: 'a session of an hour, six calls a minute', curve: 'empirical'},
    {f: 4, what: 'too many calls to play one by one, in bursts', curve: 'negative-binomial'},
    {f: 5, what: 'a single call', curve: 'erlang'},
  ] as const)('$what: $curve', ({f, curve}) => {
    expect(fitted.curve[f]).toBe(curveCodes[curve]);
  });

  test('a session that finds its instance again is cold once, however many calls it has', () => {
    const {measured} = fitted;
    const first = measured.start[2]!;
    // 360 calls in eight hours, hardly a gap of a minute between them.
    expect(measured.coldPerSecond[first]! * 8 * 3600).toBeLessThan(6);
    // Unloaded after each call, nearly every one of them would be.
    expect(measured.wakesPerSecond[first]! * 8 * 3600).toBeGreaterThan(300);
  });

  test('a curve can be forced on all', () => {
    for (const curve of ['erlang', 'poisson', 'negative-binomial'] as const) {
      expect(new Set(demand(workload, {curve}).curve)).toEqual(new Set([curveCodes[curve]]));
    }
  });

  test('measuring is repeatable', () => {
    expect(demand(workload)).toEqual(fitted);
  });
});
