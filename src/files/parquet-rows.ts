import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import type {AsyncBuffer, ColumnData, FileMetaData} from 'hyparquet';
import {inputError} from '../base/errors.ts';
import {cannotRead} from './input.ts';
import {type RowSource, type RowTally, rowCounter} from './rows.ts';

const MAGIC = 'PAR1';
const FIRST_ROWS = 20;
/** A page or row group beyond this is no trace. */
const MAX_SLICE_BYTES = 2 ** 31;

/** A Parquet file, opened. */
export interface ParquetTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly firstRows: readonly (readonly string[])[];
  /** Cells of columns that are not `needed` are blank: they are not unpacked. */
  rows(tally: RowTally, needed?: readonly string[]): RowSource;
  close(): void;
}

/** Whether the file at `path` begins as Parquet does. */
export function isParquet(start: Buffer): boolean {
  return start.toString('latin1', 0, MAGIC.length) === MAGIC;
}

/**
 * Opens a Parquet file, packed in any way that Parquet knows. Times become ISO text, lists and structs JSON, so that its
 * rows are read as those of a CSV file are. `onBytes` is told how much was read.
 */
export async function openParquet(path: string, onBytes?: (bytes: number) => void): Promise<ParquetTable> {
  const {parquetMetadataAsync} = await import('hyparquet');
  const {buffer, close} = openBuffer(path, onBytes);
  try {
    const metadata = await parquetMetadataAsync(buffer);
    const file: ParquetFile = {path, buffer, metadata, columns: topColumns(metadata)};
    const firstRows: string[][] = [];
    const end = Math.min(FIRST_ROWS, Number(metadata.num_rows));
    if (end > 0) await readRows(file, file.columns, 0, end, (cells) => firstRows.push([...cells]));
    return {file: path, columns: file.columns, firstRows, rows: (tally, needed) => rowsOf(file, tally, needed), close};
  } catch (error) {
    close();
    throw damaged(path, error);
  }
}

interface ParquetFile {
  readonly path: string;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly columns: readonly string[];
}

function rowsOf(file: ParquetFile, tally: RowTally, needed = file.columns): RowSource {
  const {path, metadata, columns} = file;
  return {
    file: path,
    header: columns,
    decimalComma: false,
    async each(take) {
      const onRow = rowCounter(path, columns, tally, take);
      let from = 0;
      try {
        // A row group at a time: columns of one lie together, and so it is unpacked as a whole.
        for (const {num_rows: rows} of metadata.row_groups) {
          const to = from + Number(rows);
          let row = from;
          await readRows(file, needed, from, to, (cells) => onRow(cells, ++row));
          from = to;
        }
      } catch (error) {
        throw damaged(path, error);
      }
    },
  };
}

function topColumns(metadata: FileMetaData): string[] {
  // The schema is a flat list of a tree: the root, then each column with what lies in it.
  const names: string[] = [];
  let at = 1;
  const skip = (): void => {
    const {num_children: children = 0} = metadata.schema[at++] ?? {};
    for (let k = 0; k < children; k++) skip();
  };
  for (let k = 0; k < (metadata.schema[0]?.num_children ?? 0); k++) {
    names.push(metadata.schema[at]?.name ?? '');
    skip();
  }
  return names;
}

/** Hands over the cells of rows [from, to), those of columns that are not `needed` blank. */
async function readRows(
  {buffer, metadata, columns}: ParquetFile,
  needed: readonly string[],
  from: number,
  to: number,
  onRow: (cells: readonly string[]) => void,
): Promise<void> {
  const {parquetRead} = await import('hyparquet');
  const {compressors} = await import('hyparquet-compressors');
  const values = new Map<string, ArrayLike<unknown>>();
  const onChunk = ({columnName, columnData, rowStart}: ColumnData): void => {
    const whole = values.get(columnName) ?? new Array<unknown>(to - from);
    for (let k = 0; k < columnData.length; k++) {
      const row = rowStart - from + k;
      if (row >= 0 && row < to - from) (whole as unknown[])[row] = columnData[k];
    }
    values.set(columnName, whole);
  };
  const parts = {columns: [...needed], rowStart: from, rowEnd: to, onChunk};
  await parquetRead({file: buffer, metadata, compressors: {...compressors, GZIP: gunzip}, parsers, ...parts});
  const lists = columns.map((name) => values.get(name));
  const cells = new Array<string>(columns.length).fill('');
  for (let row = 0; row < to - from; row++) {
    for (let k = 0; k < cells.length; k++) {
      const list = lists[k];
      if (list !== undefined) cells[k] = cellOf(list[row]);
    }
    onRow(cells);
  }
}

function gunzip(packed: Uint8Array, length: number): Uint8Array {
  return gunzipSync(packed, {maxOutputLength: Math.max(1, length)});
}

/** Times as ISO text to the last digit: a Date knows milliseconds only. */
const parsers = {
  timestampFromMilliseconds: (ms: bigint) => isoText(ms, 3),
  timestampFromMicroseconds: (us: bigint) => isoText(us, 6),
  timestampFromNanoseconds: (ns: bigint) => isoText(ns, 9),
  dateFromDays: (days: number) => isoText(BigInt(days) * 86_400n, 0),
};

function isoText(units: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((units % perSecond) + perSecond) % perSecond;
  const seconds = Number((units - fraction) / perSecond);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return String(units);
  const text = date.toISOString().slice(0, 19);
  return digits === 0 ? `${text}Z` : `${text}.${String(fraction).padStart(digits, '0')}Z`;
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object')
    return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? Number(inner) : inner));
  return String(value);
}

function openBuffer(
  path: string,
  onBytes: ((bytes: number) => void) | undefined,
): {buffer: AsyncBuffer; close(): void} {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw cannotRead(path, error);
  }
  const {size} = fstatSync(fd);
  let isOpen = true;
  const slice = (start: number, end = size): ArrayBuffer => {
    const length = Math.min(end, size) - start;
    if (!(length >= 0 && length < MAX_SLICE_BYTES)) throw inputError(path, 'is damaged: a part of it is too long');
    const piece = Buffer.alloc(length);
    for (let at = 0; at < length; ) {
      const read = readSync(fd, piece, at, length - at, start + at);
      if (read === 0) throw inputError(path, 'is cut: its end is missing');
      at += read;
    }
    onBytes?.(length);
    return piece.buffer.slice(piece.byteOffset, piece.byteOffset + length);
  };
  const close = (): void => {
    if (isOpen) closeSync(fd);
    isOpen = false;
  };
  return {buffer: {byteLength: size, slice}, close};
}

/** The library throws plain errors of many kinds at bytes that make no sense. */
function damaged(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || 'exitCode' in error) return error;
  return inputError(path, `is a damaged Parquet file: ${error.message.split('\n')[0]}`);
}
