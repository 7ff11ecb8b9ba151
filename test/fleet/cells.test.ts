import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {mixKeys} from '../../src/base/random.ts';
import {type CellFunctions, dealCells} from '../../src/fleet/cells.ts';

/** Keys as names give them, for functions numbered from 0. */
const keysOf = (functions: number): Int32Array =>
  Int32Array.from({length: functions}, (_, fn) => mixKeys(fn, 0x6b657973));

/** Busy time as traces have it: a few functions hold most, many hold next to nothing, some nothing. */
const loads = fc.tuple(fc.double({min: 0, max: 3, noNaN: true}), fc.integer({min: 1, max: 300})).chain(([skew, n]) =>
  fc.array(fc.double({min: 0, max: 1, noNaN: true}), {minLength: n, maxLength: n}).map((draws) =>
    // Zipf over the ranks; one in ten is never called.
    Float64Array.from(draws, (draw, rank) => (draw < 0.1 ? 0 : (1e6 * draw) / (rank + 1) ** skew)),
  ),
);
const cellCounts = fc.integer({min: 2, max: 16});

const offered = ({rows, parts}: CellFunctions, load: Float64Array): number =>
  rows.reduce((sum, row, k) => sum + load[row]! / parts[k]!, 0);

describe('functions are dealt to cells', () => {
  test('so that no cell is offered more than 1.25 times the mean, however skewed the rates', () => {
    let fullest = 0;
    fc.assert(
      fc.property(loads, cellCounts, (load, cells) => {
        const mean = load.reduce((sum, one) => sum + one, 0) / cells;
        for (const cell of dealCells(keysOf(load.length), load, cells)) {
          const used = offered(cell, load);
          expect(used).toBeLessThanOrEqual(1.25 * mean * (1 + 1e-12));
          if (mean > 0) fullest = Math.max(fullest, used / mean);
        }
      }),
      {numRuns: 300, seed: 1},
    );
    // And the room up to there is used.
    expect(fullest).toBeGreaterThan(1.2);
  });

  test('each whole to one cell, or in 2, 4, 8, ... equal parts that all are somewhere', () => {
    fc.assert(
      fc.property(loads, cellCounts, (load, cells) => {
        const dealt = dealCells(keysOf(load.length), load, cells);
        expect(dealt).toHaveLength(cells);
        const seen = dealt.flatMap(({rows, part, parts}) =>
          Array.from(rows, (row, k) => ({row, part: part[k]!, parts: parts[k]!})),
        );
        for (let row = 0; row < load.length; row++) {
          const own = seen.filter((share) => share.row === row).sort((a, b) => a.part - b.part);
          expect(Number.isInteger(Math.log2(own.length))).toBe(true);
          expect(own).toEqual(own.map((_, part) => ({row, part, parts: own.length})));
        }
        for (const {rows} of dealt) expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
      }),
      {numRuns: 100, seed: 2},
    );
  });

  test('by their key: each to a cell of its own, past it only as far as cells are full', () => {
    fc.assert(
      fc.property(loads, cellCounts, (load, cells) => {
        const key = keysOf(load.length);
        const dealt = dealCells(key, load, cells);
        const used = dealt.map((cell) => offered(cell, load));
        const cap = (1.25 * load.reduce((sum, one) => sum + one, 0)) / cells;
        dealt.forEach(({rows, parts}, cell) => {
          rows.forEach((row, k) => {
            if (parts[k]! > 1) return;
            for (let at = homeOf(key[row]!, cells); at !== cell; at = (at + 1) % cells) {
              expect(used[at]! + load[row]!).toBeGreaterThan(cap * (1 - 1e-12));
            }
          });
        });
      }),
      {numRuns: 100, seed: 3},
    );
  });

  test('the same whatever their order in the trace', () => {
    fc.assert(
      fc.property(loads, cellCounts, (load, cells) => {
        const key = keysOf(load.length);
        const places = (dealt: CellFunctions[], keys: Int32Array): string[] =>
          dealt
            .flatMap(({rows, part, parts}, cell) =>
              Array.from(rows, (row, k) => `${keys[row]} ${part[k]}/${parts[k]} in ${cell}`),
            )
            .sort();
        const turned = places(dealCells(key.toReversed(), load.toReversed(), cells), key.toReversed());
        expect(turned).toEqual(places(dealCells(key, load, cells), key));
      }),
      {numRuns: 100, seed: 4},
    );
  });

  test('one that is nearly all there is goes in four quarters to four cells', () => {
    // The mean is 25, a cell takes 31.25: neither the whole 97 nor a half of it, but a quarter.
    const dealt = dealCells(keysOf(4), Float64Array.of(97, 1, 1, 1), 4);
    expect(dealt.map(({rows, parts}) => parts[rows.indexOf(0)])).toEqual([4, 4, 4, 4]);
    expect(dealt.map(({rows, part}) => part[rows.indexOf(0)]).toSorted()).toEqual([0, 1, 2, 3]);
    expect(dealt.reduce((sum, {rows}) => sum + rows.length, 0)).toBe(4 + 3);
  });

  test('parts go to cells of their own while there are enough, even where one has room for two', () => {
    // A cell takes 6.875: beside the seven there is room for 1.786, beside the eighth for 2.5. So the ninth goes in
    // quarters of 1, and home is where two would fit.
    const load = Float64Array.of(...Array.from({length: 7}, () => 35.625 / 7), 4.375, 4);
    const roomiest = (key: Int32Array) => dealCells(key, load, 8).findIndex(({rows}) => rows.includes(7));
    const keys = Array.from({length: 100}, (_, n) => Int32Array.of(...keysOf(8), mixKeys(n, 1)));
    const key = keys.find((tried) => homeOf(tried[8]!, 8) === roomiest(tried))!;
    const parts = dealCells(key, load, 8).map(({rows}) => rows.filter((row) => row === 8).length);
    expect(parts.toSorted()).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  test('one of just 1.25 times the mean stays whole', () => {
    const whole = (load: readonly number[]) =>
      dealCells(keysOf(load.length), Float64Array.from(load), 2).every(({parts}) => parts.every((n) => n === 1));
    // Of 16 in two cells a cell takes 10.
    expect(whole([10, 6])).toBe(true);
    expect(whole([11, 5])).toBe(false);
  });

  test('one cell has them all', () => {
    expect(dealCells(keysOf(3), Float64Array.of(5, 0, 1), 1)).toEqual([
      {rows: Int32Array.of(0, 1, 2), part: Int32Array.of(0, 0, 0), parts: Int32Array.of(1, 1, 1)},
    ]);
  });

  test('evenly by number where all are alike', () => {
    const dealt = dealCells(keysOf(70_000), new Float64Array(70_000).fill(1), 7);
    // The standard deviation of a cell's number is about 93, were nothing bounded.
    for (const {rows} of dealt) expect(Math.abs(rows.length - 10_000)).toBeLessThan(500);
  });
});

/** Where a function lies when it takes no room. */
function homeOf(key: number, cells: number): number {
  return dealCells(Int32Array.of(key), Float64Array.of(0), cells).findIndex(({rows}) => rows.length === 1);
}
