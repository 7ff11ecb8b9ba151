import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {parseFieldMap} from '../../../src/trace/mapped/field-map.ts';
import {readTrace} from '../../../src/trace/read-trace.ts';
import {invocationsTotal} from '../../../src/workload/workload.ts';
import {readFiles, temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/traces/', import.meta.url));
const folder = temporaryFolder();

async function read(format: 'csv' | 'ndjson', map: string, text: string) {
  const trace = await readFiles(folder, {'t.txt': text}, {format, map});
  return {...contentOf(trace.workload), tally: trace.tally};
}

describe('calls of any shape', () => {
  test('the columns of the README: milliseconds, cold extra time, memory in MiB', async () => {
    const map =
      'function=function,arrival=arrival_ms:ms,duration=warm_ms:ms,cold=cold_extra_ms:ms,memory=memory_mb:MiB';
    const {rows, meta} = await read(
      'csv',
      map,
      'function,arrival_ms,warm_ms,cold_extra_ms,memory_mb\nf,60000.5,1.25,300,128\ng,61000,2,0,64\nf,60000,1,300,256\n',
    );
    expect(meta).toMatchObject({source: 'csv', originUs: 60_000_000, spanUs: 60_000_000, startTime: ''});
    expect(rows).toMatchObject([
      {
        function: 'f',
        memoryMib: 256,
        calls: [
          [0, 1000, 300_000],
          [500, 1250, 300_000],
        ],
      },
      {function: 'g', memoryMib: 64, calls: [[1_000_000, 2000, 0]]},
    ]);
  });

  test('an end and a duration make an arrival', async () => {
    const {rows} = await read('csv', 'function=f,end=t:s,duration=d:ms', 'f,t,d\na,100,2500\n');
    expect(rows[0]!.calls).toEqual([[37_500_000, 2_500_000]]);
  });

  test('ISO times set the start time of the trace', async () => {
    const {meta, rows} = await read('csv', 'function=f,arrival=t:iso', 'f,t\na,2026-01-05T10:00:30.5Z\n');
    expect(meta.startTime).toBe('2026-01-05T10:00:00.000Z');
    expect(rows[0]!.calls).toEqual([[30_500_000]]);
  });

  test.each([
    ['ns', '1767600000123456789', 1_767_600_000_123_457],
    ['us', '61000000', 61_000_000],
    ['ms', '61000.0005', 61_000_001],
    ['m', '1.5', 90_000_000],
    ['h', '0.5', 1_800_000_000],
    ['d', '2', 172_800_000_000],
  ])('a time in %s', async (unit, cell, us) => {
    const {meta, rows} = await read('csv', `function=f,arrival=t:${unit}`, `f,t\na,${cell}\n`);
    expect(meta.originUs + rows[0]!.calls[0]![0]!).toBe(us);
  });

  test('owners, apps and triggers are kept; semicolons and tabs separate as well', async () => {
    for (const separator of [';', '\t']) {
      const text = 'team;app;fn;via;t\nx;y;z;http;1\n'.replaceAll(';', separator);
      const {rows} = await read('csv', 'owner=team,app=app,function=fn,trigger=via,arrival=t:s', text);
      expect(rows).toMatchObject([{owner: 'x', app: 'y', function: 'z', trigger: 'http'}]);
    }
  });

  test('a trace that names no function is one function', async () => {
    const {rows} = await read('csv', 'arrival=t:s', 't\n1\n2\n');
    expect(rows).toMatchObject([{function: 'all', calls: [[1_000_000], [2_000_000]]}]);
  });

  test('blank or bad times and sizes are skipped with a reason; negative lengths are 0', async () => {
    const text = 'f,t,d,m\na,1,1,64\na,,1,64\na,1,,64\na,1,-1,64\na,1,1,-64\n,1,1,64\na,1,1,\n';
    const {tally, rows, meta} = await read('csv', 'function=f,arrival=t:s,duration=d:s,memory=m:GB', text);
    expect(tally.first.map(({line, reason}) => `${line} ${reason}`)).toEqual([
      "3 t is '', must be a time within +-285 years",
      "6 m is '-64', must be a size above 0",
      "7 f is '', must be the name of a function",
    ]);
    expect(rows[0]!.calls).toEqual([
      [1_000_000, 1_000_000],
      [1_000_000, -1],
      [1_000_000, 0],
      [1_000_000, 1_000_000],
    ]);
    expect(rows[0]!.memoryMib).toBeCloseTo((64 * 1e9) / 1024 ** 2);
    expect(meta.clampedDurations).toBe(1);
  });
});

describe('counts of any shape', () => {
  test('the World Cup 98 fixture is one function with 457,073,431 calls in ten days', async () => {
    const path = `${fixtures}bursts/worldcup98_per_minute_1998-06-22_1998-07-01.csv`;
    const {workload} = await readTrace([path], {format: 'csv', map: 'minute=period:iso,count=count'});
    expect([workload.functions, invocationsTotal(workload)]).toEqual([1, 457_073_431]);
    expect(workload.meta).toMatchObject({startTime: '1998-06-22T00:00:00.000Z', spanUs: 14_400 * 60e6});
  });

  test('a duration is the mean of its row and weighs as many calls', async () => {
    const {rows} = await read(
      'csv',
      'function=f,minute=m,count=n,duration=d:s',
      'f,m,n,d\na,5,1,1\na,7,3,2\na,9,0,0.0\na,10,4,\n',
    );
    expect(rows).toMatchObject([
      {
        calls: [
          [0, 1],
          [2, 3],
          [5, 4],
        ],
        durationMs: [1750, Number.NaN, Number.NaN],
      },
    ]);
  });

  test('without a count each row is a call; minutes may be times', async () => {
    const {rows, meta} = await read('csv', 'function=f,minute=t:s', 'f,t\na,125\na,61\na,179.9\n');
    expect([rows[0]!.calls, meta.originUs]).toEqual([
      [
        [0, 1],
        [1, 2],
      ],
      60_000_000,
    ]);
  });

  test('rows with a count of 0 belong to the span', async () => {
    const {meta} = await read('csv', 'minute=m,count=n', 'm,n\n0,0\n1,5\n2,0\n');
    expect([meta.originUs, meta.spanUs]).toEqual([0, 3 * 60e6]);
  });

  test('minutes that are none and counts that are none are skipped', async () => {
    const {tally} = await read('csv', 'minute=m,count=n', 'm,n\n-1,1\n1.5,1\n,1\n5000000000,1\n3,-1\n3,1\n');
    expect(tally).toMatchObject({read: 6, skipped: 5});
  });
});

describe('newline-delimited JSON', () => {
  test('takes keys, paths of keys, numbers and strings; blank lines are none', async () => {
    const text = [
      '\ufeff{"f":"a","at":{"ms":1000},"d":"2.5"}',
      '',
      '{"at":{"ms":2000.25},"f":"b","d":1,"extra":[1]}\r',
      '{"at.ms":500,"f":"a","d":null}',
      '{"f":"a","at":{},"d":1}',
      '{broken',
      '[1,2]',
      '7',
      '{"f":{"deep":1},"at":{"ms":1},"d":0}',
    ].join('\n');
    const {rows, tally} = await read('ndjson', 'function=f,arrival=at.ms:ms,duration=d:ms', text);
    expect(rows.map((row) => [row.function, row.calls])).toEqual([
      [
        'a',
        [
          [500_000, -1],
          [1_000_000, 2500],
        ],
      ],
      ['b', [[2_000_250, 1000]]],
      ['{"deep":1}', [[1000, 0]]],
    ]);
    expect(tally).toMatchObject({read: 9, skipped: 5});
    expect(tally.first.map(({line}) => line)).toEqual([5, 6, 7, 7, 8]);
  });

  test('names of the language are keys like any other', async () => {
    const {rows} = await read(
      'ndjson',
      'function=constructor,arrival=__proto__:s',
      '{"constructor":"a","__proto__":1}\n{"arrival":1}\n',
    );
    expect(rows).toMatchObject([{function: 'a'}]);
  });
});

describe('--map', () => {
  test.each([
    ['', 'must be FIELD=COLUMN or FIELD=COLUMN:UNIT'],
    ['function', 'must be FIELD=COLUMN'],
    ['name=f,arrival=t:s', "names the field 'name', must be one of function, app"],
    ['function=f', 'none of arrival, end and minute, must have exactly one'],
    ['arrival=t:s,minute=m', 'arrival and minute of arrival, end and minute'],
    ['arrival=t', "has 'arrival=t' without a unit"],
    ['arrival=t:parsec', "the unit in --map 'arrival=t:parsec'"],
    ['arrival=t:s,memory=m', "has 'memory=m' without a unit"],
    ['arrival=t:s,memory=m:s', "the unit in --map 'memory=m:s'"],
    ['end=t:s', "has 'end' without 'duration'"],
    ['arrival=t:s,count=n', "has 'count', which needs 'minute'"],
    ['minute=m,cold=c:ms', "has 'cold', which needs 'arrival' or 'end'"],
    ['arrival=t:s,duration=d:iso', 'an ISO time is no length of time'],
    ['arrival=t:s,arrival=u:s', "names the field 'arrival' twice"],
    ['function=f:ms,arrival=t:s', "'function' has no unit"],
  ])("'%s' is a usage error", (map, message) => {
    expect(() => parseFieldMap(map)).toThrow(
      expect.objectContaining({exitCode: 2, message: expect.stringContaining(message)}),
    );
  });

  test('names columns with commas and colons behind a backslash', () => {
    const map = parseFieldMap(String.raw`function=a\,b\:c, arrival = start time:ms`);
    expect([map.get('function')!.column, map.get('arrival')!.column]).toEqual(['a,b:c', 'start time']);
  });

  test('a column that the file has not is bad input that lists what it has', async () => {
    await expect(read('csv', 'function=fn,arrival=t:s', 'f,t\na,1\n')).rejects.toThrow(
      /t\.txt:1: has no column 'fn', which --map names; it has f, t/,
    );
  });

  test.each([
    [{format: 'csv'}, '--format csv needs --map'],
    [{format: 'auto', map: 'arrival=t:s'}, '--map needs --format csv, ndjson, parquet or wide'],
    [{format: 'azure-2021', map: 'arrival=t:s'}, '--map is of no use with --format azure-2021'],
    [{format: 'xml'}, "--format is 'xml', must be auto or one of azure-2019, azure-2021, csv, ndjson"],
  ])('%o is a usage error', async (options, message) => {
    await expect(readFiles(folder, {'t.csv': 'f,t\na,1\n'}, options)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });
});
