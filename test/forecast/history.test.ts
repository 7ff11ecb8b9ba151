import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {CallHistory, trailingWindows} from '../../src/forecast/history.ts';
import {noClock, population, randomCalls, seriesOf} from '../helpers/series.ts';

describe('a call history', () => {
  test('look-ups equal plain sums over the calls before now', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({min: 0, max: 80}), fc.integer({min: -10, max: 80}), (seed, now, from) => {
        const calls = randomCalls(new Random(seed), 80, 0.3);
        const history = new CallHistory(80, noClock);
        history.load(seriesOf([calls], 80), 0);
        history.seek(now);
        const past = calls.filter(([minute]) => minute < now);
        expect(history.entries).toBe(past.length);
        expect(history.entriesBefore(from)).toBe(past.filter(([minute]) => minute < from).length);
        const since = past.filter(([minute]) => minute >= from);
        for (const [k, window] of trailingWindows.entries()) {
          expect(history.entriesBeforeWindow(k)).toBe(past.filter(([minute]) => minute < now - window).length);
          expect(history.callsInWindow(k)).toBe(history.callsSince(now - window));
        }
        expect(history.callsSince(from)).toBe(since.reduce((sum, [, count]) => sum + count, 0));
      }),
    );
  });

  test('seeking back and forth, and loading another row, leave nothing behind', () => {
    const series = seriesOf(population(3, 12, 200), 200);
    const used = new CallHistory(200, noClock);
    for (let f = 0; f < series.rows; f++) {
      used.load(series, f);
      const fresh = new CallHistory(200, noClock);
      fresh.load(series, f);
      for (const minute of [150, 20, 200, 0, 75]) {
        used.seek(minute);
        fresh.seek(minute);
        expect([used.entries, used.callsSince(10)]).toEqual([fresh.entries, fresh.callsSince(10)]);
      }
      expect(Array.from({length: 200}, (_, t) => used.callsAt(t))).toEqual(
        Array.from({length: 200}, (_, t) => fresh.callsAt(t)),
      );
    }
  });
});
