import {copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {Ajv2020} from 'ajv/dist/2020.js';
import {beforeAll, describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const done = (...args: string[]): string => {
  const {status, stderr, stdout} = run(...args);
  expect([args.join(' '), status, stderr]).toEqual([args.join(' '), 0, '']);
  return stdout.toString();
};
const read = (name: string): string => readFileSync(join(folder, name)).toString('latin1');

/** The parts of so many shards, in an order of their own. */
function parts(command: readonly string[], of: number, seed = 1): string[] {
  const names = Array.from({length: of}, (_, k) => `${command[0]}-${seed}-${k + 1}-of-${of}.part`);
  for (const [k, name] of names.entries()) {
    expect(done(...command, '--shard', `${k + 1}/${of}`, '--out', name, '--force')).toMatch(
      new RegExp(`^shard ${k + 1} of ${of}: \\d+ cells?, [\\d,]+ calls\n$`),
    );
  }
  const random = new Random(seed);
  const at = new Map(names.map((name) => [name, random.next()]));
  return names.sort((a, b) => at.get(a)! - at.get(b)!);
}

const policies = ['--policy', 'fixed:ttl=1m', '--policy', 'adaptive', '--policy', 'predictive:model=rolling-mean'];
const limited = ['--hosts', '6', '--slots', '12', '--cells', '3', '--seed', '7'];

beforeAll(() => {
  done('synth', '--functions', '2200', '--rate', '8', '--span', '10m', '--seed', '3', '--out', 'w.arrow', '--quiet');
  done('synth', '--functions', '40', '--rate', '5', '--span', '5m', '--seed', '4', '--out', 'other.arrow', '--quiet');
});

describe('the parts of all shards are the run of one machine, byte for byte', () => {
  test.each([
    ['a fleet with limits', ['replay', 'w.arrow', ...limited, ...policies], [1, 2]],
    ['a fleet without any', ['replay', 'w.arrow', ...policies], [2]],
    ['a sweep', ['frontier', 'other.arrow', ...limited, '--policy', 'fixed:ttl=1m', '--policy', 'hybrid'], [3]],
    ['a sweep of a sample', ['frontier', 'other.arrow', '--sample', '0.5', '--policy', 'adaptive'], [2]],
  ])('%s', (_, command, counts) => {
    const whole = done(...command, '--json');
    const table = done(...command, '--csv');
    for (const of of counts) {
      const names = parts(command, of, of);
      expect(done('merge', ...names, '--json')).toBe(whole);
      expect(done('merge', ...names, '--csv')).toBe(table);
      // How a share shows its progress, or would have looked, is not what it is.
      done(
        ...command,
        '--markdown',
        '--progress',
        'none',
        '--shard',
        `1/${of}`,
        '--out',
        names[0]!.replace(/-\d+-of/, '-1-of'),
        '--force',
      );
      expect(done('merge', ...names, '--markdown')).toBe(done(...command, '--markdown'));
    }
  });

  test('a part begins with a line that is as its schema says', () => {
    const schema = JSON.parse(readFileSync(new URL('../../dist/schemas/part.schema.json', import.meta.url), 'utf8'));
    const [name] = parts(['replay', 'w.arrow', ...limited, '--policy', 'none'], 1, 21);
    const [line] = read(name!).split('\n', 1);
    const isHeader = new Ajv2020().compile(schema);
    expect([isHeader(JSON.parse(line!)), isHeader.errors]).toEqual([true, null]);
    expect(JSON.parse(line!)).toMatchObject({command: 'replay', shard: 1, of: 1, cells: 3});
  });

  test('more shards than cells: those without a cell are empty parts', () => {
    const command = ['replay', 'w.arrow', ...limited, '--policy', 'none'];
    const names = parts(command, 5);
    expect(done('merge', ...names)).toBe(done(...command));
  });

  test('calls, timelines and functions are merged, too', () => {
    const command = ['replay', 'w.arrow', ...limited, ...policies.slice(0, 4)];
    const outputs = (mark: string): string[] => [
      ...['--calls', `${mark}.calls.csv`, '--timeline', `${mark}.timeline.csv`, '--every', '5m'],
      ...['--per-function', `${mark}.functions.csv`],
    ];
    const whole = done(...command, ...outputs('whole'), '--json');
    const names = parts([...command, ...outputs('merged')], 3, 5);
    expect(existsSync(join(folder, 'merged.calls.csv'))).toBe(false);
    expect(done('merge', ...names, '--json')).toBe(whole);
    for (const what of ['calls', 'timeline', 'functions']) {
      expect(read(`merged.${what}.csv`)).toBe(read(`whole.${what}.csv`));
      expect(read(`whole.${what}.csv`).length).toBeGreaterThan(500);
    }
    expect(done('merge', ...names, '--json', '--force', '--out', 'report.json')).toBe('');
    expect(read('report.json')).toBe(whole);
  });

  test('the array of an engine says which share is meant', () => {
    const command = ['replay', 'w.arrow', ...limited, '--policy', 'none'];
    const engines: readonly [string, Record<string, string>][] = [
      ['auto', {SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_MIN: '4', SLURM_ARRAY_TASK_COUNT: '3'}],
      ['auto/3', {JOB_COMPLETION_INDEX: '1'}],
      ['auto', {AWS_BATCH_JOB_ARRAY_INDEX: '1', AWS_BATCH_JOB_ARRAY_SIZE: '3'}],
      ['auto/3', {PARALLEL_SEQ: '2'}],
    ];
    for (const [shard, env] of engines) {
      const {status, stdout} = coldfront([...command, '--shard', shard, '--out', 'auto.part', '--force'], {
        cwd: folder,
        env,
      });
      expect([status, stdout.toString()]).toEqual([0, expect.stringMatching(/^shard 2 of 3: 1 cell, /)]);
    }
    const {status, stderr} = coldfront([...command, '--shard', 'auto', '--out', 'auto.part', '--force'], {
      cwd: folder,
      env: {JOB_COMPLETION_INDEX: '1'},
    });
    expect([status, stderr]).toEqual([2, expect.stringContaining('Kubernetes does not say how many tasks there are')]);
  });
});

describe('parts that are not those of one run are refused by name', () => {
  const command = ['replay', 'w.arrow', ...limited, '--policy', 'none'];
  let names: string[] = [];
  beforeAll(() => {
    names = parts(command, 3, 11);
    parts([...command, '--starts-per-host', '9'], 3, 12);
    parts(['replay', 'other.arrow', ...command.slice(2)], 3, 13);
    copyFileSync(join(folder, names[0]!), join(folder, 'twin.part'));
    copyFileSync(join(folder, names[0]!), join(folder, 'half.part'));
    truncateSync(join(folder, 'half.part'), readFileSync(join(folder, names[0]!)).length - 1);
    const bent = readFileSync(join(folder, names[0]!));
    bent[bent.length >> 1]! ^= 1;
    writeFileSync(join(folder, 'bent.part'), bent);
    writeFileSync(join(folder, 'report.part'), '{"schema":"coldfront.replay/1"}\n');
  });

  const refused: readonly [string, () => string[], string][] = [
    ['one that is missing', () => names.slice(1), 'missing'],
    ['one that is there twice', () => [...names, 'twin.part'], 'twin.part: is shard'],
    ['half of one', () => ['half.part', ...names.slice(1)], 'half.part: is damaged or only half written'],
    ['one that has changed', () => ['bent.part', ...names.slice(1)], 'bent.part: is damaged or only half written'],
    ['one of other settings', () => [...names.slice(1), 'replay-12-1-of-3.part'], 'replay-12-1-of-3.part: does not'],
    ['one of another workload', () => [...names.slice(1), 'replay-13-1-of-3.part'], 'replay-13-1-of-3.part: does not'],
    ['no part at all', () => ['w.arrow'], 'w.arrow: is not a part'],
    ['a report', () => ['report.part'], 'report.part: is'],
    ['one that is not there', () => ['gone.part'], 'gone.part: no such file'],
  ];
  test.each(refused)('%s', (_, files, said) => {
    const {status, stderr, stdout} = run('merge', ...files());
    expect([status, stdout.toString(), stderr]).toEqual([3, '', expect.stringContaining(said)]);
    expect(stderr).toMatch(/^coldfront merge: [^\n]+\n$/);
  });

  test('a workload that is another one by now', () => {
    copyFileSync(join(folder, 'w.arrow'), join(folder, 'changing.arrow'));
    const made = parts(['replay', 'changing.arrow', ...command.slice(2)], 2, 14);
    copyFileSync(join(folder, 'other.arrow'), join(folder, 'changing.arrow'));
    const {status, stderr} = run('merge', ...made);
    expect([status, stderr]).toEqual([3, expect.stringContaining('is of a run of something else than what is here')]);
  });

  test.each([
    ['4/3', "--shard is '4/3', must be one of the shards 1 to 3"],
    ['0/3', "--shard is '0/3', must be one of the shards 1 to 3"],
    ['3', "--shard is '3', must be a share such as 3/8, or auto"],
    ['1/0', 'must be a whole number'],
  ])('the share %s', (shard, said) => {
    const {status, stderr} = run(...command, '--shard', shard, '--out', 'x.part');
    expect([status, stderr]).toEqual([2, expect.stringContaining(said)]);
    expect(existsSync(join(folder, 'x.part'))).toBe(false);
  });

  test.each(['--calibrate', '--alone'])('%s cannot be shared out', (flag) => {
    const {status, stderr} = run(...command, flag, '--shard', '1/2', '--out', 'x.part');
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${flag} takes several replays`)]);
  });
});
