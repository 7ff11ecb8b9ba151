import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {UserError} from '../../src/base/errors.ts';
import {Random} from '../../src/base/random.ts';
import {traceFormats} from '../../src/trace/formats.ts';
import {readTrace, type TraceOptions} from '../../src/trace/read-trace.ts';
import {decodeWorkload} from '../../src/workload/file/arrow-decode.ts';
import {encodeWorkload} from '../../src/workload/file/arrow-encode.ts';
import {invocationsTotal, type Workload} from '../../src/workload/workload.ts';
import {mutate} from '../helpers/mutate.ts';
import {readFiles, temporaryFolder} from '../helpers/traces.ts';
import {contentOf} from '../helpers/workload.ts';

const folder = temporaryFolder();
const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

interface Sample {
  readonly path: string;
  readonly options?: Partial<TraceOptions>;
  /** Files that the sample needs beside it are in its folder. */
  readonly whole?: boolean;
}

/** A small trace of every format; one that is not here fails the first test. */
const samples: Readonly<Record<string, Sample>> = {
  'minute-counts': {path: 'platforms/minute-counts/counts.csv'},
  'azure-2019': {path: 'traces/azure2019-multiday/invocations_per_function_md.anon.d01.csv'},
  'azure-2021': {path: 'traces/azure2021/AzureFunctionsInvocationTrace2021.first199.csv'},
  'in-vitro': {path: 'platforms/in-vitro/invocations.csv', options: {format: 'in-vitro'}},
  'huawei-2023': {path: 'platforms/huawei-2023/private_dataset/requests_minute/day_000.csv'},
  'huawei-2025': {path: 'platforms/huawei-2025/per_request/R2_00000.csv'},
  'code-engine': {path: 'platforms/code-engine/week_1.json'},
  'cloudwatch-insights': {path: 'platforms/cloudwatch-insights/export.csv'},
  'cloudwatch-metrics': {path: 'platforms/cloudwatch-metrics/get-metric-data.json'},
  'lambda-log': {path: 'platforms/lambda-log/tail.log'},
  'lambda-json': {path: 'platforms/lambda-json/system.ndjson'},
  'cloud-run': {path: 'platforms/cloud-run/requests.json'},
  'app-insights': {path: 'platforms/app-insights/portal.csv'},
  openwhisk: {path: 'platforms/openwhisk/activations.json'},
  prometheus: {path: 'platforms/prometheus/opentelemetry.json'},
  otlp: {path: 'platforms/otlp/traces.ndjson'},
  wide: {path: 'platforms/wide/grafana.csv'},
  csv: {
    path: 'platforms/huawei-2025/per_request/R2_00000.csv',
    options: {format: 'csv', map: 'function=funcName,end=time_worker:s,duration=totalCost_worker:s'},
  },
  ndjson: {
    path: 'platforms/code-engine/week_1.json',
    options: {format: 'ndjson', map: 'function=AppHash,arrival=InvocationTimes:s,duration=AppExecTimes:ms'},
  },
  parquet: {
    // Whatever holds a table: the container is tested with the files.
    path: 'platforms/huawei-2025/per_request/R2_00000.csv',
    options: {format: 'parquet', map: 'function=funcName,arrival=time_worker:s'},
  },
};
const names = Object.keys(samples);
const bytesOf = (name: string): Buffer => readFileSync(join(fixtures, samples[name]!.path));
const read = (name: string, bytes: Uint8Array | string, file = samples[name]!.path.split('/').at(-1)!) =>
  readFiles(folder, {[file]: bytes}, samples[name]!.options ?? {});

/** A workload that everything behind can trust: what its file's reader checks, and it has the calls that were counted. */
function expectSound(workload: Workload): void {
  const pieces: Buffer[] = [];
  encodeWorkload(workload, {write: (piece) => pieces.push(Buffer.from(piece as Uint8Array))});
  const bytes = Buffer.concat(pieces);
  const again = decodeWorkload(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  expect(contentOf(again)).toEqual(contentOf(workload));
}

describe('every format', () => {
  test('is under contract here, and says all that the table of formats needs', () => {
    expect(names.sort()).toEqual([...traceFormats.names].sort());
    for (const {name, summary, owner, obtain, reads} of traceFormats.parts) {
      for (const text of [summary, owner, obtain, reads]) expect(text, name).toMatch(/^\S.*[^\s.]$/s);
      expect(name).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
    }
  });

  test.each(names)('%s: its sample is recognised by itself, and is sound', async (name) => {
    const {workload, tally, format} = await read(name, bytesOf(name));
    expect([format, tally.skipped]).toEqual([name, 0]);
    expect(invocationsTotal(workload)).toBeGreaterThan(0);
    expectSound(workload);
  });

  test.each(names)('%s: the same trace whatever the order of its files, and twice is refused', async (name) => {
    const file = samples[name]!.path.split('/').at(-1)!;
    const copy = file.replace(/(\.d01)?\./, (dot) => (dot.length > 1 ? `.d01.` : '-copy.'));
    const twice = {[file]: bytesOf(name), [copy === file ? `copy.${file}` : copy]: bytesOf(name)};
    await expect(readFiles(folder, twice, samples[name]!.options)).rejects.toMatchObject({exitCode: 3});
    const {workload} = await readFiles(folder, twice, {...samples[name]!.options, allowDuplicates: true});
    expect(invocationsTotal(workload)).toBeGreaterThanOrEqual(
      invocationsTotal((await read(name, bytesOf(name))).workload),
    );
  });

  test.each(names)(
    '%s: an empty file, one of another format and one of nothing but a header are bad input or empty',
    async (name) => {
      await expect(read(name, '')).rejects.toMatchObject({exitCode: 3, message: expect.stringContaining('is empty')});
      await expect(
        readFiles(folder, {x: 'no,trace\n1,2\n'}, {...samples[name]!.options, format: name}),
      ).rejects.toMatchObject({exitCode: 3});
      const header = bytesOf(name).toString().split('\n')[0]!;
      const read0 = async () => (await read(name, `${header}\n`)).workload;
      await read0().then(expectSound, (error) => expect(error).toMatchObject({exitCode: 3}));
    },
  );

  test.each(names)(
    '%s: numbers below 0, infinite ones, blanks and NaN are refused, clamped or unknown, and nothing breaks',
    async (name) => {
      const text = bytesOf(name).toString('utf8');
      for (const [pattern, put] of [
        [/(?<=[,: [\t"])\d+(\.\d+)?(?=[,}\]\t "]|$)/gm, '-7'],
        [/(?<=[,: [\t"])\d+(\.\d+)?(?=[,}\]\t "]|$)/gm, '1e999'],
        [/(?<=[,: [\t"])\d+(\.\d+)?(?=[,}\]\t "]|$)/gm, 'NaN'],
        [/(?<=[,: [\t"])\d+(\.\d+)?(?=[,}\]\t "]|$)/gm, ''],
        [/(?<=[,: [\t"])\d+(\.\d+)?(?=[,}\]\t "]|$)/gm, '999999999999999999999'],
      ] as const) {
        let k = 0;
        // Every third number, so that something of each row is left.
        const changed = text.replace(pattern, (number) => (k++ % 3 === 0 ? put : number));
        await read(name, changed).then(
          ({workload}) => expectSound(workload),
          (error) => expect(error).toMatchObject({name: 'UserError', exitCode: 3}),
        );
      }
    },
  );

  test.each(names)('%s: damaged in any way it parses with counted skips or is bad input', async (name) => {
    const random = new Random(names.indexOf(name));
    const whole = bytesOf(name);
    for (let n = 0; n < 60; n++) {
      const bytes = n % 10 === 0 ? whole.subarray(0, random.below(whole.length)) : mutate(whole, random);
      try {
        const {workload, tally} = await read(name, bytes);
        if (n % 15 === 0) expectSound(workload);
        if (tally.skipped > tally.read) expect.unreachable(`${tally.skipped} of ${tally.read} skipped`);
      } catch (error) {
        if (!(error instanceof UserError && error.exitCode === 3)) throw error;
      }
    }
  });
});

test('no format takes the sample of another for its own', async () => {
  for (const name of names) {
    const {auto} = traceFormats.named(name);
    if (auto) expect((await readTrace([join(fixtures, samples[name]!.path)], {format: 'auto'})).format).toBe(name);
  }
  const all = (path: string): string[] =>
    statSync(path).isDirectory() ? readdirSync(path).flatMap((file) => all(join(path, file))) : [path];
  const files = all(join(fixtures, 'platforms')).filter((path) => !path.endsWith('README.md'));
  for (const path of files) {
    const its = relative(join(fixtures, 'platforms'), path).split('/')[0]!;
    const taken = await readTrace([path], {format: 'auto'}).then(
      ({format}) => format,
      (error: UserError) => `refused: ${error.message}`,
    );
    // Tables that are joined with others are of no use alone; In-Vitro's are Azure's.
    const fits =
      its === 'in-vitro'
        ? /azure-2019|refused: .*(durations|memory)/
        : new RegExp(`^${its}$|refused: .*(none was given|alone)`);
    expect(taken, path).toMatch(fits);
  }
});
