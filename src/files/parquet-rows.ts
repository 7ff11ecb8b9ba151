import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import type {AsyncBuffer, ColumnData, FileMetaData, ParquetParsers} from 'hyparquet';
import {inputError} from '../base/errors.ts';
import {cannotRead} from './input.ts';
import {Instant} from './instant.ts';
import {type ColumnValues, type RowSource, type RowTally, rowCounter} from './rows.ts';

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
    const rows = new ParquetRows(file, file.columns);
    if (end > 0) await rows.load(0, end);
    for (let row = 0; row < end; row++) firstRows.push([...rows.turnTo(row)]);
    return {file: path, columns: file.columns, firstRows, rows: (tally, needed) => rowsOf(file, tally, needed), close};
  } catch (error) {
    close();
    throw damaged(path, error);
  }
}

/** What a Parquet file says of itself in words of whoever wrote it, by name. */
export async function parquetNotes(path: string): Promise<ReadonlyMap<string, string>> {
  const {parquetMetadataAsync} = await import('hyparquet');
  const {buffer, close} = openBuffer(path, undefined);
  try {
    const {key_value_metadata: notes} = await parquetMetadataAsync(buffer);
    return new Map((notes ?? []).map(({key, value}) => [key, value ?? '']));
  } catch (error) {
    throw damaged(path, error);
  } finally {
    close();
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
  const rows = new ParquetRows(file, needed);
  return {
    file: path,
    header: columns,
    decimalComma: false,
    valuesOf: (column) => rows.valuesOf(column),
    async each(take) {
      const onRow = rowCounter(path, columns, tally, take);
      let from = 0;
      try {
        // A row group at a time: columns of one lie together, and so it is unpacked as a whole.
        for (const {num_rows: length} of metadata.row_groups) {
          const to = from + Number(length);
          await rows.load(from, to);
          for (let row = from; row < to; row++) onRow(rows.turnTo(row), row + 1);
          from = to;
        }
      } catch (error) {
        throw damaged(path, error);
      }
    },
  };
}

/** The rows of a group, of which the columns lie in memory as they were unpacked. */
class ParquetRows {
  private readonly file: ParquetFile;
  private readonly columns: readonly ParquetColumn[];
  private readonly cells: string[];
  private row = 0;

  constructor(file: ParquetFile, needed: readonly string[]) {
    this.file = file;
    this.cells = new Array<string>(file.columns.length).fill('');
    const isNeeded = new Set(needed);
    this.columns = file.columns.flatMap((name, cell) =>
      isNeeded.has(name) ? [new ParquetColumn(name, cell, timesOf(file.metadata, name))] : [],
    );
  }

  /** Reads the values of a column, as they are, of the row at hand; its cells are blank from then on. */
  valuesOf(name: string): ColumnValues | undefined {
    const column = this.columns.find((one) => one.name === name);
    if (column === undefined) return undefined;
    column.asText = false;
    const instant = new Instant(column.times === 'local');
    return {
      value: () => {
        const value = column.at(this.row);
        if (column.times === 'none' || typeof value !== 'number') return value;
        instant.us = value;
        return instant;
      },
      text: () => column.text(this.row),
    };
  }

  async load(from: number, to: number): Promise<void> {
    for (const column of this.columns) await column.load(this.file, from, to);
  }

  /** The cells of a row, which rises, of those that were loaded last. */
  turnTo(row: number): readonly string[] {
    this.row = row;
    for (const column of this.columns) if (column.asText) this.cells[column.cell] = column.text(row);
    return this.cells;
  }
}

/** Points in time, or what clocks showed in a zone that the file does not say. */
type Times = 'none' | 'utc' | 'local';

interface Chunk {
  readonly start: number;
  readonly values: ArrayLike<unknown>;
}

class ParquetColumn {
  readonly name: string;
  readonly cell: number;
  readonly times: Times;
  asText = true;
  private chunks: Chunk[] = [];
  private next = 0;
  private start = 0;
  private values: ArrayLike<unknown> = [];

  constructor(name: string, cell: number, times: Times) {
    this.name = name;
    this.cell = cell;
    this.times = times;
  }

  async load({buffer, metadata}: ParquetFile, from: number, to: number): Promise<void> {
    const {parquetRead} = await import('hyparquet');
    const {compressors} = await import('hyparquet-compressors');
    this.chunks = [];
    const onChunk = ({columnData, rowStart}: ColumnData): void => {
      this.chunks.push({start: rowStart, values: columnData});
    };
    const parts = {columns: [this.name], rowStart: from, rowEnd: to, onChunk};
    const own = this.times === 'none' ? textParsers : microsParsers;
    await parquetRead({
      file: buffer,
      metadata,
      compressors: {...compressors, GZIP: gunzip},
      parsers: own as ParquetParsers,
      ...parts,
    });
    [this.next, this.start, this.values] = [0, from, []];
  }

  at(row: number): unknown {
    while (row - this.start >= this.values.length && this.next < this.chunks.length) {
      ({start: this.start, values: this.values} = this.chunks[this.next++]!);
    }
    return this.values[row - this.start];
  }

  text(row: number): string {
    const value = this.at(row);
    if (this.times === 'none' || typeof value !== 'number') return cellOf(value);
    const text = isoOfMicros(value);
    return this.times === 'local' ? text.replace(/Z$/, '') : text;
  }
}

/** Whether a column itself is of times, not a list or struct with times in it: then its values are microseconds. */
function timesOf({schema}: FileMetaData, name: string): Times {
  let at = 1;
  for (let k = 0; k < (schema[0]?.num_children ?? 0); k++) {
    const {name: own, num_children: children, logical_type: logical, converted_type: converted, type} = schema[at]!;
    const repeated = schema[at]!.repetition_type === 'REPEATED';
    if (own === name && !children && !repeated) {
      if (logical?.type === 'TIMESTAMP') return logical.isAdjustedToUTC ? 'utc' : 'local';
      return /^TIMESTAMP_/.test(converted ?? '') || type === 'INT96' ? 'utc' : 'none';
    }
    at = behind(schema, at);
  }
  return 'none';
}

/** The place in a schema behind an element and all that lies in it. */
function behind(schema: FileMetaData['schema'], at: number): number {
  let next = at + 1;
  for (let k = 0; k < (schema[at]?.num_children ?? 0); k++) next = behind(schema, next);
  return next;
}

function topColumns({schema}: FileMetaData): string[] {
  // The schema is a flat list of a tree: the root, then each column with what lies in it.
  const names: string[] = [];
  for (let k = 0, at = 1; k < (schema[0]?.num_children ?? 0); k++, at = behind(schema, at)) {
    names.push(schema[at]?.name ?? '');
  }
  return names;
}

function gunzip(packed: Uint8Array, length: number): Uint8Array {
  return gunzipSync(packed, {maxOutputLength: Math.max(1, length)});
}

/** Times as ISO text to the last digit, where they lie in lists and structs: a Date knows milliseconds only. */
const textParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (ms: bigint) => isoText(ms, 3),
  timestampFromMicroseconds: (us: bigint) => isoText(us, 6),
  timestampFromNanoseconds: (ns: bigint) => isoText(ns, 9),
  dateFromDays: (days: number) => isoText(BigInt(days) * 86_400n, 0),
};

/** Times as microseconds. */
const microsParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (ms: bigint) => Number(ms) * 1000,
  timestampFromMicroseconds: Number,
  timestampFromNanoseconds: (ns: bigint) => Number((ns + (ns < 0n ? -500n : 500n)) / 1000n),
};

function isoOfMicros(us: number): string {
  const ms = Math.floor(us / 1000);
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(us);
  const text = date.toISOString();
  return us === ms * 1000 ? text : `${text.slice(0, -1)}${String(us - ms * 1000).padStart(3, '0')}Z`;
}

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
