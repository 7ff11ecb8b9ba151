import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {describe, expect, test} from 'vitest';
import {RowTally} from '../../../src/files/rows.ts';
import {functionOfFile} from '../../../src/trace/collect/function-of-file.ts';
import {LambdaCalls} from '../../../src/trace/lambda/lambda-calls.ts';
import {readLogText} from '../../../src/trace/lambda/log-text.ts';
import {parseReport} from '../../../src/trace/lambda/report-text.ts';
import {readTrace, type TraceOptions} from '../../../src/trace/read-trace.ts';
import {loadDraft} from '../../../src/workload/build/draft.ts';
import {COLD_UNTIMED, WARM} from '../../../src/workload/workload.ts';
import {readFiles, temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const folder = temporaryFolder();
const ID = '0a0a0a0a-1111-2222-3333-444455556666';
const report = (more = '', ms = '12.50') =>
  `REPORT RequestId: ${ID}\tDuration: ${ms} ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 71 MB\t${more}`;
const STREAM = '2026/02/10/[$LATEST]0123456789abcdef0123456789abcdef';
const MINUTE = Date.UTC(2026, 1, 10, 8) * 1000;

/** [arrival since 08:00 in ms, duration in ms, how it started] of each function. */
async function told(text: string | Uint8Array, options: Partial<TraceOptions> = {}, file = 'orders.log') {
  const {workload, tally, notes} = await readFiles(folder, {[file]: text}, options);
  const rows = contentOf(workload).rows.map((row) => [
    row.function,
    row.calls.map(([at, duration, cold]) => [(workload.meta.originUs + at! - MINUTE) / 1000, duration! / 1000, cold]),
  ]);
  return {calls: Object.fromEntries(rows), tally, notes, workload};
}

describe('the fields of a report', () => {
  test.each([
    [report(), [12_500, Number.NaN, Number.NaN, 512]],
    [report('Init Duration: 300.40 ms\t\n'), [12_500, 300_400, Number.NaN, 512]],
    [report().replaceAll('\t', '    '), [12_500, Number.NaN, Number.NaN, 512]],
    [
      `REPORT RequestId: ${ID}  Init Duration: 0.47 ms  Duration: 303.30 ms     Billed Duration: 304 ms Memory Size: 128 MB`,
      [303_300, 470, Number.NaN, 128],
    ],
    [
      report('Restore Duration: 163.00 ms\tBilled Restore Duration: 170 ms\t', '149.53'),
      [149_530, Number.NaN, 163_000, 512],
    ],
    [report('Status: error\tError Type: Runtime.OutOfMemory'), [12_500, Number.NaN, Number.NaN, 512]],
    [`REPORT RequestId: ${ID}\tBilled Duration: 13 ms`, [Number.NaN, Number.NaN, Number.NaN, Number.NaN]],
  ])('%s', (text, [durationUs, initUs, restoreUs, memoryMib]) => {
    expect(parseReport(text)).toEqual({durationUs, initUs, restoreUs, memoryMib});
  });
});

describe('a text log', () => {
  test.each<[string, string]>([
    ['of the console', `2026-02-10T08:00:01.0125Z\t${report()}`],
    ['of an export to S3', `2026-02-10T08:00:01.0125Z ${report()}`],
    ['of aws logs tail', `2026-02-10T08:00:01.012500+00:00 ${STREAM} ${report()}`],
    ['of sam logs', `${STREAM} 2026-02-10T08:00:01.012500 ${report()}`],
    ['of aws logs tail --format short', `2026-02-10T08:00:01.0125 ${report()}`],
    ['in another zone', `2026-02-10T09:30:01.0125+01:30 ${report()}`],
    ['of milliseconds', `1770710401012.5 ${report()}`],
    ['whose times stand on lines of their own', `2026-02-10T08:00:01.0125Z\n${report()}`],
    [
      'wrapped by a terminal',
      `2026-02-10T08:00:01.0125Z ${report().replace('\tBilled', '\nBilled').replace('\tMax', '\nMax')}`,
    ],
  ])('%s gives the call its arrival', async (_, line) => {
    const {calls, tally} = await told(`START RequestId: ${ID} Version: $LATEST\n${line}\nEND\n`);
    expect(calls).toEqual({orders: [[1000, 12.5, WARM]]});
    expect([tally.read, tally.skipped]).toEqual([1, 0]);
  });

  test('of the command line as text has the arrival at the log first and the time of the event last', async () => {
    const {calls} = await told(
      `EVENTS\t1770710409000\t${report()}\n\t1770710401012\nEVENTS\t1770710409000\tEND\t1770710401012\n`,
    );
    expect(calls).toEqual({orders: [[999.5, 12.5, WARM]]});
  });

  test('names the function by its group, or by the stream of a group that several share', async () => {
    const lines = [
      `/aws/lambda/by-group ${STREAM} 2026-02-10T08:00:01.0125Z ${report()}`,
      `2026-02-10T08:00:02.0125Z 2026/02/10/by_stream[$LATEST]0123456789abcdef ${report()}`,
      `2026-02-10T08:00:03.0125Z ${STREAM} ${report()}`,
    ];
    expect(Object.keys((await told(lines.join('\n'))).calls)).toEqual(['by-group', 'by_stream', 'orders']);
  });

  test('of a restore was cold; so was an initialisation within the call, which is no part of its run', async () => {
    const lines = [
      `2026-02-10T08:00:01.000Z\t${report('Restore Duration: 100.00 ms\tBilled Restore Duration: 110 ms', '200.00')}`,
      '2026-02-10T08:00:02.000Z\tINIT_REPORT Init Duration: 400.00 ms\tPhase: invoke\tStatus: success',
      `2026-02-10T08:00:02.500Z\t${report('', '500.00')}`,
      '2026-02-10T08:00:03.000Z\tINIT_REPORT Init Duration: 300.00 ms\tPhase: init\tStatus: error\tError Type: X',
      `2026-02-10T08:00:04.000Z\t${report('', '100.00')}`,
      `2026-02-10T08:00:05.000Z\t${report('', '100.00')}`,
      '2026-02-10T08:00:06.000Z\tRESTORE_REPORT Restore Duration: 789.64 ms',
    ];
    expect((await told(lines.join('\n'))).calls.orders).toEqual([
      [700, 200, 100_000],
      [2000, 100, 400_000],
      [3600, 100, 300_000],
      [4900, 100, WARM],
    ]);
  });

  test('keeps initialisations of several streams apart', async () => {
    const other = STREAM.replace('0123', 'ffff');
    const lines = [
      `${STREAM} 2026-02-10T08:00:02.000Z INIT_REPORT Init Duration: 400.00 ms\tPhase: invoke`,
      `${other} 2026-02-10T08:00:02.100Z ${report('', '50.00')}`,
      `${STREAM} 2026-02-10T08:00:02.500Z ${report('', '500.00')}`,
    ];
    expect((await told(lines.join('\n'))).calls.orders).toEqual([
      [2000, 100, 400_000],
      [2050, 50, WARM],
    ]);
  });

  test('has lines of applications that only speak of reports', async () => {
    const lines = [
      `2026-02-10T08:00:00.000Z\t2026-02-10T08:00:00.000Z\t${ID}\tINFO\tREPORT RequestId: ${ID}\tDuration: 9.00 ms`,
      `2026-02-10T08:00:00.000Z\t[INFO]\tREPORT ready, Duration: 99999.00 ms`,
      `2026-02-10T08:00:01.0125Z\t${report()}`,
      `2026-02-10T08:00:01.013Z\t2026-02-10T08:00:01.013Z ${ID} Task timed out after 2.00 seconds`,
    ];
    const {calls, tally} = await told(lines.join('\n'));
    expect([calls.orders, tally.read]).toEqual([[[1000, 12.5, WARM]], 1]);
  });

  test('without any time cannot say when a call was', async () => {
    const {tally} = await told(`2026-02-10T08:00:01.0125Z\t${report()}\nx\n${report()}\n`);
    expect(tally.first).toMatchObject([
      {line: 3, reason: "the time is '', must be there: a report alone does not say when it was"},
    ]);
  });

  test('says how many calls it begins and does not end', async () => {
    const start = `2026-02-10T08:00:01.000Z\tSTART RequestId: ${ID} Version: $LATEST\n`;
    expect((await told(`${start}${start}2026-02-10T08:00:01.0125Z\t${report()}\n`)).notes[0]).toBe(
      '1 calls have a START but no REPORT: they ran on, or the export is cut',
    );
  });

  test('is the same in chunks of any size', async () => {
    const lines = Array.from({length: 40}, (_, k) => [
      `2026-02-10T08:00:${String(k).padStart(2, '0')}.000Z\tSTART RequestId: ${ID} Version: $LATEST`,
      `2026-02-10T08:00:${String(k).padStart(2, '0')}.500Z\t${report(k % 3 === 0 ? 'Init Duration: 200.00 ms' : '').replace('\tMax', k % 7 ? '\tMax' : '\nMax')}`,
    ]).flat();
    const text = Buffer.from(lines.join('\n'));
    const contents = [];
    for (const size of [37, 200, 1000, 1 << 18]) {
      const calls = new LambdaCalls('f');
      async function* chunks(): AsyncGenerator<Buffer> {
        for (let at = 0; at < text.length; at += size) yield Buffer.from(text.subarray(at, at + size));
      }
      const bytes = {file: 'x', head: text, chunks: chunks(), fingerprint: () => '', close: async () => undefined};
      const tally = new RowTally(false);
      expect(await readLogText(bytes, tally, calls)).toEqual({starts: 40});
      contents.push(contentOf(loadDraft(calls.finish('lambda-log', []).draft)));
      expect([tally.read, tally.skipped]).toEqual([40, 0]);
    }
    for (const content of contents) expect(content).toEqual(contents.at(-1));
    expect(contents[0]!.rows[0]!.calls.filter(([, , cold]) => cold === 200_000)).toHaveLength(14);
  });
});

describe('events in envelopes', () => {
  const event = (message: string, timestamp = 1_770_710_401_012) => ({id: '1', timestamp, message});
  const delivery = {
    messageType: 'DATA_MESSAGE',
    logGroup: '/aws/lambda/orders',
    logStream: STREAM,
    logEvents: [event(`${report()}\n`)],
  };

  test.each<[string, string]>([
    ['a subscription', JSON.stringify(delivery)],
    ['deliveries one behind the other', JSON.stringify({...delivery, logEvents: []}) + JSON.stringify(delivery)],
    [
      'a delivery as a function gets it',
      JSON.stringify({awslogs: {data: gzipSync(JSON.stringify(delivery)).toString('base64')}}),
    ],
    ['get-log-events', JSON.stringify({events: [event(report())], nextForwardToken: 'f/1'}, undefined, 2)],
    ['events alone, a line each', `${JSON.stringify(event('START RequestId: x'))}\n${JSON.stringify(event(report()))}`],
    ['an array of events', JSON.stringify([event(report())])],
    [
      "the console's CSV",
      `timestamp,message\n1770710401000,"START RequestId: x\n"\n1770710401012,"${report()}\nXRAY TraceId: 1-a\tSegmentId: b\n"\n`,
    ],
  ])('%s', async (_, text) => {
    const {calls, tally} = await told(text, {}, 'orders.json');
    expect([calls, tally.read]).toEqual([{orders: [[999.5, 12.5, WARM]]}, 1]);
  });
});

describe('the JSON system log', () => {
  const line = (type: string, record: unknown, time = '2026-02-10T08:00:01.000Z') =>
    JSON.stringify({time, type, record});
  const done = (metrics: object, more = {}) =>
    line('platform.report', {requestId: 'r', metrics: {durationMs: 100, ...metrics}, ...more});

  test('tells init, restore, an init within the call, and one that nobody waited for', async () => {
    const lines = [
      line('platform.initReport', {
        initializationType: 'provisioned-concurrency',
        phase: 'init',
        status: 'success',
        metrics: {durationMs: 310.2},
      }),
      done({initDurationMs: 310.2, memorySizeMB: 512}),
      done({initDurationMs: 200}, {status: 'success'}),
      done({restoreDurationMs: 50}),
      line('platform.initReport', {
        initializationType: 'on-demand',
        phase: 'invoke',
        status: 'success',
        metrics: {durationMs: 60},
      }),
      done({}),
      done({}),
      line('function', 'platform.report'),
      line('platform.fault', 'text'),
    ];
    const {calls, tally} = await told(lines.join('\n'));
    expect(calls.orders).toEqual([
      [700, 100, 200_000],
      [850, 100, 50_000],
      [900, 100, WARM],
      [900, 40, 60_000],
      [900, 100, WARM],
    ]);
    expect([tally.read, tally.skipped]).toEqual([5, 0]);
  });

  test.each<[string, string]>([
    ['batches of the Telemetry API', `${JSON.stringify([JSON.parse(done({}))])}\n${JSON.stringify([])}`],
    ['printed by aws logs tail', `2026-02-10T08:00:01.100000+00:00 ${STREAM} ${done({})}`],
    ['in filter-log-events', JSON.stringify({events: [{timestamp: 1, message: done({})}]})],
  ])('%s', async (_, text) => {
    expect((await told(text)).calls.orders).toEqual([[900, 100, WARM]]);
  });

  test('without a report of calls is no log without traffic', async () => {
    const start = line('platform.start', {requestId: 'r'});
    await expect(told(start)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(
        /orders\.log: has no platform\.report but platform\.start: its calls are not delivered/,
      ),
    });
    await expect(told(line('platform.invokeReport', {}))).rejects.toThrow(
      /is of Lambda Web Functions or Managed Instances/,
    );
  });
});

describe('the function that a file is of', () => {
  test.each([
    ['logs/orders-api.log', 'orders-api'],
    ['logs/orders-api-2026-02-10.log.gz', 'orders-api'],
    ['logs/orders_part-3.txt', 'orders_part'],
    ['export/7f0f0f0f-1111-4222-8333-444455556666/2026-02-10-[$LATEST]0f0f/000000.gz', 'export'],
    ['s3/aws/lambda/orders/2026/02/10/x.gz', 'orders'],
    ['s3/aws-lambda-orders/7f0f0f0f-1111-4222-8333-444455556666/000001.gz', 'orders'],
    ['2026/02/10/12.gz', 'lambda'],
    ['stdin', 'stdin'],
  ])('%s is %s', (file, name) => {
    expect(functionOfFile(file)).toBe(name);
  });

  test('two files of one function are one function', async () => {
    for (const [name, k] of [
      ['orders-2026-02-10.log', 1],
      ['orders-2026-02-11.log', 2],
    ] as const) {
      const path = join(folder, 'rotated', name);
      mkdirSync(dirname(path), {recursive: true});
      writeFileSync(path, `2026-02-1${k}T08:00:01.000Z ${report()}\n`);
    }
    const {workload} = await readTrace([join(folder, 'rotated')], {format: 'auto'});
    expect([workload.functions, workload.name.at(0), COLD_UNTIMED]).toEqual([1, 'orders', -3]);
  });
});

test('a page with more behind it says so, the last one does not', async () => {
  const events = [
    {timestamp: 1_767_607_202_500, message: 'REPORT RequestId: 1\tDuration: 500.00 ms\tMemory Size: 512 MB'},
  ];
  const notesOf = async (more: object) =>
    (await readFiles(folder, {'page.json': JSON.stringify({events, ...more})})).notes.filter((note) =>
      /pages/.test(note),
    );
  expect(await notesOf({nextToken: 'abc'})).toHaveLength(1);
  expect(await notesOf({})).toEqual([]);
});
