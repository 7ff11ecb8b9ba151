import fc from 'fast-check';
import {parquetWriteBuffer} from 'hyparquet-writer';
import {describe, expect, test} from 'vitest';
import {parseScaled, scaleNumber} from '../../../src/files/cells.ts';
import {readFiles, temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const folder = temporaryFolder();

describe('a number of a typed file', () => {
  test.each([0, 3, 6])('times 10^%d is what its text says, or the text is asked', (shift) => {
    const number = fc.oneof(
      fc.double({min: -1e13, max: 1e13, noNaN: true}),
      fc.double({min: -1e4, max: 1e4, noNaN: true}),
      fc.integer(),
      // Decimals of which the next digit decides, where a product of doubles falls on the wrong side.
      fc
        .tuple(fc.integer({min: -1e6, max: 1e6}), fc.integer({min: 0, max: 9999}))
        .map(([a, b]) => Number(`${a}.${b}5`)),
    );
    fc.assert(
      fc.property(number, (value) => {
        const scaled = scaleNumber(value, shift);
        if (scaled !== undefined) expect(scaled).toBe(parseScaled(String(value), shift));
      }),
      {numRuns: 5000},
    );
  });

  test('0.5015 ms is 502 us, though the product as doubles is below 501.5', () => {
    expect(0.5015 * 1000).toBeLessThan(501.5);
    expect([scaleNumber(0.5015, 3), parseScaled('0.5015', 3)]).toEqual([undefined, 502]);
  });
});

describe('a Parquet file', () => {
  const start = Date.UTC(2026, 0, 5, 10);
  const rows = [
    {fn: 'a', at: 250, ms: 0.5015, cold: 300, mib: 128},
    {fn: 'b', at: 61_000, ms: null, cold: null, mib: 256},
    {fn: 'a', at: 125_001, ms: 12.25, cold: null, mib: 512},
  ];
  const columns = [
    {name: 'fn', data: rows.map(({fn}) => fn), type: 'STRING' as const},
    {name: 'at', data: rows.map(({at}) => new Date(start + at)), type: 'TIMESTAMP' as const},
    {name: 'epoch', data: rows.map(({at}) => BigInt(start + at)), type: 'INT64' as const},
    {name: 'text', data: rows.map(({at}) => new Date(start + at).toISOString()), type: 'STRING' as const},
    {name: 'ms', data: rows.map(({ms}) => ms), type: 'DOUBLE' as const, nullable: true},
    {name: 'cold', data: rows.map(({cold}) => cold), type: 'INT32' as const, nullable: true},
    {name: 'mib', data: rows.map(({mib}) => mib), type: 'INT32' as const},
  ];
  const bytes = new Uint8Array(parquetWriteBuffer({columnData: columns, rowGroupSize: 2}));
  const calls = {
    a: {
      memoryMib: 512,
      calls: [
        [250_000, 502, 300_000],
        [125_001_000, 12_250, -1],
      ],
    },
    b: {memoryMib: 256, calls: [[61_000_000, -1, -1]]},
  };
  const read = async (map: string, more: object = {}) => {
    const {workload} = await readFiles(folder, {'calls.parquet': bytes}, {format: 'parquet', map, ...more});
    expect(workload.meta.startTime).toMatch(/^2026-01-05T10:0[01]:00.000Z$/);
    return Object.fromEntries(contentOf(workload).rows.map((row) => [row.function, row]));
  };

  test.each(['at:iso', 'at:s', 'epoch:ms', 'text:iso'])('tells the same by arrival=%s', async (arrival) => {
    const told = await read(`function=fn,arrival=${arrival},duration=ms:ms,cold=cold:ms,memory=mib:MiB`);
    expect(told).toMatchObject(calls);
  });

  test('counts by the minute of a time', async () => {
    const told = await read('function=fn,minute=at:iso');
    expect(told).toMatchObject({
      a: {
        calls: [
          [0, 1],
          [2, 1],
        ],
      },
      b: {calls: [[1, 1]]},
    });
  });

  test('a column is text and number at once', async () => {
    const where = [`at=${new Date(start + 61_000).toISOString()}`];
    expect(Object.keys(await read('function=fn,arrival=at:iso', {where}))).toEqual(['b']);
    expect(Object.keys(await read('function=mib,arrival=at:iso,memory=mib:MiB'))).toEqual(['128', '256', '512']);
  });

  test('a value that makes no sense is named as text', async () => {
    const {tally} = await readFiles(folder, {'calls.parquet': bytes}, {format: 'parquet', map: 'arrival=fn:iso'});
    expect(tally.first[0]!.reason).toBe("fn is 'a', must be a time within +-142 years");
    const times = await readFiles(
      folder,
      {'calls.parquet': bytes},
      {format: 'parquet', map: 'arrival=text:iso,duration=at:ms'},
    );
    expect(times.tally.first[0]!.reason).toBe(
      "at is '2026-01-05T10:00:00.250Z', must be a length of time within 285 years",
    );
  });

  test.each([
    [false, 'at:iso', '2026-01-05T10:00:00.000Z'],
    [false, 'at:iso@Europe/Rome', '2026-01-05T09:00:00.000Z'],
    [true, 'at:iso@Europe/Rome', '2026-01-05T10:00:00.000Z'],
  ])('whose times are UTC: %s, begins by arrival=%s at %s', async (isAdjustedToUTC, arrival, startTime) => {
    const logical = {type: 'TIMESTAMP' as const, isAdjustedToUTC, unit: 'MICROS' as const};
    const schema = [
      {name: 'root', num_children: 1},
      {name: 'at', type: 'INT64' as const, repetition_type: 'REQUIRED' as const, logical_type: logical},
    ];
    const times = [{name: 'at', data: [BigInt(start) * 1000n + 7n]}];
    const local = new Uint8Array(parquetWriteBuffer({columnData: times, schema}));
    const {workload} = await readFiles(folder, {'t.parquet': local}, {format: 'parquet', map: `arrival=${arrival}`});
    expect(workload.meta.startTime).toBe(startTime);
    expect(contentOf(workload).rows[0]!.calls[0]![0]).toBe(7);
  });
});
