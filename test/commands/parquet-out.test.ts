import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {parquetMetadata, parquetReadObjects} from 'hyparquet';
import {beforeAll, expect, test} from 'vitest';
import {openTable} from '../../src/workload/file/arrow-table.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const bytes = (name: string): ArrayBuffer => new Uint8Array(readFileSync(join(folder, name))).buffer;

beforeAll(() => {
  expect(run('synth', '--functions', '30', '--rate', '2', '--span', '3h', '--out', 'w.arrow', '--quiet').status).toBe(
    0,
  );
});

test.each([
  ['plan', ['--no-trials', '--window', '1h', '--rest', 'keep']],
  ['forecast', ['--model', 'rolling-mean']],
])('%s --out x.parquet holds the rows, names and metadata of the Arrow file', async (command, flags) => {
  for (const out of ['x.arrow', 'x.parquet']) {
    const {status, stderr} = run(command, 'w.arrow', ...flags, '--out', out, '--force', '--quiet');
    expect([status, stderr]).toEqual([0, '']);
  }
  const arrow = openTable(bytes('x.arrow'));
  const file = bytes('x.parquet');
  const rows = await parquetReadObjects({file});
  expect(rows.length).toBe(arrow.numRows);
  expect(rows.length).toBeGreaterThan(0);
  const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
  for (const [k, row] of arrow.toArray().entries()) {
    for (const name of arrow.names) expect([name, plain(rows[k]![name])]).toEqual([name, plain(row[name])]);
  }
  const metadata = parquetMetadata(file).key_value_metadata!;
  expect(metadata.find(({key}) => key === 'kind')?.value).toBe(`coldfront.${command}`);
});
