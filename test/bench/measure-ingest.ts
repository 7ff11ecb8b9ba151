import {createReadStream, statSync} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {parse} from 'csv-parse';
import {readTrace} from '../../src/trace/read-trace.ts';
import {measure} from './measure.ts';

const PART_BYTES = 10e6;

/** Reads a generated trace of 200 MB and, with csv-parse, a part of it: bytes a second of each. */
export async function measureIngest(folder: string, write: (path: string, bytes?: number) => void): Promise<void> {
  const whole = join(folder, 'whole.d01.csv');
  const part = join(folder, 'part.d01.csv');
  write(whole);
  write(part, PART_BYTES);
  const {workload, tally} = await readTrace([whole], {format: 'auto'});
  console.log(`${workload.functions} functions, ${tally.read} rows, ${tally.skipped} skipped`);
  await measure([
    {
      name: 'trace to workload',
      unit: 'bytes',
      work: statSync(whole).size,
      run: () => readTrace([whole], {format: 'auto'}),
    },
    {
      name: 'csv-parse alone',
      unit: 'bytes',
      work: statSync(part).size,
      run: () => pipeline(createReadStream(part), parse({on_record: () => null})),
    },
  ]);
}
