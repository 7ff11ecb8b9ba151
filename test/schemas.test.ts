import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {tableFromIPC} from 'apache-arrow';
import {beforeAll, describe, expect, test} from 'vitest';
import {signals} from '../src/forecast/features/group.ts';
import {segmentNames} from '../src/forecast/segments.ts';
import {objectiveNames} from '../src/plan/bounds/objectives.ts';
import {curveNames} from '../src/plan/demand/demand.ts';
import {objectives} from '../src/plan/gate/check.ts';
import {reasons} from '../src/plan/outcome/reasons.ts';
import {countNames} from '../src/replay/ledger.ts';
import {callClasses} from '../src/workload/call-class.ts';
import {writeWorkload} from '../src/workload/file/file.ts';
import {coldfront} from './helpers/cli.ts';
import {ajv, complaints, type Json, type JsonObject, jsonAt, schemas} from './helpers/schemas.ts';
import {temporaryFolder} from './helpers/traces.ts';
import {minuteWorkload} from './helpers/workload.ts';
import {everyTopic} from './tradeoff/every-topic.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

/** What the command prints under --json, on stderr where an artifact has stdout. */
function printed(args: readonly string[], exit = 0): JsonObject {
  // What stands after -- is another command's.
  const own = args.includes('--') ? args.indexOf('--') : args.length;
  const {status, stdout, stderr} = run(...args.slice(0, own), '--json', ...args.slice(own));
  const artifactOnStdout = args.includes('--out') && args[args.indexOf('--out') + 1] === '-';
  const [report, rest] = artifactOnStdout ? [stderr, ''] : [stdout.toString(), stderr];
  // What was skipped is said whatever else is quiet.
  expect([status, rest.replace(/^warning: .*\n/, '')]).toEqual([exit, '']);
  return JSON.parse(report) as JsonObject;
}

const trace = (name: string) => join(root, 'fixtures/traces', name);
const quick = ['--epochs', '5', '--rows-per-epoch', '1024', '--hidden', '8,8', '--horizon', '1m'];
/** A replay of players whose rooms are bound to instances. */
const game = ['replay', 'game.arrow', '--functions', 'game.csv', '--hosts', '3', '--slots', '1', '--routing', 'room'];
/** A replay in whose window nothing is called. */
const unreached = ['replay', 'bare.arrow', '--from', '2m', '--until', '3m'];
const bare = ['bare.csv', '--format', 'csv', '--map', 'function=f,arrival=at:ms'];

/** Every object within a value, itself included. */
const nodesOf = (value: Json): JsonObject[] =>
  Array.isArray(value)
    ? value.flatMap(nodesOf)
    : value !== null && typeof value === 'object'
      ? [value as JsonObject, ...Object.values(value).flatMap(nodesOf)]
      : [];

beforeAll(() => {
  const ingest = (out: string, ...args: string[]) => expect(run('ingest', ...args, '--out', out).stderr).toBe('');
  ingest('w.arrow', trace('azure2019-d07-window480'));
  ingest('events.arrow', trace('azure2021/AzureFunctionsInvocationTrace2021.first199.csv'));
  // A trace that says of each call only when it was, and one in which nothing was called.
  writeFileSync(join(folder, 'bare.csv'), 'f,at\na,0\nb,1000\na,61000\na,200000\n,5\nb,x\n');
  expect(run('ingest', ...bare, '--out', 'bare.arrow').status).toBe(0);
  // And one that tells which calls were cold.
  writeFileSync(join(folder, 'cold.csv'), 'f,at,init\na,0,50\na,1,0\nb,2,\n');
  ingest('cold.arrow', 'cold.csv', '--format', 'csv', '--map', 'function=f,arrival=at:s,cold=init:ms');
  writeWorkload(minuteWorkload([{function: 'a', minute: 0, count: 0}], [0, 1]), join(folder, 'idle.arrow'), {
    force: false,
  });
  expect(run('train', 'w.arrow', '--out', 'm.onnx', ...quick, '--checkpoint', 'm.ckpt').stderr).toBe('');
  for (const [name, price] of [
    ['one', '20'],
    ['two', '1'],
  ]) {
    const plan = ['plan', 'w.arrow', '--no-trials', '--delay-usd-per-hour', price!, '--out', `${name}.arrow`];
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(printed(plan)));
  }
  writeFileSync(join(folder, 'game.csv'), 'function,min,max,concurrency\naction,2,2,8\n');
  const players = ['--sessions', 'players=20,rooms=5', '--span', '30s', '--out', 'game.arrow'];
  expect(run('synth', ...players).status).toBe(0);
  const replay = ['replay', 'w.arrow', '--policy', 'none', '--policy', 'fixed:ttl=10m'];
  writeFileSync(join(folder, 'r.json'), JSON.stringify(printed(replay)));
  writeFileSync(join(folder, 'unreached.json'), JSON.stringify(printed(unreached)));
  for (const k of [1, 2]) expect(run('replay', 'bare.arrow', '--shard', `${k}/2`, '--out', `${k}.part`).status).toBe(0);
});

const onTraces = everyTopic.filter((topic) => topic.workload !== undefined);

/** Fields that may be missing: asked for by a flag, of one case among several, of a bug, or with a default. */
const optional = [
  'baseline',
  'warmUpMs',
  'sample',
  'savesError',
  ...['batch', 'burstCalls', 'bySheet', 'restart', 'work', 'decision', 'savings', 'sessions'],
  ...['explain', 'importance', 'scenario', 'scenarioUnit', 'textbook', 'simulation', 'why', 'stack'],
  ...['trials', 'restUsdPerDay', 'slotsPayFor', 'baseline', 'recorded', 'validation', 'interval80'],
  ...['contextMinutes', 'active', 'counts', 'countsAre', 'scaling', 'conformal', 'champions', 'training', 'calibrated'],
  ...[
    'onTime',
    'valueKept',
    'largestServiceLagMs',
    'serviceJain',
    'borrowedSlotSeconds',
    'quota',
    'alone',
    'contention',
    'detection',
  ],
  ...['prices', 'platform', 'chargedBy', 'chargeback', 'hostSeconds', 'peakHosts', 'kept', 'scalableTarget'],
  ...['slices', 'failures', 'freeTierUsd', 'left'],
  ...['max', 'target', 'utilization', 'windowS', 'http', 'stemCells', 'stemMib'],
];

/** Kind, command line, exit code: every kind of report, and what empties its fields. */
const reports: [string, string[], number?][] = [
  ['ingest', ['ingest', trace('azure2019-d07-window480'), '--out', 'again.arrow']],
  ['ingest', ['ingest', ...bare, '--out', 'bare.arrow', '--force']],
  ['synth', ['synth', '--functions', '20', '--span', '90s', '--out', 's.arrow']],
  ['synth', ['synth', '--like', 'bare.arrow', '--out', '-']],
  ...['w', 'events', 'bare', 'idle', 'cold'].map((name): [string, string[]] => [
    'describe',
    ['describe', `${name}.arrow`],
  ]),
  ['replay', ['replay', 'w.arrow', '--policy', 'none', '--policy', 'hybrid', '--policy', 'clairvoyant']],
  ['replay', ['replay', 'w.arrow', '--hosts', '1', '--slots', '20', '--full', 'drop', '--from', '1h', '--until', '2h']],
  ['replay', ['replay', 'w.arrow', '--hosts', '2', '--memory', '1GiB', '--max-wait', '1s', '--prices', 'aws-lambda']],
  ...['events', 'bare'].map((name): [string, string[]] => ['replay', ['replay', `${name}.arrow`]]),
  ['replay', ['replay', 'cold.arrow', '--calibrate']],
  ['replay', ['replay', 'w.arrow', '--cores', '8', '--set', 'detect=10%']],
  ['replay', ['replay', 'game.arrow', '--routing', 'any', '--set', 'state=store']],
  ['replay', [...game, '--set', 'state=instance', '--set', 'world=push', '--fail', 'hosts=1,at=10s,for=5s']],
  ['replay', unreached],
  ['frontier', ['frontier', 'bare.arrow']],
  ['frontier', ['frontier', 'events.arrow', '--policy', 'none', '--policy', 'belady', '--hosts', '1', '--slots', '2']],
  ['frontier', ['frontier', 'bare.arrow', '--from', '2m', '--until', '3m', '--policy', 'fixed:ttl=10m']],
  ...everyTopic.map(({name}): [string, string[]] => ['tradeoff', ['tradeoff', name]]),
  ...onTraces.map(({name}): [string, string[]] => ['tradeoff', ['tradeoff', name, '--workload', 'w.arrow']]),
  // The others are of the same shape, and slow.
  ['tradeoff', ['tradeoff', 'burst', '--simulate']],
  ['plan', ['plan', 'w.arrow', '--out', 'p.arrow']],
  [
    'plan',
    ['plan', 'w.arrow', '--train-until', '4h', '--window', '1h', '--budget-slots', '40', '--fair', '--out', '-'],
  ],
  ['plan', ['plan', 'w.arrow', '--no-trials', '--objective', 'worst-team', '--budget-slots', '200', '--no-timers']],
  ['plan', ['plan', 'w.arrow', '--no-trials', '--objective', 'worst-team', '--budget-slots', '5']],
  ['plan', ['plan', 'w.arrow', '--no-trials', '--budget-memory', '4GiB', '--curve', 'poisson']],
  ['plan', ['plan', 'w.arrow', '--no-trials', '--p99-start-ms', '200', '--cold', 'lognormal:median=1s,sigma=1']],
  ['plan', ['plan', 'bare.arrow', '--explain', 'a', '--budget-usd-per-day', '1']],
  ['plan', ['plan', 'idle.arrow']],
  ['plan', ['plan', 'bare.arrow', '--no-trials', '--prices', 'seed', '--prices', 'memory']],
  ['replay', ['replay', 'w.arrow', '--platform', 'knative:min=1']],
  ['frontier', ['frontier', 'bare.arrow', '--platform', 'lambda', '--policy', 'none']],
  ['platforms', ['platforms', 'bare.arrow', '--on', 'lambda,cloud-run:min=1,max=9,openwhisk']],
  ['platform-plan', ['plan', 'bare.arrow', '--platform', 'lambda', '--delay-usd-per-hour', '50']],
  ['platform-plan', ['plan', 'bare.arrow', '--platform', 'azure-flex', '--p99-start-ms', '0', '--out', '-']],
  ['size', ['size', 'w.arrow', '--find', 'hosts', '--slots', '16', '--p99-start', '200ms', '--seeds', '1']],
  ['replay', ['merge', '1.part', '2.part']],
  ['job', ['job', '--engine', 'slurm', '--shards', '2', '--out', 'nightly', '--', 'replay', 'w.arrow']],
  ['size', ['size', 'bare.arrow', '--find', 'ttl', '--cold-share', '0', '--platform', 'lambda'], 4],
  ['replay', ['replay', 'w.arrow', '--policy', 'none', '--baseline', 'fixed:ttl=1m', '--price-factor', '2']],
  ['history', ['history', 'r.json', 'one.json', 'one.arrow']],
  ['explain', ['explain', 'bare.arrow', 'a', '--no-trials']],
  ['config', ['config', '--platform', 'lambda', '--preset', 'meta', '--set', 'growth=5%,until=2030-01-01']],
  ['check', ['check', 'one.arrow', '--p99-start-ms', '200', '--min-warm-share', '99%', '--quiet']],
  ['check', ['check', 'r.json', ...objectives.flatMap(({flag}) => [`--${flag}`, '0.5'])], 4],
  ['diff', ['diff', 'one.arrow', 'two.arrow']],
  ['diff', ['diff', 'one.arrow', 'one.arrow', '--exit-code']],
  ['diff', ['diff', 'one.json', 'two.json', '--exit-code'], 4],
  ['diff', ['diff', 'one.arrow', 'two.arrow', '--workload', 'w.arrow', '--prices', 'seed', '--prices', 'memory']],
  ['diff', ['diff', 'r.json', 'unreached.json']],
  ['train', ['train', 'w.arrow', '--out', 'm2.onnx', ...quick]],
  ['model-report', ['model', './m.onnx']],
  ['features', ['features', 'w.arrow', '--kind', 'lags', '--targets', '--out', 'rows.parquet']],
  ['model-trial', ['model', './m.onnx', '--try', 'w.arrow']],
  ['forecast', ['forecast', 'w.arrow', '--model', './m.onnx']],
  ['forecast', ['forecast', 'bare.arrow', '--model', 'iat-histogram', '--horizon', '10m', '--out', 'f.arrow']],
  ['backtest', ['backtest', 'w.arrow', '--model', './m.onnx', '--importance', '--from', '470m', '--folds', '2']],
  ['backtest', ['backtest', 'bare.arrow', '--model', 'tsb', '--quantiles', '0.5,0.9']],
];

describe('what --json prints is as its schema says, no more and no less', () => {
  test.each(reports)('%s: %j', (kind, args, exit) => {
    const report = printed(args, exit);
    expect(report.schema).toBe(`coldfront.${kind}/1`);
    expect(complaints(`coldfront.${kind}/1`, report)).toEqual([]);
    expect(complaints(`coldfront.${kind}/1`, {...report, surprise: 1})).not.toEqual([]);
    for (const key of Object.keys(report)) {
      const {[key]: _, ...rest} = report;
      if (!optional.includes(key)) expect([key, complaints(`coldfront.${kind}/1`, rest)]).not.toEqual([key, []]);
    }
  });

  test('the contract in a model, and the first line of a checkpoint', () => {
    const {contract} = printed(['model', './m.onnx']);
    expect(complaints('coldfront.model/1', contract)).toEqual([]);
    const checkpoint = readFileSync(join(folder, 'm.ckpt'));
    const header = JSON.parse(checkpoint.subarray(0, checkpoint.indexOf(10)).toString()) as JsonObject;
    expect(complaints('coldfront.checkpoint/1', header)).toEqual([]);
  });

  test('the summary that a plan file carries is the report', () => {
    const {metadata} = tableFromIPC(readFileSync(join(folder, 'one.arrow'))).schema;
    const summary = JSON.parse(metadata.get('summary')!) as JsonObject;
    expect(complaints('coldfront.plan/1', summary)).toEqual([]);
    expect(summary).toEqual(JSON.parse(readFileSync(join(folder, 'one.json'), 'utf8')));
  });

  test('every command that knows --json is among them', () => {
    const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, {enableJsonFlag?: boolean}>;
    };
    const known = Object.keys(commands).filter((id) => commands[id]!.enableJsonFlag);
    const held = reports.map(([, [first, second]]) => (first === 'tradeoff' ? `${first}:${second}` : first));
    expect(known.filter((id) => !held.includes(id))).toEqual([]);
  });
});

describe('a failure under --json is an error object', () => {
  test.each<[string, string[], number]>([
    ['an unknown flag', ['replay', 'w.arrow', '--frobnicate'], 2],
    ['a missing argument', ['describe'], 2],
    ['a number without a unit', ['backtest', 'w.arrow', '--horizon', '10'], 2],
    ['an impossible trade-off', ['tradeoff', 'prediction', '--recall', '2'], 2],
    ['a file that is not there', ['describe', 'none.arrow'], 3],
    ['a trace for a workload', ['plan', 'bare.csv'], 3],
    ['a minimum beyond the budget', ['plan', 'w.arrow', '--p99-start-ms', '1', '--budget-slots', '1'], 4],
  ])('%s', (_, args, exit) => {
    const failure = printed(args, exit);
    expect(complaints('coldfront.error/1', failure)).toEqual([]);
    expect(failure).toMatchObject({error: {exit}});
  });

  test('a stack may come with any error', () => {
    const error = (exit: number, more: JsonObject) => ({
      schema: 'coldfront.error/1',
      error: {code: 'BUG', message: 'x', exit, suggestions: [], ...more},
    });
    expect(complaints('coldfront.error/1', error(1, {stack: 'at'}))).toEqual([]);
    expect(complaints('coldfront.error/1', error(1, {}))).toEqual([]);
    expect(complaints('coldfront.error/1', error(2, {stack: 7}))).not.toEqual([]);
  });
});

describe('the published schemas', () => {
  test('every schema that the sources name has a file, and the other way round', () => {
    const sources = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'}).filter((f) =>
      /\.tsx?$/.test(f),
    );
    const named = sources.flatMap(
      (file) => readFileSync(join(root, 'src', file), 'utf8').match(/\bcoldfront\.[a-z-]+\/\d+/g) ?? [],
    );
    const ids = [...schemas.values()].map((schema) => schema.$id as string);
    // An error object carries no schema of its own: it is told by its one field.
    expect([...new Set([...named, 'coldfront.error/1'])].sort()).toEqual(ids.sort());
  });

  test('the package carries them as they are', () => {
    expect(readdirSync(join(root, 'dist/schemas')).sort()).toEqual([...schemas.keys()].sort());
    for (const [file, schema] of schemas) expect(jsonAt(join(root, 'dist/schemas', file))).toEqual(schema);
  });

  describe.each([...schemas.keys()])('%s', (file) => {
    const schema = schemas.get(file)!;
    const shapes = nodesOf(schema).filter((node) => typeof node.properties === 'object' && !Array.isArray(node.type));

    // Of the contract of models two versions are in force.
    const kind = file.replace(/(-\d+)?\.schema\.json$/, '');

    test('is draft 2020-12 and named after its kind', () => {
      expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(schema.$id).toMatch(new RegExp(`^coldfront\\.${kind}/\\d+$`));
      expect(ajv.getSchema(schema.$id as string)).toBeTypeOf('function');
    });

    test('closes every object and requires every field that is always there', () => {
      const closed = shapes.filter((node) => node.type === 'object' && node.additionalProperties !== true);
      expect(closed.length).toBeGreaterThan(0);
      for (const node of closed) {
        const properties = Object.keys(node.properties as JsonObject);
        const required = (node.required ?? []) as string[];
        expect([properties, node.additionalProperties]).toEqual([properties, false]);
        expect(required.filter((name) => !properties.includes(name))).toEqual([]);
        // What people write says as much as they like.
        if (kind === 'functions' || kind === 'scenario') continue;
        expect(properties.filter((name) => !required.includes(name) && !optional.includes(name))).toEqual([]);
      }
    });

    test('says what each number is, and in which unit', () => {
      const defs = (schema.$defs ?? {}) as Record<string, JsonObject>;
      const target = (node: JsonObject) =>
        typeof node.$ref === 'string' ? defs[node.$ref.replace('#/$defs/', '')]! : node;
      const silent = shapes.flatMap((node) =>
        Object.entries(node.properties as Record<string, JsonObject>).filter(([, field]) => {
          const types = [target(field).type].flat();
          return (
            types.some((type) => type === 'number' || type === 'integer') &&
            !field.description &&
            !target(field).description
          );
        }),
      );
      expect(silent.map(([name]) => name)).toEqual([]);
    });
  });

  test('lists in schemas are those of the code', () => {
    const at = (file: string, ...path: string[]) =>
      path.reduce<Json>((node, key) => (node as JsonObject)[key]!, schemas.get(`${file}.schema.json`)!);
    expect(at('plan', '$defs', 'reason', 'enum')).toEqual(reasons);
    expect(at('plan', 'properties', 'objective', 'enum')).toEqual(objectiveNames);
    expect(at('plan', '$defs', 'explainedWindow', 'properties', 'curve', 'enum')).toEqual(curveNames);
    expect(at('describe', '$defs', 'class', 'enum')).toEqual(callClasses);
    expect(at('replay', '$defs', 'run', 'required')).toEqual(expect.arrayContaining([...countNames]));
    expect(at('train', 'properties', 'champions', 'required')).toEqual(segmentNames);
    expect(JSON.stringify(at('backtest', 'properties', 'importance'))).toContain(JSON.stringify(Object.keys(signals)));
    expect(JSON.stringify(at('check', 'properties', 'runs'))).toContain(
      JSON.stringify(objectives.map(({flag}) => flag)),
    );
    for (const field of ['workload', 'fleet']) {
      expect(at('frontier', 'properties', field)).toEqual(at('replay', 'properties', field));
    }
    expect(at('tradeoff', 'properties', 'topic', 'enum')).toEqual(everyTopic.map(({name}) => name));
  });
});
