import {expect, test} from 'vitest';
import {policies} from '../../../src/replay/policies/registry.ts';
import {replayReport} from '../../../src/replay/report/replay-report.ts';
import {replay} from '../../../src/replay/run/replay.ts';
import {testOptions} from '../../helpers/options.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

test('functions without a duration or memory in the trace count once, in however many cells they are', async () => {
  const workload = minuteWorkload([
    {function: 'hot', minute: 0, count: 80},
    {function: 'small', minute: 0, count: 10, memoryMib: 256},
    {function: 'known', minute: 0, count: 10},
  ]);
  workload.duration.meanMs[2] = 1000;
  const options = testOptions(workload, {cells: 3});
  const ledgers = await replay(workload, [policies.parse('none'), policies.parse('infinite')], options);
  const report = replayReport(workload, ledgers, options, 0);
  expect(report.workload).toMatchObject({functions: 3, invocations: 100, withoutDuration: 2, withoutMemory: 2});
  // Parts of the hot one run in several cells, each call in one of them.
  expect(report.runs.map(({invocations}) => invocations)).toEqual([100, 100]);
});
