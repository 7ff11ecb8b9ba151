import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {finishedBy} from '../../../src/demand/levels/finished-by.ts';
import {classOfLevel, levelOctave, levelOfClass, lowestLevel} from '../../../src/demand/levels/level-classes.ts';
import {LevelMeter} from '../../../src/demand/levels/level-meter.ts';
import {LevelSlots} from '../../../src/demand/levels/level-slots.ts';

interface Call {
  readonly at: number;
  readonly end: number;
}

/** Few distinct times, so that finishes meet arrivals; some calls take no time at all. */
const anyCalls = fc
  .array(fc.record({at: fc.nat(40), hold: fc.oneof(fc.constant(0), fc.nat(15))}), {minLength: 1, maxLength: 40})
  .map((rows) => rows.map(({at, hold}): Call => ({at, end: at + hold})).sort((a, b) => a.at - b.at));

/** The level that each call brings the running ones to: those before it that have not ended when it comes, and it. */
function plainLevels(calls: readonly Call[]): number[] {
  return calls.map(({at}, k) => 1 + calls.slice(0, k).filter(({end}) => end > at).length);
}

describe('every way of counting calls that run at once finds the same levels', () => {
  test('by how many have finished', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const arrival = Float64Array.from(calls, ({at}) => at);
        const end = Float64Array.from(calls, (call) => call.end);
        const finished = finishedBy(arrival, end, end.slice().sort());
        expect(Array.from(finished, (gone, k) => k + 1 - gone)).toEqual(plainLevels(calls));
      }),
    );
  });

  test('by a meter, which counts the rises to each', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const meter = new LevelMeter(10, 50);
        for (const {at, end} of calls) expect(meter.call(at, end)).toBe(true);
        const rises = new Float64Array(meter.levels);
        for (const level of plainLevels(calls)) rises[level - 1]! += 1;
        expect(meter.rises.slice(0, meter.levels)).toEqual(rises);
      }),
    );
  });

  test('by slots, which know how long each level had been free', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const slots = new LevelSlots(2);
        const freed = new Map<number, number>();
        const running: number[] = [];
        const levels = plainLevels(calls);
        const finishUntil = (now: number) => {
          running.sort((a, b) => a - b);
          while (running.length > 0 && running[0]! <= now) {
            const end = running.shift()!;
            const level = slots.fall(1);
            expect(level).toBe(running.length + 1);
            slots.fellUs[slots.slotOf(1, level)] = end;
            freed.set(level, end);
          }
        };
        calls.forEach(({at, end}, k) => {
          finishUntil(at);
          const level = slots.rise(1);
          expect(level).toBe(levels[k]);
          expect(at - slots.fellUs[slots.slotOf(1, level)]!).toEqual(at - (freed.get(level) ?? Number.NaN));
          running.push(end);
        });
        finishUntil(Number.POSITIVE_INFINITY);
        expect([slots.level(0), slots.level(1)]).toEqual([0, 0]);
      }),
    );
  });
});

describe('levels taken together', () => {
  test('one level stands for those of its class: itself, or the one below the middle', () => {
    // Classes 0 to 31 are a level each, 32 is 33 and 34, 48 is 65 to 68.
    expect([0, 31, 32, 33, 48].map(levelOfClass)).toEqual([1, 32, 33, 35, 66]);
    expect([32, 33, 48, 49].map(lowestLevel)).toEqual([33, 35, 65, 69]);
  });

  test('octaves are 1, 2, 3-4, 5-8, 9-16', () => {
    expect([1, 2, 3, 4, 5, 8, 9, 16, 17].map(levelOctave)).toEqual([0, 1, 2, 2, 3, 3, 4, 4, 5]);
  });

  test('classes hold one level each up to 32, then a sixteenth of an octave, without a gap', () => {
    for (let level = 1; level <= 32; level++) expect(levelOfClass(classOfLevel(level))).toBe(level);
    expect([33, 34, 35, 64, 65, 68, 69].map(classOfLevel)).toEqual([32, 32, 33, 47, 48, 48, 49]);
    fc.assert(
      fc.property(fc.integer({min: 1, max: 2 ** 20}), (level) => {
        const place = classOfLevel(level);
        expect(lowestLevel(place)).toBeLessThanOrEqual(level);
        expect(level).toBeLessThan(lowestLevel(place + 1));
        expect(classOfLevel(levelOfClass(place))).toBe(place);
      }),
    );
  });
});
