import {expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {ToldRows} from '../../../src/replay/log/told-rows.ts';

/** A store that keeps everything where it is. */
function memory() {
  const batches: Float64Array[] = [];
  return {put: (rows: Float64Array) => batches.push(rows) - 1, take: (batch: number) => batches[batch]!};
}

test('cells are merged by the first two fields, equal rows in the order of cells, however they came in batches', () => {
  const random = new Random(7);
  for (let trial = 0; trial < 300; trial++) {
    const cells = 1 + random.below(6);
    const told = new ToldRows(memory(), 3);
    const all: number[][] = [];
    for (let cell = 0; cell < cells; cell++) {
      const own = Array.from({length: random.below(40)}, () => [random.below(8), random.below(3), cell]);
      own.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
      all.push(...own);
      for (let at = 0; at < own.length; ) {
        const next = at + 1 + random.below(9);
        told.add(0, cell, Float64Array.from(own.slice(at, next).flat()));
        at = next;
      }
    }
    const merged = [...told.merged(0, cells)].flatMap((rows) => [...rows]);
    all.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]! || a[2]! - b[2]!);
    expect(merged).toEqual(all.flat());
  }
});

test('cells one after the other, each policy for itself', () => {
  const told = new ToldRows(memory(), 2);
  told.add(1, 1, Float64Array.of(0, 9));
  told.add(0, 1, Float64Array.of(0, 3));
  told.add(0, 0, Float64Array.of(1, 1));
  told.add(0, 0, Float64Array.of(5, 2));
  expect([...told.byCell(0, 2)].flatMap((rows) => [...rows])).toEqual([1, 1, 5, 2, 0, 3]);
  expect([...told.byCell(1, 2)].flatMap((rows) => [...rows])).toEqual([0, 9]);
});
