/** Where a request is counted; one counted in several places counts once, where it is nearest to the function. */
export type Place = 'queue-proxy' | 'container' | 'activator' | 'gateway' | 'other';

/** In the order in which they are preferred. */
export const places: readonly Place[] = ['queue-proxy', 'container', 'gateway', 'other', 'activator'];

/** Knative's two families of names (OpenCensus until Serving 1.18, OpenTelemetry from 1.19 on), OpenFaaS, and others. */
const counters: readonly (readonly [pattern: RegExp, place: Place])[] = [
  [/^revision_request_count$/, 'queue-proxy'],
  [/^revision_request_latencies_count$/, 'queue-proxy'],
  [/^kn_serving_invocation_duration(_seconds|_milliseconds)?_count$/, 'queue-proxy'],
  [/^kn_queueproxy_app_duration(_seconds|_milliseconds)?_count$/, 'container'],
  [/^revision_app_request_(count|latencies_count)$/, 'container'],
  [/^activator_request_(count|latencies_count)$/, 'activator'],
  [/^http_server_request_duration(_seconds|_milliseconds)?_count$/, 'activator'],
  [/^gateway_function_invocation_total$/, 'gateway'],
  [/^gateway_functions_seconds_count$/, 'gateway'],
  [/(request|invocation|call|http|execution)s?(_[a-z]+)*_(total|count)$/, 'other'],
];

/** What a metric is to us: requests counted in one place, the sum of their durations, or nothing. */
export interface MetricRole {
  readonly kind: 'count' | 'sum' | 'unused';
  readonly place: Place;
  /** Name without its ending: a count and a sum with the same base belong together. */
  readonly base: string;
  /** Milliseconds of the unit of a sum. */
  readonly unitMs: number;
}

/** The role of a metric by its name; '' is the name of what a query has made, which is taken for a count. */
export function roleOf(name: string): MetricRole {
  const base = name.replace(/_(count|total|sum|bucket)$/, '');
  const unitMs = /_seconds(_|$)/.test(name) ? 1000 : 1;
  if (name === '') return {kind: 'count', place: 'other', base, unitMs};
  const found = counters.find(([pattern]) => pattern.test(name));
  if (found !== undefined) return {kind: 'count', place: found[1], base, unitMs};
  if (!/_sum$/.test(name)) return {kind: 'unused', place: 'other', base, unitMs};
  const counted = counters.find(([pattern]) => pattern.test(`${base}_count`));
  return {kind: counted === undefined ? 'unused' : 'sum', place: counted?.[1] ?? 'other', base, unitMs};
}

const functionLabels = [
  ...['kn_service_name', 'service_name', 'kn_configuration_name', 'configuration_name'],
  ...['kn_revision_name', 'revision_name', 'function_name', 'faas_function', 'faas_name', 'function'],
  ...['exported_service', 'service', 'app', 'deployment', 'pod_name', 'pod', 'container', 'job', 'instance'],
];
const namespaceLabels = ['k8s_namespace_name', 'namespace_name', 'exported_namespace', 'namespace'];

/** The function and its namespace by the labels of a series. */
export function ownerOf(labels: Readonly<Record<string, unknown>>): {readonly name: string; readonly app: string} {
  const key = functionLabels.find((label) => typeof labels[label] === 'string' && labels[label] !== '');
  const app = namespaceLabels.map((label) => labels[label]).find((value) => typeof value === 'string' && value !== '');
  const text = key === undefined ? '' : String(labels[key]);
  // What is scraped is called by its revision: checkout-00002-private, checkout-00002-deployment-6d4-x2.
  const isScraped = key !== undefined && /^(exported_)?service$|^pod/.test(key);
  const name = isScraped ? text.replace(/-\d{5}(-private|-deployment[\s\S]*)?$/, '') : text;
  return {name: name || 'all', app: typeof app === 'string' ? app : ''};
}
