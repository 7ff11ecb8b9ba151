import type {SchemaElement} from 'hyparquet';
import {ByteWriter, ParquetWriter} from 'hyparquet-writer';
import type {OutputSink} from './output.ts';

/** A column of a table. */
export interface TableColumnKind {
  readonly name: string;
  readonly kind: 'text' | 'int32' | 'uint32' | 'int64' | 'float' | 'double';
  /** A row has a list of such values, each of them there. */
  readonly list?: boolean;
  /** Some rows have no value: null. Else every row has one of its kind. */
  readonly optional?: boolean;
}

/** Values of one column: text in an array, numbers of their kind; with nulls in an array too. */
export type ColumnValues =
  | readonly (string | number | bigint | null)[]
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** The same of a column of lists. */
export type ListValues = readonly (readonly (number | bigint)[])[];

const types = {
  text: {type: 'BYTE_ARRAY', converted_type: 'UTF8'},
  int32: {type: 'INT32'},
  uint32: {type: 'INT32', converted_type: 'UINT_32'},
  int64: {type: 'INT64'},
  float: {type: 'FLOAT'},
  double: {type: 'DOUBLE'},
} as const;

/** The elements of the schema that a column takes, lists as the format wants them: a group of a repeated group of values. */
function elementsOf({kind, name, optional, list}: TableColumnKind): SchemaElement[] {
  if (!list) return [{name, ...types[kind], repetition_type: optional ? 'OPTIONAL' : 'REQUIRED'}];
  return [
    {name, repetition_type: 'REQUIRED', num_children: 1, converted_type: 'LIST'},
    {name: 'list', repetition_type: 'REPEATED', num_children: 1},
    {name: 'element', ...types[kind], repetition_type: 'REQUIRED'},
  ];
}

/** Writes a Parquet file to a sink, a group of rows at a time: no more than one is held in memory. */
export class ParquetTableWriter {
  private readonly columns: readonly TableColumnKind[];
  private readonly bytes: DrainedBytes;
  private readonly writer: ParquetWriter;

  constructor(
    columns: readonly TableColumnKind[],
    sink: OutputSink,
    metadata: ReadonlyMap<string, string> = new Map(),
  ) {
    this.columns = columns;
    this.bytes = new DrainedBytes(sink);
    const kvMetadata = Array.from(metadata, ([key, value]) => ({key, value}));
    const schema = [{name: 'root', num_children: columns.length}, ...columns.flatMap(elementsOf)];
    this.writer = new ParquetWriter({
      writer: this.bytes,
      schema,
      createdBy: 'coldfront',
      statistics: false,
      kvMetadata,
    });
  }

  /** Writes rows, a column each in the order of the table; all are equally long. */
  write(values: readonly (ColumnValues | ListValues)[]): void {
    const rows = values[0]!.length;
    if (rows === 0) return;
    const columnData = this.columns.map(({name}, c) => ({name, data: values[c] as string[] | Float32Array}));
    this.writer.write({columnData, rowGroupSize: rows});
  }

  finish(): void {
    this.writer.finish();
    this.bytes.flush();
  }
}

/** Bytes that leave for the sink after every group of rows. */
class DrainedBytes extends ByteWriter {
  private readonly sink: OutputSink;

  constructor(sink: OutputSink) {
    super(1 << 20);
    this.sink = sink;
  }

  flush(): void {
    if (this.index > 0) this.sink.write(this.getBytes().slice());
    this.index = 0;
  }
}
