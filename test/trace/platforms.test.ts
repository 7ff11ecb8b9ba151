import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {type ReadTrace, readTrace, type TraceOptions} from '../../src/trace/read-trace.ts';
import {COLD_UNTIMED, int64At, UNKNOWN_START, WARM} from '../../src/workload/workload.ts';

const platforms = fileURLToPath(new URL('../../fixtures/platforms/', import.meta.url));
const START = Date.UTC(2026, 1, 10, 8);

/** Arrival and duration in ms, and the cold start of the cold ones: what happened, whoever tells it. */
const story: Readonly<Record<string, readonly (readonly [at: number, durationMs: number, coldMs?: number])[]>> = {
  'orders-api': [
    ...([
      [0, 100, 300],
      [2000, 20],
      [4000, 25],
      [60_000, 30],
      [61_000, 10],
      [120_000, 40],
    ] as const),
    ...([
      [600_000, 50, 250],
      [601_000, 20],
      [602_000, 30],
      [660_000, 15],
      [661_000, 60],
      [720_000, 20],
    ] as const),
  ],
  'thumb-maker': [
    ...([
      [1000, 1000, 800],
      [62_000, 1200],
      [121_000, 900],
      [1_500_000, 1100, 700],
    ] as const),
    ...([
      [1_501_000, 1000],
      [1_560_000, 950],
      [1_620_000, 1050],
      [1_621_000, 800, 900],
    ] as const),
  ],
};
const minutesOf = (name: string, length = 1): [minute: number, calls: number][] => {
  const counts = new Map<number, number>();
  for (const [at] of story[name]!) {
    const minute = Math.floor(at / 60_000 / length) * length;
    counts.set(minute, (counts.get(minute) ?? 0) + 1);
  }
  return [...counts];
};

const read = (path: string | string[], options: Partial<TraceOptions> = {}): Promise<ReadTrace> =>
  readTrace(
    [path].flat().map((name) => platforms + name),
    {format: 'auto', ...options},
  );

/** What a workload tells of each function, on the calendar: single calls, or counts by minute from 08:00 on. */
function told({workload}: ReadTrace): Record<string, number[][]> {
  const {arrivals, meta} = workload;
  const zeroMs = meta.startTime === '' ? meta.originUs / 1000 : Date.parse(meta.startTime) - START;
  return Object.fromEntries(
    Array.from({length: workload.functions}, (_, f) => {
      if (arrivals.kind === 'minute') {
        const {minute, count} = arrivals;
        const list = Array.from({length: minute.length[f]!}, (__, i) => [
          minute.values[minute.start[f]! + i]! + zeroMs / 60_000,
          count.values[count.start[f]! + i]!,
        ]);
        return [workload.name.at(f), list];
      }
      const {arrivalUs, durationUs, coldUs} = arrivals;
      const at = (list: typeof durationUs, i: number, none: number) =>
        list ? int64At(list.values, list.start[f]! + i) : none;
      const list = Array.from({length: arrivalUs.length[f]!}, (__, i) => [
        at(arrivalUs, i, 0) / 1000 + zeroMs,
        at(durationUs, i, -1) / 1000,
        at(coldUs, i, UNKNOWN_START),
      ]);
      return [workload.name.at(f), list];
    }),
  );
}

/** The story with cold starts as a log tells them: by their length, as a fact, or not at all. */
const calls = (name: string, starts: 'lengths' | 'facts' | 'none'): number[][] =>
  story[name]!.map(([at, durationMs, coldMs]) => {
    const length = coldMs === undefined ? WARM : starts === 'lengths' ? coldMs * 1000 : COLD_UNTIMED;
    return [at, durationMs, starts === 'none' ? UNKNOWN_START : length];
  });
const both = (starts: Parameters<typeof calls>[1]) => ({
  'orders-api': calls('orders-api', starts),
  'thumb-maker': calls('thumb-maker', starts),
});
const memory = ({workload}: ReadTrace) => [...workload.memoryMib];

describe('Lambda', () => {
  test('its text log, as aws logs tail prints it', async () => {
    const trace = await read('lambda-log/tail.log');
    // A log without names of functions is of one, called as its file is.
    const all = [...calls('orders-api', 'lengths'), ...calls('thumb-maker', 'lengths')].sort((a, b) => a[0]! - b[0]!);
    expect(told(trace)).toEqual({tail: all});
    expect([trace.format, trace.calls, memory(trace)]).toEqual([
      'lambda-log',
      {withoutDuration: 0, withoutStart: 0, cold: 5},
      [1024],
    ]);
    expect(trace.tally).toMatchObject({read: 20, skipped: 0});
    expect(trace.notes).toEqual([
      'the log does not name its functions: they are called as their files are; --function says otherwise',
    ]);
    expect(Object.keys(told(await read('lambda-log/tail.log', {functionName: 'checkout'})))).toEqual(['checkout']);
  });

  test('the events of filter-log-events', async () => {
    const trace = await read('lambda-log/filter-log-events.json', {functionName: 'orders-api'});
    expect(told(trace)).toEqual({'orders-api': calls('orders-api', 'lengths')});
    expect(trace.format).toBe('lambda-log');
  });

  test('an export to S3: a folder a stream, packed', async () => {
    const trace = await read('lambda-log/export');
    expect(told(trace)).toEqual({export: calls('orders-api', 'lengths')});
  });

  test('its JSON system log, which names the function at DEBUG', async () => {
    const trace = await read('lambda-json/system.ndjson');
    expect(told(trace)).toEqual({'orders-api': calls('orders-api', 'lengths')});
    expect([trace.format, trace.tally.read, memory(trace)]).toEqual(['lambda-json', 12, [256]]);
  });

  test.each(['results.json', 'export.csv'])('Logs Insights, %s', async (file) => {
    const trace = await read(`cloudwatch-insights/${file}`);
    expect(told(trace)).toEqual(both('lengths'));
    expect(trace.format).toBe('cloudwatch-insights');
    expect(Object.fromEntries(memory(trace).map((mib, f) => [trace.workload.name.at(f), mib]))).toEqual({
      'orders-api': 256,
      'thumb-maker': 1024,
    });
  });

  test('GetMetricData, newest first: five minutes each, spread over them', async () => {
    const trace = await read('cloudwatch-metrics/get-metric-data.json');
    // 8 calls in five minutes are 1, 2, 1, 2, 2, and 3 are the third, fourth and fifth.
    expect(told(trace)).toEqual({
      'orders-api': [
        [0, 1],
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 2],
        [10, 1],
        [11, 1],
        [12, 1],
        [13, 1],
        [14, 2],
      ],
      'thumb-maker': [
        [1, 1],
        [3, 1],
        [4, 1],
        [25, 1],
        [26, 1],
        [27, 1],
        [28, 1],
        [29, 1],
      ],
    });
    expect(trace.format).toBe('cloudwatch-metrics');
    expect(trace.workload.duration.meanMs[1]).toBeCloseTo((3100 / 3 + 4900 / 5) / 2, 9);
    expect(trace.notes).toEqual([
      'series that are not used: orders-api Errors',
      'counts are of 5 min each, as their times say, and spread over them; --period says otherwise',
    ]);
  });
});

describe('Google', () => {
  test('Cloud Run: the first call of an instance was cold; a latency may be missing', async () => {
    const trace = await read('cloud-run/requests.json');
    const expected = both('facts');
    expected['thumb-maker'][1]![1] = -0.001;
    expect(told(trace)).toEqual(expected);
    expect([trace.format, trace.calls]).toEqual(['cloud-run', {withoutDuration: 1, withoutStart: 0, cold: 5}]);
    expect(trace.tally).toMatchObject({read: 20, skipped: 0});
  });

  test('the first generation of functions says at the end how long they took', async () => {
    const trace = await read('cloud-run/first-generation.ndjson');
    expect(told(trace)).toEqual({getOrders: calls('orders-api', 'none')});
  });
});

describe('Azure', () => {
  test("Application Insights' portal: American dates, sampled rows", async () => {
    const trace = await read('app-insights/portal.csv');
    // Of the first fourteen calls one stands for four and one for three.
    const times = (call: number[]): number => ({2000: 4, 600000: 3})[call[0]!] ?? 1;
    expect(told(trace)).toEqual({
      'orders-api': calls('orders-api', 'none')
        .slice(0, 11)
        .flatMap((call) => Array.from({length: times(call)}, () => call)),
      'thumb-maker': calls('thumb-maker', 'none').slice(0, 3),
    });
    expect(trace.workload.app.values).toEqual(['shop-app']);
    expect(trace.notes).toEqual([
      'rows that are no requests: 1',
      'rows stand for several calls each, which are put at the same time: peaks are a lower bound',
    ]);
  });

  test('az monitor app-insights query: tables of columns and rows, properties as text', async () => {
    const trace = await read('app-insights/az.json');
    const expected = both('none');
    // The request does not say how long it took, the host does.
    expected['orders-api'][2]![1] = 33.5;
    expect(told(trace)).toEqual(expected);
  });
});

test('OpenWhisk: waiting comes before, initialising within; sequences and triggers are no calls', async () => {
  const trace = await read('openwhisk/activations.json');
  const expected = both('lengths');
  // One has no end so far.
  expected['thumb-maker'][2]![1] = -0.001;
  expect(told(trace)).toEqual({
    'guest/shop/orders-api': expected['orders-api'],
    'guest/shop/thumb-maker': expected['thumb-maker'],
  });
  expect(trace.tally).toMatchObject({read: 20, skipped: 0});
  expect(trace.notes).toEqual([
    'sequences, which take no container: 1; their components are calls',
    'activations of triggers and rules: 1; they are no calls',
  ]);
});

describe('Knative by Prometheus', () => {
  test.each(['opencensus', 'opentelemetry'])(
    '%s names: totals of pods, one of them new, durations by their sum',
    async (family) => {
      const trace = await read(`prometheus/${family}.json`);
      // The new pod is first seen with two calls, which are put into the minute before; before that nothing was scraped.
      expect(told(trace)).toEqual({'orders-api': minutesOf('orders-api'), 'thumb-maker': minutesOf('thumb-maker')});
      expect(trace.workload.app.values).toEqual(['shop']);
      expect(trace.workload.duration.meanMs[0]).toBeCloseTo(35, 6);
      expect(trace.notes[0]).toMatch(/^metrics that are not used: .*autoscaler_actual_pods/);
    },
  );

  test('calls since the step before belong to the step that ends then', async () => {
    const trace = await read('prometheus/increase.json');
    expect(told(trace)).toEqual({'orders-api': minutesOf('orders-api'), 'thumb-maker': minutesOf('thumb-maker')});
    const totals = await read('prometheus/increase.json', {values: 'rate'});
    expect(told(totals)['thumb-maker']![0]).toEqual([0, 60]);
  });
});

test('OpenTelemetry spans: a client span is no call, an absent cold start unknown', async () => {
  const trace = await read('otlp/traces.ndjson');
  const expected = both('facts');
  expected['orders-api'][3]![2] = UNKNOWN_START;
  expected['orders-api'][4]![2] = UNKNOWN_START;
  // Numbers beyond 2^53 have lost some hundred nanoseconds before anybody could read them.
  const rounded = (calls: number[][]) =>
    calls.map(([at, duration, cold]) => [Math.round(at!), Math.round(duration!), cold]);
  const found = told(trace);
  expect(Object.fromEntries(Object.entries(found).map(([name, list]) => [name, rounded(list)]))).toEqual(
    withUnknown(expected),
  );
  expect([trace.calls?.withoutStart, memory(trace)]).toEqual([2, [256, 1024]]);

  function withUnknown(all: typeof expected): typeof expected {
    return all;
  }
});

describe('tables of counts', () => {
  test('Grafana: blanks and zeros are no calls', async () => {
    const trace = await read('wide/grafana.csv');
    expect(told(trace)).toEqual({'orders-api': minutesOf('orders-api'), 'thumb-maker': minutesOf('thumb-maker')});
    expect([trace.format, trace.workload.meta.spanUs]).toEqual(['wide', 28 * 60e6]);
  });

  test("CloudWatch's console: names in the second row, five minutes each", async () => {
    const trace = await read('wide/cloudwatch-console.csv');
    const sums = Object.values(told(trace)).map((list) => list.reduce((sum, [, calls]) => sum + calls!, 0));
    expect([Object.keys(told(trace)), sums]).toEqual([
      ['orders-api', 'thumb-maker'],
      [12, 8],
    ]);
  });

  test('Huawei 2023: days of files, delays and memory joined by folder', async () => {
    const trace = await read('huawei-2023');
    expect(told(trace)).toEqual({4: minutesOf('orders-api'), 17: minutesOf('thumb-maker')});
    expect([memory(trace), [...trace.workload.duration.meanMs], trace.workload.meta.startTime]).toEqual([
      [256, 1024],
      [50, 1000],
      '',
    ]);
    expect(trace.workload.owner.values).toEqual(['private']);
  });
});

test('Huawei 2025: requests with cold starts and triggers of other tables, whatever their order', async () => {
  const trace = await read('huawei-2025');
  const shifted = (list: number[][]) => list.map(([at, ...rest]) => [at! + 2_592_000_000, ...rest]);
  const expected = both('lengths');
  expect(told(trace)).toEqual({
    '296---224---pool22-300-256': shifted(expected['orders-api']),
    '17---9---pool24-600-1024': shifted(expected['thumb-maker']),
  });
  expect([memory(trace), trace.workload.trigger.values, trace.workload.owner.values]).toEqual([
    [256, 1024],
    ['APIG-S TIMER-A', ''],
    ['224', '9'],
  ]);
  expect(trace.notes).toEqual(['cold starts of requests that are not in the trace: 1']);
});

test('Code Engine: a row holds the calls of an app', async () => {
  const trace = await read('code-engine');
  expect(told(trace)).toEqual({aa11: calls('orders-api', 'none'), bb22: calls('thumb-maker', 'none')});
  expect([memory(trace), trace.notes]).toEqual([
    [4096, 512],
    ['apps serve up to 100 calls in an instance (--concurrency) and keep up to 1'],
  ]);
});

describe('In-Vitro', () => {
  test('by the minute it is as Azure 2019 is, with memory by function', async () => {
    const trace = await read('in-vitro');
    expect([trace.format, memory(trace)]).toEqual(['azure-2019', [120, 310]]);
    expect(told(trace)).toEqual({
      f1: [
        [0, 2],
        [3, 1],
        [6, 4],
        [9, 1],
      ],
      f2: [
        [1, 3],
        [4, 3],
        [7, 3],
        [9, 3],
      ],
    });
  });

  test('by the second its calls are spread evenly over each', async () => {
    const trace = await read('in-vitro', {format: 'in-vitro', periodUs: 1_000_000});
    expect(told(trace).f1!.map(([at]) => at)).toEqual([250, 750, 3500, 6125, 6375, 6625, 6875, 9500]);
    expect([trace.workload.duration.meanMs[0], trace.workload.duration.levels, memory(trace)]).toEqual([
      200,
      [0, 50, 100],
      [120, 310],
    ]);
  });
});
