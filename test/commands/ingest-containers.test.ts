import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {parquetWriteBuffer} from 'hyparquet-writer';
import {describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {zipOf} from '../helpers/zip.ts';

const folder = temporaryFolder();
const CALLS = 'app,func,end_timestamp,duration\na,f,1.5,0.5\nb,f,2,0\na,g,3,1\n';
const columnData = [
  {name: 'app', data: ['a', 'b', 'a'], type: 'STRING' as const},
  {name: 'func', data: ['f', 'f', 'g'], type: 'STRING' as const},
  {name: 'end_timestamp', data: [1.5, 2, 3], type: 'DOUBLE' as const},
  {name: 'duration', data: [0.5, 0, 1], type: 'DOUBLE' as const},
];
const parquet = new Uint8Array(parquetWriteBuffer({columnData}));
const zip = zipOf([{name: 'calls.csv', text: CALLS}]);

// What is packed together with its libraries may find them otherwise than the sources do.
describe('the built tool', () => {
  test.each([
    ['calls.csv', CALLS],
    ['calls.csv.gz', gzipSync(CALLS)],
    ['calls.zip', zip],
    ['calls.parquet', parquet],
    ['snappy.parquet', new Uint8Array(parquetWriteBuffer({columnData, codec: 'SNAPPY'}))],
  ])('reads %s', (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const {status, stdout, stderr} = coldfront(['ingest', path, '--out', `${path}.arrow`, '--json']);
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.toString())).toMatchObject({format: 'azure-2021', functions: 3, invocations: 3});
  });

  test.each([
    ['a zip archive', zip],
    ['a Parquet file', parquet],
  ])('names the way out where %s comes by a pipe', (what, input) => {
    const {status, stderr} = coldfront(['ingest', '-', '--out', join(folder, 'piped.arrow')], {input});
    expect(status).toBe(3);
    expect(stderr.replace(/\s+/g, ' ')).toContain(`stdin: is ${what}, which cannot be read from a pipe or an archive`);
    expect(stderr.replace(/\s+/g, ' ')).toContain('give its name');
  });
});
