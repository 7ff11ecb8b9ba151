/**
 * A list whose elements are made one by one while it is written, so that a large one is never in memory as a whole.
 * `check` throws what is wrong with one before anything is written; by default it makes them all.
 */
export class LazyList {
  readonly elements: () => Iterable<unknown>;
  readonly check: () => void;

  constructor(elements: () => Iterable<unknown>, check: () => void = () => exhaust(elements)) {
    this.elements = elements;
    this.check = check;
  }
}

/** The same for an object, of keys that are all different. */
export class LazyObject {
  readonly entries: () => Iterable<readonly [string, unknown]>;
  readonly check: () => void;

  constructor(entries: () => Iterable<readonly [string, unknown]>, check: () => void = () => exhaust(entries)) {
    this.entries = entries;
    this.check = check;
  }
}

function exhaust(members: () => Iterable<unknown>): void {
  for (const _ of members());
}

/** A value as `JSON.stringify(value, undefined, 2)` writes it, piece by piece. */
export function* jsonPieces(value: unknown, indent = ''): Generator<string> {
  if (value instanceof LazyList) yield* enclosed('[', ']', listed(value.elements()), indent);
  else if (value instanceof LazyObject) yield* enclosed('{', '}', value.entries(), indent);
  else if (holdsLazy(value)) yield* enclosed('{', '}', Object.entries(value), indent);
  else yield JSON.stringify(value, undefined, 2).replaceAll('\n', `\n${indent}`);
}

/** Says what is wrong with any element, before anything is written. */
export function checkAll(value: unknown): void {
  if (value instanceof LazyList || value instanceof LazyObject) value.check();
  else if (holdsLazy(value)) Object.values(value).forEach(checkAll);
}

function holdsLazy(value: unknown): value is object {
  if (value instanceof LazyList || value instanceof LazyObject) return true;
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).some(holdsLazy);
}

function* listed(elements: Iterable<unknown>): Generator<readonly [undefined, unknown]> {
  for (const element of elements) yield [undefined, element];
}

function* enclosed(
  open: string,
  close: string,
  members: Iterable<readonly [string | undefined, unknown]>,
  indent: string,
): Generator<string> {
  const inner = `${indent}  `;
  let before = open;
  for (const [key, value] of members) {
    yield `${before}\n${inner}${key === undefined ? '' : `${JSON.stringify(key)}: `}`;
    yield* jsonPieces(value, inner);
    before = ',';
  }
  yield before === open ? `${open}${close}` : `\n${indent}${close}`;
}
