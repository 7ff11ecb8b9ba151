import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {parseFieldMap} from '../../../src/trace/mapped/field-map.ts';
import {readTrace, type TraceOptions} from '../../../src/trace/read-trace.ts';
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
      "3 t is '', must be a time within +-142 years",
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

describe('what real exports hold', () => {
  const at = async (format: 'csv' | 'ndjson', map: string, text: string, options: Partial<TraceOptions> = {}) => {
    const trace = await readFiles(folder, {'t.txt': text}, {format, map, ...options});
    const {rows, meta} = contentOf(trace.workload);
    return {...trace, meta, rows, calls: Object.fromEntries(rows.map((row) => [row.function, row.calls]))};
  };

  test('a blank cold start is a warm call, one with a length a cold one; end less both is the arrival', async () => {
    const {
      calls,
      calls: own,
      tally,
    } = await at('csv', 'function=f,end=t:s,duration=d:ms,cold=c:ms', 'f,t,d,c\na,10,1000,3000\na,20,1000,\na,30,,5\n');
    expect(own.a).toEqual([
      [6_000_000, 1_000_000, 3_000_000],
      [19_000_000, 1_000_000, -1],
      [29_995_000, -1, 5000],
    ]);
    expect([tally.skipped, Object.keys(calls)]).toEqual([0, ['a']]);
  });

  test('zeros for the cold starts of warm calls are noticed', async () => {
    const text = 't,c\n1,0\n2,0\n3,250\n';
    expect((await at('csv', 'arrival=t:s,cold=c:ms', text)).notes).toEqual([
      '2 of 3 cold starts take no time: are these warm calls? leave their cell blank',
    ]);
  });

  test.each([
    ['t:s', '1770710400', '2026-02-10T08:00:00.000Z'],
    ['t:ms', '1770710400000', '2026-02-10T08:00:00.000Z'],
    ['t:us', '1770710400000000', '2026-02-10T08:00:00.000Z'],
    ['t:ns', '1770710400000000000', '2026-02-10T08:00:00.000Z'],
    ['t:s:rel', '1770710400', ''],
    ['t:s', '259200', ''],
    ['t:iso@Europe/Rome', '2026-02-10 09:00:00', '2026-02-10T08:00:00.000Z'],
    ['t:us-date', '"2/10/2026, 8:00:00.000 AM"', '2026-02-10T08:00:00.000Z'],
    ['t:eu-date', '10.2.2026 08:00', '2026-02-10T08:00:00.000Z'],
    ['t:eu-date@Europe/Rome', '10/2/2026 9:00', '2026-02-10T08:00:00.000Z'],
    ['t:us-date@America/New_York', '"2/10/2026, 3:00 AM"', '2026-02-10T08:00:00.000Z'],
    ['t:iso', '1998-06-22T00:00:00Z', '1998-06-22T00:00:00.000Z'],
  ])('the time of %s in %s is of the calendar, or not', async (field, cell, startTime) => {
    expect((await at('csv', `arrival=${field}`, `t\n${cell}\n`)).meta.startTime).toBe(startTime);
    expect((await at('csv', `minute=${field}`, `t\n${cell}\n`)).meta.startTime).toBe(startTime);
  });

  test('years before 1000 are no dates', async () => {
    const {tally} = await at('csv', 'arrival=t:iso', 't\n0001-01-01T00:00:00Z\n2026-01-05\n');
    expect(tally).toMatchObject({read: 2, skipped: 1});
  });

  test('cells may say their unit themselves, whatever the map says', async () => {
    const {calls} = await at(
      'csv',
      'arrival=t:s,duration=d:ms',
      't,d\n1,12.5\n2,0.355s\n3,12.34 ms\n4,PT1.5S\n5,00:00:01.23\n',
    );
    expect(calls.all!.map(([, us]) => us)).toEqual([12_500, 355_000, 12_340, 1_500_000, 1_230_000]);
  });

  test('behind semicolons commas are points', async () => {
    const {calls} = await at('csv', 'arrival=t:s,duration=d:ms', 't;d\n1,5;12,25\n2;1.000,5\n');
    expect(calls.all).toEqual([
      [1_500_000, 12_250],
      [2_000_000, 1_000_500],
    ]);
  });

  test('comments are no rows, and Excel may be told the delimiter', async () => {
    const {calls, tally} = await at(
      'csv',
      'arrival=t:s,duration=d:ms',
      '# exported\nsep=;\n# by hand\nt;d\n1;2\n# half\n3;4\n',
    );
    expect([calls.all, tally.read, tally.skipped]).toEqual([
      [
        [1_000_000, 2000],
        [3_000_000, 4000],
      ],
      2,
      0,
    ]);
  });

  test('a weight is as many calls at a time', async () => {
    const {calls, notes, tally} = await at('csv', 'arrival=t:s,weight=n', 't,n\n1,3\n2,\n3,0\n4,1e9\n5,1.5\n');
    expect(calls.all).toEqual([[1_000_000], [1_000_000], [1_000_000], [2_000_000]]);
    expect(notes).toEqual([
      'rows stand for several calls each, which are put at the same time: peaks are a lower bound',
    ]);
    expect(tally.first.map(({reason}) => reason)).toEqual([
      "n is '1e9', must be a whole number from 0 to 1000000",
      "n is '1.5', must be a whole number from 0 to 1000000",
    ]);
  });

  test('lists are as many calls', async () => {
    const text =
      '{"f":"a","t":[1,2.5],"d":[10,null]}\n{"f":"b","t":[3],"d":7}\n{"f":"c","t":[1,2],"d":[1]}\n{"f":"d","t":[1,null]}\n';
    const {calls, tally} = await at('ndjson', 'function=f,arrival=t:s,duration=d:ms', text);
    expect(calls).toEqual({
      a: [
        [0, 10_000],
        [1_500_000, -1],
      ].map(([us, d]) => [us! + 1_000_000, d]),
      b: [[3_000_000, 7000]],
    });
    expect(tally.first.map(({reason}) => reason)).toEqual([
      "d is '[1]', must be a list as long as that of times, 2",
      "t is '[1,null]', must be a time within +-142 years",
    ]);
  });

  test('JSON within cells is reached by dots, and keys with dots are found', async () => {
    const csv = 't,props\n1,"{""fn"":""a"",""run"":{""ms"":5}}"\n';
    expect((await at('csv', 'function=props.fn,arrival=t:s,duration=props.run.ms:ms', csv)).calls).toEqual({
      a: [[1_000_000, 5000]],
    });
    const json = '{"faas.name":"b","x":{"y.z":2}}\n';
    expect((await at('ndjson', 'function=faas.name,arrival=x.y\\.z:s', json)).calls).toEqual({b: [[2_000_000]]});
  });

  test('--where reads rows with a text, --dedupe the first of each', async () => {
    const text =
      'k,t,id\nREPORT,1,a\nSTART,2,a\nREPORT,3,b\nREPORT,4,a\nREPORT,x,c\nREPORT,6,c\n REPORT ,7,\nREPORT,8,\n';
    const {calls, tally, notes} = await at('csv', 'arrival=t:s', text, {where: ['k=REPORT'], dedupe: 'id'});
    expect(calls.all!.map(([us]) => us! / 1e6)).toEqual([1, 3, 6, 7, 8]);
    expect([tally.read, tally.skipped, notes]).toEqual([
      6,
      1,
      ["rows whose 'id' was there before: 1; they are left out"],
    ]);
  });

  test('a column of --where that is not there is bad input', async () => {
    await expect(at('csv', 'arrival=t:s', 't\n1\n', {where: ['kind=x']})).rejects.toThrow(
      /has no column 'kind', which --where names/,
    );
  });

  test('a known trigger beats others and blanks', async () => {
    const {rows} = await at('csv', 'arrival=t:s,trigger=k', 't,k\n1,others\n2,\n3,timer\n4,http\n');
    expect(rows[0]!.trigger).toBe('timer');
  });

  test('one JSON array, printed in whatever way, is read as objects a line are', async () => {
    const objects = [{t: 1}, {t: 2}];
    for (const text of [JSON.stringify(objects), JSON.stringify(objects, undefined, 2)]) {
      expect((await at('ndjson', 'arrival=t:s', text)).calls.all).toHaveLength(2);
    }
    await expect(at('csv', 'arrival=t:s', JSON.stringify(objects))).rejects.toThrow(
      /is JSON, not CSV; read it with --format ndjson/,
    );
    await expect(at('ndjson', 'arrival=t:s', 't\n1\n')).rejects.toThrow(/is no JSON: it begins with neither { nor \[/);
  });
});

describe('counts of longer stretches', () => {
  const counts = async (text: string, options: Partial<TraceOptions> = {}, map = 'function=f,minute=t:s,count=n') => {
    const {workload, notes, tally} = await readFiles(folder, {'c.csv': text}, {format: 'csv', map, ...options});
    const {rows, meta} = contentOf(workload);
    return {
      calls: Object.fromEntries(rows.map((row) => [row.function, row.calls])),
      spanMinutes: meta.spanUs / 60e6,
      notes,
      tally,
    };
  };
  const [minute, note] = [
    60,
    'counts are of 5 min each, as their times say, and spread over them; --period says otherwise',
  ];

  test('are spread evenly over their minutes, as the times say', async () => {
    const {calls, spanMinutes, notes} = await counts('f,t,n\na,600,7\nb,300,5\na,0,10\n');
    expect(calls).toEqual({
      a: [
        [0, 2],
        [1, 2],
        [2, 2],
        [3, 2],
        [4, 2],
        [10, 1],
        [11, 1],
        [12, 2],
        [13, 1],
        [14, 2],
      ],
      b: [
        [5, 1],
        [6, 1],
        [7, 1],
        [8, 1],
        [9, 1],
      ],
    });
    expect([spanMinutes, notes]).toEqual([15, [note]]);
  });

  test('two times say nothing of what lies between them; --period does', async () => {
    expect((await counts('f,t,n\na,0,4\na,300,4\n')).calls.a).toEqual([
      [0, 4],
      [5, 4],
    ]);
    const {calls, notes} = await counts('f,t,n\na,0,4\na,300,4\n', {periodUs: 2 * 60e6});
    expect([calls.a, notes]).toEqual([
      [
        [0, 2],
        [1, 2],
        [5, 2],
        [6, 2],
      ],
      [],
    ]);
  });

  test('numbers of minutes are minutes, however far apart', async () => {
    expect((await counts('f,t,n\na,0,3\na,5,3\na,10,3\n', {}, 'function=f,minute=t,count=n')).calls.a).toEqual([
      [0, 3],
      [5, 3],
      [10, 3],
    ]);
  });

  test('fractions are rounded so that running totals are kept, and it is said', async () => {
    const rows = Array.from({length: 10}, (_, k) => `a,${k * minute},0.4\n`).join('');
    const {calls, notes} = await counts(`f,t,n\n${rows}`);
    expect(calls.a!.reduce((sum, [, n]) => sum + n!, 0)).toBe(4);
    expect(notes).toEqual(['counts are not whole numbers: they were rounded so that running totals are kept']);
  });

  test('running totals are taken as what they rise by; they may begin anew, and a function later than others', async () => {
    const {calls, notes} = await counts(
      'f,t,n\na,0,100\na,60,105\na,120,3\na,180,\na,240,9\nb,120,4\nb,180,6\n',
      {},
      'function=f,minute=t:s,count=n:counter',
    );
    expect(calls).toEqual({
      a: [
        [0, 5],
        [1, 3],
        [2, 3],
        [3, 3],
      ],
      b: [
        [1, 4],
        [2, 2],
      ],
    });
    expect(notes).toEqual(['counts are running totals, taken as what they rose by; 1 began anew']);
  });

  test('counts below 0, beyond 2^53 and of nothing are skipped', async () => {
    const {tally} = await counts('f,t,n\na,0,-1\na,60,1e17\na,120,x\na,180,1\n');
    expect(tally).toMatchObject({read: 4, skipped: 3});
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
    [{format: 'xml'}, "--format is 'xml', must be auto or one of "],
  ])('%o is a usage error', async (options, message) => {
    await expect(readFiles(folder, {'t.csv': 'f,t\na,1\n'}, options)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
    });
  });
});
