import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {coldfront} from '../helpers/cli.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const run = (...args: string[]) => coldfront(args, {cwd: folder});

function json(...args: string[]) {
  const {status, stdout, stderr} = run(...args, '--json');
  expect([stderr, status]).toEqual(['', 0]);
  return JSON.parse(stdout.toString());
}

const synth = ['--functions', '30', '--rate', '6', '--span', '4h', '--mean-duration', '4s', '--seed', '7'];

beforeAll(() => {
  expect(run('synth', ...synth, '--out', 'w.arrow', '--quiet').status).toBe(0);
});

describe('plan --concurrency', () => {
  test.each(['1', '10', '0'])('%s: what the curves expect is what a replay of the plan finds', (concurrency) => {
    const plan = ['plan', 'w.arrow', '--no-trials', '--rest', 'fixed:ttl=5m', '--concurrency', concurrency];
    const {expected} = json(...plan, '--out', `p${concurrency}.arrow`);
    const replay = ['replay', 'w.arrow', '--policy', `plan:file=p${concurrency}.arrow`, '--concurrency', concurrency];
    const {runs} = json(...replay);
    const found = runs[0];
    const idle = expected.slotSecondsPerDay.kept + expected.slotSecondsPerDay.spill;
    expect(idle / (6 * found.slotSeconds.idle)).toBeGreaterThan(0.97);
    expect(idle / (6 * found.slotSeconds.idle)).toBeLessThan(1.03);
    const {warm, delay} = expected.costUsdPerDay;
    expect((warm + delay) / found.usdPerDay).toBeGreaterThan(0.75);
    expect((warm + delay) / found.usdPerDay).toBeLessThan(1.25);
  });

  test('a plan tried on its own trace costs what replaying its file does, to the last digit', () => {
    const {recorded} = json('plan', 'w.arrow', '--concurrency', '5', '--out', 'r.arrow');
    const {runs} = json('replay', 'w.arrow', '--policy', 'plan:file=r.arrow', '--concurrency', '5');
    expect(recorded.costUsdPerDay.total).toBeCloseTo(runs[0].usdPerDay, 9);
    const other = run('replay', 'w.arrow', '--policy', 'plan:file=r.arrow', '--json');
    expect(other.stderr).toMatch(/r\.arrow is for --concurrency 5, the replay has 1 \('.*' for one\)/);
  });

  test('the plan carries it to the platform', () => {
    const {stdout} = run('export', 'p10.arrow', '--to', 'knative');
    const [first] = JSON.parse(stdout.toString());
    expect(first.spec.template.spec.containerConcurrency).toBe(10);
  });
});

describe('plan --functions', () => {
  test('bounds, times, places, memory and cold times of single functions; the replay with the same file finds them', () => {
    const {rows} = json('tradeoff', 'break-even', '--workload', 'w.arrow').tables[0];
    const [a, b, c] = rows.map(({function: name}: {function: string}) => name);
    writeFileSync(
      join(folder, 'f.csv'),
      `function,min,max,ttl,concurrency,cold,memory\n${a},3,4,,,,\n${b},,,2m,,,1GiB\n${c},,,,8,fixed:3s,\nnobody,,1,,,,\n`,
    );
    const given = ['--functions', 'f.csv', '--json'];
    const planned = run('plan', 'w.arrow', ...given, '--explain', a, '--explain', b, '--out', 'f.arrow');
    expect([planned.status, planned.stderr]).toEqual([0, expect.stringContaining("f.csv: 'nobody' is no function")]);
    const {explain, recorded} = JSON.parse(planned.stdout.toString());
    const slots = explain.map(({windows}: {windows: {slots: number}[]}) => windows[0]!.slots);
    expect(slots[0]).toBeGreaterThanOrEqual(3);
    expect(slots[0]).toBeLessThanOrEqual(4);
    expect(slots[1]).toBe(0);
    const {stdout} = run('replay', 'w.arrow', ...given, '--policy', 'plan:file=f.arrow');
    expect(recorded.costUsdPerDay.total).toBeCloseTo(JSON.parse(stdout.toString()).runs[0].usdPerDay, 9);
  });

  test('--limits and --teams are read by the same reader; limits bound the plan and no replay', () => {
    const {rows} = json('tradeoff', 'break-even', '--workload', 'w.arrow').tables[0];
    const names = rows.map(({function: name}: {function: string}) => name);
    writeFileSync(
      join(folder, 'l.json'),
      JSON.stringify([
        {function: '*', max: 0},
        {function: names[0], pin: 2},
      ]),
    );
    const {stdout, status} = run('plan', 'w.arrow', '--limits', 'l.json', '--explain', names[0], '--json');
    expect(status).toBe(0);
    const {slots, recorded, explain} = JSON.parse(stdout.toString());
    expect([slots?.max ?? 2, explain[0].windows[0].slots]).toEqual([2, 2]);
    // No call was throttled or had to wait for an instance of its own.
    expect(recorded.coldShare).toBeLessThan(1);
    writeFileSync(join(folder, 't.csv'), 'owner,team,weight\n*,all,2\n');
    expect(run('plan', 'w.arrow', '--no-trials', '--teams', 't.csv', '--budget-slots', '5', '--json').status).toBe(0);
  });
});
