import {mixKeys} from '../base/random.ts';

/** No cell is offered more than this multiple of the mean load. */
const MAX_LOAD = 1.25;

/** The functions of one cell. A function too hot for one cell is there in part: part `part` of `parts` of its calls. */
export interface CellFunctions {
  /** Rows of the workload, ascending. */
  readonly rows: Int32Array; // [function]
  readonly part: Int32Array; // [function]
  readonly parts: Int32Array; // [function], 1 for a whole function
}

interface Share {
  readonly row: number;
  readonly part: number;
  readonly parts: number;
  readonly cell: number;
}

/**
 * Deals functions to cells by their stable hash with bounded load (after Mirrokni, Thorup and Zadimoghaddam, SODA
 * 2018): a function goes to its own cell, or to the next one that has room under 1.25 times the mean. One that fits
 * nowhere is split in halves until its parts do; a part of a quarter of the mean always fits. `load[row]` is what the
 * row offers, in any unit; `mostParts[row]` how many parts it may have, at least 1 (undefined: any number): where even those
 * fit nowhere, they go where least is.
 */
export function dealCells(
  key: Int32Array,
  load: Float64Array,
  cells: number,
  mostParts?: Float64Array,
): CellFunctions[] {
  if (cells === 1) return [wholeFunctions(key.length)];
  const total = load.reduce((sum, one) => sum + one, 0);
  const cap = (MAX_LOAD * total) / cells;
  const used = new Float64Array(cells);
  const shares: Share[] = [];
  // The hottest choose first: what is small fills the gaps. Equal loads keep the order of their keys, not of the file.
  const order = Int32Array.from(key.keys()).sort((a, b) => load[b]! - load[a]! || key[a]! - key[b]! || a - b);
  for (const row of order) {
    const home = (mixKeys(key[row]!, 0x63656c6c) >>> 0) % cells;
    for (let parts = 1; ; parts *= 2) {
      const isLast = mostParts !== undefined && 2 * parts > mostParts[row]!;
      const each = load[row]! / parts;
      const placed = place(used, home, parts, each, cap) ?? (isLast ? placeAnyhow(used, parts, each) : undefined);
      if (placed === undefined) continue;
      placed.forEach((cell, part) => {
        shares.push({row, part, parts, cell});
      });
      break;
    }
  }
  return collect(shares, cells);
}

/** Cells for `parts` equal parts, from the home cell on, each in a cell of its own while there are enough; undefined: no room. */
function place(used: Float64Array, home: number, parts: number, each: number, cap: number): number[] | undefined {
  const cells = used.length;
  const before = parts > 1 ? used.slice() : used;
  const chosen: number[] = [];
  for (let part = 0; part < parts; part++) {
    let tried = 0;
    let cell = (home + part) % cells;
    while (used[cell]! + each > cap && tried < cells) {
      cell = (cell + 1) % cells;
      tried++;
    }
    if (tried === cells && each > 0) {
      if (parts > 1) used.set(before);
      return undefined;
    }
    used[cell]! += each;
    chosen.push(cell);
  }
  return chosen;
}

/** Cells for as many equal parts, each where least is offered so far. */
function placeAnyhow(used: Float64Array, parts: number, each: number): number[] {
  return Array.from({length: parts}, () => {
    const cell = used.indexOf(Math.min(...used));
    used[cell]! += each;
    return cell;
  });
}

function collect(shares: Share[], cells: number): CellFunctions[] {
  const byCell = Array.from({length: cells}, (): Share[] => []);
  for (const share of shares) byCell[share.cell]!.push(share);
  return byCell.map((own) => {
    own.sort((a, b) => a.row - b.row || a.part - b.part);
    return {
      rows: Int32Array.from(own, (share) => share.row),
      part: Int32Array.from(own, (share) => share.part),
      parts: Int32Array.from(own, (share) => share.parts),
    };
  });
}

function wholeFunctions(functions: number): CellFunctions {
  return {
    rows: Int32Array.from({length: functions}, (_, row) => row),
    part: new Int32Array(functions),
    parts: new Int32Array(functions).fill(1),
  };
}
