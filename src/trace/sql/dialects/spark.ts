import {dotted, jsonPath, quoted, type SqlDialect} from '../dialect.ts';

const id = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
const text = (value: string): string => quoted(value, true);
const path = (keys: readonly string[]): string => text(jsonPath(keys, "['", "']"));

export const spark: SqlDialect = {
  name: 'spark',
  summary: 'Spark SQL 3.3 or newer, Databricks; times without a zone are of the session, so that should be UTC',
  id,
  text,
  table: (name) => dotted(name, id),
  none: {text: 'CAST(NULL AS STRING)', whole: 'CAST(NULL AS BIGINT)', double: 'CAST(NULL AS DOUBLE)'},
  asText: (sql) => `CAST(${sql} AS STRING)`,
  scaled: (sql, digits) => `TRY_CAST(TRY_CAST(${sql} AS DECIMAL(25, ${digits})) * ${10 ** digits} AS BIGINT)`,
  double: (sql) => `TRY_CAST(${sql} AS DOUBLE)`,
  rounded: (sql) => `TRY_CAST(round(${sql}) AS BIGINT)`,
  sum: (sql) => `coalesce(CAST(sum(CAST(${sql} AS DECIMAL(38, 0))) AS DOUBLE), 0)`,
  over: (sql, by) => `(${sql}) div ${by}`,
  isoUs: (sql) => `unix_micros(TRY_CAST(${sql} AS TIMESTAMP))`,
  json: (sql, keys) => `get_json_object(${sql}, ${path(keys)})`,
  each: (sql, keys, alias) =>
    `LATERAL VIEW explode(from_json(get_json_object(${sql}, ${path(keys)}), 'array<string>')) of_${alias} AS ${alias}`,
  match: (sql, pattern) => `nullif(regexp_extract(${sql}, ${text(pattern)}, 1), '')`,
  statement: (query) => `INSERT OVERWRITE DIRECTORY 'counts' USING parquet\n${query};`,
};
