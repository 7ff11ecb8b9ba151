/** More mistakes than this are another word. */
const MOST_MISTAKES = 2;

/** The name that was probably meant: the one with the fewest letters wrong, two at most; undefined when none is near. */
export function nearest(text: string, names: Iterable<string>): string | undefined {
  let found: string | undefined;
  // Of a short word two letters are most of it.
  let least = Math.min(MOST_MISTAKES, Math.floor(text.length / 2)) + 1;
  for (const name of names) {
    const mistakes = editDistance(text, name);
    if (mistakes < least) {
      least = mistakes;
      found = name;
    }
  }
  return found;
}

/** Letters to insert, remove or replace to make one word the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let above = Array.from({length: b.length + 1}, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same);
    }
    above = row;
  }
  return above[b.length]!;
}
