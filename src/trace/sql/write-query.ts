import {usageError} from '../../base/errors.ts';
import {parseFieldMap} from '../mapped/field-map.ts';
import type {CallsQuery} from './calls-query.ts';
import {countsQuery, type FunctionShare} from './counts-query.ts';
import type {SqlDialect} from './dialect.ts';
import {lambdaCalls} from './lambda-calls.ts';
import {otlpCalls} from './otlp-calls.ts';
import {documentsIn, documentsInFiles, eventsIn, eventsInFiles, filesAt, type RawLog, tableAt} from './sources.ts';
import {tableCalls} from './table-calls.ts';

/** A raw log, and how its rows are read. */
export interface RawRequest {
  readonly log: RawLog;
  /** Files or globs that DuckDB reads, or a table of a database. */
  readonly at: {readonly paths: readonly string[]} | {readonly table: string};
  /** The files behind `paths`, as far as they are there. */
  readonly files?: readonly string[];
  /** What is known of the table: names of columns, and whether they are the same in all files. */
  readonly table?: {readonly columns?: readonly string[]; readonly isOneTable?: boolean};
  readonly map?: string | undefined;
  readonly where?: readonly {readonly column: string; readonly text: string}[];
  readonly functionName?: string | undefined;
}

/**
 * The query that counts a raw log by the minute, in the words of an engine, and what its table must have. `share` is in the
 * words of DuckDB.
 */
export function writeQuery(
  dialect: SqlDialect,
  request: RawRequest,
  share?: FunctionShare,
): {query: string; needs: readonly string[]} {
  const calls = callsOf(dialect, request);
  return {query: countsQuery(dialect, calls, request.log, share), needs: calls.needs};
}

function callsOf(dialect: SqlDialect, {log, at, files = [], table = {}, ...request}: RawRequest): CallsQuery {
  const {map, where = [], functionName} = request;
  const isRaw = log === 'lambda-json' || log === 'otlp';
  if (isRaw && (map !== undefined || where.length > 0)) {
    throw usageError(
      `--${map === undefined ? 'where' : 'map'} is of no use with --from ${log}, which has its own columns`,
    );
  }
  if (log === 'lambda-json') {
    const source = 'paths' in at ? eventsInFiles(dialect, at.paths, files) : eventsIn(dialect, at.table);
    return lambdaCalls(dialect, source, functionName);
  }
  if (log === 'otlp') {
    const source = 'paths' in at ? documentsInFiles(dialect, at.paths) : documentsIn(dialect, at.table);
    return otlpCalls(dialect, source, functionName);
  }
  if (map === undefined) {
    throw usageError(`--from ${log} needs --map`, '--map function=fn,arrival=ts:ms,duration=dur:ms');
  }
  if (functionName !== undefined) throw usageError(`--function is of no use with --from ${log}: --map function=COLUMN`);
  const source = 'paths' in at ? filesAt(dialect, kindOf(log, at.paths), at.paths, table) : tableAt(dialect, at.table);
  return tableCalls(dialect, source, parseFieldMap(map), where);
}

/** How files are read: as said, or as their names end. */
function kindOf(log: RawLog, paths: readonly string[]): 'csv' | 'ndjson' | 'parquet' {
  if (log === 'csv' || log === 'ndjson' || log === 'parquet') return log;
  const [first] = paths;
  if (/\.parquet$/i.test(first!)) return 'parquet';
  return /\.(json|ndjson|jsonl)(\.gz)?$/i.test(first!) ? 'ndjson' : 'csv';
}
