import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const entry = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const script = fileURLToPath(new URL('../helpers/slurm.sh', import.meta.url));
const trace = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const cluster = join(folder, 'slurm');
const found = ['slurmctld', 'slurmd', 'munged'].every((name) => spawnSync('which', [name]).status === 0);
let env: Record<string, string | undefined> = {};

const shell = (line: string) => {
  const {status, stderr, stdout} = spawnSync('bash', ['-c', line], {cwd: folder, env, encoding: 'utf8'});
  return {status, stderr, stdout};
};
const done = (...args: string[]): string => {
  const {status, stderr, stdout} = coldfront(args, {cwd: folder});
  expect([args.join(' '), status, stderr]).toEqual([args.join(' '), 0, '']);
  return stdout.toString();
};

/** State of a job, and of its array as a whole, once it has ended. */
function ended(job: string): string[] {
  for (let n = 0; n < 1200; n++) {
    const states = shell(`scontrol show job ${job} | grep -oP 'JobState=\\K\\S+'`).stdout.trim().split('\n');
    if (states.every((state) => !['PENDING', 'RUNNING', 'COMPLETING', 'CONFIGURING'].includes(state))) return states;
    spawnSync('sleep', ['0.1']);
  }
  throw new Error(`job ${job} does not end: ${shell(`scontrol show job ${job}; tail ${cluster}/log/*.log`).stdout}`);
}

describe.skipIf(!found)('on Slurm (left out where it is not installed)', () => {
  beforeAll(() => {
    env = {...process.env, NODE_EXTRA_CA_CERTS: ''};
    const {status, stdout, stderr} = shell(`bash '${script}' up '${cluster}'`);
    expect([status, stderr]).toEqual([0, '']);
    env = {...env, SLURM_CONF: stdout.trim()};
    done('ingest', trace, '--out', 'w.arrow');
    // One share fails the first time.
    writeFileSync(
      join(folder, 'unlucky.sh'),
      `if [[ " $* " == *" --shard 3/8 "* && ! -e seen ]]; then touch seen; exit 1; fi\nexec '${process.execPath}' '${entry}' "$@"\n`,
    );
  }, 60_000);
  afterAll(() => {
    shell(`bash '${script}' down '${cluster}'`);
  });

  const replay = ['replay', 'w.arrow', '--hosts', '24', '--slots', '10', '--cells', '8'];
  const policies = ['--policy', 'fixed:ttl=10m', '--policy', 'adaptive'];
  const job = (out: string, program: string): {array: string; merge: string} => {
    const flags = ['--engine', 'slurm', '--shards', '8', '--out', out, '--retries', '1', '--program', program];
    done('job', ...flags, '--time', '5m', '--memory', '500MiB', '--', ...replay, ...policies, '--json');
    const {status, stdout, stderr} = shell(`bash ${out}/submit.sh`);
    expect([status, stderr]).toEqual([0, '']);
    const [, array, merge] = /^array (\d+), merge (\d+)\n$/.exec(stdout)!;
    return {array: array!, merge: merge!};
  };

  test('an array of eight, of which one fails once, and what joins it: the bytes of one machine', () => {
    const {array, merge} = job('nightly', 'bash ./unlucky.sh');
    expect(ended(merge)).toEqual(['COMPLETED']);
    expect(ended(array)).toEqual(Array.from({length: 8}, () => 'COMPLETED'));
    expect(shell('test -e seen').status).toBe(0);
    const whole = done(...replay, ...policies, '--json');
    expect(readFileSync(join(folder, 'nightly/report.json'), 'utf8')).toBe(whole);
    // A share that is run again changes nothing.
    const again = shell('sbatch --parsable --array=5 nightly/shards.sbatch').stdout.trim();
    expect(ended(again)).toEqual(['COMPLETED']);
    const joined = shell('sbatch --parsable nightly/merge.sbatch').stdout.trim();
    expect(ended(joined)).toEqual(['COMPLETED']);
    expect(readFileSync(join(folder, 'nightly/report.json'), 'utf8')).toBe(whole);
  }, 300_000);

  test('a share that fails for good fails the job: nothing is joined', () => {
    writeFileSync(
      join(folder, 'failing.sh'),
      `if [[ " $* " == *" --shard 2/8 "* ]]; then exit 1; fi\nexec '${process.execPath}' '${entry}' "$@"\n`,
    );
    const {array, merge} = job('failing', 'bash ./failing.sh');
    expect(ended(array).filter((state) => state === 'FAILED')).toHaveLength(1);
    expect(ended(merge)).toEqual(['CANCELLED']);
    expect(shell('test -e failing/report.json').status).toBe(1);
  }, 300_000);
});

describe.skipIf(spawnSync('which', ['parallel']).status !== 0)(
  'under GNU parallel (left out where it is not installed)',
  () => {
    test('shares give the bytes of one machine, and one that fails for good ends the run', () => {
      const replay = [
        'replay',
        'p.arrow',
        '--hosts',
        '6',
        '--slots',
        '20',
        '--cells',
        '3',
        '--policy',
        'hybrid',
        '--csv',
      ];
      done('synth', '--functions', '60', '--rate', '4', '--span', '10m', '--out', 'p.arrow', '--quiet');
      const tool = `${process.execPath} ${entry}`;
      env = {...process.env, NODE_EXTRA_CA_CERTS: '', HOME: folder};
      const job = (out: string, program: string) => {
        const flags = ['--engine', 'parallel', '--shards', '3', '--out', out, '--program', program, '--retries', '0'];
        done('job', ...flags, '--time', '5m', '--memory', '500MiB', '--', ...replay);
        return shell(`bash ${out}/run.sh`);
      };
      expect(job('here', tool).status).toBe(0);
      expect(readFileSync(join(folder, 'here/report.csv'), 'utf8')).toBe(done(...replay));
      writeFileSync(join(folder, 'bad.sh'), `[[ " $* " == *" --shard 2/3 "* ]] && exit 1\nexec ${tool} "$@"\n`);
      expect(job('there', 'bash ./bad.sh').status).not.toBe(0);
      expect(shell('test -e there/report.csv').status).toBe(1);
    }, 120_000);
  },
);
