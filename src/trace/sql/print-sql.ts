import {usageError} from '../../base/errors.ts';
import {parseWhere} from '../where.ts';
import {sqlDialects} from './dialects.ts';
import {parseFrom, type RawFrom} from './sources.ts';
import {type RawRequest, writeQuery} from './write-query.ts';

export interface PrintRequest {
  readonly dialect: string;
  /** `lambda-json`, `otlp` or `table:NAME`. */
  readonly from: string;
  /** For DuckDB, files: their paths or globs. For others the table, if `from` does not name it. */
  readonly paths: readonly string[];
  readonly map?: string | undefined;
  readonly where?: readonly string[] | undefined;
  readonly functionName?: string | undefined;
}

/** The statement that counts a raw log by the minute where it lies and writes that as Parquet, for `ingest` to read. */
export function printSql(request: PrintRequest): string {
  const dialect = sqlDialects.named(request.dialect);
  const from = parseFrom(request.from);
  const at = placeOf(request, from);
  const {query, needs} = writeQuery(dialect, {
    ...{...request, log: from.log, at, where: (request.where ?? []).map(parseWhere)},
    table: {isOneTable: 'paths' in at && at.paths.length === 1 && !/[*?[]/.test(at.paths[0]!)},
  });
  const place = 'table' in at ? `table ${at.table}` : at.paths.join(', ');
  const head = [
    `-- ${place} (${needs.join(', ')}), counted by the minute. For ${dialect.summary}.`,
    '-- Read what it writes with: coldfront ingest counts.parquet --out w.arrow',
  ];
  return `${head.join('\n')}\n${dialect.statement(query)}\n`;
}

/** Tables of logs as they are called where nobody says otherwise. */
const TABLES: Readonly<Record<string, string>> = {'lambda-json': 'lambda_logs', otlp: 'otlp_traces'};

function placeOf({dialect, paths}: PrintRequest, {log, place}: RawFrom): RawRequest['at'] {
  const all = [...(place === undefined ? [] : [place]), ...paths];
  const odd = all.find((one) => /[\n\r]/.test(one));
  if (odd !== undefined) throw usageError(`--from names '${odd}', must be one line`);
  if (dialect === 'duckdb' && all.length > 0 && all.every(isPath)) return {paths: all};
  if (all.length > 1) throw usageError(`--from names one table, here are ${all.length}: ${all.join(', ')}`);
  const table = all[0] ?? TABLES[log];
  if (table === undefined) throw usageError(`--from is '${log}', must name a table`, `--from table:NAME`);
  return {table};
}

/** Whether that is of files and not the name of a table. */
function isPath(place: string): boolean {
  return /[/\\*?]|\.(csv|tsv|json|ndjson|jsonl|parquet|gz|zst|log)$/i.test(place);
}
