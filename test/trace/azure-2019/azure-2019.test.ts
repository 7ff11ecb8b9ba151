import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {readTrace} from '../../../src/trace/read-trace.ts';
import {invocationsTotal} from '../../../src/workload/workload.ts';
import {naiveInvocations} from '../../helpers/oracle-traces.ts';
import {callsOf, readFiles, temporaryFolder} from '../../helpers/traces.ts';
import {contentOf} from '../../helpers/workload.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures/traces/', import.meta.url));
const folder = temporaryFolder();
const DAY_MINUTES = 1440;

const invocations = (rows: string[], minutes = '1,2,3') =>
  ['HashOwner,HashApp,HashFunction,Trigger,'.concat(minutes), ...rows, ''].join('\n');
const DURATIONS =
  'HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_50,percentile_Average_100';
const durations = (...rows: string[]) => [DURATIONS, ...rows, ''].join('\n');
const memory = (...rows: string[]) => ['HashOwner,HashApp,SampleCount,AverageAllocatedMb', ...rows, ''].join('\n');

const rowsOf = async (files: Record<string, string>, options = {}) =>
  contentOf((await readFiles(folder, files, options)).workload).rows;

describe('the Azure 2019 fixtures', () => {
  test('the recut window has 150 functions and 410,633 calls in minutes 480 to 959 of day 7', async () => {
    const trace = await readTrace([`${fixtures}azure2019-d07-window480`], {format: 'auto'});
    expect(trace.workload.functions).toBe(150);
    expect(invocationsTotal(trace.workload)).toBe(410_633);
    expect(trace.workload.meta).toMatchObject({
      source: 'azure-2019',
      originUs: (6 * DAY_MINUTES + 479) * 60e6,
      spanUs: 480 * 60e6,
    });
    expect(trace.tally).toMatchObject({read: 438, skipped: 0});
    expect(contentOf(trace.workload).rows[0]).toMatchObject({
      trigger: 'timer',
      memoryMib: 129,
      durationMs: [16_429, 16_429, 16_429],
      percentilesMs: new Array(7).fill(16_429),
    });
  });

  test('every count equals the naive reader', async () => {
    for (const file of ['azure2019-d07-window480', 'azure2019-d07-fullday']) {
      const path = `${fixtures}${file}/invocations_per_function_md.anon.d07.csv`;
      const naive = naiveInvocations(readFileSync(path, 'utf8'), 7)!;
      expect(callsOf(await readTrace([path], {format: 'auto'}))).toEqual(naive.calls);
    }
  });

  test('fourteen days are joined, days without a row are zero', async () => {
    const {workload} = await readTrace([`${fixtures}azure2019-multiday`], {format: 'azure-2019'});
    expect(workload.functions).toBe(3);
    expect(workload.meta.spanUs).toBe(14 * DAY_MINUTES * 60e6);
    const naive = Array.from({length: 14}, (_, d) => {
      const day = String(d + 1).padStart(2, '0');
      const text = readFileSync(`${fixtures}azure2019-multiday/invocations_per_function_md.anon.d${day}.csv`, 'utf8');
      return naiveInvocations(text, d + 1)!;
    });
    const days = naive.flatMap(({calls}) =>
      [...calls.values()].map((own) => [...own.values()].reduce((a, b) => a + b)),
    );
    expect(invocationsTotal(workload)).toBe(days.reduce((a, b) => a + b));
  });

  test('a folder with more than traces is read, what is none is named', async () => {
    const trace = await readTrace([`${fixtures}azure2019-d07-fullday`], {format: 'auto'});
    expect(trace.workload.functions).toBe(119);
    expect(trace.notes).toEqual([
      expect.stringContaining("durations_average_count_only.csv: has no column 'HashOwner'"),
    ]);
  });
});

describe('invocations', () => {
  test('columns go by name, whatever their order', async () => {
    const text = '3,HashFunction,1,HashApp,Trigger,HashOwner,2\n30,f,10,a,http,o,20\n';
    expect(await rowsOf({'x.csv': text})).toMatchObject([
      {
        function: 'f',
        app: 'a',
        owner: 'o',
        trigger: 'http',
        calls: [
          [0, 10],
          [1, 20],
          [2, 30],
        ],
      },
    ]);
  });

  test.each(['481,482', 'minute_481,minute_482', '481_minute,482_minute', 'minute 481,minute 482'])(
    'minutes may be named %s',
    async (names) => {
      const {workload} = await readFiles(folder, {'m.csv': invocations(['o,a,f,,0,7'], names)});
      expect(workload.meta).toMatchObject({originUs: 480 * 60e6, spanUs: 2 * 60e6});
      expect(contentOf(workload).rows[0]!.calls).toEqual([[1, 7]]);
    },
  );

  test('a file with a minute 0 counts from 0', async () => {
    const {workload} = await readFiles(folder, {'m.csv': invocations(['o,a,f,,5,7'], '0,1')});
    expect(workload.meta.originUs).toBe(0);
  });

  test('a hole in the minutes is time without calls', async () => {
    const {workload} = await readFiles(folder, {'m.csv': invocations(['o,a,f,,1,2'], '1,10')});
    expect(workload.meta.spanUs).toBe(10 * 60e6);
    expect(contentOf(workload).rows[0]!.calls).toEqual([
      [0, 1],
      [9, 2],
    ]);
  });

  test('the same HashFunction under another app or owner is another function', async () => {
    const rows = await rowsOf({'x.csv': invocations(['o,a,f,,1,0,0', 'o,b,f,,2,0,0', 'p,a,f,,4,0,0'])});
    expect(rows.map((row) => row.calls)).toEqual([[[0, 1]], [[0, 2]], [[0, 4]]]);
  });

  test('null and NaN are ids like any other', async () => {
    const rows = await rowsOf({'x.csv': invocations(['null,NaN,none,,1,0,0'])});
    expect(rows).toMatchObject([{owner: 'null', app: 'NaN', function: 'none'}]);
  });

  test('a row that repeats a function adds to it, and a note says so', async () => {
    const trace = await readFiles(folder, {'x.csv': invocations(['o,a,f,http,1,0,2', 'o,a,f,timer,1,1,0'])});
    expect(contentOf(trace.workload).rows).toMatchObject([
      {
        trigger: 'http',
        calls: [
          [0, 2],
          [1, 1],
          [2, 2],
        ],
      },
    ]);
    expect(trace.notes).toEqual([expect.stringContaining('rows that repeat a function of the same file: 1;')]);
  });

  test('days come in any order and leave the same workload', async () => {
    const days = {
      'inv.d03.csv': invocations(['o,a,late,,1,0,0']),
      'inv.d01.csv': invocations(['o,a,f,,0,5,0']),
      'inv.anon.d02.csv': invocations(['o,a,f,,9,0,0', 'o,a,g,,0,0,1']),
    };
    const expected = await readFiles(folder, days);
    const turned = await readFiles(folder, Object.fromEntries(Object.entries(days).reverse()));
    expect(contentOf(turned.workload)).toEqual(contentOf(expected.workload));
    expect(expected.workload.meta.spanUs).toBe((2 * DAY_MINUTES + 3) * 60e6);
    expect(contentOf(expected.workload).rows.map((row) => [row.function, row.calls])).toEqual([
      [
        'f',
        [
          [1, 5],
          [DAY_MINUTES, 9],
        ],
      ],
      ['g', [[DAY_MINUTES + 2, 1]]],
      ['late', [[2 * DAY_MINUTES, 1]]],
    ]);
  });

  test('several files without a day in their name cannot be joined', async () => {
    const files = {'one.csv': invocations(['o,a,f,,1,0,0']), 'two.csv': invocations(['o,a,f,,1,0,0'])};
    await expect(readFiles(folder, files)).rejects.toThrow('two.csv: has no day in its name');
  });

  test.each([
    ['a negative count', 'o,a,g,,1,-3,0', "minute 2 is '-3', must be a whole number from 0 to 2^53"],
    ['a fraction', 'o,a,g,,1,0,0.5', "minute 3 is '0.5', must be a whole number from 0 to 2^53"],
    ['text', 'o,a,g,,x,0,0', "minute 1 is 'x', must be a whole number"],
    ['a count beyond 2^53', 'o,a,g,,1e16,0,0', "minute 1 is '1e16', must be"],
    ['a short row', 'o,a,g,,1', "the number of cells is '5', must be 7"],
    ['a long row', 'o,a,g,,1,2,3,4', "the number of cells is '8', must be 7"],
    ['no function', 'o,a,,,1,2,3', "HashFunction is '', must be an id"],
  ])('%s is skipped, counted and named by line, and nothing of it is used', async (_, row, reason) => {
    const trace = await readFiles(folder, {'bad.csv': invocations(['o,a,f,,1,0,0', row, 'o,a,h,,0,0,2'])});
    expect(trace.tally).toMatchObject({read: 3, skipped: 1});
    expect(trace.tally.first).toEqual([
      {file: expect.stringContaining('bad.csv'), line: 3, reason: expect.stringContaining(reason)},
    ]);
    expect(contentOf(trace.workload).rows.map((r) => r.function)).toEqual(['f', 'h']);
  });

  test('blank cells, NaN, 6.0 and 1e3 are counts; 10^12 calls a minute are kept', async () => {
    const rows = await rowsOf({'x.csv': invocations(['o,a,f,,,NaN,6.0', 'o,a,g,,1e3,1000000000000,0'])});
    expect(rows.map((row) => row.calls)).toEqual([
      [[2, 6]],
      [
        [0, 1000],
        [1, 1e12],
      ],
    ]);
  });

  test('--strict refuses the first bad row by file, line, value and rule', async () => {
    const files = {'bad.csv': invocations(['o,a,f,,1,0,0', 'o,a,g,,1,-3,0'])};
    await expect(readFiles(folder, files, {strict: true})).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/bad\.csv:3: minute 2 is '-3', must be a whole number/),
    });
  });

  test('only the first 20 skipped rows are named, all are counted by rule', async () => {
    const rows = Array.from({length: 50}, (_, i) => `o,a,f${i},,${i < 45 ? '-1' : 'o,'},0,0`);
    const {tally} = await readFiles(folder, {'bad.csv': invocations(rows)});
    expect([tally.skipped, tally.first.length, tally.first.at(-1)!.line]).toEqual([50, 20, 21]);
    expect([...tally.byRule.values()]).toEqual([45, 5]);
  });

  test('durations alone are no trace', async () => {
    await expect(readFiles(folder, {'d.csv': durations('o,a,f,1,1,1,1,1,1,1')})).rejects.toThrow(
      'no file of invocations',
    );
  });

  test('a named file without a needed column says which', async () => {
    const file = {'x.csv': 'HashOwner,HashFunction,Trigger,1\no,f,,1\n'};
    await expect(readFiles(folder, file, {format: 'azure-2019'})).rejects.toThrow(/x\.csv:1: has no column 'HashApp'/);
  });
});

describe('durations', () => {
  const calls = {'i.d01.csv': invocations(['o,a,f,,1,1,1', 'o,a,g,,1,1,1'])};

  test('go to their function, in whatever order rows and files come; functions without any stay unknown', async () => {
    const rows = await rowsOf({'a.csv': durations('o,a,x,9,9,9,9,9,9,9', 'o,a,g,20,3,5.0,90.0,6,19,80'), ...calls});
    expect(rows).toMatchObject([
      {
        function: 'f',
        durationMs: [Number.NaN, Number.NaN, Number.NaN],
        percentilesMs: [Number.NaN, Number.NaN, Number.NaN],
      },
      {function: 'g', durationMs: [20, 5, 90], percentilesMs: [6, 19, 80]},
    ]);
  });

  test('days are weighted by Count; minimum and maximum are those of all days', async () => {
    const rows = await rowsOf({
      ...calls,
      'd.d01.csv': durations('o,a,f,10,1,2,20,4,10,16'),
      'd.d02.csv': durations('o,a,f,20,3,8,90,8,20,60'),
    });
    expect(rows[0]).toMatchObject({durationMs: [17.5, 2, 90], percentilesMs: [7, 17.5, 49]});
  });

  test('negative times are 0 and counted; the real row with -337412 is one', async () => {
    const trace = await readFiles(folder, {
      ...calls,
      'd.csv': durations('o,a,f,215,8641,-337412.0,18310.0,-144223,200,3792'),
    });
    expect(trace.workload.meta.clampedDurations).toBe(2);
    expect(contentOf(trace.workload).rows[0]).toMatchObject({
      durationMs: [215, 0, 18_310],
      percentilesMs: [0, 200, 3792],
    });
  });

  test('Count, minimum and maximum may be missing', async () => {
    const rows = await rowsOf({...calls, 'd.csv': durations('o,a,f,10,,,,NaN,10,16')});
    expect(rows[0]).toMatchObject({
      durationMs: [10, Number.NaN, Number.NaN],
      percentilesMs: [Number.NaN, Number.NaN, Number.NaN],
    });
  });

  test('percentiles that do not ascend are left out, their average stays, and it is said', async () => {
    const trace = await readFiles(folder, {...calls, 'd.csv': durations('o,a,f,200,180,100,900,300,200,400')});
    expect(contentOf(trace.workload).rows[0]).toMatchObject({
      durationMs: [200, 100, 900],
      percentilesMs: [Number.NaN, Number.NaN, Number.NaN],
    });
    expect(trace.tally.skipped).toBe(0);
    expect(trace.notes).toEqual(['percentiles of durations that do not ascend: 1 rows; only their average is used']);
  });

  test('an average of 0 is an average', async () => {
    expect((await rowsOf({...calls, 'd.csv': durations('o,a,f,0,5,0.0,0.0,0,0,0')}))[0]!.durationMs).toEqual([0, 0, 0]);
  });

  test.each([
    ['o,a,f,abc,1,1,1,1,1,1', "Average is 'abc', must be a number of milliseconds"],
    ['o,a,f,1,1,1,1e300,1,1,1', "Maximum is '1e300', must be a number of milliseconds within 285 years"],
  ])('%s is skipped', async (row, reason) => {
    const {tally} = await readFiles(folder, {...calls, 'd.csv': durations(row)});
    expect(tally.first).toEqual([{file: expect.any(String), line: 2, reason: expect.stringContaining(reason)}]);
  });
});

describe('memory', () => {
  const calls = {'i.csv': invocations(['o,a,f,,1,1,1', 'o,a,g,,1,1,1', 'p,a,h,,1,1,1', 'o,b,k,,1,1,1'])};
  const mib = async (options: object, ...rows: string[]) =>
    (await rowsOf({...calls, 'm.csv': memory(...rows)}, options)).map((row) => row.memoryMib);

  test("is each function's app's memory; the same app name of another owner is another app", async () => {
    expect(await mib({}, 'o,a,9,101', 'p,a,1,64')).toEqual([101, 101, 64, Number.NaN]);
  });

  test('two rows of an app are weighted by their samples', async () => {
    expect((await mib({}, 'o,a,300,100', 'o,a,100,200'))[0]).toBe(125);
  });

  test('may be split over the functions of the app and rounded up', async () => {
    expect(await mib({appMemory: 'split'}, 'o,a,9,101', 'p,a,1,64')).toEqual([51, 51, 64, Number.NaN]);
  });

  test('of 0 or less is skipped, blank is unknown', async () => {
    const {tally, workload} = await readFiles(folder, {...calls, 'm.csv': memory('o,a,9,-5', 'o,b,9,')});
    expect(tally.first).toMatchObject([{reason: "AverageAllocatedMb is '-5', must be a size in MB above 0"}]);
    expect(workload.memoryMib[3]).toBeNaN();
  });
});
