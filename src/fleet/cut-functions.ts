import type {CellFunctions} from './cells.ts';

/**
 * Cuts functions that share nothing into up to `parts` parts of about equal load, for functions that share nothing with
 * those of another unit: a unit (an app, or a function alone) stays whole. Heaviest first into the part with the least
 * so far; no part is empty, and the heaviest comes first. What is where depends on keys and loads, never on the order of
 * rows. `load[row]` is in any unit.
 */
export function cutFunctions(unit: Int32Array, key: Int32Array, load: Float64Array, parts: number): CellFunctions[] {
  const units = unit.reduce((most, id) => Math.max(most, id + 1), 0);
  const loadOf = new Float64Array(units);
  const keyOf = new Int32Array(units).fill(0x7fffffff);
  for (let row = 0; row < unit.length; row++) {
    loadOf[unit[row]!]! += load[row]!;
    keyOf[unit[row]!] = Math.min(keyOf[unit[row]!]!, key[row]!);
  }
  const order = Int32Array.from(keyOf.keys()).sort((a, b) => loadOf[b]! - loadOf[a]! || keyOf[a]! - keyOf[b]!);
  const partOf = new Int32Array(units);
  const used = new Float64Array(parts);
  // A heap of parts, the one with the least load on top.
  const heap = Int32Array.from({length: parts}, (_, part) => part);
  for (const id of order) {
    const part = heap[0]!;
    partOf[id] = part;
    used[part]! += loadOf[id]!;
    sinkTop(heap, used);
  }
  return collect(partOf, unit, used);
}

/** The top's load has grown: moves it down to its place. */
function sinkTop(heap: Int32Array, used: Float64Array): void {
  const part = heap[0]!;
  const lighter = (a: number, b: number): boolean => used[a]! < used[b]! || (used[a] === used[b] && a < b);
  let place = 0;
  for (let child = 1; child < heap.length; child = 2 * place + 1) {
    if (child + 1 < heap.length && lighter(heap[child + 1]!, heap[child]!)) child++;
    if (!lighter(heap[child]!, part)) break;
    heap[place] = heap[child]!;
    place = child;
  }
  heap[place] = part;
}

function collect(partOf: Int32Array, unit: Int32Array, used: Float64Array): CellFunctions[] {
  const rows = Array.from(used, (): number[] => []);
  for (let row = 0; row < unit.length; row++) rows[partOf[unit[row]!]!]!.push(row);
  return Array.from(used.keys())
    .sort((a, b) => used[b]! - used[a]! || a - b)
    .filter((part) => rows[part]!.length > 0)
    .map((part) => ({
      rows: Int32Array.from(rows[part]!),
      part: new Int32Array(rows[part]!.length),
      parts: new Int32Array(rows[part]!.length).fill(1),
    }));
}
