import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {readTrace} from '../../../src/trace/read-trace.ts';
import {naiveEvents} from '../../helpers/oracle-traces.ts';
import {callsOf, readFiles, temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/traces/azure2021/', import.meta.url));
const folder = temporaryFolder();
const trace = (...rows: string[]) => ['app,func,end_timestamp,duration', ...rows].join('\n');

describe('the Azure 2021 fixtures', () => {
  test.each(['AzureFunctionsInvocationTrace2021.first199.csv', 'SEMI-SYNTHETIC_events_5fn.csv'])(
    'every call of %s equals the naive reader',
    async (file) => {
      const read = await readTrace([fixtures + file], {format: 'auto'});
      const naive = naiveEvents(readFileSync(fixtures + file, 'utf8'))!;
      expect(callsOf(read)).toEqual(naive.calls);
      expect(read.tally).toMatchObject({read: naive.rowsRead, skipped: 0});
      expect(read.workload.meta.source).toBe('azure-2021');
    },
  );

  test('the first 199 rows begin in the first minute of the trace and arrive in order after sorting', async () => {
    const {workload} = await readTrace([`${fixtures}AzureFunctionsInvocationTrace2021.first199.csv`], {format: 'auto'});
    expect(workload.meta.originUs).toBe(0);
    for (const {calls} of contentOf(workload).rows) {
      const arrivals = calls.map(([at]) => at!);
      expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    }
  });
});

describe('a call', () => {
  test('arrives at its end less its duration, to the microsecond', async () => {
    const {workload} = await readFiles(folder, {'x.csv': trace('a,f,57.15786004066467,57.154')});
    expect(contentOf(workload).rows).toMatchObject([
      {function: 'f', app: 'a', owner: 'a', calls: [[3860, 57_154_000]]},
    ]);
  });

  test('belongs to its app: func is unique only there', async () => {
    const {workload} = await readFiles(folder, {'x.csv': trace('a,f,1,0.0', 'b,f,2,0.0')});
    expect(workload.functions).toBe(2);
  });

  test('is found whatever the order of columns, in a file without a last newline', async () => {
    const text = 'duration,end_timestamp,extra,func,app\n1,3,x,f,a\n0,1,y,f,a';
    const {workload} = await readFiles(folder, {'x.csv': text});
    expect(contentOf(workload).rows[0]!.calls).toEqual([
      [1_000_000, 0],
      [2_000_000, 1_000_000],
    ]);
  });

  test('of negative duration took no time; it is counted', async () => {
    const {workload} = await readFiles(folder, {'x.csv': trace('a,f,5,-2')});
    expect(workload.meta.clampedDurations).toBe(1);
    expect(contentOf(workload).rows[0]!.calls).toEqual([[5_000_000, 0]]);
  });

  test.each([
    ['a,f,abc,1', "end_timestamp is 'abc', must be a number of seconds within 142 years"],
    ['a,f,1,soon', "duration is 'soon', must be a number of seconds"],
    ['a,f,1,Infinity', "duration is 'Infinity', must be"],
    ['a,f,-9007199254,9', "end_timestamp is '-9007199254', must be"],
    ['a,f,1e300,1', "end_timestamp is '1e300', must be"],
    ['a,,1,1', "func is '', must be the name of a function"],
    ['a,f,1', "the number of cells is '3', must be 4"],
  ])('%s is skipped with its reason', async (row, reason) => {
    const {tally, workload} = await readFiles(folder, {'x.csv': trace('a,f,1,0', row)});
    expect(tally.first).toEqual([{file: expect.any(String), line: 3, reason: expect.stringContaining(reason)}]);
    expect(contentOf(workload).rows[0]!.calls).toHaveLength(1);
  });

  test.each(['', 'NaN', 'null'])("whose duration is '%s' counts from its end; its time is unknown", async (cell) => {
    const {workload, tally} = await readFiles(folder, {'x.csv': trace('a,f,1,0.5', `a,f,4,${cell}`)});
    expect([tally.skipped, workload.duration.meanMs[0]]).toEqual([0, 500]);
    expect(contentOf(workload).rows[0]!.calls).toEqual([
      [500_000, 500_000],
      [4_000_000, -1],
    ]);
  });

  test('the same row twice is two calls', async () => {
    const {workload} = await readFiles(folder, {'x.csv': trace('a,f,1,0', 'a,f,1,0')});
    expect(contentOf(workload).rows[0]!.calls).toHaveLength(2);
  });
});
