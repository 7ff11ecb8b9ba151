import {isRecord, parsed} from './json-values.ts';

/**
 * The value at a path of keys joined by dots. Where a key holds dots itself the longest one that is there is meant; `\.`
 * is a dot of a key. A text that is JSON itself is looked into. Undefined where there is none.
 */
export function valueAt(root: unknown, path: string): unknown {
  return lookUp(root, keysOf(path));
}

/** The keys of a path; its dots behind a backslash are theirs. */
export function keysOf(path: string): readonly string[] {
  return path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'));
}

export function lookUp(root: unknown, keys: readonly string[]): unknown {
  if (keys.length === 0) return root;
  const object = typeof root === 'string' && /^\s*[[{]/.test(root) ? parsed(root) : root;
  if (!isRecord(object) && !Array.isArray(object)) return undefined;
  for (let length = keys.length; length > 0; length--) {
    const key = keys.slice(0, length).join('.');
    if (!Object.hasOwn(object, key)) continue;
    const found = lookUp((object as Record<string, unknown>)[key], keys.slice(length));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value as the cell of a table: '' for what is not there, JSON for lists and objects. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Reads a column of a table by its name, or by a path that begins with one and goes on in the JSON of its cells. */
export function cellReader(
  header: readonly string[],
  column: string,
): ((cells: readonly string[]) => string) | undefined {
  const whole = header.indexOf(column.replaceAll('\\.', '.'));
  if (whole >= 0) return (cells) => cells[whole]!;
  const keys = keysOf(column);
  for (let length = keys.length - 1; length > 0; length--) {
    const at = header.indexOf(keys.slice(0, length).join('.'));
    const rest = keys.slice(length);
    if (at >= 0) return (cells) => textOf(lookUp(cells[at], rest));
  }
  return undefined;
}
