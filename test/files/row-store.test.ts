import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {RowStore} from '../../src/files/row-store.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const bytesOf = (rows: Float64Array) => Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);

test('rows come back as they were put, from memory or from the file that holds what memory should not', () => {
  const store = new RowStore(join(folder, 'log.csv'));
  // Half of what is held in memory, three times.
  const batches = [1, 2, 3].map((n) => new Float64Array(2 ** 22 + n).fill(n));
  const ids = batches.map((batch) => store.put(batch.slice()));
  expect(readdirSync(folder).length).toBe(1);
  for (const k of [2, 0, 1]) {
    const back = store.take(ids[k]!);
    expect([back.length, Buffer.compare(bytesOf(back), bytesOf(batches[k]!))]).toEqual([2 ** 22 + k + 1, 0]);
  }
  store.close();
  expect(readdirSync(folder)).toEqual([]);
});
