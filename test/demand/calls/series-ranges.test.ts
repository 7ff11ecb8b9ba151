import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {type MinuteSeries, minuteSeriesOf} from '../../../src/demand/calls/minute-series.ts';
import {SeriesRanges} from '../../../src/demand/calls/series-ranges.ts';
import {openWorkload, readWorkload, writeWorkload} from '../../../src/workload/file/file.ts';
import {temporaryFolder} from '../../helpers/traces.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

/** Minutes and counts of each row. */
const rowsOf = ({rows, minute, count, start, countStart, length}: MinuteSeries) =>
  Array.from({length: rows}, (_, f) => [
    [...minute.subarray(start[f]!, start[f]! + length[f]!)],
    [...count.subarray(countStart[f]!, countStart[f]! + length[f]!)],
  ]);

test('series of ranges, in any order, are those of the whole, in memory and in a folder of parts', async () => {
  const random = new Random(8);
  const folder = join(temporaryFolder(), 'parts');
  mkdirSync(folder);
  for (const part of [0, 1]) {
    const rows = Array.from({length: 60}, (_, k) => ({
      ...{function: `f${(k * 7) % 23}`, app: 'a', owner: 'o', trigger: 'http'},
      ...{minute: part * 1000 + k, count: 1 + Math.floor(random.next() * 9)},
    }));
    await writeWorkload(minuteWorkload(rows), join(folder, `${part}.arrow`), {force: false});
  }
  const whole = rowsOf(minuteSeriesOf(await readWorkload(folder)));
  for (const workload of [await readWorkload(folder), await openWorkload(folder)]) {
    const series = new SeriesRanges(workload, 4);
    expect([series.ranges, series.span]).toEqual([6, 1060]);
    for (const range of [5, 0, 1, 3, 2, 4]) {
      expect(rowsOf(series.at(range))).toEqual(whole.slice(4 * range, 4 * range + 4));
    }
  }
});
