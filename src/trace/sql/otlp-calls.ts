import {type CallsQuery, type DocumentSource, inMinutes, scaledSql} from './calls-query.ts';
import type {SqlDialect} from './dialect.ts';

const KINDS = {server: ['2', 'SPAN_KIND_SERVER'], consumer: ['5', 'SPAN_KIND_CONSUMER']};
const SAY_CALL = ['faas.trigger', 'faas.invocation_id', 'faas.execution', 'faas.coldstart'];
const OLD_MEMORY_MIB = 2 ** 20;

/**
 * The calls among the spans of OTLP traces in JSON: those that serve and say that they are calls, or are of a function and lie in
 * no other span that serves. `document` is one of OTLP, or a line of them, as JSON.
 */
export function otlpCalls(
  dialect: SqlDialect,
  {from, document}: DocumentSource,
  functionName: string | undefined,
): CallsQuery {
  const {json, each, match, text, double} = dialect;
  const own = (key: string): string => match('own', attribute(key));
  const ofResource = (key: string): string => match('resource', attribute(key));
  const either = (key: string): string => `${own(key)}, ${ofResource(key)}`;
  const isOf = (kinds: readonly string[]): string => `kind IN (${kinds.map(text).join(', ')})`;
  const says = SAY_CALL.map((key) => `own LIKE ${text(`%"${key}"%`)}`).join(' OR ');
  const startUs = scaledSql(dialect, 'start_ns', -3);
  const endUs = scaledSql(dialect, 'end_ns', -3);
  const arn = match(`coalesce(${either('faas.id')}, ${either('cloud.resource_id')})`, ':function:([^:]+)');
  const names = [either('faas.name'), arn, ...(functionName === undefined ? [] : [text(functionName)])];
  return {
    steps: [
      {
        name: 'batches',
        body: `SELECT ${json('batch', ['resource', 'attributes'])} AS resource, batch
  FROM (SELECT ${document} AS document FROM ${from}) documents
  ${each('document', ['resourceSpans'], 'batch')}`,
      },
      {
        name: 'scopes',
        body: `SELECT resource, ${dialect.asText('scope')} AS scope
  FROM batches
  ${each('batch', ['scopeSpans'], 'scope')}`,
      },
      {
        name: 'spans',
        body: `SELECT resource, ${json('span', ['attributes'])} AS own, ${json('span', ['kind'])} AS kind,
    ${json('span', ['traceId'])} AS trace_id, ${json('span', ['spanId'])} AS span_id,
    ${json('span', ['parentSpanId'])} AS parent_id, ${json('span', ['name'])} AS span_name,
    ${json('span', ['startTimeUnixNano'])} AS start_ns, ${json('span', ['endTimeUnixNano'])} AS end_ns
  FROM scopes
  ${each('scope', ['spans'], 'span')}`,
      },
      {
        name: 'servers',
        body: `SELECT DISTINCT trace_id AS server_trace, span_id AS server_span
  FROM spans WHERE ${isOf(KINDS.server)}`,
      },
      {
        name: 'calling',
        body: `SELECT spans.*
  FROM spans LEFT JOIN servers ON spans.trace_id = servers.server_trace AND spans.parent_id = servers.server_span
  WHERE ((${isOf(KINDS.server)} OR ${isOf(KINDS.consumer)}) AND (${says}))
    OR (${isOf(KINDS.server)} AND resource LIKE '%"faas.%' AND servers.server_span IS NULL)`,
      },
      {
        name: 'named',
        body: `SELECT coalesce(${[...names, either('service.name'), 'span_name'].join(', ')}) AS function_name,
    coalesce(${either('cloud.account.id')}, '') AS owner_name,
    coalesce(${either('faas.trigger')}, '') AS trigger_name,
    ${double(`coalesce(${ofResource('faas.max_memory')}, ${own('faas.max_memory')})`)} AS memory,
    coalesce(${own('faas.coldstart')}, ${own('faas.cold_start')}) AS cold_start,
    ${startUs} AS start_us, ${endUs} AS end_us
  FROM calling`,
      },
      {
        name: 'timed',
        body: `SELECT owner_name, coalesce(${match('function_name', '^(.*)/')}, '') AS app_name, trigger_name, function_name,
    CASE WHEN memory >= ${OLD_MEMORY_MIB} THEN memory / ${OLD_MEMORY_MIB}.0 WHEN memory > 0 THEN memory END AS memory_mib,
    1 AS weight, start_us AS arrival_us,
    CASE WHEN end_us > start_us THEN end_us - start_us WHEN end_us > 0 THEN 0 END AS duration_us,
    ${dialect.none.whole} AS cold_us,
    CASE WHEN cold_start IS NULL THEN 0 ELSE 1 END AS start_known,
    CASE WHEN cold_start = 'true' THEN 1 ELSE 0 END AS is_cold,
    0 AS clamped,
    CASE WHEN start_us IS NULL THEN 'startTimeUnixNano must be nanoseconds since 1970' END AS problem
  FROM named`,
      },
      inMinutes(dialect, 'timed'),
    ],
    rowsAre: 'calls',
    clock: 'calendar',
    weighted: false,
    needs: ['line'],
  };
}

/** The value of an attribute in a list of them, as JSON: `{"key": "faas.name", "value": {"stringValue": "f"}}`. */
function attribute(key: string): string {
  return `"key"\\s*:\\s*"${key.replaceAll('.', '[.]')}"\\s*,\\s*"value"\\s*:\\s*[{]\\s*"[a-zA-Z]+Value"\\s*:\\s*"?([^"}]*[^"}\\s])`;
}
