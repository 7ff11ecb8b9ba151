import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type DuckDBConnection, DuckDBInstance} from '@duckdb/node-api';
import {beforeAll, describe, expect, test} from 'vitest';
import {openTable} from '../../src/workload/file/arrow-table.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const traces = fileURLToPath(new URL('../../fixtures/traces/', import.meta.url));
let db: DuckDBConnection;

function run(...args: string[]): string {
  const {status, stdout, stderr} = coldfront(args, {cwd: folder});
  expect([args[0], status, stderr]).toEqual([args[0], 0, '']);
  return String(stdout);
}

async function rowsOf(sql: string): Promise<unknown[]> {
  const rows = (await db.runAndReadAll(sql)).getRowsJS();
  return rows.map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
}

beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:', {autoinstall_known_extensions: 'false'});
  db = await instance.connect();
  await db.run(`SET file_search_path = '${folder}'`);
});

describe('DuckDB opens, without an extension,', () => {
  test('a workload of counts: functions, calls and where they lie', async () => {
    run('ingest', join(traces, 'azure2019-d07-window480'), '--quiet', '--out', 'w.parquet');
    const described = JSON.parse(run('describe', 'w.parquet', '--json'));
    expect(
      await rowsOf(
        "SELECT count(*), count(DISTINCT app), count(DISTINCT owner), sum(list_sum(count)), max(list_max(minute)) FROM 'w.parquet'",
      ),
    ).toEqual([
      [described.functions, described.apps, described.owners, described.invocations, described.spanMs / 60_000 - 1],
    ]);
    expect(await rowsOf("SELECT function, list_sum(count) FROM 'w.parquet' ORDER BY 2 DESC LIMIT 1")).toEqual([
      [described.busiest[0].function, described.busiest[0].callsPerDay * (described.spanMs / 86_400_000)],
    ]);
  });

  test('a workload of single calls, with unknown durations as they are in Arrow', async () => {
    run('ingest', join(traces, 'azure2021/SEMI-SYNTHETIC_events_5fn.csv'), '--quiet', '--out', 'e.parquet');
    run('ingest', join(traces, 'azure2021/SEMI-SYNTHETIC_events_5fn.csv'), '--quiet', '--out', 'e.arrow');
    const {functions, invocations} = JSON.parse(run('describe', 'e.arrow', '--json'));
    expect(
      await rowsOf(
        "SELECT count(*), sum(len(arrival)), sum(len(duration)), min(list_min(arrival)) >= 0 FROM 'e.parquet'",
      ),
    ).toEqual([[functions, invocations, invocations, true]]);
  });

  test('what synth, plan and forecast write', async () => {
    run('synth', '--functions', '30', '--rate', '2', '--span', '3h', '--quiet', '--out', 's.parquet');
    const {functions, invocations} = JSON.parse(run('describe', 's.parquet', '--json'));
    expect(await rowsOf("SELECT count(*), sum(list_sum(count)) FROM 's.parquet'")).toEqual([[functions, invocations]]);
    for (const out of ['p.arrow', 'p.parquet'])
      run('plan', 's.parquet', '--no-trials', '--window', '1h', '--rest', 'keep', '--quiet', '--out', out);
    const plan = openTable(new Uint8Array(readFileSync(join(folder, 'p.arrow'))).buffer);
    const slots = plan.toArray().reduce((sum, row) => sum + Number(row.slots), 0);
    expect(slots).toBeGreaterThan(0);
    expect(await rowsOf("SELECT count(*), sum(slots) FROM 'p.parquet'")).toEqual([[plan.numRows, slots]]);
    run('forecast', 's.parquet', '--model', 'rolling-mean', '--quiet', '--out', 'f.parquet');
    expect(await rowsOf("SELECT count(DISTINCT function) FROM 'f.parquet'")).toEqual([[functions]]);
  });

  test('nothing more than the columns that README names', async () => {
    const columns = (await rowsOf("DESCRIBE FROM 'w.parquet'")).map((row) => (row as string[]).slice(0, 2));
    expect(Object.fromEntries(columns)).toEqual({
      function: 'VARCHAR',
      app: 'VARCHAR',
      owner: 'VARCHAR',
      trigger: 'VARCHAR',
      memory_mib: 'DOUBLE',
      duration_mean_ms: 'DOUBLE',
      duration_min_ms: 'DOUBLE',
      duration_max_ms: 'DOUBLE',
      duration_pct_ms: 'DOUBLE[]',
      minute: 'UINTEGER[]',
      count: 'UINTEGER[]',
    });
  });
});

describe('report', () => {
  test('takes a workload as Parquet for one, and says what to do with a plan as Parquet', () => {
    run('report', 'w.parquet', '--out', 'r.html', '--quiet');
    expect(readFileSync(join(folder, 'r.html'), 'utf8')).toContain('When calls come');
    const {status, stderr} = coldfront(['report', 'p.parquet', '--out', 'p.html'], {cwd: folder});
    expect([status, stderr]).toEqual([
      3,
      'coldfront report: p.parquet: is a plan as Parquet (a page is made of the Arrow file: coldfront plan W --out F.arrow)\n',
    ]);
  });
});
