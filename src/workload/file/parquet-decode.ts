import {type ParquetColumns, readParquetColumns} from '../../files/parquet-columns.ts';
import {consecutiveLists, int64Words, labelColumn, textColumn} from '../columns.ts';
import {type Arrivals, type ListColumn, setInt64, type Workload} from '../workload.ts';
import {parseMetadata} from './arrow-schema.ts';
import {damaged, RefusedFile} from './arrow-table.ts';
import {checkWorkload} from './check-workload.ts';

const lists = ['minute', 'count', 'arrival', 'duration', 'cold', 'sequence', 'session', 'room'];
const plain = ['function', 'app', 'owner', 'trigger', 'memory_mib', 'duration_mean_ms', 'duration_min_ms'];
const names = [...plain, 'duration_max_ms', 'duration_pct_ms', 'start_known', 'cold_calls', ...lists];

/** The workload in a Parquet file, as `encodeParquetWorkload` or another tool has written it. Throws RefusedFile. */
export async function decodeParquetWorkload(file: ArrayBuffer): Promise<Workload> {
  const columns = await readColumns(file);
  const parsed = parseMetadata(columns.metadata);
  if (typeof parsed === 'string') throw new RefusedFile(parsed.replace('an Arrow file', 'a Parquet file'));
  const {meta, levels, coldClasses} = parsed;
  const reader = new ColumnReader(columns);
  const workload: Workload = {
    meta,
    functions: columns.rows,
    name: textColumn(reader.texts('function')),
    app: labelColumn(reader.texts('app')),
    owner: labelColumn(reader.texts('owner')),
    trigger: labelColumn(reader.texts('trigger')),
    memoryMib: reader.numbers('memory_mib'),
    duration: {
      meanMs: reader.numbers('duration_mean_ms'),
      minMs: reader.numbers('duration_min_ms'),
      maxMs: reader.numbers('duration_max_ms'),
      levels,
      percentileMs: levels.length === 0 ? new Float64Array(0) : reader.tuples('duration_pct_ms', levels.length),
    },
    arrivals: arrivalsOf(reader),
    ...(reader.has('start_known') && {
      observed: {known: reader.numbers('start_known'), cold: reader.numbers('cold_calls'), ...coldClasses},
    }),
  };
  checkWorkload(workload);
  return workload;
}

async function readColumns(file: ArrayBuffer): Promise<ParquetColumns> {
  try {
    return await readParquetColumns(file, names);
  } catch (error) {
    // The library throws plain errors of many kinds at bytes that make no sense.
    throw error instanceof Error
      ? new RefusedFile(`is a damaged Parquet file: ${error.message.split('\n')[0]}`)
      : error;
  }
}

function arrivalsOf(reader: ColumnReader): Arrivals {
  if (reader.has('minute')) {
    const minute = reader.whole32('minute');
    const count = reader.counts('count');
    sameLengths('count', minute, count);
    return {kind: 'minute', minute, count};
  }
  const arrivalUs = reader.words('arrival');
  const optional = (name: string): ListColumn<Int32Array> | undefined => {
    if (!reader.has(name)) return undefined;
    const list = reader.words(name);
    sameLengths(name, arrivalUs, list);
    return list;
  };
  const besides = {durationUs: optional('duration'), coldUs: optional('cold')};
  const [sequence, session, room] = (['sequence', 'session', 'room'] as const).map(optional);
  return {
    kind: 'event',
    arrivalUs,
    ...besides,
    ...(sequence && {sequence}),
    ...(session && {session}),
    ...(room && {room}),
  };
}

function sameLengths(name: string, one: ListColumn<unknown>, other: ListColumn<unknown>): void {
  for (let f = 0; f < one.length.length; f++) {
    if (one.length[f] !== other.length[f]) throw damaged(name, `the list of row ${f} has another length`);
  }
}

const MAX_UINT32 = 2 ** 32 - 1;

/** Takes values as other tools may have written them and trusts none. */
class ColumnReader {
  private readonly columns: ParquetColumns;

  constructor(columns: ParquetColumns) {
    this.columns = columns;
  }

  has(name: string): boolean {
    return this.columns.column(name) !== undefined;
  }

  texts(name: string): string[] {
    return Array.from(this.column(name), (value, row) => {
      if (typeof value !== 'string') throw damaged(name, `row ${row} has no text`);
      return value;
    });
  }

  /** Null is NaN. */
  numbers(name: string): Float64Array {
    return Float64Array.from(this.column(name), (value, row) => numberOf(name, value ?? Number.NaN, row));
  }

  /** Lists of one length, one behind the other. */
  tuples(name: string, stride: number): Float64Array {
    const values = new Float64Array(this.columns.rows * stride);
    for (const [row, list] of this.lists(name).entries()) {
      if (list.length !== stride)
        throw damaged(name, `the list of row ${row} has ${list.length} values, not ${stride}`);
      for (let k = 0; k < stride; k++) values[row * stride + k] = numberOf(name, list[k] ?? Number.NaN, row);
    }
    return values;
  }

  whole32(name: string): ListColumn<Uint32Array> {
    return this.listColumn(
      name,
      (length) => new Uint32Array(length),
      (to, at, value, row) => {
        if (!(Number.isInteger(value) && value >= 0 && value <= MAX_UINT32))
          throw damaged(name, `row ${row} has ${value}`);
        to[at] = value;
      },
    );
  }

  counts(name: string): ListColumn<Uint32Array | Float64Array> {
    const counts = this.listColumn(
      name,
      (length) => new Float64Array(length),
      (to, at, value) => {
        to[at] = value;
      },
    );
    const fits = counts.values.every((value) => Number.isInteger(value) && value >= 0 && value <= MAX_UINT32);
    return fits ? {...counts, values: Uint32Array.from(counts.values)} : counts;
  }

  words(name: string): ListColumn<Int32Array> {
    return this.listColumn(name, int64Words, (to, at, value, row) => {
      if (!Number.isSafeInteger(value)) throw damaged(name, `row ${row} has ${value}`);
      setInt64(to, at, value);
    });
  }

  private listColumn<T>(
    name: string,
    make: (length: number) => T,
    set: (to: T, at: number, value: number, row: number) => void,
  ): ListColumn<T> {
    const lists = this.lists(name);
    const length = Float64Array.from(lists, (list) => list.length);
    const values = make(length.reduce((sum, one) => sum + one, 0));
    let at = 0;
    for (const [row, list] of lists.entries())
      for (const value of list) set(values, at++, numberOf(name, value, row), row);
    return consecutiveLists(values, length);
  }

  /** No list is an empty one. */
  private lists(name: string): readonly (readonly unknown[])[] {
    return Array.from(this.column(name), (value, row) => {
      if (value === null || value === undefined) return [];
      if (!Array.isArray(value) && !ArrayBuffer.isView(value)) throw damaged(name, `row ${row} has no list`);
      return value as unknown[];
    });
  }

  private column(name: string): readonly unknown[] {
    const values = this.columns.column(name);
    if (values === undefined) throw new RefusedFile(`has no column '${name}'`);
    if (values.length !== this.columns.rows) throw damaged(name, `it has ${values.length} rows`);
    return values;
  }
}

function numberOf(name: string, value: unknown, row: number): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  throw damaged(name, `row ${row} has a value that is no number`);
}
