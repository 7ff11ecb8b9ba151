import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();

function run(...args: string[]): string {
  const {status, stdout, stderr} = coldfront(args, {cwd: folder});
  expect([status, status === 0 ? '' : stderr + stdout.toString()], args.join(' ')).toEqual([0, '']);
  return stdout.toString();
}

function ingest(name: string, lines: readonly string[], map: string): void {
  writeFileSync(join(folder, `${name}.csv`), `${lines.join('\n')}\n`);
  run('ingest', `${name}.csv`, '--format', 'csv', '--map', map, '--out', `${name}.arrow`, '--quiet');
}

beforeAll(() => {
  const random = new Random(1);
  // Twelve teams, counts alone: team k calls k + 1 times a minute; two functions call by the clock.
  const counts = Array.from({length: 60}, (_, minute) =>
    Array.from({length: 12}, (_, team) => `f${team},app,team${team},${minute},${team + 1}`),
  ).flat();
  const clock = Array.from({length: 3}, (_, k) => [
    `every20,app,team0,${20 * k},1`,
    `once,app,team0,${20 * k + 7},${k % 2}`,
  ]);
  ingest(
    'counts',
    ['function,app,owner,minute,count', ...counts, ...clock.flat()],
    'function=function,app=app,owner=owner,minute=minute,count=count',
  );
  // Six apps of two functions each, called at gaps from minutes to many hours, regular and not, for three days;
  // and three timers, whose memory nobody knows.
  const calls = Array.from({length: 12}, (_, fn) => {
    const app = fn >> 1;
    const meanS = 240 * 3 ** app;
    const times: number[] = [];
    for (
      let s = 60 + 30 * fn;
      s < 3 * 86_400;
      s += app % 2 ? meanS * (0.9 + 0.2 * random.next()) : meanS * random.exponential()
    ) {
      times.push(Math.floor(s));
    }
    return times.map((s) => `g${fn},app${app},owner${app % 3},${s},${30 * (1 + (fn % 3))},${64 * (1 + app)}`);
  });
  const timers = Array.from({length: 3 * 72}, (_, k) => `timer${k % 3},clock,owner0,${3600 * Math.floor(k / 3)},2,`);
  ingest(
    'gaps',
    ['function,app,owner,arrival,duration,memory', ...calls.flat(), ...timers],
    'function=function,app=app,owner=owner,arrival=arrival:s,duration=duration:s,memory=memory:MiB',
  );
});

describe('replay, told nothing but the trace', () => {
  test('takes 1 s and 128 MiB where the trace has neither, 500 ms to start, $20 an hour of waiting, a cent a slot and day', () => {
    const report = JSON.parse(run('replay', 'counts.arrow', '--json'));
    const calls = 60 * 78 + 3 + 1;
    expect(report.workload).toMatchObject({functions: 14, invocations: calls, withoutDuration: 14, withoutMemory: 14});
    expect(report).toMatchObject({seed: 1, fromMs: 0, untilMs: 60 * 60_000});
    expect(report.fleet).toEqual({hosts: 1, slotsPerHost: null, memoryMibPerHost: null, cells: 1});
    expect(report.runs).toHaveLength(1);
    const [outcome] = report.runs;
    expect(outcome.policy).toBe('fixed:ttl=10m');
    // The calls that are under way at the end are cut there.
    expect(outcome.slotSeconds.busy).toBeGreaterThan(calls - 20);
    expect(outcome.slotSeconds.busy).toBeLessThanOrEqual(calls);
    expect(outcome.gbSeconds.busy).toBeCloseTo(outcome.slotSeconds.busy / 8, 9);
    expect(outcome.coldTimeMs).toMatchObject({mean: 500, p99: 500, max: 500});
    expect(outcome.costUsd.delay).toBeCloseTo((outcome.cold * 0.5 * 20) / 3600, 9);
    expect(outcome.costUsd.warm).toBeCloseTo(
      ((outcome.slotSeconds.idle + outcome.slotSeconds.starting) * 0.01) / 86_400,
      9,
    );
    expect(outcome.costUsd.total).toBeCloseTo(outcome.costUsd.delay + outcome.costUsd.warm, 9);
    // The largest ten of the twelve teams.
    expect(outcome.teams.map(({team}: {team: string}) => team)).toEqual(
      Array.from({length: 10}, (_, k) => `team${11 - k}`),
    );
  });
});

/** A flag at its default, and otherwise so that this command and trace must show it. */
type Row = readonly [byDefault: string, otherwise: string];

/** Without flags a command prints, byte for byte, what it prints with each at its default, and something else otherwise. */
function describeDefaults(line: string, rows: readonly Row[]): void {
  describe(line, () => {
    const args = [...line.split(' '), '--json'];
    let base: string;
    beforeAll(() => {
      base = run(...args);
    });
    test(`is the same with ${rows.map(([byDefault]) => byDefault).join(' ')}`, () => {
      expect(run(...args, ...rows.flatMap(([byDefault]) => byDefault.split(' ')))).toBe(base);
    });
    test.each(rows)('and would show if not %s but %s', (_, otherwise) => {
      expect(run(...args, ...otherwise.split(' '))).not.toBe(base);
    });
  });
}

describeDefaults('replay counts.arrow', [
  ['--policy fixed:ttl=10m', '--policy fixed:ttl=9m'],
  ['--teams 10', '--teams 9'],
  ['--cells 1', '--cells 2'],
  ['--cold fixed:500ms', '--cold fixed:501ms'],
  ['--default-duration 1s', '--default-duration 1001ms'],
  ['--default-memory 128MiB', '--default-memory 129MiB'],
  ['--from 0', '--from 1m'],
  ['--until 1h', '--until 59m'],
  ['--prices seed', '--prices memory'],
  ['--seed 1', '--seed 2'],
  ['--spread uniform', '--spread even'],
  ['--ttl-from finish', '--ttl-from start'],
]);
// The instances of the last app fill a host but for one of the first's.
describeDefaults('replay gaps.arrow --policy fixed:ttl=1h --hosts 2 --memory 400MiB', [
  ['--full queue', '--full drop'],
  ['--max-wait forever', '--max-wait 100ms'],
  ['--placement first-fit', '--placement least-loaded'],
  ['--reuse mru', '--reuse oldest'],
  ['--semantics coldfront', '--semantics faascache'],
  ['--ties finishes-first', '--ties arrivals-first'],
]);
describeDefaults('plan counts.arrow --hosts 4 --slots 3', [
  ['--cells 1', '--cells 2'],
  ['--cold fixed:500ms', '--cold fixed:600ms'],
  ['--default-duration 1s', '--default-duration 2s'],
  ['--objective dollars', '--objective requests'],
  ['--prices seed', '--prices memory'],
  ['--refused 10', '--refused 3'],
  ['--seed 1', '--seed 2'],
  ['--rest auto', '--rest none'],
]);
describeDefaults('plan gaps.arrow --smear-owners * --prices memory', [
  ['--curve auto', '--curve erlang'],
  ['--default-memory 128MiB', '--default-memory 129MiB'],
  ['--jitter 1s', '--jitter 2s'],
  ['--smear 0', '--smear 10s'],
  ['--timers', '--no-timers'],
]);
describeDefaults('plan gaps.arrow --train-until 60h', [['--cycle auto', '--cycle none']]);
describeDefaults('backtest counts.arrow', [
  ['--cold 500ms', '--cold 600ms'],
  ['--default-duration 1s', '--default-duration 2s'],
  ['--folds 4', '--folds 2'],
  ['--horizon 1m', '--horizon 5m'],
  ['--model azure-2019', '--model recent'],
  ['--prices seed', '--prices memory'],
  ['--quantiles 0.5,0.9,0.975', '--quantiles 0.5,0.9'],
]);
describeDefaults('forecast counts.arrow', [
  ['--model azure-2019', '--model recent'],
  ['--top 10', '--top 9'],
]);
describeDefaults('describe counts.arrow', [['--top 10', '--top 9']]);
describeDefaults('synth --functions 20 --rate 2 --force --out s.arrow', [
  ['--seed 1', '--seed 2'],
  ['--span 1d', '--span 2d'],
]);

/** The run of each policy, without its name. */
function runsOf(workload: string, policies: readonly string[], ...args: string[]): object[] {
  const given = policies.flatMap((policy) => ['--policy', policy]);
  const {runs} = JSON.parse(run('replay', workload, ...given, ...args, '--json')) as {runs: {policy: string}[]};
  return runs.map(({policy: _, ...outcome}) => outcome);
}

describe('a policy without parameters is the one with its defaults', () => {
  test.each([
    ['fixed', 'ttl=10m', ['ttl=11m']],
    [
      'hybrid',
      'range=4h,head=5,tail=99,margin=10,cv=2,oob=0.5,unit=app',
      ['range=5h', 'head=6', 'tail=95', 'margin=11', 'cv=5', 'oob=0.6', 'unit=function'],
    ],
    ['ski-rental', 'random=no', ['random=yes']],
    ['predictive', 'model=azure-2019', ['model=recent']],
  ])('%s is %s', (name, defaults, others) => {
    const workload = name === 'predictive' ? 'counts.arrow' : 'gaps.arrow';
    const [plain, full, ...changed] = runsOf(workload, [
      name,
      `${name}:${defaults}`,
      ...others.map((other) => `${name}:${other}`),
    ]);
    expect(full).toEqual(plain);
    changed.forEach((outcome, k) => {
      expect(outcome, others[k]).not.toEqual(plain);
    });
  });
});
