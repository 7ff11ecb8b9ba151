import {ByteWriter, ParquetWriter} from 'hyparquet-writer';
import type {OutputSink} from './output.ts';

/** A column of a table. */
export interface TableColumnKind {
  readonly name: string;
  readonly kind: 'text' | 'int32' | 'int64' | 'float' | 'double';
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

const types = {text: 'BYTE_ARRAY', int32: 'INT32', int64: 'INT64', float: 'FLOAT', double: 'DOUBLE'} as const;

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
    const leaves = columns.map(({kind, name, optional}) => ({
      name,
      type: types[kind],
      repetition_type: optional ? ('OPTIONAL' as const) : ('REQUIRED' as const),
      ...(kind === 'text' ? {converted_type: 'UTF8' as const} : {}),
    }));
    const kvMetadata = Array.from(metadata, ([key, value]) => ({key, value}));
    const schema = [{name: 'root', num_children: columns.length}, ...leaves];
    this.writer = new ParquetWriter({
      writer: this.bytes,
      schema,
      createdBy: 'coldfront',
      statistics: false,
      kvMetadata,
    });
  }

  /** Writes rows, a column each in the order of the table; all are equally long. */
  write(values: readonly ColumnValues[]): void {
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
