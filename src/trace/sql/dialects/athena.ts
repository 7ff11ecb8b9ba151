import {dotted, jsonPath, quoted, type SqlDialect} from '../dialect.ts';

const id = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const text = (value: string): string => quoted(value, false);
const path = (keys: readonly string[]): string => text(jsonPath(keys, '["', '"]'));

export const athena: SqlDialect = {
  name: 'athena',
  summary: 'Amazon Athena, engine version 3',
  id,
  text,
  table: (name) => dotted(name, id),
  none: {text: 'CAST(NULL AS VARCHAR)', whole: 'CAST(NULL AS BIGINT)', double: 'CAST(NULL AS DOUBLE)'},
  asText: (sql) => `CAST(${sql} AS VARCHAR)`,
  scaled: (sql, digits) => `TRY_CAST(TRY_CAST(${sql} AS DECIMAL(25, ${digits})) * ${10 ** digits} AS BIGINT)`,
  double: (sql) => `TRY_CAST(${sql} AS DOUBLE)`,
  rounded: (sql) => `TRY_CAST(round(${sql}) AS BIGINT)`,
  sum: (sql) => `coalesce(CAST(sum(CAST(${sql} AS DECIMAL(38, 0))) AS DOUBLE), 0)`,
  over: (sql, by) => `(${sql}) / ${by}`,
  isoUs: (sql) =>
    `CAST(round(to_unixtime(TRY(from_iso8601_timestamp_nanos(replace(trim(${sql}), ' ', 'T')))) * 1000000) AS BIGINT)`,
  json: (sql, keys) =>
    `coalesce(json_extract_scalar(${sql}, ${path(keys)}), json_format(json_extract(${sql}, ${path(keys)})))`,
  each: (sql, keys, alias) =>
    `CROSS JOIN UNNEST(CAST(json_extract(${sql}, ${path(keys)}) AS ARRAY(JSON))) AS of_${alias} (${alias})`,
  match: (sql, pattern) => `regexp_extract(${sql}, ${text(pattern)}, 1)`,
  statement: (query) => `UNLOAD (\n${query}\n) TO 's3://BUCKET/counts/' WITH (format = 'PARQUET')`,
};
