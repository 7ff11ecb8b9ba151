import {type CallsQuery, guessSql, inMinutes, type LogSource, type Step, scaledSql} from './calls-query.ts';
import type {SqlDialect} from './dialect.ts';

const GROUP = '(?:^|[/:])aws/lambda/(?:us-east-1[.])?([^/\\s:]+)';
const STREAM = '[0-9]{4}/[0-9][0-9]/[0-9][0-9]/([a-zA-Z0-9_-]*)\\[';

/**
 * The calls of a log of Lambda's in JSON: one `platform.report` each. The function is named by its group, its stream, an
 * initialisation of its stream or the only one in its file, `functionName`, or its file.
 */
export function lambdaCalls(dialect: SqlDialect, source: LogSource, functionName: string | undefined): CallsQuery {
  const {json, text, match, none} = dialect;
  const messages: Step = {
    name: 'messages',
    body: `SELECT ${source.file} AS log_file, ${source.ofFile} AS file_function, ${source.group} AS log_group,
    coalesce(${source.stream}, '') AS log_stream, ${source.received} AS received,
    ${source.item} AS event
  FROM ${source.from}`,
  };
  const events: Step = {
    name: 'events',
    body: `SELECT log_file, file_function, log_group, log_stream,
    ${json('event', ['type'])} AS kind,
    coalesce(${guessSql(dialect, json('event', ['time']))}, ${guessSql(dialect, 'received')}) AS time_us,
    ${json('event', ['record', 'requestId'])} AS request_id,
    ${json('event', ['record', 'functionName'])} AS own_name,
    ${json('event', ['record', 'initializationType'])} AS init_type,
    ${json('event', ['record', 'phase'])} AS phase,
    ${json('event', ['record', 'status'])} AS status,
    ${us(dialect, 'durationMs')} AS duration_us,
    ${us(dialect, 'initDurationMs')} AS init_us,
    ${us(dialect, 'restoreDurationMs')} AS restore_us,
    ${dialect.double(json('event', ['record', 'metrics', 'memorySizeMB']))} AS memory_mib
  FROM messages
  WHERE event LIKE '%platform.%'`,
  };
  const failed = `kind = 'platform.initReport' AND coalesce(init_type, '') <> 'provisioned-concurrency'
      AND (phase = 'invoke' OR status <> 'success')`;
  return {
    steps: [
      messages,
      events,
      // What started an environment may name the function of its stream.
      {
        name: 'stream_names',
        body: `SELECT log_file, log_stream, max(own_name) AS stream_function
  FROM events WHERE kind = 'platform.initStart' GROUP BY log_file, log_stream`,
      },
      {
        name: 'file_names',
        body: `SELECT log_file, CASE WHEN count(DISTINCT own_name) = 1 THEN max(own_name) END AS only_function
  FROM events WHERE kind = 'platform.initStart' GROUP BY log_file`,
      },
      // Initialisations of provisioned concurrency are reported with the first call too, which did not wait for them.
      {
        name: 'provisioned',
        body: `SELECT duration_us AS unfelt_us, count(*) AS unfelt
  FROM events WHERE kind = 'platform.initReport' AND init_type = 'provisioned-concurrency' GROUP BY duration_us`,
      },
      // One that failed or took too long is made again while the next call of its stream runs, within its duration.
      {
        name: 'in_order',
        body: `SELECT *,
    lag(kind) OVER (PARTITION BY log_file, log_stream ORDER BY time_us, kind) AS before_kind,
    lag(phase) OVER (PARTITION BY log_file, log_stream ORDER BY time_us, kind) AS before_phase,
    lag(duration_us) OVER (PARTITION BY log_file, log_stream ORDER BY time_us, kind) AS before_us,
    row_number() OVER (PARTITION BY kind, init_us ORDER BY time_us, request_id) AS nth
  FROM events WHERE kind = 'platform.report' OR (${failed})`,
      },
      {
        name: 'felt',
        body: `SELECT in_order.*,
    CASE WHEN in_order.nth <= provisioned.unfelt THEN ${none.whole} ELSE in_order.init_us END AS felt_us
  FROM in_order LEFT JOIN provisioned ON in_order.init_us = provisioned.unfelt_us
  WHERE in_order.kind = 'platform.report'`,
      },
      {
        name: 'reports',
        body: `SELECT felt.*, stream_names.stream_function, file_names.only_function,
    CASE WHEN felt_us IS NULL AND restore_us IS NULL AND before_kind = 'platform.initReport' THEN 1 ELSE 0 END AS after_failed,
    CASE WHEN felt_us IS NULL THEN restore_us
      ELSE felt_us + CASE WHEN restore_us > 0 THEN restore_us ELSE 0 END END AS own_cold_us
  FROM felt LEFT JOIN stream_names
    ON felt.log_file = stream_names.log_file AND felt.log_stream = stream_names.log_stream
  LEFT JOIN file_names ON felt.log_file = file_names.log_file`,
      },
      {
        name: 'lengths',
        body: `SELECT *,
    CASE WHEN after_failed = 1 THEN before_us ELSE own_cold_us END AS its_cold_us,
    CASE WHEN after_failed = 1 AND before_phase = 'invoke' AND before_us <= duration_us
      THEN duration_us - before_us ELSE duration_us END AS its_us
  FROM reports`,
      },
      {
        name: 'timed',
        body: `SELECT '' AS owner_name, '' AS app_name, '' AS trigger_name,
    coalesce(${match('log_group', GROUP)}, ${match('log_stream', STREAM)}, stream_function, only_function,
      ${functionName === undefined ? 'file_function' : text(functionName)}, 'lambda') AS function_name,
    memory_mib, 1 AS weight,
    time_us - coalesce(CASE WHEN its_us > 0 THEN its_us END, 0)
      - coalesce(CASE WHEN its_cold_us > 0 THEN its_cold_us END, 0) AS arrival_us,
    CASE WHEN its_us < 0 THEN 0 ELSE its_us END AS duration_us,
    CASE WHEN its_cold_us < 0 THEN 0 ELSE its_cold_us END AS cold_us,
    1 AS start_known,
    CASE WHEN its_cold_us IS NOT NULL OR after_failed = 1 OR before_kind = 'platform.initReport' THEN 1 ELSE 0 END AS is_cold,
    CASE WHEN its_us < 0 THEN 1 ELSE 0 END + CASE WHEN its_cold_us < 0 THEN 1 ELSE 0 END AS clamped,
    CASE WHEN time_us IS NULL THEN 'the time must be there: a report alone does not say when it was' END AS problem
  FROM lengths`,
      },
      inMinutes(dialect, 'timed'),
    ],
    rowsAre: 'calls',
    clock: 'calendar',
    weighted: false,
    needs: ['message', 'logGroup', 'logStream', 'timestamp'],
  };
}

/** A length of a report's, given in ms, in microseconds. */
function us(dialect: SqlDialect, key: string): string {
  return scaledSql(dialect, dialect.json('event', ['record', 'metrics', key]), 3);
}
