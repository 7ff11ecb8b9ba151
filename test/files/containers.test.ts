import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {parquetWriteBuffer} from 'hyparquet-writer';
import {describe, expect, test} from 'vitest';
import {readFiles, temporaryFolder} from '../helpers/traces.ts';
import {contentOf} from '../helpers/workload.ts';
import {zipOf} from '../helpers/zip.ts';

const folder = temporaryFolder();
const CALLS = 'app,func,end_timestamp,duration\na,f,1.5,0.5\na,g,2,1\n';
const MORE = 'app,func,end_timestamp,duration\nb,f,100,0\n';

describe('a zip archive', () => {
  test('is read as a folder with its files, hidden ones left out', async () => {
    const plain = await readFiles(folder, {'1.csv': CALLS, '2.csv': MORE});
    const archive = zipOf([
      {name: 'data/1.csv', text: CALLS},
      {name: 'data/', text: '', method: 0},
      {name: 'data/2.csv', text: MORE, method: 0},
      {name: '__MACOSX/data/._1.csv', text: 'x'},
      {name: 'data/README', text: 'no trace'},
    ]);
    const zipped = await readFiles(folder, {'all.zip': archive});
    expect(contentOf(zipped.workload)).toEqual(contentOf(plain.workload));
    expect(zipped.notes).toEqual([expect.stringMatching(/left out: .*all\.zip\/data\/README: has no column 'app'/)]);
  });

  test('names its rows by archive, file and line', async () => {
    const {tally} = await readFiles(folder, {'a.zip': zipOf([{name: 'x.csv', text: `${CALLS}a,f,bad,1\n`}])});
    expect(tally.first).toMatchObject([{file: expect.stringMatching(/a\.zip\/x\.csv$/), line: 4}]);
  });

  test.each<[string, Parameters<typeof zipOf>[0], RegExp]>([
    [
      'that is encrypted',
      [{name: 'x.csv', text: CALLS, encrypted: true}],
      /z\.zip\/x\.csv: is encrypted; unpack it first/,
    ],
    ['packed in a way of its own', [{name: 'x.csv', text: CALLS, method: 9}], /x\.csv: is packed by method 9 of zip/],
    [
      'that unpacks to more than it says',
      [{name: 'x.csv', text: CALLS, saysBytes: 5}],
      /x\.csv: the zip archive is damaged/,
    ],
    [
      'that would unpack to no end',
      [{name: 'x.csv', text: CALLS, saysBytes: 2 ** 32 - 2}],
      /z\.zip: would unpack to 4294967294 bytes, more than 100 times its own size/,
    ],
    ['with nothing in it', [], /holds no trace file/],
  ])('%s is bad input', async (_, files, message) => {
    await expect(readFiles(folder, {'z.zip': zipOf(files)})).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(message),
    });
  });

  test('that is cut is bad input', async () => {
    const whole = zipOf([{name: 'x.csv', text: CALLS}]);
    await expect(readFiles(folder, {'c.zip': whole.subarray(0, whole.length - 10)})).rejects.toMatchObject({
      exitCode: 3,
    });
  });
});

describe('a Parquet file', () => {
  const at = [0, 1, 2].map((k) => new Date(Date.UTC(2026, 1, 10, 8, 0, k, 250)));
  const columns = [
    {name: 'fn', data: ['a', 'b', 'a'], type: 'STRING' as const},
    {name: 'at', data: at, type: 'TIMESTAMP' as const},
    {name: 'ms', data: [12.5, null, 3], type: 'DOUBLE' as const},
    {name: 'mb', data: [128, 128, 256], type: 'INT32' as const},
    {name: 'unused', data: ['x', 'y', 'z'], type: 'STRING' as const},
  ];
  const map = 'function=fn,arrival=at:iso,duration=ms:ms,memory=mb:MiB';

  test.each(['UNCOMPRESSED', 'SNAPPY'] as const)('packed as %s is read by --map, nulls as unknown', async (codec) => {
    const bytes = new Uint8Array(parquetWriteBuffer({columnData: columns, codec, rowGroupSize: 2}));
    const {workload, tally} = await readFiles(folder, {'p.parquet': bytes}, {format: 'parquet', map});
    expect(contentOf(workload)).toMatchObject({
      meta: {startTime: '2026-02-10T08:00:00.000Z', source: 'parquet'},
      rows: [
        {
          function: 'a',
          memoryMib: 256,
          calls: [
            [250_000, 12_500],
            [2_250_000, 3000],
          ],
        },
        {function: 'b', memoryMib: 128, calls: [[1_250_000, -1]]},
      ],
    });
    expect([tally.read, tally.skipped]).toEqual([3, 0]);
  });

  test('with the columns of a format is that format', async () => {
    const columnData = [
      {name: 'app', data: ['a', 'a']},
      {name: 'func', data: ['f', 'g']},
      {name: 'end_timestamp', data: [1.5, 2]},
      {name: 'duration', data: [0.5, 1]},
    ];
    const bytes = new Uint8Array(parquetWriteBuffer({columnData}));
    const packed = await readFiles(folder, {'q.parquet': bytes});
    const plain = await readFiles(folder, {'q.csv': CALLS});
    expect(contentOf(packed.workload)).toEqual(contentOf(plain.workload));
    expect(packed.format).toBe('azure-2021');
  });

  test('that is cut or no longer whole is bad input', async () => {
    const bytes = new Uint8Array(parquetWriteBuffer({columnData: columns}));
    const read = (piece: Uint8Array) => readFiles(folder, {'d.parquet': piece}, {format: 'parquet', map});
    await expect(read(bytes.subarray(0, 60))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('d.parquet: is'),
    });
    const spoilt = bytes.slice();
    spoilt.fill(255, 4, 40);
    await expect(read(spoilt)).rejects.toMatchObject({exitCode: 3});
  });
});

test('the same text twice is bad input, packed or not, unless that is meant', async () => {
  const files = {'a.csv': CALLS, 'a.csv.gz': gzipSync(CALLS)};
  await expect(readFiles(folder, files)).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringMatching(/a\.csv\.gz: holds the same as .*a\.csv, so every call would count twice/),
  });
  expect((await readFiles(folder, files, {allowDuplicates: true})).tally.read).toBe(4);
});

test('texts that only begin and end alike are two', async () => {
  const middle = (name: string) =>
    `app,func,end_timestamp,duration\n${'a,f,1,0\n'.repeat(20_000)}a,${name},2,0\n${'a,f,1,0\n'.repeat(2000)}`;
  writeFileSync(join(folder, 'x1.csv'), middle('g'));
  const {workload} = await readFiles(folder, {'x1.csv': middle('g'), 'x2.csv': middle('h')});
  expect(workload.functions).toBe(3);
});
