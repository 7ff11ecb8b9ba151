import {describe, expect, test} from 'vitest';
import {guessValues} from '../../../src/trace/prometheus/guess-values.ts';
import {ownerOf, roleOf} from '../../../src/trace/prometheus/metric-names.ts';
import type {TraceOptions} from '../../../src/trace/read-trace.ts';
import {readFiles, temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const folder = temporaryFolder();
const T = 1_770_710_400;
type Series = [labels: object, values: (string | number | object)[], from?: number, step?: number];

async function told(series: Series[], options: Partial<TraceOptions> = {}, more: object = {}) {
  const result = series.map(([metric, values, from = 0, step = 60]) => ({
    metric,
    values: values.map((value, k) => [T + (from + k) * step, typeof value === 'object' ? value : String(value)]),
  }));
  const text = JSON.stringify({status: 'success', data: {resultType: 'matrix', result}, ...more});
  const {workload, notes} = await readFiles(folder, {'range.json': text}, options);
  const rows = contentOf(workload).rows.map((row) => [row.function, row.calls]);
  return {calls: Object.fromEntries(rows), notes, workload};
}

const count = (service: string, more: object = {}) => ({
  __name__: 'revision_request_count',
  service_name: service,
  ...more,
});

describe('totals of Prometheus', () => {
  test('are differenced by series before they are added up', async () => {
    const {calls} = await told([
      [count('a', {pod_name: 'p1'}), [1_000_000, 1_000_012, 1_000_012, 1_000_020]],
      [count('a', {pod_name: 'p2'}), [5, 6, 1, 3]],
    ]);
    expect(calls.a).toEqual([
      [0, 13],
      [1, 1],
      [2, 10],
    ]);
  });

  test('of a request that several places count, the nearest to the function counts', async () => {
    const {calls, notes} = await told([
      [{__name__: 'activator_request_count', service_name: 'a'}, [0, 50]],
      [{__name__: 'revision_app_request_count', service_name: 'a'}, [0, 40]],
      [count('a'), [0, 41]],
      [{__name__: 'revision_request_latencies_bucket', service_name: 'a', le: '5'}, [0, 10]],
    ]);
    expect(calls.a).toEqual([[0, 41]]);
    expect(notes[0]).toBe(
      'metrics that are not used: revision_request_latencies_bucket, activator_request_count, revision_app_request_count',
    );
  });

  test('that are NaN or missing are nothing, and steps may be left out', async () => {
    expect((await told([[count('a'), [5, 'NaN', '+Inf', 8]]])).calls.a).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
  });

  test('over longer steps are spread over them', async () => {
    expect((await told([[count('a'), [0, 10, 25], 0, 300]])).calls.a).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
      [3, 2],
      [4, 2],
      [5, 3],
      [6, 3],
      [7, 3],
      [8, 3],
      [9, 3],
    ]);
  });

  test('of OpenFaaS and of anything that counts requests', async () => {
    expect(
      (await told([[{__name__: 'gateway_function_invocation_total', function_name: 'fn.ns'}, [0, 3]]])).calls,
    ).toEqual({'fn.ns': [[0, 3]]});
    expect((await told([[{__name__: 'http_requests_total', service: 'web'}, [0, 3]]])).calls).toEqual({web: [[0, 3]]});
  });

  test('of native histograms', async () => {
    const metric = {__name__: 'kn_serving_invocation_duration_seconds_count', kn_service_name: 'a'};
    const text = {
      status: 'success',
      data: {
        resultType: 'matrix',
        result: [
          {
            metric,
            histograms: [
              [T, {count: '1', sum: '1'}],
              [T + 60, {count: '4', sum: '2'}],
            ],
          },
        ],
      },
    };
    const {workload} = await readFiles(folder, {'h.json': JSON.stringify(text)});
    expect(contentOf(workload).rows[0]!.calls).toEqual([[0, 3]]);
  });

  test('warnings and errors of the query are passed on', async () => {
    const {notes} = await told(
      [[count('a'), [0, 1]]],
      {},
      {warnings: ['partial response'], status: 'error', error: 'timeout'},
    );
    expect(notes.slice(0, 2)).toEqual([
      expect.stringContaining('the query failed: timeout'),
      expect.stringContaining('partial response'),
    ]);
  });

  test('without a series of requests are bad input that lists what there is', async () => {
    await expect(told([[{__name__: 'autoscaler_actual_pods', service_name: 'a'}, [1, 2]]])).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('has no series that counts requests'),
      suggestions: ['it has autoscaler_actual_pods'],
    });
  });
});

describe('values without a name', () => {
  const series = (values: number[]) => [{timesUs: values.map((_, k) => k * 60e6), values}];

  test.each<[string, number[]]>([
    ['counter', [100, 112, 112, 120]],
    ['counter', [7, 9, 12, 0, 3, 4, 8, 9, 11, 12, 14]],
    ['increase', [12, 0, 3.02, 5]],
    ['increase', [10.02, 20.4, 5.1]],
    ['rate', [0.2, 0, 0.05]],
    ['rate', [0.01667, 3.2, 1.1]],
    ['increase', [0, 0, 0]],
  ])('%s: %j', (values, numbers) => {
    expect(guessValues(series(numbers))).toBe(values);
  });

  test('are what --values says', async () => {
    const totals: Series[] = [[{service_name: 'a'}, [60, 120, 180]]];
    expect((await told(totals, {values: 'increase'})).calls.a).toEqual([
      [0, 60],
      [1, 120],
      [2, 180],
    ]);
    expect((await told(totals, {values: 'rate'})).calls.a).toEqual([
      [0, 3600],
      [1, 7200],
      [2, 10_800],
    ]);
    expect((await told(totals, {values: 'counter'})).calls.a).toEqual([
      [0, 60],
      [1, 60],
    ]);
    // Calls in the five minutes before, asked for every minute: a fifth of each is of the minute.
    expect((await told(totals, {values: 'increase', periodUs: 300e6})).calls.a).toEqual([
      [0, 12],
      [1, 24],
      [2, 36],
    ]);
  });
});

test.each([
  [
    {kn_service_name: 'a', kn_revision_name: 'a-00002', k8s_namespace_name: 'shop'},
    {name: 'a', app: 'shop'},
  ],
  [
    {configuration_name: 'b', namespace_name: 'x'},
    {name: 'b', app: 'x'},
  ],
  [
    {service: 'c-00002-private', pod: 'c-00002-deployment-6d4-x2', namespace: 'n'},
    {name: 'c', app: 'n'},
  ],
  [{pod: 'd-00017-deployment-6d4f-x2'}, {name: 'd', app: ''}],
  [{}, {name: 'all', app: ''}],
])('labels %j are %j', (labels, its) => {
  expect(ownerOf(labels)).toEqual(its);
});

test.each([
  ['revision_request_latencies_sum', 'sum', 1],
  ['kn_serving_invocation_duration_seconds_sum', 'sum', 1000],
  ['kn_serving_invocation_duration_seconds_bucket', 'unused', 1000],
  ['kn_revision_pods_count', 'unused', 1],
  ['kn_serving_queue_depth', 'unused', 1],
  ['', 'count', 1],
])("the metric '%s' is %s, in units of %d ms", (name, kind, unitMs) => {
  expect(roleOf(name)).toMatchObject({kind, unitMs});
});

describe('answers that are no series over time', () => {
  const answer = (data: object) => ({'answer.json': JSON.stringify({status: 'success', data})});
  const vector = {resultType: 'vector', result: [{metric: {service: 's'}, value: [T, '120']}]};

  test('an instant query of a total says nothing of what was called before', async () => {
    await expect(readFiles(folder, answer(vector))).rejects.toThrow(
      'has one time only, as the answer of an instant query',
    );
  });

  test('one of an increase is of the period that ends at its time', async () => {
    const {workload} = await readFiles(folder, answer(vector), {values: 'increase', periodUs: 3600e6});
    expect(workload.meta.originUs).toBe((T - 3600) * 1e6);
    expect(contentOf(workload).rows[0]!.calls).toEqual(Array.from({length: 60}, (_, minute) => [minute, 2]));
  });

  test('a query that failed says so', async () => {
    const failed = {'failed.json': JSON.stringify({status: 'error', errorType: 'bad_data', error: 'parse error'})};
    const error = (await readFiles(folder, failed).catch((reason: unknown) => reason)) as {suggestions: string[]};
    expect(error.suggestions).toContain(`${folder}/failed.json: the query failed: parse error`);
  });

  test('native histograms count under the name of what they divide', async () => {
    const histograms = [5, 9].map((count, k) => [T + 60 * k, {count: String(count), sum: '1', buckets: []}]);
    const metric = {__name__: 'http_server_request_duration_seconds', service: 'h'};
    const {workload} = await readFiles(folder, answer({resultType: 'matrix', result: [{metric, histograms}]}));
    expect(contentOf(workload).rows[0]).toMatchObject({function: 'h', calls: [[0, 4]]});
  });
});
