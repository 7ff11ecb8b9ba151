import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {DuckDBInstance} from '@duckdb/node-api';
import {type Dialect, parse} from '@polyglot-sql/sdk';
import {describe, expect, test} from 'vitest';
import {sqlDialects} from '../../../src/trace/sql/dialects.ts';
import {printSql} from '../../../src/trace/sql/print-sql.ts';
import {coldfront} from '../../helpers/cli.ts';
import {temporaryFolder} from '../../helpers/traces.ts';
import {ingested} from './counted.ts';

const folder = temporaryFolder();
const fixtures = fileURLToPath(new URL('../../../fixtures/', import.meta.url));

const logs: readonly (readonly [from: string, map?: string])[] = [
  ['lambda-json'],
  ['lambda-json:logs.raw'],
  ['otlp'],
  [
    'table:logs.calls',
    'function=fn,app=ap,owner=ow,trigger=tr,arrival=ts:iso,duration=d:ms,cold=c:s,memory=m:MB,weight=w',
  ],
  ['table:calls', 'function=fn,end=ts:ns,duration=d:m,cold=c:us'],
  ['table:counts', 'function=meta.labels.fn,minute=t:ms,count=n,duration=d:s'],
  ['table:counts', 'minute=minute'],
];

describe('the query in the words of each engine', () => {
  test.each(sqlDialects.names.flatMap((dialect) => logs.map(([from, map]) => [dialect, from, map] as const)))(
    '%s parses that of %s --map %s',
    (dialect, from, map) => {
      const sql = printSql({dialect, from, paths: [], map, where: map === undefined ? [] : ["env=pr'od"]});
      const language = dialect as Dialect;
      expect(parse(sql, language)).toMatchObject({success: true, error: null});
      // Of statements that it does not know the parser keeps the text: the query is looked at by itself.
      const query = /^WITH .*?(?=\n\) TO |\nINTO OUTFILE|;?\n$)/ms.exec(sql)![0];
      expect(parse(query, language)).toMatchObject({success: true, error: null});
      for (const [found, broken] of [
        ['\n)\nSELECT', '\nSELECT'],
        [' END AS ', ' AS '],
        ['coalesce(max(', 'coalesce(max'],
      ] as const) {
        expect(parse(query.replace(found, broken), language).success, broken).toBe(false);
      }
    },
  );

  test('names and texts of the user stay names and texts', () => {
    const sql = printSql({
      dialect: 'duckdb',
      from: 'table:a"b',
      paths: [],
      map: 'function=f"n,arrival=t:ms',
      where: ["e='); DROP"],
    });
    expect(sql).toContain('FROM "a""b"');
    expect(sql).toContain('CAST("f""n" AS VARCHAR)');
    expect(sql).toContain("= '''); DROP'");
  });

  test('DuckDB runs what is printed, and the Parquet file is read as the log is', async () => {
    const log = `${fixtures}golden/azl-12k-u.csv`;
    const map =
      'function=function,arrival=arrival_ms:ms,duration=warm_ms:ms,cold=cold_extra_ms:ms,memory=memory_mb:MiB';
    const printed = coldfront(['ingest', log, '--print-sql', 'duckdb', '--from', 'csv', '--map', map]);
    expect([printed.status, printed.stderr]).toEqual([0, '']);
    await runInFolder(printed.stdout.toString());
    const counted = await ingested([join(folder, 'counts.parquet')], join(folder, 'counted.arrow'));
    expect(counted).toEqual(await ingested([log, '--format', 'csv', '--map', map], join(folder, 'scanned.arrow')));
  });

  test('a table of raw events of Lambda is counted as the file is', async () => {
    const log = `${fixtures}platforms/lambda-json/system.ndjson`;
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const rows = lines.map((line) => `('${line.replaceAll("'", "''")}', '/aws/lambda/orders-api', NULL)`);
    const table = `CREATE TABLE lambda_logs AS SELECT * FROM (VALUES ${rows.join(',')}) t(message, log_group, log_stream);`;
    await runInFolder(table + printSql({dialect: 'duckdb', from: 'lambda-json', paths: []}));
    const counted = await ingested([join(folder, 'counts.parquet')], join(folder, 'counted.arrow'));
    expect(counted).toEqual(await ingested([log], join(folder, 'scanned.arrow')));
  });

  test('counts of several parts of a log add up to those of the log', async () => {
    const [header, ...rows] = readFileSync(`${fixtures}golden/azl-12k-u.csv`, 'utf8').trimEnd().split('\n');
    const map = 'function=function,arrival=arrival_ms:ms,duration=warm_ms:ms,cold=cold_extra_ms:ms';
    const parts: string[] = [];
    for (const k of [0, 1, 2]) {
      const own = rows.filter((_, at) => at % 3 === k);
      writeFileSync(join(folder, `part-${k}.csv`), `${[header, ...own].join('\n')}\n`);
      const from = join(folder, `part-${k}.csv`);
      await runInFolder(
        printSql({dialect: 'duckdb', from: 'table:x', paths: [], map}).replace('"x"', `'${from}'`),
        `part-${k}`,
      );
      parts.push(join(folder, `part-${k}.parquet`));
    }
    const all = await ingested(parts, join(folder, 'parts.arrow'));
    const log = `${fixtures}golden/azl-12k-u.csv`;
    expect(all).toEqual(await ingested([log, '--format', 'csv', '--map', map], join(folder, 'scanned.arrow')));
  });
});

/** Runs statements whose output is counts.parquet, or `name` instead, in the folder. */
async function runInFolder(sql: string, name = 'counts'): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(sql.replace("'counts.parquet'", `'${join(folder, name)}.parquet'`));
  connection.closeSync();
}

describe('what there is no query for', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['nothing', [], /needs --from/],
    ['another log', ['--from', 'syslog'], /must be lambda-json, otlp or table:NAME/],
    ['a table without a name', ['--from', 'table'], /must name it/],
    ['a table without a map', ['--from', 'table:calls'], /needs --map/],
    ['a map of a log with columns of its own', ['--from', 'otlp', '--map', 'arrival=t:ms'], /has its own columns/],
    ['running totals', ['--from', 'table:t', '--map', 'minute=m,count=n:counter'], /running totals/],
    ['dates with the month first', ['--from', 'table:t', '--map', 'arrival=t:us-date'], /iso and numbers alone/],
    ['two tables', ['--from', 'table:t', 'u', '--map', 'arrival=t:ms'], /names one table/],
  ])('%s', (_, args, says) => {
    const {status, stderr, stdout} = coldfront(['ingest', '--print-sql', 'athena', ...args]);
    expect([status, stdout.toString(), stderr]).toEqual([2, '', expect.stringMatching(says)]);
  });

  test('an engine that is not known', () => {
    expect(coldfront(['ingest', '--print-sql', 'oracle', '--from', 'otlp']).status).toBe(2);
  });
});
