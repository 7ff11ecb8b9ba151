import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {readTrace} from '../../../src/trace/read-trace.ts';
import {temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const folder = temporaryFolder();

async function memoryOf(name: string, tables: Record<string, string>) {
  for (const [table, rows] of Object.entries({requests_minute: '0,0,3,\n0,60,,2\n', ...tables})) {
    const path = join(folder, name, 'private_dataset', table);
    mkdirSync(path, {recursive: true});
    writeFileSync(join(path, 'day_000.csv'), `day,time,0,1\n${rows}`);
  }
  const {workload, notes} = await readTrace([join(folder, name)], {format: 'auto'});
  return {mib: contentOf(workload).rows.map(({memoryMib}) => memoryMib), notes};
}

const limits = '0,0,512,\n0,60,1024,128\n';

test('the memory of all instances of a function is divided by how many they are at that time', async () => {
  const {mib, notes} = await memoryOf('both', {memory_limit_minute: limits, instances_minute: '0,0,2,\n0,60,4,1\n'});
  expect(mib).toEqual([256, 128]);
  expect(notes).toEqual([]);
});

test('where that is not given the least is taken, and said', async () => {
  const {mib, notes} = await memoryOf('alone', {memory_limit_minute: limits});
  expect(mib).toEqual([512, 128]);
  expect(notes).toEqual([expect.stringContaining('of 2 functions the least is taken')]);
});

test('delays are seconds, and that this is a guess is said', async () => {
  const {notes} = await memoryOf('delays', {function_delay_minute: '0,0,0.5,\n0,60,,0.25\n'});
  expect(notes).toEqual(['function delays are taken for seconds: the publication does not say']);
});
