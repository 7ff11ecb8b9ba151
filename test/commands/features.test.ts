import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {asyncBufferFromFile, parquetReadObjects} from 'hyparquet';
import {beforeAll, describe, expect, test} from 'vitest';
import {minuteSeriesOf} from '../../src/demand/calls/minute-series.ts';
import {features, writeFeatures} from '../../src/forecast/features/features.ts';
import {CallHistory} from '../../src/forecast/history.ts';
import {readWorkload, writeWorkload} from '../../src/workload/file/file.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {minuteWorkload} from '../helpers/workload.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
type Row = Record<string, string | number>;

async function rowsOf(name: string, ...flags: string[]): Promise<{report: Record<string, unknown>; rows: Row[]}> {
  const {status, stderr, stdout} = run('features', ...flags, '--out', `${name}.parquet`, '--json');
  expect([status, stderr]).toEqual([0, '']);
  const rows = await parquetReadObjects({file: await asyncBufferFromFile(join(folder, `${name}.parquet`))});
  return {report: JSON.parse(stdout.toString()), rows: rows as Row[]};
}

describe('features', () => {
  beforeAll(() => {
    expect(run('ingest', fixture, '--out', 'w.arrow').status).toBe(0);
    // Calls 1, 2, ... 10 in minutes 0 to 9 of one function; another is called in minute 7 alone.
    const minutes = Array.from({length: 10}, (_, minute) => ({function: 'steady', minute, count: minute + 1}));
    writeWorkload(minuteWorkload([...minutes, {function: 'late', minute: 7, count: 5}]), join(folder, 'ten.arrow'), {
      force: true,
    });
  });

  test('a series: the last steps oldest first, and the calls of each step ahead', async () => {
    const flags = ['ten.arrow', '--kind', 'series', '--window', '3', '--targets', '--horizon', '2m'];
    const {report, rows} = await rowsOf('series', ...flags, '--train-share', '0.5');
    // Before minute 5 is training. Rows as of minute 4 look ahead to minute 5: neither. The late function has none.
    expect(rows.filter((row) => row.function === 'steady')).toEqual(
      [1, 2, 3, 5, 6, 7, 8].map((t) => ({
        function: 'steady',
        app: 'app',
        at_minute: t,
        split: t < 5 ? 'train' : 'test',
        lag_3: Math.max(0, t - 2),
        lag_2: Math.max(0, t - 1),
        lag_1: t,
        y_1: t + 1,
        y_2: t + 2,
      })),
    );
    expect(rows.filter((row) => row.function === 'late')).toMatchObject([
      {at_minute: 8, lag_1: 5, y_1: 0, split: 'test'},
    ]);
    expect(report).toMatchObject({
      rows: 8,
      trainRows: 3,
      splitMinute: 5,
      inputs: ['lag_3', 'lag_2', 'lag_1'],
      targets: ['y_1', 'y_2'],
      input: {kind: 'series', window: 3, layout: 'rows,time', stepMinutes: 1},
    });
  });

  test('lags of longer steps, as CSV too', async () => {
    const flags = ['ten.arrow', '--kind', 'lags', '--lags', '1,2', '--calendar', 'hour', '--step', '2m'];
    const {rows} = await rowsOf('lags', ...flags);
    // As of minute 10, minutes 8 and 9 had 9 + 10 calls, minutes 6 and 7 had 7 + 8.
    expect(rows.find((row) => row.function === 'steady' && row.at_minute === 10)).toMatchObject({
      lag_1: 19,
      lag_2: 15,
      hour: 0,
    });
    expect((await rowsOf('window', 'ten.arrow', '--kind', 'lags', '--window', '3')).report.input).toMatchObject({
      lags: [1, 2, 3],
    });
    expect(run('features', ...flags, '--out', 'lags.csv').status).toBe(0);
    const lines = readFileSync(join(folder, 'lags.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('function,app,at_minute,split,lag_1,lag_2,hour');
    expect(lines.slice(1)).toEqual(rows.map((row) => Object.values(row).join(',')));
  });

  test("coldfront's own features are those that its models are fed", async () => {
    const {rows} = await rowsOf('own', 'w.arrow', '--rows', '500');
    const workload = await readWorkload(join(folder, 'w.arrow'));
    const series = minuteSeriesOf(workload);
    const history = new CallHistory(series.span, series.clock);
    expect(rows.length).toBeGreaterThan(400);
    expect(rows.length).toBeLessThan(600);
    const own = new Float32Array(features.length);
    for (const row of rows.filter((_, i) => i % 50 === 0)) {
      const f = Array.from({length: workload.functions}, (_, g) => workload.name.at(g)).indexOf(String(row.function));
      history.load(series, f);
      history.seek(Number(row.at_minute));
      writeFeatures(history, own, 0);
      expect(features.map(({name}) => row[name])).toEqual([...own]);
    }
  });

  test('what cannot be made is refused and leaves nothing', () => {
    for (const [exit, text, ...flags] of [
      [2, '--window is for --kind series', '--kind', 'features', '--window', '5'],
      [2, "--lags is '1,x', must be whole steps", '--kind', 'lags', '--lags', '1,x'],
      [2, 'must be whole steps of 2 min', '--step', '2m', '--horizon', '3m'],
      [3, 'has no minute after a first call with a whole horizon', '--targets', '--horizon', '1h'],
    ] as const) {
      const {status, stderr} = run('features', 'ten.arrow', ...flags, '--out', 'none.parquet');
      expect([status, stderr.replace(/\s+/g, ' ')]).toEqual([exit, expect.stringContaining(text)]);
      expect(existsSync(join(folder, 'none.parquet'))).toBe(false);
    }
  });
});
