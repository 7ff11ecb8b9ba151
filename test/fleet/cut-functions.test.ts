import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {cutFunctions} from '../../src/fleet/cut-functions.ts';

const rowsOf = (cut: ReturnType<typeof cutFunctions>) => cut.map(({rows}) => [...rows]);

describe('functions that share nothing', () => {
  test('are cut heaviest first, each into the part with the least so far, and the heaviest part comes first', () => {
    // 7 | 5, 2 | 4, 3: the 3 goes to the 4, the 2 to the 5, and both end at 7.
    const load = Float64Array.of(2, 7, 3, 5, 4);
    const alone = Int32Array.of(0, 1, 2, 3, 4);
    const cut = cutFunctions(alone, Int32Array.of(9, 9, 9, 9, 9), load, 3);
    expect(rowsOf(cut)).toEqual([[1], [0, 3], [2, 4]]);
    expect([...cut[1]!.parts]).toEqual([1, 1]);
    expect([...cut[1]!.part]).toEqual([0, 0]);
  });

  test('stay with their app, and no part is empty', () => {
    const cut = cutFunctions(Int32Array.of(0, 1, 0, 1), Int32Array.of(1, 2, 3, 4), Float64Array.of(1, 1, 1, 5), 3);
    expect(rowsOf(cut)).toEqual([
      [1, 3],
      [0, 2],
    ]);
  });

  test('are together wherever they stand in the file, each in one part, within a load of the mean', () => {
    const random = new Random(5);
    for (let round = 0; round < 50; round++) {
      const functions = 1 + random.below(80);
      const parts = 1 + random.below(9);
      const key = Int32Array.from({length: functions}, () => random.bits() | 0);
      const load = Float64Array.from({length: functions}, () => 1 + random.below(5));
      const unit = Int32Array.from({length: functions}, (_, row) => row);
      const order = [...unit].sort((a, b) => key[a]! - key[b]!);
      const cut = cutFunctions(unit, key, load, parts);
      const moved = cutFunctions(
        unit,
        Int32Array.from(order, (row) => key[row]!),
        Float64Array.from(order, (row) => load[row]!),
        parts,
      );
      const keysOf = (rows: number[][], its: (row: number) => number) => rows.map((part) => part.map(its).sort());
      expect(keysOf(rowsOf(moved), (row) => key[order[row]!]!)).toEqual(keysOf(rowsOf(cut), (row) => key[row]!));
      expect(
        rowsOf(cut)
          .flat()
          .sort((a, b) => a - b),
      ).toEqual([...unit]);
      const loads = rowsOf(cut).map((rows) => rows.reduce((sum, row) => sum + load[row]!, 0));
      const mean = load.reduce((sum, one) => sum + one, 0) / parts;
      expect(Math.max(...loads)).toBeLessThan(mean + 5);
    }
  });
});
