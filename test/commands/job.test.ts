import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {RegisterJobDefinitionRequest$, SubmitJobRequest$} from '@aws-sdk/client-batch';
import {Job} from 'kubernetes-models/batch/v1';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const run = (...args: string[]) => coldfront(args, {cwd: folder});
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const done = (...args: string[]): string => {
  const {status, stderr, stdout} = run(...args);
  expect([args.join(' '), status, stderr]).toEqual([args.join(' '), 0, '']);
  return stdout.toString();
};

const replay = ['replay', 'a workload.arrow', '--hosts', '4', '--slots', '12', '--cells', '4', '--policy', 'none'];
const container = ['--image', 'registry.example/coldfront:1', '--volume', 'traces'];
const given = ['--time', '10m', '--memory', '1GiB'];
const job = (engine: string, out: string, ...flags: string[]): string =>
  done('job', '--engine', engine, '--shards', '3', '--out', out, ...given, ...flags, '--', ...replay, '--json');

beforeAll(() => {
  const size = ['--functions', '90', '--rate', '5', '--span', '10m', '--quiet'];
  done('synth', ...size, '--out', 'a workload.arrow');
});

/** A schema of the AWS client: kind, service, name, traits, and for structures the names and schemas of their members. */
type Shape = readonly [kind: number, string, string, unknown, ...rest: unknown[]];

/** What in a value is not as its shape says, by path. */
function strangers(value: unknown, shape: unknown, path = ''): string[] {
  const its = typeof shape === 'function' ? shape() : shape;
  if (!Array.isArray(its)) {
    const kind = typeof value;
    const scalar: Record<number, string> = {0: 'string', 1: 'number', 2: 'boolean'};
    const expected = typeof its === 'number' ? scalar[its] : undefined;
    return expected === undefined || kind === expected ? [] : [`${path}: ${kind}, not ${expected}`];
  }
  const [kind, , , , ...rest] = its as unknown as Shape;
  if (kind === 3) {
    const [names, members] = rest as [string[], unknown[]];
    return Object.entries(value as object).flatMap(([name, member]) => {
      const at = names.indexOf(name);
      return at < 0 ? [`${path}.${name}: no such member`] : strangers(member, members[at], `${path}.${name}`);
    });
  }
  if (kind === 1) return (value as unknown[]).flatMap((each, k) => strangers(each, rest[0], `${path}[${k}]`));
  // A member with traits of its own: [0, shape's traits...].
  return its.length === 2 ? strangers(value, its[0], path) : [];
}

describe('the files of a job', () => {
  test('are those of an indexed Job of Kubernetes, as its own schema says', () => {
    const text = job('kubernetes', 'k8s', ...container, '--name', 'nightly');
    expect(text).toContain('Start it: kubectl create -f k8s/job.json');
    const manifest = JSON.parse(read('k8s/job.json'));
    new Job(manifest).validate();
    expect(() => new Job({...manifest, spec: {...manifest.spec, completions: 'all'}}).validate()).toThrow();
    expect(manifest).toMatchObject({
      metadata: {name: 'nightly'},
      spec: {completionMode: 'Indexed', completions: 4, backoffLimitPerIndex: 2, maxFailedIndexes: 0},
    });
    const [{command, resources}] = manifest.spec.template.spec.containers;
    expect(resources).toEqual({requests: {cpu: '1', memory: '1024Mi'}, limits: {memory: '1024Mi'}});
    expect(spawnSync('sh', ['-n', '-c', command[2]]).status).toBe(0);
  });

  test('are those of an array of AWS Batch, as the shapes of its client say', () => {
    job('aws-batch', 'batch', ...container, '--queue', 'spot');
    const definition = JSON.parse(read('batch/definition.json'));
    const shards = JSON.parse(read('batch/shards.json'));
    const merge = JSON.parse(read('batch/merge.json'));
    expect(strangers(definition, RegisterJobDefinitionRequest$)).toEqual([]);
    expect(strangers(shards, SubmitJobRequest$)).toEqual([]);
    expect(strangers(merge, SubmitJobRequest$)).toEqual([]);
    // The check finds what is wrong.
    expect(strangers({...shards, arrayProperties: {length: 3}}, SubmitJobRequest$)).toEqual([
      '.arrayProperties.length: no such member',
    ]);
    expect(strangers({...shards, jobQueue: 1}, SubmitJobRequest$)).toEqual(['.jobQueue: number, not string']);
    expect([shards.arrayProperties, shards.jobQueue]).toEqual([{size: 3}, 'spot']);
    expect(spawnSync('bash', ['-n', join(folder, 'batch/submit.sh')]).status).toBe(0);
  });

  test.each(['kubernetes', 'aws-batch'])('%s: what its containers run gives the report of one machine', (engine) => {
    const out = `run-${engine}`;
    job(engine, out, ...container, '--program', `${process.execPath} ${entry}`);
    const shell = (script: string, env: Record<string, string>) =>
      spawnSync('sh', ['-c', script], {cwd: folder, env: {...process.env, ...env}, encoding: 'utf8'});
    if (engine === 'kubernetes') {
      const {command} = JSON.parse(read(`${out}/job.json`)).spec.template.spec.containers[0];
      for (let index = 0; index <= 3; index++) {
        const {status, stderr} = shell(command[2], {JOB_COMPLETION_INDEX: String(index)});
        expect([status, stderr]).toEqual([0, '']);
      }
    } else {
      const scripts = ['shards', 'merge'].map((name) => {
        const [, , script] = JSON.parse(read(`${out}/${name}.json`)).containerOverrides.command;
        return (script as string).replace('cd /work && ', '');
      });
      for (let index = 0; index < 3; index++) {
        const env = {AWS_BATCH_JOB_ARRAY_INDEX: String(index), AWS_BATCH_JOB_ARRAY_SIZE: '3'};
        expect(shell(scripts[0]!, env).status).toBe(0);
      }
      expect(shell(scripts[1]!, {}).status).toBe(0);
    }
    expect(read(`${out}/report.json`)).toBe(done(...replay, '--json'));
  });

  test('are scripts of Slurm and of GNU parallel that a shell reads', () => {
    job('slurm', 'slurm', '--queue', 'batch');
    job('parallel', 'par');
    for (const name of [
      'slurm/submit.sh',
      'slurm/shard.sh',
      'slurm/shards.sbatch',
      'slurm/merge.sbatch',
      'par/run.sh',
    ]) {
      expect([name, spawnSync('bash', ['-n', join(folder, name)]).status]).toEqual([name, 0]);
    }
    expect(read('slurm/shards.sbatch')).toMatch(/^#!\/usr\/bin\/env bash\n(#SBATCH [^\n]+\n)+# Share/);
    for (const directive of [
      '--array=1-3',
      '--mem=1024M',
      '--time=00:10:00',
      '--partition=batch',
      '--cpus-per-task=1',
    ]) {
      expect(read('slurm/shards.sbatch')).toContain(`#SBATCH ${directive}\n`);
    }
  });

  test('a share that had bad luck is run again, one with wrong flags is not', () => {
    job('slurm', 'luck', '--program', 'bash ./unlucky.sh', '--retries', '1');
    const script = (exits: string): void => {
      expect(
        spawnSync(
          'bash',
          [
            '-c',
            `echo 'echo try >> tries; n=$(wc -l < tries); set -- ${exits}; exit \${!n}' > unlucky.sh; rm -f tries`,
          ],
          {
            cwd: folder,
          },
        ).status,
      ).toBe(0);
    };
    for (const [exits, status, tries] of [
      ['1 0', 0, 2],
      ['137 1 0', 1, 2],
      ['2 0', 2, 1],
      ['3 0', 3, 1],
      ['0', 0, 1],
    ] as const) {
      script(exits);
      const ended = spawnSync('bash', ['luck/shard.sh', '1'], {cwd: folder}).status;
      expect([exits, ended, read('tries').length / 'try\n'.length]).toEqual([exits, status, tries]);
    }
  });
});

describe('time and memory', () => {
  test('are measured on the first calls, with room to spare', () => {
    const text = done('job', '--engine', 'slurm', '--shards', '6', '--out', 'measured', '--json', '--', ...replay);
    const report = JSON.parse(text);
    expect(report).toMatchObject({schema: 'coldfront.job/1', engine: 'slurm', shards: 6});
    expect(report.estimate.emptyShards).toBe(2);
    const {calls, shareCalls, callsPerSecond} = report.estimate;
    expect(shareCalls).toBeGreaterThan(calls / 6);
    expect(shareCalls).toBeLessThan(calls);
    expect(report.limitSeconds).toBe(Math.ceil((3 * shareCalls) / callsPerSecond) + 300);
    expect(report.memoryMib % 256).toBe(0);
    expect(report.memoryMib).toBeGreaterThan(256);
  });
});

describe('is refused in a line', () => {
  test.each<[string, string[], number, string]>([
    ['an engine that is none', ['--engine', 'cron', '--shards', '2', '--out', 'x'], 2, "there is no engine 'cron'"],
    ['a container without an image', ['--engine', 'kubernetes', '--shards', '2', '--out', 'x'], 2, 'needs --image'],
    ['an array of one', ['--engine', 'aws-batch', '--shards', '1', '--out', 'x', ...container], 2, 'at least 2'],
    ['a name', ['--engine', 'slurm', '--shards', '2', '--out', 'x', '--name', 'A b'], 2, "--name is 'A b'"],
    ['a folder', ['--engine', 'slurm', '--shards', '2', '--out', 'x"y'], 2, `--out is 'x"y'`],
  ])('%s', (_, flags, exit, said) => {
    const {status, stderr} = run('job', ...flags, ...given, '--', ...replay);
    expect([status, stderr]).toEqual([exit, expect.stringContaining(said)]);
    expect(stderr).toMatch(/^coldfront job: [^\n]+\n$/);
    expect(existsSync(join(folder, 'x'))).toBe(false);
  });

  test('what cannot be shared out', () => {
    const {status, stderr} = run('job', '--engine', 'slurm', '--shards', '2', '--out', 'x', '--', 'plan', 'w.arrow');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/plan.*replay, frontier/)]);
  });
});
