import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {readWorkload, writeWorkload} from '../../../src/workload/file/file.ts';
import {synth} from '../../../src/workload/synth/synth.ts';
import {temporaryFolder} from '../../helpers/traces.ts';
import {contentOf, eventWorkload, minuteWorkload} from '../../helpers/workload.ts';

const folder = temporaryFolder();
const path = join(folder, 'w.parquet');

describe('a workload as Parquet', () => {
  test.each([
    [
      'counts',
      minuteWorkload([
        {function: 'a', minute: 0, count: 3},
        {function: 'a', minute: 4_000_000, count: 2},
        {function: '"b", \u00e9', minute: 7, count: 1},
      ]),
    ],
    ['counts above 2^32', minuteWorkload([{function: 'a', minute: 0, count: 2 ** 40 + 1}])],
    ['no function', minuteWorkload([])],
    [
      'single calls',
      eventWorkload([
        {function: 'f', at: 5, duration: 2 ** 42 + 3},
        {function: 'f', at: 2 ** 41, duration: 0},
        {function: 'g', at: 7, duration: 1, memoryMib: 512},
      ]),
    ],
  ])('of %s comes back as it was', async (_, workload) => {
    await writeWorkload(workload, path, {force: true});
    expect(readFileSync(path).toString('latin1', 0, 4)).toBe('PAR1');
    expect(contentOf(await readWorkload(path))).toEqual(contentOf(workload));
  });

  test('of several groups of rows comes back as it was', async () => {
    const workload = synth(
      {functions: 70_000, teams: 9, ratePerSecond: 20, spanUs: 3600e6, meanDurationMs: undefined, seed: 2},
      undefined,
    );
    await writeWorkload(workload, path, {force: true});
    expect(contentOf(await readWorkload(path))).toEqual(contentOf(workload));
  });

  test('what is no Parquet file, or one that is cut, is refused', async () => {
    writeFileSync(path, 'PAR1 is not all of it');
    await expect(readWorkload(path)).rejects.toMatchObject({exitCode: 3});
    const cut = minuteWorkload([{function: 'a', minute: 0, count: 3}]);
    await writeWorkload(cut, path, {force: true});
    const bytes = readFileSync(path);
    for (const at of [5, 100, bytes.length - 30]) {
      writeFileSync(path, bytes.subarray(0, at));
      await expect(readWorkload(path)).rejects.toMatchObject({exitCode: 3});
    }
  });
});
