import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, test} from 'vitest';
import {decodeWorkload} from '../../src/workload/file/arrow-decode.ts';
import {writeWorkload} from '../../src/workload/file/file.ts';
import {invocationsTotal} from '../../src/workload/workload.ts';
import {coldfront, shell} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {minuteWorkload} from '../helpers/workload.ts';

const folder = temporaryFolder();
const small = ['--functions', '50', '--rate', '20', '--span', '90s'];

/** What an error says, without the line breaks and marks of the terminal. */
function unwrapped(stderr: string): string {
  return stderr.replace(/\s*\n\s*[›»]?\s*/g, ' ');
}

function workloadIn(bytes: Buffer) {
  return decodeWorkload(new Uint8Array(bytes).buffer);
}

describe('coldfront synth', () => {
  test('writes the calls asked for and says so', () => {
    const out = join(folder, 'w.arrow');
    const {status, stdout, stderr} = coldfront(['synth', ...small, '--mean-duration', '147ms', '--out', out, '--json']);
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.toString())).toEqual({
      schema: 'coldfront.synth/1',
      functions: 50,
      apps: expect.any(Number),
      owners: expect.any(Number),
      invocations: 1800,
      spanMs: 90_000,
      ratePerSecond: 20,
      meanDurationMs: expect.closeTo(147, 9),
      seed: 1,
      out,
    });
    const workload = workloadIn(readFileSync(out));
    expect([workload.functions, invocationsTotal(workload), workload.meta.spanUs]).toEqual([50, 1800, 90e6]);
  });

  test('tells people the same', () => {
    const {status, stdout} = coldfront(['synth', ...small, '--out', join(folder, 'people.arrow')]);
    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(
      /^50 functions of \d+ apps and \d+ teams\n1,800 invocations in 1.5 min \(20\/s\), mean duration 3.35 s\nworkload: /,
    );
  });

  test('gives stdout to the workload: the same bytes for the same seed, the summary to stderr', () => {
    const run = (seed: string) => coldfront(['synth', ...small, '--seed', seed, '--out', '-']);
    const [first, again, other] = [run('3'), run('3'), run('4')];
    expect(first.stderr).toContain('1,800 invocations');
    expect(first.stdout.equals(again.stdout)).toBe(true);
    expect(first.stdout.equals(other.stdout)).toBe(false);
    expect(invocationsTotal(workloadIn(first.stdout))).toBe(1800);
  });

  test('takes after a workload from stdin, and feeds the next command', () => {
    const trace = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
    const line = `coldfront ingest '${trace}' --out - -q | coldfront synth --like - --functions 300 --span 1h --rate 10 --out - -q | coldfront describe - --json`;
    const {status, stdout} = shell(line, folder);
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString())).toMatchObject({source: 'synth', functions: 300, invocations: 36_000});
  });

  test('teams are as many as asked for, where there are apps for them', () => {
    const out = join(folder, 'teams.arrow');
    const {stdout} = coldfront([
      'synth',
      '--functions',
      '2000',
      '--span',
      '1m',
      '--teams',
      '3',
      '--out',
      out,
      '--json',
    ]);
    expect(JSON.parse(stdout.toString()).owners).toBe(3);
  });

  test('a span of one second and no calls at all is a workload too', () => {
    const out = join(folder, 'none.arrow');
    const {status} = coldfront(['synth', '--functions', '1', '--rate', '0', '--span', '1s', '--out', out]);
    expect(status).toBe(0);
    const workload = workloadIn(readFileSync(out));
    expect([workload.functions, invocationsTotal(workload), workload.meta.spanUs]).toEqual([1, 0, 1e6]);
  });

  test.each([
    ['no functions', ['--functions', '0'], "--functions is '0', must be a whole number from 1 to 20000000"],
    ['half a function', ['--functions', '1.5'], "--functions is '1.5'"],
    ['a negative rate', ['--rate=-1'], "--rate is '-1', must be calls per second"],
    ['a rate that is no number', ['--rate', 'fast'], "--rate is 'fast'"],
    ['a rate without end', ['--rate', 'Infinity'], "--rate is 'Infinity'"],
    ['a span without a unit', ['--span', '60'], "--span is '60', must be a time with a unit"],
    ['no span', ['--span', '0s'], '--span is 0 s, must be above 0'],
    ['a span without end', ['--span', 'forever'], '--span is forever, must be above 0 and at most ten years'],
    ['durations of nothing', ['--mean-duration', '0ms'], "--mean-duration is '0ms', must be above 0"],
    ['more calls than can be counted', ['--rate', '1e15', '--span', '1d'], 'counts are exact up to 2^53'],
    ['more counts than fit', ['--functions', '2000', '--rate', '1e6', '--span', '3000d'], 'make'],
    ['teams of a trace, which has its own', ['--teams', '3', '--like', 'w0.arrow'], '--teams'],
  ])('%s: exit 2, and nothing written', (_, flags, message) => {
    const out = join(folder, 'refused.arrow');
    const {status, stdout, stderr} = coldfront(['synth', '--out', out, ...flags]);
    expect([status, stdout.toString()]).toEqual([2, '']);
    expect(unwrapped(stderr)).toContain(message);
    expect(() => readFileSync(out)).toThrow();
  });

  test('an existing output needs --force', () => {
    const out = join(folder, 'kept.arrow');
    writeFileSync(out, 'mine');
    const refused = coldfront(['synth', ...small, '--out', out]);
    expect([refused.status, readFileSync(out, 'utf8')]).toEqual([2, 'mine']);
    expect(coldfront(['synth', ...small, '--out', out, '--force']).status).toBe(0);
  });

  test('a file that is no workload, or has no functions, is bad input: exit 3', () => {
    const notOne = join(folder, 'notes.txt');
    writeFileSync(notOne, 'not a workload');
    const {status, stderr} = coldfront(['synth', '--like', notOne, '--out', join(folder, 'x.arrow')]);
    expect(status).toBe(3);
    expect(stderr).toContain('notes.txt');
    const empty = join(folder, 'empty.arrow');
    writeWorkload(minuteWorkload([]), empty, {force: false});
    const like = coldfront(['synth', '--like', empty, '--out', join(folder, 'x.arrow')]);
    expect([like.status, unwrapped(like.stderr)]).toEqual([3, expect.stringContaining('no functions to take after')]);
  });
});
