import {dotted, quoted, type SqlDialect} from '../dialect.ts';

const id = (name: string): string => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const text = (value: string): string => quoted(value, true);
const keysOf = (keys: readonly string[]): string => keys.map((key) => `, ${text(key)}`).join('');

export const clickhouse: SqlDialect = {
  name: 'clickhouse',
  summary: 'ClickHouse 23 or newer, by its client',
  id,
  text,
  table: (name) => dotted(name, id),
  none: {
    text: 'CAST(NULL AS Nullable(String))',
    whole: 'CAST(NULL AS Nullable(Int64))',
    double: 'CAST(NULL AS Nullable(Float64))',
  },
  asText: (sql) => `toString(${sql})`,
  // A decimal cuts what it cannot hold, so it holds more than is kept.
  scaled: (sql, digits) => `toInt64(round(toDecimal128OrNull(${sql}, 12) * ${10 ** digits}))`,
  double: (sql) => `toFloat64OrNull(${sql})`,
  rounded: (sql) => `toInt64(round(${sql}))`,
  sum: (sql) => `toFloat64(ifNull(sum(${sql}), 0))`,
  over: (sql, by) => `intDiv(${sql}, ${by})`,
  isoUs: (sql) => `toUnixTimestamp64Micro(parseDateTime64BestEffortOrNull(${sql}, 6, 'UTC'))`,
  // Of a text the raw JSON has quotes; what is not there is an empty text.
  json: (sql, keys) =>
    `if(JSONType(${sql}${keysOf(keys)}) = 'String', JSONExtractString(${sql}${keysOf(keys)}), ` +
    `nullIf(JSONExtractRaw(${sql}${keysOf(keys)}), ''))`,
  each: (sql, keys, alias) => `ARRAY JOIN JSONExtractArrayRaw(${sql}${keysOf(keys)}) AS ${alias}`,
  match: (sql, pattern) => `nullIf(extract(ifNull(${sql}, ''), ${text(pattern)}), '')`,
  statement: (query) => `${query}\nINTO OUTFILE 'counts.parquet'\nFORMAT Parquet;`,
  settings: 'SETTINGS group_by_use_nulls = 1, join_use_nulls = 1, prefer_column_name_to_alias = 1',
};
