import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {tableFromIPC} from 'apache-arrow';
import fc from 'fast-check';
import {afterAll, describe, expect, test} from 'vitest';
import {decodeWorkload} from '../../../src/workload/file/arrow-decode.ts';
import {encodeWorkload} from '../../../src/workload/file/arrow-encode.ts';
import {readWorkload, writeWorkload} from '../../../src/workload/file/file.ts';
import {type Int64Words, type ListColumn, setInt64, type Workload} from '../../../src/workload/workload.ts';
import {contentOf, type EventRow, eventWorkload, type MinuteRow, minuteWorkload} from '../../helpers/workload.ts';

const folder = mkdtempSync(join(tmpdir(), 'coldfront-file-'));
afterAll(() => rmSync(folder, {recursive: true}));

/** The file's bytes in memory. */
function encode(workload: Workload, batchElements?: number): ArrayBuffer {
  const pieces: Buffer[] = [];
  encodeWorkload(workload, {write: (piece) => pieces.push(Buffer.from(piece as Uint8Array))}, batchElements);
  const bytes = Buffer.concat(pieces);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}

const name = fc.oneof(
  fc.string({unit: 'grapheme', maxLength: 12}),
  fc.constantFrom('', '\u0000', 'a\nb', '\u001b[31m', '函数', '=cmd()', '🚀'),
);
const who = {function: name, app: name, owner: name, trigger: name, memoryMib: fc.double({min: 0, noNaN: true})};
const count = fc.oneof(fc.integer({min: 1, max: 9}), fc.integer({min: 2 ** 32 - 2, max: 2 ** 32 + 2}));
const minuteRows: fc.Arbitrary<MinuteRow[]> = fc.array(fc.record({...who, minute: fc.nat(5000), count}));
const micros = fc.integer({min: -(2 ** 40), max: 2 ** 52});
const eventRows: fc.Arbitrary<EventRow[]> = fc.oneof(
  fc.array(fc.record({...who, at: micros})),
  fc.array(fc.record({...who, at: micros, duration: fc.nat()})),
  fc.array(fc.record({...who, at: micros, duration: fc.nat(), cold: fc.maxSafeNat()})),
);

describe('a workload file', () => {
  test('gives back any per-minute workload, in any number of record batches', () => {
    fc.assert(
      fc.property(minuteRows, fc.integer({min: 1, max: 40}), (rows, batchElements) => {
        const workload = minuteWorkload(rows);
        expect(contentOf(decodeWorkload(encode(workload, batchElements)))).toEqual(contentOf(workload));
      }),
    );
  });

  test('gives back any event workload, in any number of record batches', () => {
    fc.assert(
      fc.property(eventRows, fc.integer({min: 1, max: 40}), (rows, batchElements) => {
        const workload = eventWorkload(rows);
        expect(contentOf(decodeWorkload(encode(workload, batchElements)))).toEqual(contentOf(workload));
      }),
    );
  });

  test('written again after a load has the same bytes', () => {
    const workload = minuteWorkload([
      {function: 'a', minute: 3, count: 2},
      {function: 'b', minute: 1, count: 5},
    ]);
    const once = encode(workload);
    expect(Buffer.from(encode(decodeWorkload(once)))).toEqual(Buffer.from(once));
  });

  test('keeps an empty workload', () => {
    const loaded = decodeWorkload(encode(minuteWorkload([])));
    expect(loaded.functions).toBe(0);
    expect(loaded.meta.spanUs).toBe(0);
    expect(loaded.app.values).toEqual([]);
  });

  test('keeps counts up to 2^53 exactly', () => {
    const rows = [{function: 'f', minute: 0, count: 2 ** 53 - 1}];
    expect(contentOf(decodeWorkload(encode(minuteWorkload(rows)))).rows[0]!.calls).toEqual([[0, 2 ** 53 - 1]]);
  });

  test('keeps percentiles, levels and metadata', () => {
    const plain = minuteWorkload([
      {function: 'a', minute: 0, count: 1},
      {function: 'b', minute: 7, count: 1},
    ]);
    const workload: Workload = {
      ...plain,
      meta: {...plain.meta, source: 'azure-2019', startTime: '2019-07-15T00:00:00Z', licence: 'CC-BY 4.0 "x", é'},
      duration: {...plain.duration, levels: [0, 50, 99.9], percentileMs: Float64Array.of(1, 2, 3, 4, 5, Number.NaN)},
    };
    for (const batchElements of [1, 100]) {
      expect(contentOf(decodeWorkload(encode(workload, batchElements)))).toEqual(contentOf(workload));
    }
  });

  test('packs lists whose rows are apart or out of order', () => {
    const workload = minuteWorkload([
      {function: 'a', minute: 0, count: 1},
      {function: 'a', minute: 1, count: 2},
      {function: 'b', minute: 5, count: 3},
    ]);
    if (workload.arrivals.kind !== 'minute') throw new Error('per-minute expected');
    const {minute, count} = workload.arrivals;
    const swap = {start: Float64Array.of(2, 0), length: Float64Array.of(1, 2)};
    const swapped = {
      ...workload,
      arrivals: {kind: 'minute' as const, minute: {...minute, ...swap}, count: {...count, ...swap}},
    };
    expect(contentOf(decodeWorkload(encode(swapped))).rows.map((row) => row.calls)).toEqual([
      [[5, 3]],
      [
        [0, 1],
        [1, 2],
      ],
    ]);
  });

  test('looks the same to another Arrow library', () => {
    const rows = [
      {function: 'b', app: 'x', owner: 'o', trigger: 'http', memoryMib: 128, at: 70_000_000, duration: 1500, cold: 9},
      {function: 'a', app: 'y', owner: 'o', trigger: 'timer', at: 60_000_000, duration: 0, cold: 2 ** 40},
      {function: 'b', app: 'x', owner: 'o', at: 61_000_000, duration: 3, cold: 8},
    ];
    for (const batchElements of [1, 100]) {
      const table = tableFromIPC(new Uint8Array(encode(eventWorkload(rows), batchElements)));
      expect(JSON.parse(JSON.stringify(table.toArray(), (_, v) => (typeof v === 'bigint' ? String(v) : v)))).toEqual([
        {
          function: 'b',
          app: 'x',
          owner: 'o',
          trigger: 'http',
          memory_mib: 128,
          duration_mean_ms: 0.7515,
          duration_min_ms: 0.003,
          duration_max_ms: 1.5,
          arrival: ['1000000', '10000000'],
          duration: ['3', '1500'],
          cold: ['8', '9'],
        },
        {
          function: 'a',
          app: 'y',
          owner: 'o',
          trigger: 'timer',
          memory_mib: null,
          duration_mean_ms: 0,
          duration_min_ms: 0,
          duration_max_ms: 0,
          arrival: ['0'],
          duration: ['0'],
          cold: [String(2 ** 40)],
        },
      ]);
      expect(table.schema.metadata.get('kind')).toBe('coldfront.workload');
      expect(table.schema.metadata.get('span_us')).toBe('60000000');
    }
  });
});

describe('a file whose columns no workload may hold is damaged', () => {
  const events = () =>
    eventWorkload([
      {function: 'f', at: 5, duration: 7, cold: 9},
      {function: 'f', at: 6, duration: 8},
    ]);
  const minutes = () =>
    minuteWorkload([
      {function: 'f', minute: 0, count: 2 ** 40},
      {function: 'f', minute: 1, count: 1},
    ]);
  const set = (list: ListColumn<Int64Words> | undefined, i: number, value: number) => setInt64(list!.values, i, value);
  const changes: [string, string, () => Workload, (workload: Workload) => void][] = [
    [
      'a negative duration',
      "row 0 has -5 in 'duration'",
      events,
      (w) => w.arrivals.kind === 'event' && set(w.arrivals.durationUs, 0, -5),
    ],
    [
      'a duration beyond 2^53',
      'row 0 has 115292150460684',
      events,
      (w) => w.arrivals.kind === 'event' && set(w.arrivals.durationUs, 1, 2 ** 60),
    ],
    [
      'a start of no kind',
      "row 0 has -4 in 'cold'",
      events,
      (w) => w.arrivals.kind === 'event' && set(w.arrivals.coldUs, 0, -4),
    ],
    [
      'a negative arrival',
      "row 0 has -1 in 'arrival'",
      events,
      (w) => w.arrivals.kind === 'event' && set(w.arrivals.arrivalUs, 0, -1),
    ],
    [
      'arrivals that descend',
      "row 0 has 4 in 'arrival', must be ascending",
      events,
      (w) => w.arrivals.kind === 'event' && set(w.arrivals.arrivalUs, 1, 4),
    ],
    [
      'an arrival beyond the span',
      "row 0 has 60000000 in 'arrival'",
      events,
      (w) => w.arrivals.kind === 'event' && set(w.arrivals.arrivalUs, 1, 60_000_000),
    ],
    [
      'a count that is not whole',
      "row 0 has 0.5 in 'count'",
      minutes,
      (w) => w.arrivals.kind === 'minute' && w.arrivals.count.values.fill(0.5),
    ],
    [
      'a negative count',
      "row 0 has -1 in 'count'",
      minutes,
      (w) => w.arrivals.kind === 'minute' && w.arrivals.count.values.fill(-1),
    ],
    [
      'a minute twice',
      "row 0 has 0 in 'minute'",
      minutes,
      (w) => w.arrivals.kind === 'minute' && w.arrivals.minute.values.fill(0),
    ],
    [
      'a minute beyond the span',
      "row 0 has 7 in 'minute'",
      minutes,
      (w) => w.arrivals.kind === 'minute' && w.arrivals.minute.values.fill(7),
    ],
    [
      'an infinite memory',
      "row 0 has Infinity in 'memory_mib'",
      minutes,
      (w) => w.memoryMib.fill(Number.POSITIVE_INFINITY),
    ],
    ['a negative mean', "row 0 has -1 in 'duration_mean_ms'", minutes, (w) => w.duration.meanMs.fill(-1)],
  ];
  test.each(changes)('%s', (_, reason, make, change) => {
    const workload = make();
    expect(contentOf(decodeWorkload(encode(workload))).rows).toHaveLength(1);
    change(workload);
    expect(() => decodeWorkload(encode(workload))).toThrow(reason);
  });
});

describe('reading a file that is no workload', () => {
  const good = Buffer.from(encode(minuteWorkload([{function: 'f', minute: 0, count: 1}])));
  const withMeta = (from: string, to: string) => Buffer.from(good.toString('latin1').replaceAll(from, to), 'latin1');

  test.each([
    ['an empty file', Buffer.alloc(0), 'is not an Arrow file'],
    ['text', Buffer.from('HashOwner,HashApp\n'), 'is not an Arrow file'],
    ['magic and nothing else', Buffer.from('ARROW1'), 'is damaged'],
    ['a file cut in the middle', good.subarray(0, good.length - 100), 'the end of the Arrow file is missing'],
    ['a file whose middle is gone', Buffer.concat([good.subarray(0, 700), good.subarray(1000)]), 'is damaged'],
    ['another kind', withMeta('coldfront.workload', 'coldfront.forecast'), "is a 'coldfront.forecast' file"],
    ['Arrow of someone else', withMeta('kind', 'kinx'), 'without coldfront metadata'],
    ['a span of nonsense', withMeta('span_us', 'spam_us'), "span_us = ''"],
  ])('%s is bad input with a reason', async (_, bytes, reason) => {
    const path = join(folder, 'bad.arrow');
    writeFileSync(path, bytes);
    await expect(readWorkload(path)).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 3,
      message: expect.stringContaining(reason),
    });
    await expect(readWorkload(path)).rejects.toThrow(path);
  });

  test('a newer version names both versions', () => {
    const newer = {...minuteWorkload([])};
    const bytes = Buffer.from(encode(newer))
      .toString('latin1')
      .replace(/version(\0+)2|(\x01\0\0\0)2/g, (m) => `${m.slice(0, -1)}3`);
    const file = Buffer.from(bytes, 'latin1');
    expect(() =>
      decodeWorkload(file.buffer.slice(file.byteOffset, file.byteOffset + file.length) as ArrayBuffer),
    ).toThrow('is a workload of version 3; this coldfront reads up to version 2');
  });

  test('a missing file and a directory say so', async () => {
    await expect(readWorkload(join(folder, 'none'))).rejects.toThrow('no such file');
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(readWorkload(empty)).rejects.toThrow('holds no .arrow or .parquet file, as a folder of parts does');
  });

  test('a file with any byte changed loads or is refused as bad input, never anything else', () => {
    const random = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(random, {minLength: 1, maxLength: 4}), (changes) => {
        const copy = Buffer.from(good);
        for (const [at, byte] of changes) copy[at] = byte;
        try {
          decodeWorkload(copy.buffer.slice(copy.byteOffset, copy.byteOffset + copy.length) as ArrayBuffer);
        } catch (error) {
          if ((error as Error).constructor.name !== 'RefusedFile') throw error;
        }
      }),
      {numRuns: 5000},
    );
  });
});

describe('writing a workload file', () => {
  const workload = minuteWorkload([{function: 'f', minute: 0, count: 1}]);

  test('refuses an existing file without force and leaves it as it is', async () => {
    const path = join(folder, 'kept.arrow');
    writeFileSync(path, 'mine');
    await expect(writeWorkload(workload, path, {force: false})).rejects.toMatchObject({exitCode: 2});
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  test('replaces it with force, and what it wrote loads', async () => {
    const path = join(folder, 'kept.arrow');
    await writeWorkload(workload, path, {force: true});
    expect(contentOf(await readWorkload(path))).toEqual(contentOf(workload));
  });

  test('leaves nothing behind when the folder does not exist', async () => {
    await expect(writeWorkload(workload, join(folder, 'no/such/w.arrow'), {force: false})).rejects.toThrow(
      'its folder does not exist',
    );
  });

  test('leaves no temporary file', () => {
    expect(readdirSync(folder).filter((file) => file.endsWith('.tmp'))).toEqual([]);
  });
});
