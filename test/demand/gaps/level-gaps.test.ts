import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {classEdges, GAP_CLASSES} from '../../../src/demand/gaps/gap-bins.ts';
import {GapLifeTable} from '../../../src/demand/gaps/gap-life-table.ts';
import {LevelGaps} from '../../../src/demand/gaps/level-gaps.ts';

const HOUR = 3600;

describe('gaps of levels', () => {
  test('add up to what a life table makes of the same gaps one by one', () => {
    const random = new Random(9);
    const levels = new LevelGaps();
    const direct = new GapLifeTable();
    for (let i = 0; i < 500; i++) {
      const seconds = i % 20 === 0 ? classEdges[i % classEdges.length]! : 2 ** (random.next() * 20 - 2);
      levels.gap(3, seconds, true);
      direct.add(seconds, true);
    }
    levels.gap(3, 5000, false);
    direct.add(5000, false);
    const summed = new GapLifeTable();
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
