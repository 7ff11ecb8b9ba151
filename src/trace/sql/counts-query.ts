import {CALLS, type CallsQuery} from './calls-query.ts';
import {CLASSES_PER_E} from './columns.ts';
import type {SqlDialect} from './dialect.ts';

/** The `index`-th of so many shares of the functions, from 0 on. */
export interface FunctionShare {
  readonly index: number;
  readonly of: number;
}

/**
 * The query that counts the calls of another one, of a share of the functions or all: a row a function and minute, a row a function and class of durations, a row
 * a function and class of cold times, all in one pass over the log (`columns.ts` says what they hold).
 */
export function countsQuery(
  dialect: SqlDialect,
  {steps, rowsAre, clock, weighted}: CallsQuery,
  log: string,
  share?: FunctionShare,
): string {
  const {text, id, sum} = dialect;
  // A product of whole numbers may be more than an engine's whole numbers hold.
  const times = (sql: string): string => (weighted ? `${dialect.double(sql)} * weight` : sql);
  const classOf = (sql: string): string =>
    `CASE WHEN problem IS NULL THEN ${dialect.rounded(`floor(ln(${sql} + 1) * ${CLASSES_PER_E})`)} END`;
  const fine = (sql: string, name: string): string => `CASE WHEN problem IS NULL THEN ${sql} END AS ${name}`;
  const classed = {
    name: 'classed',
    body: `SELECT
    CASE WHEN problem IS NULL THEN owner_name ELSE '' END AS owner_name,
    CASE WHEN problem IS NULL THEN app_name ELSE '' END AS app_name,
    CASE WHEN problem IS NULL THEN function_name ELSE '' END AS function_name,
    ${fine('trigger_name', 'trigger_name')}, ${fine('memory_mib', 'memory_mib')},
    CASE WHEN problem IS NULL THEN minute ELSE 0 END AS minute,
    ${classOf('duration_us')} AS duration_class, ${classOf('cold_us')} AS cold_class,
    CASE WHEN problem IS NULL THEN weight ELSE 0 END AS weight,
    ${fine('duration_us', 'duration_us')}, ${fine('cold_us', 'cold_us')},
    start_known, is_cold, CASE WHEN problem IS NULL THEN clamped ELSE 0 END AS clamped, problem
  FROM ${CALLS}${share === undefined ? '' : `\n  WHERE hash(owner_name, app_name, function_name) % ${share.of} = ${share.index}`}`,
  };
  const all = [...steps, classed].map(({name, body}) => `${name} AS (\n  ${body}\n)`).join(',\n');
  const who = 'problem, owner_name, app_name, function_name';
  const says = `trigger_name <> '' AND lower(trigger_name) NOT IN ('other', 'others', 'unknown')`;
  return `WITH ${all}
SELECT
  ${text(rowsAre)} AS rows_are,
  ${text(clock)} AS clock,
  ${text(log)} AS log,
  owner_name AS owner,
  app_name AS app,
  function_name AS ${id('function')},
  coalesce(max(CASE WHEN ${says} THEN trigger_name END), max(trigger_name)) AS ${id('trigger')},
  max(memory_mib) AS memory_mib,
  minute,
  duration_class,
  cold_class,
  count(*) AS log_rows,
  ${sum('weight')} AS calls,
  ${sum('CASE WHEN duration_us IS NULL THEN 0 ELSE weight END')} AS timed,
  ${sum(times('duration_us'))} AS duration_sum_us,
  min(CASE WHEN weight > 0 THEN ${dialect.double('duration_us')} END) AS duration_min_us,
  max(CASE WHEN weight > 0 THEN ${dialect.double('duration_us')} END) AS duration_max_us,
  ${sum(times('clamped'))} AS clamped,
  ${sum(times('start_known'))} AS start_known,
  ${sum(times('is_cold'))} AS cold,
  ${sum(times('cold_us'))} AS cold_sum_us,
  problem
FROM classed
GROUP BY GROUPING SETS ((${who}, minute), (${who}, duration_class), (${who}, cold_class))
ORDER BY owner, app, ${id('function')}, minute, duration_class, cold_class, problem${
    dialect.settings === undefined ? '' : `\n${dialect.settings}`
  }`;
}
