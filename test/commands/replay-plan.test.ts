import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';
import {planBytes} from '../plan/plan-files.ts';

const fixture = fileURLToPath(new URL('../../fixtures/traces/azure2019-d07-window480', import.meta.url));
const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

/** One function, called once in each of 60 minutes, that holds its slot for a second. */
const calls = ['function,app,owner,arrival,duration']
  .concat(Array.from({length: 60}, (_, k) => `f,app,owner,${60 * k + 30},1`))
  .join('\n');

function runs(...args: string[]) {
  const {status, stdout, stderr} = run('replay', ...args, '--json');
  expect([status, status === 0 ? '' : stdout.toString()]).toEqual([0, '']);
  return {run: JSON.parse(stdout.toString()).runs[0], stderr};
}

beforeAll(() => {
  expect(run('ingest', fixture, '--out', 'w.arrow', '--quiet').status).toBe(0);
  expect(run('plan', 'w.arrow', '--no-trials', '--out', 'p.arrow', '--window', '1h', '--quiet').status).toBe(0);
  writeFileSync(join(folder, 'calls.csv'), calls);
  const map = 'function=function,app=app,owner=owner,arrival=arrival:s,duration=duration:s';
  const args = ['calls.csv', '--format', 'csv', '--map', map, '--out', 'one.arrow', '--quiet'];
  expect(run('ingest', ...args).status).toBe(0);
});

describe('replay --policy plan', () => {
  test('is byte for byte the same with 1, 2 and 7 threads, hot functions split over cells', () => {
    const args = ['w.arrow', '--policy', 'plan:file=p.arrow', '--policy', 'plan:file=p.arrow,spill=0', '--json'];
    const fleet = ['--hosts', '24', '--slots', '10', '--cells', '6', '--from', '1h', '--until', '7h'];
    const [one, ...others] = ['1', '2', '7'].map((threads) => run('replay', ...args, ...fleet, '--threads', threads));
    expect(one!.status).toBe(0);
    expect(JSON.parse(one!.stdout.toString()).runs[0].prewarms).toBeGreaterThan(100);
    for (const other of others) expect(other.stdout.equals(one!.stdout)).toBe(true);
  });

  test('a window keeps its slots and none is left after it', () => {
    const rows = [
      {function: 'f', from: 0, until: 20, slots: 2},
      {function: 'f', from: 40, until: 50, slots: 1},
    ];
    writeFileSync(join(folder, 'one.plan'), Buffer.from(planBytes(rows)));
    const {run: outcome, stderr} = runs('one.arrow', '--policy', 'plan:file=one.plan,spill=10s');
    // 20 calls find slots of the first window, 10 those of the second; the others, a minute apart, none.
    expect(outcome).toMatchObject({warm: 30, cold: 30, prewarms: 3, firstStarts: 0, peakSlots: 2});
    const starting = (3 + 30) * 0.5;
    // Both slots are ready half a second after the window's start and idle but for a second a call.
    const idle = 2 * (1200 - 0.5) - 20 + (600 - 0.5) - 10 + 30 * 10;
    // The replay ends with the last call's minute: nothing is cut.
    expect(outcome.slotSeconds).toEqual({busy: 60, idle, starting});
    expect(stderr).toContain('one.plan ends at 50 min, the replay at 1 h');
  });

  test('what plan and trace do not share is noted, and --quiet says nothing', () => {
    const rows = [
      {function: 'f', from: 0, until: 60, slots: 1},
      {function: 'f', owner: 'somebody else', from: 0, until: 60, slots: 1},
      {function: 'gone', from: 0, until: 60, slots: 1},
    ];
    writeFileSync(join(folder, 'other.plan'), Buffer.from(planBytes(rows)));
    const {run: outcome, stderr} = runs('one.arrow', '--policy', 'plan:file=other.plan');
    expect(outcome).toMatchObject({warm: 60, prewarms: 1});
    expect(stderr).toBe('2 of 3 functions of other.plan are not in the workload\n');
    expect(run('replay', 'w.arrow', '--policy', 'plan:file=other.plan').stderr).toContain(
      'other.plan does not know 150 of 150 functions: they get no slots',
    );
    expect(run('replay', 'w.arrow', '--policy', 'plan:file=other.plan', '--quiet').stderr).toBe('');
  });

  test.each(['adaptive', 'predictive'])('a plan without slots whose rest is %s is that policy', (rest) => {
    const rows = [{function: 'gone', from: 0, until: 480, slots: 1}];
    writeFileSync(join(folder, 'rest.plan'), Buffer.from(planBytes(rows, {rest})));
    const args = ['w.arrow', '--from', '4h', '--cells', '3'];
    const {policy, ...followed} = runs(...args, '--policy', 'plan:file=rest.plan').run;
    expect(policy).toBe('plan:file=rest.plan');
    expect(followed).toEqual({...runs(...args, '--policy', rest).run, policy: undefined});
  });

  test('planned slots are held over a rest too, and counted with it', () => {
    const rows = [{function: 'f', from: 0, until: 60, slots: 1}];
    writeFileSync(join(folder, 'held.plan'), Buffer.from(planBytes(rows, {rest: 'adaptive'})));
    // The one slot serves all that come, one at a time; alone the policy cannot have an instance for the first.
    expect(runs('one.arrow', '--policy', 'plan:file=held.plan').run).toMatchObject({warm: 60, cold: 0});
    expect(runs('one.arrow', '--policy', 'adaptive').run.cold).toBeGreaterThan(0);
  });

  test('a rest that nobody knows is bad input', () => {
    writeFileSync(join(folder, 'odd.plan'), Buffer.from(planBytes([], {rest: 'magic'})));
    const {status, stderr} = run('replay', 'one.arrow', '--policy', 'plan:file=odd.plan');
    expect([status, stderr]).toEqual([3, expect.stringContaining("odd.plan: rest is 'magic', must be keep, none")]);
  });

  test.each([
    ['plan', 2, 'plan needs file=...'],
    ['plan:file=p.arrow,spill=5', 2, "plan:spill is '5'"],
    ['plan:file=missing.arrow', 3, 'missing.arrow'],
    ['plan:file=w.arrow', 3, 'not a plan'],
  ])('--policy %s ends with exit %i', (policy, status, message) => {
    const result = run('replay', 'w.arrow', '--policy', policy);
    expect([result.status, result.stderr.replace(/\s+/g, ' ')]).toEqual([status, expect.stringContaining(message)]);
  });

  test('frontier takes a plan among its policies', () => {
    const {status, stdout} = run('frontier', 'w.arrow', '--policy', 'plan:file=p.arrow', '--policy', 'none');
    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(/^plan:file=p\.arrow .* pci /m);
  });

  test('diff holds a plan, file or report, against the replay that followed it', () => {
    const report = run(
      'plan',
      'w.arrow',
      '--no-trials',
      '--train-until',
      '4h',
      '--out',
      'ahead.arrow',
      '--json',
    ).stdout;
    writeFileSync(join(folder, 'ahead.json'), report);
    const replay = ['replay', 'w.arrow', '--from', '4h', '--policy', 'plan:file=ahead.arrow', '--out', 'found.json'];
    expect(run(...replay, '--json').status).toBe(0);
    const [ofFile, ofReport] = ['ahead.arrow', 'ahead.json'].map((plan) => run('diff', plan, 'found.json'));
    expect(ofFile!.stdout.toString()).toMatch(/^plan:file=ahead.arrow +cold share +0\.\d+ +0\.\d+$/m);
    expect(ofReport!.stdout.equals(ofFile!.stdout)).toBe(true);
    expect(ofFile!.stdout.toString()).not.toContain('lost');
  });
});
