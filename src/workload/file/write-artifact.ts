import {type Column, type Table, Type, tableFromIPC} from '@uwdata/flechette';
import {type OutputSink, writeOutput} from '../../files/output.ts';
import {type ColumnValues, ParquetTableWriter, type TableColumnKind} from '../../files/parquet-writer.ts';

/**
 * Writes an artifact that `encode` makes as an Arrow file; as Parquet, for tools that read no Arrow, where its name ends so:
 * the same columns, names and metadata. Coldfront itself reads Arrow alone.
 */
export function writeArtifact(path: string, force: boolean, encode: (sink: OutputSink) => void): void {
  if (!path.toLowerCase().endsWith('.parquet')) {
    writeOutput(path, force, encode);
    return;
  }
  const pieces: Uint8Array[] = [];
  encode({write: (piece) => void pieces.push(Buffer.from(piece as Uint8Array))});
  const table = tableFromIPC(Buffer.concat(pieces), {useBigInt: true});
  writeOutput(path, force, (sink) => writeParquet(table, sink));
}

function writeParquet(table: Table, sink: OutputSink): void {
  const columns = table.names.map((name) => {
    const column = table.getChild(name) as Column<unknown>;
    return {kind: kindOf(name, column), column};
  });
  const writer = new ParquetTableWriter(
    columns.map(({kind}) => kind),
    sink,
    table.schema.metadata ?? new Map(),
  );
  writer.write(columns.map(({kind, column}) => valuesOf(kind.kind, column)));
  writer.finish();
}

/** Unsigned numbers of 32 bits do not fit into Parquet's own, which have a sign. */
function kindOf(name: string, {type}: Column<unknown>): TableColumnKind {
  const {typeId, bitWidth, signed, precision} = type as {
    typeId: number;
    bitWidth?: number;
    signed?: boolean;
    precision?: number;
  };
  if (typeId === Type.Int)
    return {name, kind: bitWidth === 64 || (bitWidth === 32 && signed === false) ? 'int64' : 'int32'};
  if (typeId === Type.Float) return {name, kind: precision === 1 ? 'float' : 'double'};
  return {name, kind: 'text'};
}

function valuesOf(kind: TableColumnKind['kind'], column: Column<unknown>): ColumnValues {
  const values = column.toArray() as Iterable<number | bigint | string>;
  if (kind === 'int64') return BigInt64Array.from(values as Iterable<number | bigint>, BigInt);
  if (kind === 'int32') return Int32Array.from(values as Iterable<number>);
  if (kind === 'float') return Float32Array.from(values as Iterable<number>);
  if (kind === 'double') return Float64Array.from(values as Iterable<number>);
  return Array.from(values, String);
}
