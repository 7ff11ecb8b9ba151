import type {Entry} from '../../base/part.ts';

/**
 * How an engine writes what a query over a raw log needs. Arguments and results are SQL expressions, and every conversion
 * gives NULL for what it cannot convert.
 */
export interface SqlDialect extends Entry {
  /** An identifier, quoted. */
  id(name: string): string;
  /** A text, as a literal. */
  text(value: string): string;
  /** A table of the user's by its name. */
  table(name: string): string;
  /** NULL of each type that columns have. */
  readonly none: {readonly text: string; readonly whole: string; readonly double: string};
  asText(sql: string): string;
  /** A text's decimal number times 10^`digits`, 0 or more, rounded half away from zero to a whole number. */
  scaled(sql: string, digits: number): string;
  /** A text's decimal number as a double. */
  double(sql: string): string;
  /** A double, rounded to a whole number. */
  rounded(sql: string): string;
  /** A sum of whole numbers as a double. */
  sum(sql: string): string;
  /** A whole number over `by`, what is left over dropped. */
  over(sql: string, by: number): string;
  /** Microseconds since 1970 of a text that is an ISO time; one without a zone is UTC. */
  isoUs(sql: string): string;
  /** What lies in JSON at a path of keys: a text as it is, anything else as JSON. */
  json(sql: string, path: readonly string[]): string;
  /** Appended to FROM: a row for each element of the array that lies in JSON at `path`, as JSON by the name of `alias`. */
  each(sql: string, path: readonly string[], alias: string): string;
  /** The text of the one group of a regular expression, where it matches. */
  match(sql: string, pattern: string): string;
  /** The query as a statement that writes Parquet. */
  statement(query: string): string;
  /** Appended to the query itself: its settings. */
  readonly settings?: string;
}

/** Text within single quotes, which are doubled; backslashes are too where they escape. */
export function quoted(value: string, escapes: boolean): string {
  const text = escapes ? value.replaceAll('\\', '\\\\') : value;
  return `'${text.replaceAll("'", escapes ? "\\'" : "''")}'`;
}

/** A path of keys as JSONPath, each within `quote`s. */
export function jsonPath(path: readonly string[], open: string, close: string): string {
  return `$${path.map((key) => `${open}${key}${close}`).join('')}`;
}

/** Names of a table joined by dots, each quoted. */
export function dotted(name: string, quote: (part: string) => string): string {
  return name.split('.').map(quote).join('.');
}
