import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import type {Random} from '../../src/base/random.ts';
import {decodeWorkload} from '../../src/workload/file/arrow-decode.ts';
import {readWhole} from '../../src/workload/file/file.ts';
import {mutate} from '../helpers/mutate.ts';
import {zipOf} from '../helpers/zip.ts';
import {run} from './commands.ts';
import {mutateBinary} from './mutate-binary.ts';
import {accepted, callsIn, expectNumbers, expectReplayed, expectUsable, must} from './oracle.ts';

/** Something that is fed to coldfront. */
export interface Target {
  readonly name: string;
  /** Intact inputs, made once in `folder`. */
  seeds(folder: string): Promise<Buffer[]>;
  damage(bytes: Buffer, random: Random): Buffer;
  /** Feeds the bytes; throws a Fault, or whatever a bug throws. `n` numbers the mutant. */
  feed(bytes: Buffer, folder: string, n: number): Promise<void>;
}

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const fixture = (path: string): Buffer => readFileSync(join(fixtures, path));
const text = (...lines: string[]): Buffer => Buffer.from(`${lines.join('\n')}\n`);

const invocations = text(
  'HashOwner,HashApp,HashFunction,Trigger,1,2,3,4',
  'o1,a1,f1,http,0,3,0,12',
  'o1,a1,f2,timer,1,1,1,1',
  'o2,a2,f1,queue,0,0,0,0',
  'o2,a3,f3,,1000,0,6.0,1e3',
);
const durations = text(
  'HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_50,percentile_Average_100',
  'o1,a1,f1,215,8641,62.0,18310.0,83,200,3792',
  'o1,a1,f2,3,,-5.0,9,0,3,9',
  'o2,a3,f3,0,5,0.0,0.0,0,0,0',
);
const memory = text(
  'HashOwner,HashApp,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1',
  'o1,a1,534,129,107',
  'o2,a2,17250,165,164',
  'o2,a2,3,64,60',
);
const events = text(
  'app,func,end_timestamp,duration',
  'a1,f1,0.07949090003967285,0.078',
  'a1,f2,57.15786004066467,57.154',
  'a2,f1,120.6912345678,0.0',
  'a2,f1,300.5,405',
  'a1,f1,12.25,-0.5',
);
const calls = text(
  'fn,ts,ms,kind,mb',
  'f1,2026-01-05T10:00:00Z,12.5,http,128',
  'f2,2026-01-05T10:00:59.999999Z,0,timer,256',
  'f1,2026-01-05 10:07:00+01:00,1e3,http,128',
);
const counts = text('fn,team,minute,calls,avg_s', 'f1,x,10,5,0.25', 'f2,x,10,1,1', 'f1,x,11,0,0.0', 'f1,y,40,10,2');
const lines = text(
  '{"fn":"f1","at":{"ms":1000.5},"d":12}',
  '{"fn":"f2","at":{"ms":"2000"},"d":"1e3","x":[1,2]}',
  '{"fn":"f1","at":{"ms":1},"d":0}',
);

/** A trace: what becomes a workload has the calls that ingest counted, and now and then is replayed and planned. */
function trace(
  name: string,
  seeds: readonly Buffer[],
  options: {file?: string; args?: readonly string[]; beside?: Readonly<Record<string, Buffer>>; binary?: boolean} = {},
): Target {
  const {file = 'mutant.csv', args = [], beside = {}, binary = false} = options;
  return {
    name,
    seeds: async () => [...seeds],
    damage: binary ? mutateBinary : mutate,
    async feed(bytes, folder, n) {
      const own = join(folder, name.replaceAll(' ', '-'));
      mkdirSync(own, {recursive: true});
      for (const [other, content] of Object.entries(beside)) writeFileSync(join(own, other), content);
      const path = join(own, file);
      writeFileSync(path, bytes);
      const out = join(folder, 'ingested.arrow');
      const inputs = [path, ...Object.keys(beside).map((other) => join(own, other))];
      const report = await accepted(() => run('ingest', ...inputs, ...args, '--out', out, '--force'));
      if (!report) return;
      expectNumbers(report);
      const total = callsIn(decodeWorkload(await readWhole(out)));
      must(BigInt(report.invocations as number) === total, () => `ingest counts ${report.invocations} of ${total}`);
      if (n % 16 === 0) await expectUsable(out);
    },
  };
}

/** A trace of a platform, as its fixture has it. */
function platform(
  name: string,
  path: string,
  args: readonly string[] = [],
  beside: Readonly<Record<string, Buffer>> = {},
) {
  return trace(name, [fixture(`platforms/${path}`)], {file: path.split('/').at(-1)!, args, beside});
}

/** A file that another command made: `make` writes it to a path, `feed` takes it. */
function artifact(
  name: string,
  make: (path: string, folder: string) => Promise<unknown>,
  feed: (path: string, folder: string) => Promise<void>,
  damage: Target['damage'] = mutateBinary,
): Target {
  return {
    name,
    damage,
    async seeds(folder) {
      const path = join(folder, 'seed');
      await make(path, folder);
      return [readFileSync(path)];
    },
    async feed(bytes, folder) {
      const path = join(folder, 'mutant');
      writeFileSync(path, bytes);
      await feed(path, folder);
    },
  };
}

/** The workload that artifacts are made of and read with. */
async function workload(folder: string, kind: 'minute' | 'event'): Promise<string> {
  const [file, out] = [join(folder, `${kind}.csv`), join(folder, `${kind}.arrow`)];
  writeFileSync(file, kind === 'minute' ? counts : events);
  const map = ['--format', 'csv', '--map', 'function=fn,owner=team,minute=minute,count=calls,duration=avg_s:s'];
  await run('ingest', file, ...(kind === 'minute' ? map : []), '--out', out, '--force');
  return out;
}

/** A small table or file beside a workload, given to a command by a flag. */
function beside(name: string, content: Buffer, command: 'plan' | 'replay', flag: string): Target {
  return artifact(
    name,
    async (path) => writeFileSync(path, content),
    async (path, folder) => {
      const report = await accepted(async () =>
        run(
          command,
          await workloadOnce(folder, 'minute'),
          flag,
          path,
          ...(command === 'plan' ? ['--rest', 'keep'] : ['--threads', '1']),
        ),
      );
      if (report) expectNumbers(report);
      if (report && command === 'replay') expectReplayed(report, 16n);
    },
    mutate,
  );
}

const made = new Map<string, Promise<string>>();

function workloadOnce(folder: string, kind: 'minute' | 'event'): Promise<string> {
  const known = made.get(`${folder} ${kind}`) ?? workload(folder, kind);
  made.set(`${folder} ${kind}`, known);
  return known;
}

const workloadFile = (kind: 'minute' | 'event') =>
  artifact(
    `workload of ${kind}s`,
    async (path, folder) => copyFileSync(await workloadOnce(folder, kind), path),
    async (path) => {
      const loads = await accepted(() => run('describe', path));
      if (loads) await expectUsable(path);
    },
  );

const mapped = (map: string, format = 'csv') => ['--format', format, '--map', map];
const byCalls = mapped('function=fn,arrival=ts:iso,duration=ms:ms,trigger=kind,memory=mb:MiB');

export const targets: readonly Target[] = [
  trace('azure-2019 invocations', [invocations], {file: 'm.d01.csv', args: ['--format', 'azure-2019']}),
  trace('azure-2019 durations', [durations], {
    file: 'd.d01.csv',
    args: ['--format', 'azure-2019'],
    beside: {'i.d01.csv': invocations},
  }),
  trace('azure-2019 memory', [memory], {
    file: 'm.d01.csv',
    args: ['--format', 'azure-2019'],
    beside: {'i.d01.csv': invocations},
  }),
  trace('azure-2021', [events], {args: ['--format', 'azure-2021']}),
  trace('csv of calls', [calls], {args: byCalls}),
  trace('csv of counts', [counts], {args: mapped('function=fn,owner=team,minute=minute,count=calls,duration=avg_s:s')}),
  trace('ndjson', [lines], {args: mapped('function=fn,arrival=at.ms:ms,duration=d:ms', 'ndjson')}),
  trace('recognised by header', [invocations, events, memory]),
  trace('gzip', [gzipSync(events), gzipSync(calls)], {binary: true, args: byCalls}),
  trace('zip', [zipOf([{name: 'calls.csv', text: calls.toString()}])], {
    binary: true,
    file: 'calls.zip',
    args: byCalls,
  }),
  platform('in-vitro', 'in-vitro/invocations.csv', ['--format', 'in-vitro']),
  platform('huawei-2023', 'huawei-2023/private_dataset/requests_minute/day_000.csv', ['--format', 'huawei-2023']),
  platform('huawei-2025', 'huawei-2025/per_request/R2_00000.csv'),
  platform('code-engine', 'code-engine/week_1.json'),
  platform('cloudwatch-insights', 'cloudwatch-insights/export.csv'),
  platform('cloudwatch-metrics', 'cloudwatch-metrics/get-metric-data.json'),
  platform('lambda-log', 'lambda-log/tail.log'),
  platform('lambda-json', 'lambda-json/system.ndjson'),
  platform('cloud-run', 'cloud-run/requests.json'),
  platform('app-insights', 'app-insights/portal.csv'),
  platform('openwhisk', 'openwhisk/activations.json'),
  platform('prometheus', 'prometheus/opentelemetry.json'),
  platform('otlp', 'otlp/traces.ndjson'),
  platform('wide', 'wide/grafana.csv'),
  workloadFile('minute'),
  workloadFile('event'),
  artifact(
    'plan',
    async (path, folder) =>
      run('plan', await workloadOnce(folder, 'minute'), '--rest', 'keep', '--out', path, '--force'),
    async (path, folder) => {
      const out = join(folder, 'exported.csv');
      await accepted(() => run('export', path, '--to', 'csv', '--out', out, '--force'));
      await accepted(() => run('diff', path, path));
      const minute = await workloadOnce(folder, 'minute');
      const report = await accepted(() => run('replay', minute, '--policy', `plan:file=${path}`, '--threads', '1'));
      if (report) expectReplayed(report, 16n);
    },
  ),
  artifact(
    'forecast',
    async (path, folder) =>
      run('forecast', await workloadOnce(folder, 'minute'), '--model', 'rolling-mean', '--out', path, '--force'),
    async (path, folder) => {
      const report = await accepted(async () =>
        run('plan', await workloadOnce(folder, 'minute'), '--forecast', path, '--rest', 'keep'),
      );
      if (report) expectNumbers(report);
    },
  ),
  artifact(
    'report',
    async (path, folder) => {
      const report = await run('replay', await workloadOnce(folder, 'minute'), '--threads', '1');
      writeFileSync(path, JSON.stringify(report));
    },
    async (path, folder) => {
      await accepted(() => run('check', path, '--min-warm-share', '.5', '--max-usd-per-day', '3'));
      const report = await accepted(() => run('diff', join(folder, 'seed'), path));
      if (report) expectNumbers(report);
    },
    mutate,
  ),
  beside('limits', text('function,app,owner,min,max', 'f1,,x,1,3', 'f2,,,0,2'), 'plan', '--limits'),
  beside('teams', text('owner,team,weight', 'x,red,2', 'y,blue,.5'), 'plan', '--teams'),
  beside('events', text('name,start,ramp,duration,p50,p90,class', 'sale,10m,1m,5m,10,20,*'), 'plan', '--events'),
  beside(
    'prices',
    Buffer.from('{"warmUsdPerSlotDay":0.01,"warmUsdPerGbSecond":0,"delayUsdPerHour":20,"dropUsd":0.0028}'),
    'replay',
    '--prices',
  ),
];
