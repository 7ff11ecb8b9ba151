import {type DataType, dictionary, Endianness, field, float64, int32, int64, utf8, Version} from '@uwdata/flechette';
import {encodeIPC} from '@uwdata/flechette/src/encode/encode-ipc.js';
import type {OutputSink} from '../../files/output.ts';
import {type Labels, type RowColumn, type RowTable, regrouped} from '../../files/row-table.ts';
import {LabelTable, textColumn} from '../columns.ts';
import {setInt64} from '../workload.ts';
import {ArrowMessage} from './arrow-message.ts';

/** Rows of a record batch. */
const BATCH_ROWS = 1 << 16;

/** A column of the file and how its values are laid down. */
interface ArrowColumn {
  readonly name: string;
  readonly type: DataType;
  readonly texts?: readonly string[];
  lay(message: ArrowMessage, rows: Float64Array): void;
}

/** Writes the table as an Arrow IPC file of record batches, names in camelCase, text as dictionaries. */
export function writeArrowRows(table: RowTable, metadata: ReadonlyMap<string, string>, sink: OutputSink): void {
  let dictionaries = 0;
  const columns = table.columns.map((column) =>
    column.labels
      ? labelColumn(column, column.labels, table.fields, dictionaries++)
      : numberColumn(column, table.fields),
  );
  const schema = {
    version: Version.V5,
    endianness: Endianness.Little,
    fields: columns.map(({name, type}) => field(name, type)),
    metadata: new Map(metadata),
  };
  const target = {
    write: (bytes: {readonly byteLength: number}) => sink.write(bytes as Uint8Array),
    pad: (count: number) => sink.write(new Uint8Array(count)),
    finish: () => null,
  };
  const data = {schema, dictionaries: dictionariesOf(columns), records: recordsOf(columns, table)};
  encodeIPC(data, {sink: target, format: 'file'});
}

function* dictionariesOf(columns: readonly ArrowColumn[]) {
  let id = 0;
  for (const {texts} of columns) {
    if (texts === undefined) continue;
    const {bytes, offsets, length} = textColumn(texts);
    const data = new ArrowMessage();
    data.column(length, offsets, bytes);
    yield {id: id++, isDelta: false, data};
  }
}

function* recordsOf(columns: readonly ArrowColumn[], table: RowTable) {
  for (const rows of regrouped(table, BATCH_ROWS)) {
    const message = new ArrowMessage();
    for (const column of columns) column.lay(message, rows);
    yield message;
  }
}

/** Readers want the texts of a dictionary to differ. */
function labelColumn({name, field}: RowColumn, labels: Labels, fields: number, id: number): ArrowColumn {
  const known = new LabelTable();
  const place = Int32Array.from({length: labels.length}, (_, k) => known.idOf(labels.at(k)!));
  return {
    name: camelCase(name),
    type: dictionary(utf8(), int32(), false, id),
    texts: known.values,
    lay(message, rows) {
      const length = rows.length / fields;
      message.column(
        length,
        Int32Array.from({length}, (_, k) => place[rows[k * fields + field]!]!),
      );
    },
  };
}

function numberColumn({name, field, kind}: RowColumn, fields: number): ArrowColumn {
  return {
    name: camelCase(name),
    type: kind === 'whole' ? int64() : float64(),
    lay(message, rows) {
      const length = rows.length / fields;
      const values = new Float64Array(length);
      const words = new Int32Array(kind === 'whole' ? 2 * length : 0);
      const validity = new Uint8Array(Math.ceil(length / 8));
      let nulls = 0;
      for (let k = 0; k < length; k++) {
        const value = rows[k * fields + field]!;
        if (Number.isNaN(value)) nulls++;
        else {
          validity[k >> 3]! |= 1 << (k & 7);
          if (kind === 'whole') setInt64(words, k, value);
          else values[k] = value;
        }
      }
      message.optionalColumn(length, nulls, validity, kind === 'whole' ? words : values);
    },
  };
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
