import {gunzipSync} from 'node:zlib';
import {parquetMetadata, parquetRead} from 'hyparquet';
import {compressors} from 'hyparquet-compressors';

/** A Parquet file, its columns in memory. */
export interface ParquetColumns {
  readonly rows: number;
  readonly metadata: ReadonlyMap<string, string>;
  /** Values of a column: numbers, bigints, texts, lists of them, null; undefined: there is no such column. */
  column(name: string): readonly unknown[] | undefined;
}

/**
 * Reads the columns of those names, as far as there are such, of a Parquet file that lies in memory. What is damaged throws
 * an error of the library; nothing of the values is trusted by whoever asks.
 */
export async function readParquetColumns(file: ArrayBuffer, names: readonly string[]): Promise<ParquetColumns> {
  const metadata = parquetMetadata(file);
  const known = names.filter((name) => topNames(metadata.schema).has(name));
  const columns = new Map<string, unknown[]>();
  const rows = Number(metadata.num_rows);
  for (const name of known) {
    const values: unknown[] = [];
    await parquetRead({
      file,
      metadata,
      columns: [name],
      compressors: {
        ...compressors,
        GZIP: (packed, length) => gunzipSync(packed, {maxOutputLength: Math.max(1, length)}),
      },
      onChunk: ({columnData, rowStart}) => {
        for (let k = 0; k < columnData.length; k++) values[rowStart + k] = columnData[k];
      },
    });
    columns.set(name, values);
  }
  const pairs = (metadata.key_value_metadata ?? []).map(({key, value}) => [key, value ?? ''] as const);
  return {rows, metadata: new Map(pairs), column: (name) => columns.get(name)};
}

/** Names of the columns themselves, without what lies in them. */
function topNames(schema: readonly {name: string; num_children?: number}[]): Set<string> {
  const names = new Set<string>();
  const skip = (at: number): number => {
    let next = at + 1;
    for (let k = 0; k < (schema[at]?.num_children ?? 0); k++) next = skip(next);
    return next;
  };
  for (let k = 0, at = 1; k < (schema[0]?.num_children ?? 0); k++, at = skip(at)) names.add(schema[at]?.name ?? '');
  return names;
}
