import type {Content} from '../../files/content.ts';
import {eachJsonValue} from '../../files/json-values.ts';
import {cellReader, keysOf, lookUp, textOf} from '../../files/nested.ts';
import type {RowTally, Taken} from '../../files/rows.ts';

/** The text of a field of the record at hand, '' where it has none: a column, a key, or a path of them joined by dots. */
export type Field = (name: string) => string;

/** How a JSON value is one record, or several, of those looked for. */
export interface JsonShape {
  /** Arrays of envelopes whose elements are taken one by one. */
  readonly envelopes: readonly string[];
  /** The records in a value that lay at `path`. */
  readonly recordsIn: (value: unknown, path: string) => Iterable<unknown>;
}

const plain: JsonShape = {envelopes: [], recordsIn: (value) => [value]};

/** Hands over the records of a file, whether it is a table or JSON. */
export async function eachRecord(
  content: Content,
  tally: RowTally,
  take: (field: Field) => Taken,
  shape: JsonShape = plain,
): Promise<void> {
  if (content.kind !== 'json') {
    const {header} = content;
    let row: readonly string[] = [];
    const readers = new Map<string, (cells: readonly string[]) => string>();
    const field: Field = (name) => {
      let read = readers.get(name);
      if (read === undefined) readers.set(name, (read = cellReader(header, name) ?? (() => '')));
      return read(row);
    };
    await content.rows(tally).each((cells) => {
      row = cells;
      return take(field);
    });
    return;
  }
  const keys = new Map<string, readonly string[]>();
  let record: unknown;
  const field: Field = (name) => {
    let path = keys.get(name);
    if (path === undefined) keys.set(name, (path = keysOf(name)));
    return textOf(lookUp(record, path));
  };
  await eachJsonValue(content.bytes!, shape.envelopes, tally, (value, path, marks) => {
    for (record of shape.recordsIn(value, path)) marks.took(take(field));
  });
}

/** The first records of a file, to look at: a function of their fields each. */
export function firstRecords(content: Content, shape: JsonShape = plain): Field[] {
  if (content.kind !== 'json') {
    const {header} = content;
    return content.firstRows.map((row) => (name: string) => cellReader(header, name)?.(row) ?? '');
  }
  const all = content.samples.flatMap((value) => {
    const inner = shape.envelopes.flatMap((path) => {
      const elements = lookUp(value, path.split('.'));
      return Array.isArray(elements) ? elements.flatMap((element) => [...shape.recordsIn(element, path)]) : [];
    });
    return inner.length > 0 ? inner : [...shape.recordsIn(value, '')];
  });
  return all.map((record) => (name: string) => textOf(lookUp(record, keysOf(name))));
}
