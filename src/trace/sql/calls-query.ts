import type {SqlDialect} from './dialect.ts';

/** What a raw log is turned into first, before it is counted: the WITH queries that end in one of this name. */
export const CALLS = 'calls';

/** A table expression with a name, `WITH name AS (body)`. */
export interface Step {
  readonly name: string;
  readonly body: string;
}

/**
 * A query of a row a call, or a row a count, in which end its steps: columns owner_name, app_name, function_name, trigger_name, memory_mib, arrival_us or
 * minute, weight, duration_us and cold_us (NULL where unknown), start_known and is_cold (0 or 1), clamped (lengths below 0 that
 * are made 0), problem (NULL where there is none).
 */
export interface CallsQuery {
  readonly steps: readonly Step[];
  readonly rowsAre: 'calls' | 'counts' | 'counts of minutes';
  readonly clock: 'calendar' | 'epoch' | 'relative';
  /** Rows may stand for several calls. */
  readonly weighted: boolean;
  /** What the table must have, for the head of the statement. */
  readonly needs: readonly string[];
}

/** Where a table lies: what stands behind FROM, and a column or key of it as text, by its path. */
export interface TableSource {
  readonly from: string;
  field(path: readonly string[]): string;
}

/** Where documents of JSON lie, and the expression of one. */
export interface DocumentSource {
  readonly from: string;
  readonly document: string;
}

/** Where a log lies, and expressions of what its envelopes say, as text. */
export interface LogSource {
  readonly from: string;
  /** An event, as JSON. */
  readonly item: string;
  readonly group: string;
  readonly stream: string;
  readonly received: string;
  /** The path of its file, '' where it is of none. */
  readonly file: string;
  /** The function that a log which does not name it is of by its file. */
  readonly ofFile: string;
}

/** Words for what is not there, as `isBlank` has them. */
const BLANKS = ['', 'nan', 'null', 'none', 'na', 'n/a', '\\n'];

/** Whether a text says nothing. */
export function isBlankSql({text}: SqlDialect, sql: string): string {
  return `(${sql} IS NULL OR lower(trim(${sql})) IN (${BLANKS.map(text).join(', ')}))`;
}

/** A text's number, times 10^`shift`, as a whole number; NULL for what is none. */
export function scaledSql(dialect: SqlDialect, sql: string, shift: number): string {
  const text = `trim(${sql})`;
  if (shift >= 0) return dialect.scaled(text, shift);
  const by = 10 ** -shift;
  return dialect.over(`${dialect.scaled(text, 0)} + ${by / 2}`, by);
}

/** The last step where rows have a time: in which minute it lies. */
export function inMinutes(dialect: SqlDialect, from: string): Step {
  const minute = floorSql(dialect, 'arrival_us', MINUTE_US);
  return {
    name: CALLS,
    body: `SELECT owner_name, app_name, function_name, trigger_name, memory_mib, weight, duration_us, cold_us,
    start_known, is_cold, clamped, problem, ${minute} AS minute
  FROM ${from}`,
  };
}

const MINUTE_US = 60_000_000;

/** A whole number over another, towards minus infinity; `sql` is a column. */
export function floorSql({over}: SqlDialect, sql: string, by: number): string {
  return over(`${sql} - mod(mod(${sql}, ${by}) + ${by}, ${by})`, by);
}

/** Numbers of each unit after the year 2000 when counted from 1970, and what makes microseconds of them. */
const EPOCHS: readonly (readonly [shift: number, from: string])[] = [
  [-3, '946684800000000000'],
  [0, '946684800000000'],
  [3, '946684800000'],
  [6, '946684800'],
];

/** A time of whatever kind, as `guessTimeUs` has it: ISO, or a number since 1970. */
export function guessSql(dialect: SqlDialect, sql: string): string {
  const cases = EPOCHS.map(
    ([shift, from]) => `WHEN ${dialect.double(sql)} >= ${from} THEN ${scaledSql(dialect, sql, shift)}`,
  );
  return `coalesce(${dialect.isoUs(sql)}, CASE ${cases.join(' ')} END)`;
}

/** The first problem that there is: conditions with what they mean. */
export function firstProblem(
  {text, none}: SqlDialect,
  problems: readonly (readonly [condition: string, problem: string])[],
): string {
  if (problems.length === 0) return none.text;
  return `CASE ${problems.map(([condition, problem]) => `WHEN ${condition} THEN ${text(problem)}`).join('\n    ')} END`;
}
