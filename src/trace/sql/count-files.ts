import {join} from 'node:path';
import {inputError, usageError} from '../../base/errors.ts';
import {type Duckdb, type DuckdbLimits, DuckdbMemoryError, withDuckdb} from '../../files/duckdb.ts';
import {RowTally} from '../../files/rows.ts';
import {sourcesAt} from '../../files/sources.ts';
import {OutOfOrder} from '../../workload/build/ordered-counts.ts';
import {lambdaJson} from '../lambda/lambda.ts';
import {parseFieldMap} from '../mapped/field-map.ts';
import {otlp} from '../otlp/otlp.ts';
import {type CollectedTrace, collectTrace, readerOptions, type TraceOptions} from '../read-trace.ts';
import {traceFiles} from '../trace-files.ts';
import {parseWhere} from '../where.ts';
import {duckdb} from './dialects/duckdb.ts';
import {filesAt, parseFrom, type RawLog, rawLogs} from './sources.ts';
import {type RawRequest, writeQuery} from './write-query.ts';

export interface CountRequest extends TraceOptions {
  /** Shape of the log, as `--from` says it; undefined: by `format`, or by what the files are. */
  readonly from?: string | undefined;
}

/**
 * Counts a raw log in files by the minute with DuckDB, in as little memory as it may use, and reads the counts. Paths may
 * be globs. The first rows that cannot be used have no lines: they are counted by reason.
 */
export async function countFiles(
  paths: readonly string[],
  request: CountRequest,
  limits: DuckdbLimits,
): Promise<CollectedTrace> {
  refuseOthers(request);
  return withDuckdb(limits, async (db) => {
    const {log, place} = request.from === undefined ? {log: undefined, place: undefined} : parseFrom(request.from);
    const all = [...(place === undefined ? [] : [place]), ...paths].flatMap(filesOf);
    const files = await globbed(db, all);
    const shape = log === undefined || log === 'table' ? await logOf(request, files) : log;
    const table = await tableOf(db, shape, files, request.map);
    const raw: RawRequest = {
      ...{log: shape, at: {paths: files}, files, table, map: request.map, functionName: request.functionName},
      where: (request.where ?? []).map(parseWhere),
    };
    const tables = await counted(db, raw);
    const rejected = table.isOneTable ? await rejectedRows(db) : 0;
    db.close();
    const trace = await readCounts(tables, request);
    if (rejected > 0) {
      trace.tally.read += rejected;
      trace.tally.skipMany(paths.join(', '), rejected, 'the number of cells must be as many as the header has');
    }
    return {...trace, format: shape};
  });
}

/** Shares of the functions that are counted at once where all of them are more than memory holds. */
const MORE_SHARES = 4;
const MOST_SHARES = 256;

/**
 * Counts the log into tables, one where that may be. Groups are more than memory holds where nearly each call has a minute
 * of its own: then functions are counted in shares, for each of which the log is gone through once.
 */
async function counted(db: Duckdb, raw: RawRequest): Promise<string[]> {
  for (let of = 1; ; of *= MORE_SHARES) {
    try {
      const tables: string[] = [];
      for (let index = 0; index < of; index++) {
        const table = join(db.folder, `counts-${index}-of-${of}.parquet`);
        const {query} = writeQuery(duckdb, raw, of === 1 ? undefined : {index, of});
        await db.rows(`COPY (\n${query}\n) TO ${duckdb.text(table)} (FORMAT parquet)`);
        tables.push(table);
      }
      return tables;
    } catch (error) {
      if (!(error instanceof DuckdbMemoryError) || of * MORE_SHARES > MOST_SHARES) throw error;
    }
  }
}

/** Reads the tables that the query wrote: in their order, or in any where blanks around names put them out of order. */
async function readCounts(
  tables: readonly string[],
  {strict = false, periodUs}: CountRequest,
): Promise<CollectedTrace> {
  const options = {format: 'minute-counts', strict, periodUs};
  try {
    return await collectTrace(tables, {...options, inOrder: true});
  } catch (error) {
    if (error instanceof OutOfOrder) return collectTrace(tables, options);
    throw error;
  }
}

/** Settings that the scanner alone obeys. */
function refuseOthers({dedupe, values, allowDuplicates, appMemory}: CountRequest): void {
  const given = {
    dedupe: dedupe !== undefined,
    values: values !== undefined,
    'allow-duplicates': allowDuplicates === true,
    'app-memory': appMemory === 'split',
  };
  const flag = Object.entries(given).find(([, is]) => is)?.[0];
  if (flag !== undefined) throw usageError(`--${flag} is of no use with --engine duckdb`, 'leave --engine out');
}

/** A folder's files; a glob as it is. */
function filesOf(path: string): string[] {
  if (path === '-') throw usageError('--engine duckdb reads files, not stdin', 'leave --engine out');
  return /[*?[]/.test(path) ? [path] : traceFiles([path]).map((file) => file.path);
}

async function globbed(db: Duckdb, paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (!/[*?[]/.test(path)) found.push(path);
    else {
      const files = await db.rows(`SELECT file FROM glob(${duckdb.text(path)}) ORDER BY file`);
      if (files.length === 0) throw inputError(path, 'no file is called so');
      found.push(...files.map(([file]) => String(file)));
    }
  }
  const twice = found.find((file, k) => found.indexOf(file) < k);
  if (twice !== undefined) throw inputError(twice, 'is named twice');
  return found;
}

/** What the files are: as `format` says, else as their names end, or what the first holds. */
async function logOf(request: CountRequest, files: readonly string[]): Promise<RawLog> {
  const {format, map} = request;
  if (format !== 'auto') {
    if ((rawLogs as readonly string[]).includes(format) && format !== 'table') return format as RawLog;
    throw usageError(
      `--format is '${format}', which --engine duckdb does not read`,
      `it reads ${rawLogs.filter((name) => name !== 'table').join(', ')}; leave --engine out for others`,
    );
  }
  const [first] = files;
  if (first === undefined) throw usageError('--engine duckdb needs files');
  const {sources, close} = await sourcesAt(first);
  try {
    const content = await sources[0]!.open();
    try {
      if (map !== undefined) return content.kind === 'parquet' ? 'parquet' : content.kind === 'json' ? 'ndjson' : 'csv';
      const options = readerOptions({format: 'auto'}, new RowTally(false));
      for (const shape of [lambdaJson, otlp]) {
        if (shape.reader(options).misfit(content) === undefined) return shape.name as RawLog;
      }
      throw usageError(
        `${first} is no log of lambda-json or otlp, so --engine duckdb needs --map`,
        '--map function=fn,arrival=ts:ms,duration=dur:ms',
      );
    } finally {
      await content.close();
    }
  } finally {
    close();
  }
}

/** The columns of a table in files; those that the map names must be there. */
async function tableOf(
  db: Duckdb,
  log: RawLog,
  files: readonly string[],
  map: string | undefined,
): Promise<NonNullable<RawRequest['table']>> {
  if ((log !== 'csv' && log !== 'parquet') || map === undefined) return {};
  const isOneTable = log === 'csv' && (await haveOneHeader(files));
  const {from} = filesAt(duckdb, log, files, {isOneTable});
  const columns = (await db.rows(`DESCRIBE SELECT * FROM ${from}`)).map(([name]) => String(name));
  for (const {column} of parseFieldMap(map).values()) {
    const plain = column.replaceAll('\\.', '.');
    if (columns.some((name) => plain === name || plain.startsWith(`${name}.`))) continue;
    const has = columns.slice(0, 20).join(', ');
    throw inputError(files[0]!, `has no column '${column}', which --map names; it has ${has}`);
  }
  return {columns, isOneTable};
}

async function haveOneHeader(files: readonly string[]): Promise<boolean> {
  const headers = new Set<string>();
  for (const file of files) {
    const {sources, close} = await sourcesAt(file);
    const content = await sources[0]!.open();
    headers.add(JSON.stringify(content.header));
    await content.close();
    close();
  }
  return headers.size === 1;
}

async function rejectedRows(db: Duckdb): Promise<number> {
  const [row] = await db.rows('SELECT count(DISTINCT (file_id, line)) FROM reject_errors');
  return Number(row?.[0] ?? 0);
}
