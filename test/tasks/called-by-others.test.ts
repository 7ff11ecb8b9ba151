import {join} from 'node:path';
import {beforeAll, describe, expect, test} from 'vitest';
import {UserError} from '../../src/base/errors.ts';
import {freeBounds} from '../../src/plan/bounds/slot-limits.ts';
import {rests} from '../../src/plan/plan-rest.ts';
import {type PlanSettings, planWorkload} from '../../src/plan/plan-workload.ts';
import {replayReport} from '../../src/replay/report/replay-report.ts';
import {frontierOf} from '../../src/tasks/frontier.ts';
import {replayWorkload} from '../../src/tasks/replay.ts';
import {runSynth} from '../../src/tasks/synth.ts';
import {readWorkload} from '../../src/workload/file/file.ts';
import type {Workload} from '../../src/workload/workload.ts';
import {coldfront} from '../helpers/cli.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {temporaryFolder} from '../helpers/traces.ts';

const folder = temporaryFolder();
const file = join(folder, 'w.arrow');
const synthetic = {functions: 30, teams: 3, ratePerSecond: 2, spanUs: 3 * 3600e6, meanDurationMs: undefined, seed: 4};
const policies = ['none', 'fixed:ttl=10m'].map(parsePolicy);
let workload: Workload;

/** What the same command prints. */
function printed(...args: string[]) {
  const {status, stdout} = coldfront([...args, '--json'], {cwd: folder});
  expect(status).toBe(0);
  return JSON.parse(stdout.toString());
}

beforeAll(async () => {
  await runSynth({...synthetic, like: undefined, out: file, force: false});
  workload = await readWorkload(file);
});

describe('a replay called by another task', () => {
  const task = () => ({policies, options: testOptions(workload, {untilUs: Number.POSITIVE_INFINITY}), threads: 1});

  test('finds, as often as it is called, what the command prints', async () => {
    const report = printed('replay', 'w.arrow', ...policies.flatMap(({text}) => ['--policy', text]));
    for (let turn = 0; turn < 2; turn++) {
      const {ledgers, options} = await replayWorkload(workload, file, task());
      expect(options.untilUs).toBe(workload.meta.spanUs);
      expect(JSON.parse(JSON.stringify(replayReport(workload, ledgers, options, 10)))).toEqual(report);
    }
  });

  test('tells only who listens how far it has come and how long it took', async () => {
    const heard: string[] = [];
    let [advanced, stopped] = [0, 0];
    await replayWorkload(workload, file, task(), {
      timing: (line) => heard.push(line),
      remark: (line) => heard.push(line),
      progress: async (doing, total, unit) => {
        heard.push(`${doing} ${total} ${unit}`);
        return {advance: (calls) => (advanced += calls), stop: async () => void stopped++};
      },
    });
    // 2 calls a second for 3 hours, under two policies.
    expect(heard).toEqual(['replaying 43200 invocations', expect.stringMatching(/^replayed 43200 invocations in /)]);
    expect([advanced, stopped]).toEqual([43_200, 1]);
  });

  test('of nothing is refused', async () => {
    const options = testOptions(workload, {fromUs: workload.meta.spanUs});
    await expect(replayWorkload(workload, file, {...task(), options})).rejects.toThrow(UserError);
  });

  test('sweeps like the command', async () => {
    const report = await frontierOf(workload, file, task());
    const args = policies.flatMap(({text}) => ['--policy', text]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(printed('frontier', 'w.arrow', ...args));
  });
});

describe('a plan called by another task', () => {
  const settings = (budget: number): PlanSettings => {
    const {fleet, cells, cold, defaultDurationUs, defaultMemoryMib, prices, seed} = testOptions(workload);
    return {
      ...{fleet, cells, cold, defaultDurationUs, defaultMemoryMib, prices, seed},
      objective: 'dollars',
      p99StartUs: Number.NaN,
      trainUntilUs: Number.POSITIVE_INFINITY,
      windowUs: 3600e6,
      profile: 'auto',
      curve: 'auto',
      model: undefined,
      budgets: {slots: budget, memoryMib: Number.POSITIVE_INFINITY, usdPerDay: Number.POSITIVE_INFINITY},
      fair: false,
      rest: rests.parse('keep'),
      tries: false,
      startsPerSecond: Number.POSITIVE_INFINITY,
      concurrency: 1,
      timers: {jitterUs: 1e6, smearUs: 0, smearOwners: []},
    };
  };

  test('is the command’s, and the same inputs serve the next', async () => {
    const inputs = {bounds: freeBounds(workload.functions), events: [], teams: undefined, forecast: undefined};
    for (const budget of [20, 5, 20]) {
      const {plan} = await planWorkload(workload, settings(budget), inputs);
      const {primal, dualBound, against} = printed(
        'plan',
        'w.arrow',
        '--no-trials',
        '--window',
        '1h',
        '--budget-slots',
        String(budget),
      );
      const {solution, baseline} = plan;
      expect([solution.primal - baseline.value, solution.dualBound - baseline.value, baseline.name]).toEqual([
        primal,
        dualBound,
        against,
      ]);
    }
  });
});
