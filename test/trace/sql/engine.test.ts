import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {withDuckdb} from '../../../src/files/duckdb.ts';
import {duckdb} from '../../../src/trace/sql/dialects/duckdb.ts';
import {type RawRequest, writeQuery} from '../../../src/trace/sql/write-query.ts';
import {readWorkload} from '../../../src/workload/file/file.ts';
import {observedCold} from '../../../src/workload/observed-cold.ts';
import {coldfront} from '../../helpers/cli.ts';
import {temporaryFolder} from '../../helpers/traces.ts';
import {ingested} from './counted.ts';

const folder = temporaryFolder();
const fixtures = fileURLToPath(new URL('../../../fixtures/', import.meta.url));
const golden = 'function=function,arrival=arrival_ms:ms,duration=warm_ms:ms,cold=cold_extra_ms:ms,memory=memory_mb:MiB';

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The same log, read call by call and counted by DuckDB, is the same. */
async function expectSame(args: readonly string[]): Promise<void> {
  const scanned = await ingested(args, join(folder, 'scanned.arrow'));
  const counted = await ingested([...args, '--engine', 'duckdb'], join(folder, 'counted.arrow'));
  expect(counted).toEqual(scanned);
  expect(scanned.summary.invocations).toBeGreaterThan(0);
}

/** Events of Lambda's with everything that an initialisation can be. */
const lambdaEvents = [
  [1, 'initStart', {initializationType: 'on-demand', functionName: 'pay'}],
  [2, 'initReport', {initializationType: 'on-demand', phase: 'init', status: 'timeout', metrics: {durationMs: 9999.5}}],
  [14, 'initReport', {initializationType: 'on-demand', phase: 'invoke', status: 'success', metrics: {durationMs: 400}}],
  [15, 'report', {requestId: 'a', status: 'success', metrics: {durationMs: 900.123, memorySizeMB: 512}}],
  [70, 'report', {requestId: 'b', status: 'success', metrics: {durationMs: 2.5, memorySizeMB: 512}}],
  [99, 'initReport', {initializationType: 'provisioned-concurrency', phase: 'init', metrics: {durationMs: 700}}],
  [130, 'report', {requestId: 'c', metrics: {durationMs: 2.5, memorySizeMB: 512, initDurationMs: 700}}],
  [131, 'report', {requestId: 'd', metrics: {durationMs: 2.5, memorySizeMB: 512, initDurationMs: 700}}],
  [190, 'report', {requestId: 'e', metrics: {durationMs: 2.5, memorySizeMB: 512, restoreDurationMs: 300}}],
].map(([second, kind, record]) =>
  JSON.stringify({
    time: new Date(Date.UTC(2026, 1, 10, 8, 0, second as number, 250)).toISOString(),
    type: `platform.${kind}`,
    record,
  }),
);

describe('a log that DuckDB counts is what the scanner reads of it', () => {
  test.each<[string, readonly string[]]>([
    ["Lambda's JSON log", [`${fixtures}platforms/lambda-json/system.ndjson`]],
    ['OTLP', [`${fixtures}platforms/otlp/traces.ndjson`]],
    ['a CSV of calls', [`${fixtures}golden/azl-12k-u.csv`, '--format', 'csv', '--map', golden]],
    [
      'calls that end, on a clock of its own',
      [
        ...[`${fixtures}traces/azure2021/AzureFunctionsInvocationTrace2021.first199.csv`, '--format', 'csv'],
        ...['--map', 'function=func,app=app,end=end_timestamp:s,duration=duration:s'],
      ],
    ],
    [
      'counts of minutes, packed',
      [
        ...[`${fixtures}traces/azure2021/per_minute_5fn_days1-7.csv.gz`, '--format', 'csv'],
        ...['--map', 'function=func,minute=minute,count=invocations,duration=avg_duration_s:s'],
      ],
    ],
    [
      'counts of dates without functions',
      [
        ...[`${fixtures}traces/bursts/worldcup98_per_minute_1998-06-22_1998-07-01.csv`, '--format', 'csv'],
        ...['--map', 'minute=period:iso,count=count'],
      ],
    ],
  ])('%s', async (_, args) => expectSame(args));

  test('initialisations that failed, were made within a call, or were provisioned, in every envelope', async () => {
    await expectSame([file('lines.ndjson', `${lambdaEvents.join('\n')}\n`)]);
    const events = lambdaEvents.map((message, k) => ({
      ...{logStreamName: `2026/02/10/[$LATEST]${'ab'.repeat(16)}`, timestamp: 1770710400400 + k * 1000},
      ...{message, eventId: String(k)},
    }));
    await expectSame([file('filter.json', JSON.stringify({events, searchedLogStreams: []}))]);
    const delivery = {messageType: 'DATA_MESSAGE', logGroup: '/aws/lambda/orders', logStream: 's', logEvents: events};
    await expectSame([file('delivery.json', JSON.stringify(delivery))]);
    await expectSame([file('lines.ndjson.gz', gzipSync(lambdaEvents.join('\n')))]);
  });

  test('rows that cannot be used are as many, for the same reasons', async () => {
    const good = Array.from({length: 20}, (_, k) => `f${k % 3},app,2026-01-05T10:${10 + k}:00.5Z,${k}.0005,,128,1,x`);
    const odd = [
      'f1,app,bad,1,,128,1,x',
      'f1,app,2026-01-05T10:00:00Z,abc,,128,1,x',
      'f1,app,2026-01-05T10:00:00Z,-5,7,128,1,x',
      'f1,app,2026-01-05 10:00:00,NaN,0,,2,x',
      ',app,2026-01-05T10:00:00Z,1,,128,1,x',
      'f1,app,2026-01-05T10:00:00Z,1,,-1,1,x',
      'f1,app,2026-01-05T10:00:00Z,1,,128,1.5,x',
      'f1,app,2026-01-05T10:00:00Z,1,1e1,1e3,0,x',
      'f1,app,2026-01-05T10:00:00Z,1',
      ' f2 ,null,2026-01-05T11:00:00+01:00, 3 ,,128,1000,x',
    ];
    const path = file('odd.csv', `${['f,a,ts,d,c,m,w,extra', ...good, ...odd].join('\n')}\n`);
    const map = 'function=f,app=a,arrival=ts:iso,duration=d:ms,cold=c:s,memory=m:MiB,weight=w';
    await expectSame([path, '--format', 'csv', '--map', map]);
  });

  test('JSON with keys within keys, and only the rows that are wanted', async () => {
    const lines = Array.from({length: 30}, (_, k) =>
      JSON.stringify({
        env: k % 3 === 0 ? 'test' : 'live',
        call: {fn: `f${k % 2}`, at: 1770710400000 + k * 7001, ms: k * 1.5},
      }),
    );
    const path = file('nested.ndjson', `${lines.join('\n')}\n`);
    const map = 'function=call.fn,arrival=call.at:ms,duration=call.ms:ms';
    await expectSame([path, '--format', 'ndjson', '--map', map, '--where', 'env=live']);
  });

  test('names with blanks around them are those without, wherever that puts them', async () => {
    const rows = [' b,a,1000,5', 'a,a,2000,6', 'b,a,3000,7', ' b,a,130000,8', 'b , a,260000,9'];
    const path = file('blanks.csv', `fn,app,at,ms\n${rows.join('\n')}\n`);
    await expectSame([path, '--format', 'csv', '--map', 'function=fn,app=app,arrival=at:ms,duration=ms:ms']);
  });

  test('shares of the functions, in which more than memory holds is counted, are the whole', async () => {
    const rows = Array.from(
      {length: 2000},
      (_, k) => `app${k % 7},f${k % 41},${(k * 7919) % 86_400_000},${k % 97 || ''}`,
    );
    const path = file('many.csv', `app,fn,at,ms\n${rows.join('\n')}\nnobody,,5,5\n`);
    const map = 'function=fn,app=app,arrival=at:ms,duration=ms:ms';
    const raw: RawRequest = {log: 'csv', at: {paths: [path]}, files: [path], table: {}, map};
    await withDuckdb({memoryMib: 200, threads: 1}, async (db) => {
      const counted = async (share?: {index: number; of: number}) =>
        (await db.rows(writeQuery(duckdb, raw, share).query)).map((row) => row.map(String).join());
      const shares = await Promise.all([0, 1, 2].map((index) => counted({index, of: 3})));
      expect(shares.every((own) => own.length > 0)).toBe(true);
      expect(shares.flat().sort()).toEqual((await counted()).sort());
    });
  });

  test('any calls of any table', async () => {
    const call = fc.record({
      fn: fc.constantFrom('a', 'b', "c'd", 'Ä "x"'),
      at: fc.integer({min: 1770710400000, max: 1770710400000 + 600000}),
      ms: fc.oneof(
        fc.constant(''),
        fc.integer({min: -5, max: 100000}).map((us) => String(us / 1000)),
      ),
      cold: fc.oneof(fc.constant(''), fc.integer({min: 0, max: 5000}).map(String)),
      mib: fc.constantFrom('', '128', '0.5', '1769'),
    });
    const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(call, {minLength: 1, maxLength: 60}), async (calls) => {
        const rows = calls.map(({fn, at, ms, cold, mib}) => [fn, String(at), ms, cold, mib].map(cell).join(','));
        const path = file('any.csv', `fn,at,ms,cold,mib\n${rows.join('\n')}\n`);
        const map = 'function=fn,arrival=at:ms,duration=ms:ms,cold=cold:ms,memory=mib:MiB';
        await expectSame([path, '--format', 'csv', '--map', map]);
      }),
      {numRuns: 6, seed: 22},
    );
  }, 120_000);
});

describe('what only a class is kept of', () => {
  test('percentiles of durations and of cold times are within 1.6 % of those of the calls', async () => {
    const args = [`${fixtures}golden/azl-12k-u.csv`, '--format', 'csv', '--map', golden];
    await ingested(args, join(folder, 'scanned.arrow'));
    await ingested([...args, '--engine', 'duckdb'], join(folder, 'counted.arrow'));
    const [calls, classes] = await Promise.all(
      ['scanned.arrow', 'counted.arrow'].map(async (name) => observedCold(await readWorkload(join(folder, name)))!),
    );
    expect(classes!.coldTimeMs.p50! / calls!.coldTimeMs.p50!).toBeCloseTo(1, 1.8);
    expect(classes!.coldTimeMs.p99! / calls!.coldTimeMs.p99!).toBeCloseTo(1, 1.8);
  });
});

describe('what DuckDB cannot be asked', () => {
  test.each<[string, readonly string[], number, RegExp]>([
    ['stdin', ['-', '--map', golden], 2, /reads files, not stdin/],
    [
      'a setting of the scanner',
      [`${fixtures}golden/micro.csv`, '--dedupe', 'id', '--map', golden],
      2,
      /--dedupe is of no use/,
    ],
    ['a format of its own', [`${fixtures}golden/micro.csv`, '--format', 'azure-2021'], 2, /does not read/],
    ['a table without a map', [`${fixtures}golden/micro.csv`], 2, /needs --map/],
    [
      'a column that is not there',
      [`${fixtures}golden/micro.csv`, '--map', 'function=fn,arrival=t:ms'],
      3,
      /has no column 'fn'/,
    ],
    ['files that are not there', [`${fixtures}none/*.csv`, '--map', golden], 3, /no file is called so/],
    [
      'another zone',
      [`${fixtures}golden/micro.csv`, '--map', 'arrival=arrival_ms:iso@Europe/Rome'],
      2,
      /times of UTC alone/,
    ],
    [
      'too little memory',
      [`${fixtures}golden/micro.csv`, '--engine-memory', '1MiB', '--map', golden],
      2,
      /--engine-memory/,
    ],
  ])('%s', (_, args, exit, says) => {
    const {status, stderr} = coldfront(['ingest', '--engine', 'duckdb', '--out', join(folder, 'no.arrow'), ...args]);
    expect([status, stderr]).toEqual([exit, expect.stringMatching(says)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
