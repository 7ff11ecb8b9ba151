import type {RowProblem} from '../../files/rows.ts';

/** Who a row is about; an app's rows have the first two. */
export const functionKeys = ['HashOwner', 'HashApp', 'HashFunction'] as const;
export const appKeys = ['HashOwner', 'HashApp'] as const;

/** The first key cell that is blank, as a problem. Ids are opaque text: `null` and `NaN` are ids, only nothing is none. */
export function blankKey(
  cells: readonly string[],
  keys: readonly string[],
  at: readonly number[],
): RowProblem | undefined {
  const blank = at.findIndex((column) => cells[column]!.trim() === '');
  return blank < 0 ? undefined : {column: keys[blank]!, value: cells[at[blank]!]!, rule: 'an id'};
}

export function missingOf(header: readonly string[], names: readonly string[]): string[] {
  return names.filter((name) => !header.includes(name));
}
