import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {classEdges} from '../../../src/demand/gaps/gap-bins.ts';
import {bestKeepSeconds, GapLifeTable, unknownGaps} from '../../../src/demand/gaps/gap-life-table.ts';

const HOUR = 3600;

describe('a life table of gaps', () => {
  test('a gap counts in every class that it reaches, for the time that it stays there', () => {
    const table = new GapLifeTable();
    table.add(3, true); // Classes begin at 1, 1.41, 2, 2.83, 4 s.
    table.add(0.5, true); // Shorter than all.
    expect([...table.reached.subarray(0, 5)]).toEqual([1, 1, 1, 1, 0]);
    expect([...table.ended.subarray(0, 5)]).toEqual([0, 0, 0, 1, 0]);
    expect(table.seconds.reduce((a, b) => a + b)).toBeCloseTo(2, 12);
    expect(table.seconds[3]).toBeCloseTo(3 - 2.828427, 12);
  });

  test('an open gap ends nowhere, and counts in its last class as far as it was seen', () => {
    const table = new GapLifeTable();
    table.add(3, false);
    expect(table.ended.every((n) => n === 0)).toBe(true);
    expect(table.reached[2]).toBe(1);
    expect(table.reached[3]).toBeCloseTo((3 - 2.828427) / (4 - 2.828427), 12);
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
      const table = new GapLifeTable();
      for (const gap of gaps) table.add(gap, true);
      const cost = (keep: number) =>
        gaps.reduce((sum, gap) => sum + Math.min(gap, keep) + (gap >= keep ? breakEven : 0), 0);
      const least = Math.min(...Array.from(classEdges, cost));
      expect(cost(bestKeepSeconds(table, breakEven))).toBeCloseTo(least, 6);
    }
  });

  test('borrowing leaves what is known of many and decides what is known of none', () => {
    // A thousand gaps of five hours are not worth waiting through, whatever a stranger would do.
    const rare = new GapLifeTable();
    for (let i = 0; i < 1000; i++) rare.add(5 * HOUR, true);
    rare.borrow(unknownGaps(), 2);
    expect(bestKeepSeconds(rare, HOUR)).toBeLessThan(10);
    const nothing = new GapLifeTable();
    nothing.borrow(unknownGaps(), 2);
    expect(bestKeepSeconds(nothing, HOUR)).toBe(bestKeepSeconds(unknownGaps(), HOUR));
  });
});
