import {usageError} from '../../base/errors.ts';
import {functionOfFile} from '../collect/function-of-file.ts';
import type {DocumentSource, LogSource, TableSource} from './calls-query.ts';
import type {SqlDialect} from './dialect.ts';

/** Shapes of raw logs that there are queries for. */
export const rawLogs = ['lambda-json', 'otlp', 'csv', 'ndjson', 'parquet', 'table'] as const;
export type RawLog = (typeof rawLogs)[number];

/** `--from` as it is read: the shape of a log, and where it lies if it says so. */
export interface RawFrom {
  readonly log: RawLog;
  /** Name of a table, or a path of files, globs too. */
  readonly place: string | undefined;
}

export function parseFrom(text: string): RawFrom {
  const [, name, place] = /^([a-z-]+)(?::(.+))?$/s.exec(text) ?? [];
  if (name === undefined || !(rawLogs as readonly string[]).includes(name)) {
    throw usageError(`--from is '${text}', must be lambda-json, otlp or table:NAME`);
  }
  if (name === 'table' && place === undefined) {
    throw usageError(
      "--from is 'table', must name it",
      'for example --from table:logs.calls, or table:calls/*.parquet',
    );
  }
  return {log: name as RawLog, place};
}

/** Where the rows of a table in a database lie. */
export function tableAt(dialect: SqlDialect, name: string): TableSource {
  return {from: dialect.table(name), field: (path) => columnSql(dialect, path)};
}

/** Where the lines of a log lie that a table holds: a row an event of Lambda's. */
export function eventsIn(dialect: SqlDialect, name: string): LogSource {
  const own = (column: string): string => dialect.asText(dialect.id(column));
  return {
    from: dialect.table(name),
    item: own('message'),
    group: own('log_group'),
    stream: own('log_stream'),
    received: dialect.none.text,
    file: dialect.text(''),
    ofFile: dialect.none.text,
  };
}

/** A column, or what lies in the JSON of one. */
function columnSql(dialect: SqlDialect, [column, ...rest]: readonly string[]): string {
  const own = dialect.asText(dialect.id(column!));
  return rest.length === 0 ? own : dialect.json(own, rest);
}

/**
 * Files of a kind that DuckDB reads as a table of text, as far as they have no types. Rows of CSV with more or fewer cells
 * than the header are left out and noted where all files have the same columns in the same order, `isOneTable`, else refused.
 */
export function filesAt(
  dialect: SqlDialect,
  kind: 'csv' | 'ndjson' | 'parquet',
  paths: readonly string[],
  {columns = [], isOneTable = false}: {columns?: readonly string[]; isOneTable?: boolean},
): TableSource {
  const list = listOf(dialect, paths);
  if (kind === 'ndjson') {
    const from = `read_json_objects(${list}, format = 'auto', maximum_object_size = ${OBJECT_BYTES})`;
    return {from, field: (path) => dialect.json('json', path)};
  }
  const from =
    kind === 'csv'
      ? `read_csv(${list}, header = true, all_varchar = true, ${isOneTable ? 'store_rejects' : 'union_by_name'} = true)`
      : `read_parquet(${list}, union_by_name = true, binary_as_string = true)`;
  const field = (path: readonly string[]): string => {
    // The longest name that is there is meant.
    const most = path.map((_, k) => path.slice(0, path.length - k).join('.')).find((name) => columns.includes(name));
    const rest = most === undefined ? path.slice(1) : keysBehind(path, most);
    const own = dialect.id(most ?? path[0]!);
    return rest.length === 0 ? dialect.asText(own) : dialect.json(`TRY_CAST(${own} AS JSON)`, rest);
  };
  return {from, field};
}

function keysBehind(path: readonly string[], name: string): readonly string[] {
  const at = path.findIndex((_, k) => path.slice(0, k + 1).join('.') === name);
  return path.slice(at + 1);
}

/** A document of OTLP may be of some size. */
const OBJECT_BYTES = 2 ** 25;

/** Documents of JSON, or lines of them, in files that DuckDB reads. */
export function documentsInFiles(dialect: SqlDialect, paths: readonly string[]): DocumentSource {
  return {from: filesAt(dialect, 'ndjson', paths, {}).from, document: 'json'};
}

/** The same in a table with a column of lines. */
export function documentsIn(dialect: SqlDialect, name: string): DocumentSource {
  return {from: dialect.table(name), document: dialect.asText(dialect.id('line'))};
}

/** Logs of Lambda's in files that DuckDB reads: events, with or without envelopes. */
export function eventsInFiles(dialect: SqlDialect, paths: readonly string[], files: readonly string[]): LogSource {
  const {json, text, none} = dialect;
  const lists = ['events', 'logEvents'].map(
    (key) => `WHEN json_type(json, '$.${key}') = 'ARRAY' THEN CAST(json_extract(json, '$.${key}') AS JSON[])`,
  );
  const either = (...keys: string[]): string =>
    `coalesce(${keys.flatMap((key) => [json('item', [key]), json('envelope', [key])]).join(', ')})`;
  const names = files.map((file) => `WHEN ${text(file)} THEN ${text(functionOfFile(file))}`);
  return {
    from: `(SELECT filename, json AS envelope, unnest(CASE ${lists.join(' ')} ELSE [json] END) AS item
    FROM read_json_objects(${listOf(dialect, paths)}, format = 'auto', filename = true, maximum_object_size = ${OBJECT_BYTES})) items`,
    item: `CASE WHEN ${json('item', ['type'])} LIKE 'platform.%' THEN CAST(item AS VARCHAR)
      ELSE coalesce(${json('item', ['message'])}, ${json('item', ['@message'])}) END`,
    group: either('logGroup', 'logGroupName', '@log'),
    stream: either('logStream', 'logStreamName', '@logStream'),
    received: `coalesce(${['timestamp', '@timestamp', 'time'].map((key) => json('item', [key])).join(', ')})`,
    file: 'filename',
    ofFile: names.length === 0 ? none.text : `CASE filename ${names.join(' ')} END`,
  };
}

function listOf({text}: SqlDialect, paths: readonly string[]): string {
  return paths.length === 1 ? text(paths[0]!) : `[${paths.map(text).join(', ')}]`;
}
