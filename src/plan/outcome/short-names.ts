import type {Workload} from '../../workload/workload.ts';
import {FunctionNames} from '../file/function-names.ts';

/** No name is cut to less, so that it is still one. */
const SHORTEST = 6;

/**
 * The shortest beginning of each function's name that no other function's begins with, as `explain` takes it;
 * `owner/app/name` where another has the same name. [one a row]
 */
export function shortNames(workload: Workload, rows: readonly number[]): string[] {
  const {name, functions} = workload;
  const own = rows.map((f) => name.at(f));
  const sorted = [...own.keys()].sort((a, b) => compare(own[a]!, own[b]!));
  // How much of each is another's too. [one a row]
  const shared = new Int32Array(rows.length);
  const isListed = new Set(rows);
  for (let f = 0; f < functions; f++) {
    if (isListed.has(f)) continue;
    const other = name.at(f);
    const at = firstNotBelow(sorted, (k) => own[k]!, other);
    // What lies further away shares no more with it than with what lies between.
    for (const k of [sorted[at - 1], sorted[at]]) if (k !== undefined) note(shared, k, own[k]!, other);
  }
  for (let i = 1; i < sorted.length; i++) {
    const [a, b] = [sorted[i - 1]!, sorted[i]!];
    note(shared, a, own[a]!, own[b]!);
    note(shared, b, own[b]!, own[a]!);
  }
  const names = new FunctionNames(workload);
  return rows.map((f, k) => {
    const letters = [...own[k]!];
    if (shared[k]! >= letters.length) return names.describe(f);
    return letters.slice(0, Math.max(SHORTEST, shared[k]! + 1)).join('');
  });
}

function note(shared: Int32Array, k: number, own: string, other: string): void {
  shared[k] = Math.max(shared[k]!, commonLetters(own, other));
}

/** Letters with which both begin. */
function commonLetters(a: string, b: string): number {
  let same = 0;
  for (const letter of a) {
    if (!b.startsWith(letter, same)) break;
    same += letter.length;
  }
  return [...a.slice(0, same)].length;
}

function firstNotBelow(sorted: readonly number[], of: (k: number) => string, text: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(of(sorted[middle]!), text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
