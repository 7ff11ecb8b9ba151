import {mixKeys} from '../base/random.ts';

/** Rows of the workload that belong to each cell, ascending. */
export function dealCells(key: Int32Array, cells: number): Int32Array[] {
  const cellOf = new Int32Array(key.length);
  const size = new Int32Array(cells);
  for (let row = 0; row < key.length; row++) {
    const cell = cells === 1 ? 0 : (mixKeys(key[row]!, 0x63656c6c) >>> 0) % cells;
    cellOf[row] = cell;
    size[cell]! += 1;
  }
  const rows = Array.from(size, (n) => new Int32Array(n));
  size.fill(0);
  for (let row = 0; row < key.length; row++) rows[cellOf[row]!]![size[cellOf[row]!]!++] = row;
  return rows;
}
