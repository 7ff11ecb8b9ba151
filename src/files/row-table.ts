import {csvLine} from '../base/text.ts';
import type {OutputSink} from './output.ts';
import {type ColumnValues, ParquetTableWriter, type TableColumnKind} from './parquet-writer.ts';

/** Texts by number. */
export interface Labels {
  readonly length: number;
  at(k: number): string | undefined;
}

/** A column of a table whose rows are doubles, one a field. NaN: there is no value. */
export interface RowColumn {
  /** As CSV has it, in snake_case. */
  readonly name: string;
  readonly field: number;
  readonly kind: 'whole' | 'number';
  /** The field is a place in this list, and the column is text. */
  readonly labels?: Labels;
  /** Some rows have no value. */
  readonly optional?: boolean;
}

/** A table: its columns, how many doubles a row is, and its rows, some at a time. */
export interface RowTable {
  readonly columns: readonly RowColumn[];
  readonly fields: number;
  readonly batches: Iterable<Float64Array>;
}

/** Writes the table as CSV with a header. */
export function writeCsvRows({columns, fields, batches}: RowTable, sink: OutputSink): void {
  sink.write(csvLine(columns.map(({name}) => name)));
  const cells = columns.map(({labels, field}) => (labels ? labelCell(labels, field) : numberCell(field)));
  for (const rows of batches) {
    let text = '';
    for (let at = 0; at < rows.length; at += fields) {
      for (let c = 0; c < cells.length; c++) text += (c === 0 ? '' : ',') + cells[c]!(rows, at);
      text += '\n';
    }
    sink.write(text);
  }
}

type Cell = (rows: Float64Array, at: number) => string;

function numberCell(field: number): Cell {
  return (rows, at) => {
    const value = rows[at + field]!;
    return Number.isNaN(value) ? '' : String(value);
  };
}

/** Each label is made fit for CSV once. */
function labelCell(labels: Labels, field: number): Cell {
  const texts: (string | undefined)[] = new Array(labels.length).fill(undefined);
  return (rows, at) => {
    const k = rows[at + field]!;
    texts[k] ??= csvLine([labels.at(k)!]).slice(0, -1);
    return texts[k];
  };
}

/** Rows of a group: what a reader takes at a time. */
const GROUP_ROWS = 1 << 16;

/** Writes the table as a Parquet file. */
export function writeParquetRows(table: RowTable, sink: OutputSink): void {
  const {columns} = table;
  const kinds = columns.map(({name, kind, labels, optional}): TableColumnKind => {
    const of = labels ? 'text' : kind === 'whole' ? 'int64' : 'double';
    return {name, kind: of, ...(optional && {optional})};
  });
  const writer = new ParquetTableWriter(kinds, sink);
  for (const rows of regrouped(table, GROUP_ROWS))
    writer.write(columns.map((column) => valuesOf(column, rows, table.fields)));
  writer.finish();
}

function valuesOf({field, kind, labels, optional}: RowColumn, rows: Float64Array, fields: number): ColumnValues {
  const length = rows.length / fields;
  const value = (_: unknown, k: number): number => rows[k * fields + field]!;
  if (labels) return Array.from({length}, (_, k) => labels.at(value(_, k))!);
  if (optional) return Array.from({length}, (_, k) => plainOrNull(value(_, k), kind));
  if (kind === 'whole') return BigInt64Array.from({length}, (_, k) => BigInt(value(_, k)));
  return Float64Array.from({length}, value);
}

function plainOrNull(value: number, kind: RowColumn['kind']): number | bigint | null {
  if (Number.isNaN(value)) return null;
  return kind === 'whole' ? BigInt(value) : value;
}

/** The same rows, `most` at a time but for the last. */
export function* regrouped({fields, batches}: RowTable, most: number): Generator<Float64Array> {
  const group = new Float64Array(most * fields);
  let filled = 0;
  for (const rows of batches) {
    for (let from = 0; from < rows.length; ) {
      const piece = rows.subarray(from, from + group.length - filled);
      group.set(piece, filled);
      filled += piece.length;
      from += piece.length;
      if (filled < group.length) continue;
      yield group;
      filled = 0;
    }
  }
  if (filled > 0) yield group.subarray(0, filled);
}
