import {quoted, type SqlDialect} from '../dialect.ts';

const id = (name: string): string => `\`${name.replaceAll('`', '\\`')}\``;
const text = (value: string): string => quoted(value, true);
const path = (keys: readonly string[]): string => text(`$${keys.map((key) => `."${key}"`).join('')}`);

export const bigquery: SqlDialect = {
  name: 'bigquery',
  summary: 'BigQuery, GoogleSQL',
  id,
  text,
  // Project, dataset and table are quoted together.
  table: id,
  none: {text: 'CAST(NULL AS STRING)', whole: 'CAST(NULL AS INT64)', double: 'CAST(NULL AS FLOAT64)'},
  asText: (sql) => `CAST(${sql} AS STRING)`,
  scaled: (sql, digits) => `CAST(ROUND(SAFE_CAST(${sql} AS BIGNUMERIC) * ${10 ** digits}) AS INT64)`,
  double: (sql) => `SAFE_CAST(${sql} AS FLOAT64)`,
  rounded: (sql) => `SAFE_CAST(ROUND(${sql}) AS INT64)`,
  sum: (sql) => `CAST(COALESCE(SUM(CAST(${sql} AS BIGNUMERIC)), 0) AS FLOAT64)`,
  over: (sql, by) => `DIV(${sql}, ${by})`,
  isoUs: (sql) => `UNIX_MICROS(SAFE_CAST(${sql} AS TIMESTAMP))`,
  json: (sql, keys) => `COALESCE(JSON_VALUE(${sql}, ${path(keys)}), JSON_QUERY(${sql}, ${path(keys)}))`,
  each: (sql, keys, alias) => `CROSS JOIN UNNEST(JSON_QUERY_ARRAY(${sql}, ${path(keys)})) AS ${alias}`,
  match: (sql, pattern) => `REGEXP_EXTRACT(${sql}, ${text(pattern)})`,
  statement: (query) =>
    `EXPORT DATA OPTIONS (uri = 'gs://BUCKET/counts/*.parquet', format = 'PARQUET', overwrite = true) AS\n${query};`,
};
