import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {bestKeepSeconds, GAP_CLASSES, GapHazards, gapEdges, unknownGaps} from '../../../src/demand/gaps/gap-hazards.ts';
import {LevelGaps} from '../../../src/demand/gaps/level-gaps.ts';
import {suggestedKeepAlives} from '../../../src/plan/spill/keep-alives.ts';
import type {Workload} from '../../../src/workload/workload.ts';
import {eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const HOUR = 3600;

describe('hazards of gaps', () => {
  test('a gap counts in every class that it reaches, for the time that it stays there', () => {
    const hazards = new GapHazards();
    hazards.add(3, true); // Classes begin at 1, 1.41, 2, 2.83, 4 s.
    hazards.add(0.5, true); // Shorter than all.
    expect([...hazards.reached.subarray(0, 5)]).toEqual([1, 1, 1, 1, 0]);
    expect([...hazards.ended.subarray(0, 5)]).toEqual([0, 0, 0, 1, 0]);
    expect(hazards.seconds.reduce((a, b) => a + b)).toBeCloseTo(2, 12);
    expect(hazards.seconds[3]).toBeCloseTo(3 - 2 ** 1.5, 12);
  });

  test('an open gap ends nowhere, and counts in its last class as far as it was seen', () => {
    const hazards = new GapHazards();
    hazards.add(3, false);
    expect(hazards.ended.every((n) => n === 0)).toBe(true);
    expect(hazards.reached[2]).toBe(1);
    expect(hazards.reached[3]).toBeCloseTo((3 - 2 ** 1.5) / (4 - 2 ** 1.5), 12);
  });

  test('of gaps of which nothing is known, one keeps for half the break-even time', () => {
    // The hazard is 1 / 2t: worth its price until t = C/2c, METHODS E1.2. Edges are half octaves apart.
    for (const breakEven of [16, 120, 1200, 24_000]) {
      const keep = bestKeepSeconds(unknownGaps(), breakEven);
      expect(keep / (breakEven / 2)).toBeGreaterThan(1 / Math.SQRT2 - 1e-9);
      expect(keep / (breakEven / 2)).toBeLessThan(Math.SQRT2 + 1e-9);
    }
  });

  test('the best keep-alive is the edge that would have cost least, for any gaps', () => {
    const random = new Random(3);
    for (let round = 0; round < 200; round++) {
      const gaps = Array.from({length: 1 + random.below(40)}, () => 2 ** (random.next() * 16));
      const breakEven = 2 ** (random.next() * 14);
      const hazards = new GapHazards();
      for (const gap of gaps) hazards.add(gap, true);
      const cost = (keep: number) =>
        gaps.reduce((sum, gap) => sum + Math.min(gap, keep) + (gap >= keep ? breakEven : 0), 0);
      const least = Math.min(...Array.from(gapEdges, cost));
      expect(cost(bestKeepSeconds(hazards, breakEven))).toBeCloseTo(least, 6);
    }
  });

  test('borrowing leaves what is known of many and decides what is known of none', () => {
    // A thousand gaps of five hours are not worth waiting through, whatever a stranger would do.
    const rare = new GapHazards();
    for (let i = 0; i < 1000; i++) rare.add(5 * HOUR, true);
    rare.borrow(unknownGaps(), 2);
    expect(bestKeepSeconds(rare, HOUR)).toBeLessThan(10);
    const nothing = new GapHazards();
    nothing.borrow(unknownGaps(), 2);
    expect(bestKeepSeconds(nothing, HOUR)).toBe(bestKeepSeconds(unknownGaps(), HOUR));
  });
});

describe('gaps of levels', () => {
  test('add up to what hazards make of the same gaps one by one', () => {
    const random = new Random(9);
    const levels = new LevelGaps();
    const direct = new GapHazards();
    for (let i = 0; i < 500; i++) {
      const seconds = i % 20 === 0 ? gapEdges[i % gapEdges.length]! : 2 ** (random.next() * 20 - 2);
      levels.gap(3, seconds, true);
      direct.add(seconds, true);
    }
    levels.gap(3, 5000, false);
    direct.add(5000, false);
    const summed = new GapHazards();
    levels.addTo(summed, 3);
    for (let k = 0; k < GAP_CLASSES; k++) {
      expect(summed.reached[k]).toBeCloseTo(direct.reached[k]!, 9);
      expect(summed.ended[k]).toBe(direct.ended[k]);
      expect(summed.seconds[k]! / Math.max(1, direct.seconds[k]!)).toBeCloseTo(direct.seconds[k]! > 0 ? 1 : 0, 9);
    }
  });

  test('a level called every minute is worth keeping, one called in two spells is not', () => {
    const levels = new LevelGaps();
    for (let i = 0; i < 60; i++) levels.gap(0, 59, true);
    for (let i = 0; i < 60; i++) levels.gap(1, i === 30 ? 20 * HOUR : 1, true);
    expect([0, 1].map((level) => levels.isWorthKeeping(level, 600))).toEqual([true, false]);
    levels.clear();
    levels.gap(0, 5, true);
    expect(levels.levels).toBe(1);
  });
});

describe('keep-alives of functions', () => {
  const terms = (workload: Workload, breakEven: number) => ({
    defaultDurationUs: 1e6,
    breakEvenSeconds: new Float64Array(workload.functions).fill(breakEven),
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
