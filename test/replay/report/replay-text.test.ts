import {describe, expect, test} from 'vitest';
import {csvTable} from '../../../src/base/report-table.ts';
import {US_PER_SECOND} from '../../../src/base/units.ts';
import type {ReplayOptions} from '../../../src/replay/options.ts';
import {type ReplayReport, replayReport} from '../../../src/replay/report/replay-report.ts';
import {replayPrinted, replayText} from '../../../src/replay/report/replay-text.ts';
import {replay} from '../../../src/replay/run/replay.ts';

import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {type EventRow, eventWorkload} from '../../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;
const call = (name: string, seconds: number, memoryMib?: number): EventRow => ({
  function: name,
  at: seconds * US_PER_SECOND,
  duration: US_PER_SECOND,
  ...(memoryMib === undefined ? {} : {memoryMib}),
});

async function reportOf(rows: EventRow[], policy: string, given: Partial<ReplayOptions> = {}): Promise<ReplayReport> {
  const workload = eventWorkload(rows);
  const options = testOptions(workload, given);
  return replayReport(workload, await replay(workload, [parsePolicy(policy)], options), options, 10);
}

describe('a replay for a terminal', () => {
  const rows = [call('f', 0, 512), call('g', 5), call('f', 10, 512), call('f', 700, 512)];

  test('a row a policy, worked by hand', async () => {
    // f idles for 8.5, 600 and 18.5 s in half a GB, g for 600 s in an eighth: 388.5 GB-s. Three of four calls are cold:
    // 1.5 s of starting and of delay in 12 minutes, of which a day has 120; 1228.5 s warm at a cent a day.
    expect(replayText(await reportOf(rows, 'fixed:ttl=10m'))).toBe(
      `2 functions, 4 invocations, 12 min of test on one unlimited host
fixed:ttl=10m costs $1.02 a day: 75 % of calls cold.

policy           cold  p99 cold  p99 delay   p99.9  p75 app  lost  idle GB-h  slots  warm $  delay $  $/day
fixed:ttl=10m  75.0 %    500 ms     500 ms  500 ms   75.0 %     0      0.108      2    0.02     1.00   1.02

p99 cold: cold time over cold starts alone. p99 delay: start delay over all calls that started, warm ones at 0.
p75 app: cold share of the 75th-percentile app. slots: peak in use. Dollars are of a day.
Dollars a day are extrapolated from 12 min of trace, times 120.
2 cold starts are a function's first call ever: no online policy escapes them.
1 of 2 functions have no memory in the trace and took the default.
Next: coldfront frontier W tries every policy on this trace (a longer trace says more).
`,
    );
  });

  test.each([
    [{count: 3, slots: 4, memoryMib: 1024}, 2, ' on 3 hosts x 4 slots x 1,024 MiB in 2 cells\n'],
    [{count: 1, slots: 4, memoryMib: POSITIVE_INFINITY}, 1, ' on 1 host x 4 slots\n'],
    [{count: 2, slots: POSITIVE_INFINITY, memoryMib: 2048}, 1, ' on 2 hosts x 2,048 MiB\n'],
  ])('the fleet: %o in %i cells', async (fleet, cells, text) => {
    expect(replayText(await reportOf(rows, 'none', {fleet, cells}))).toContain(text);
  });

  test('the span is the counted part, and without first calls nothing is said of them', async () => {
    const text = replayText(await reportOf(rows, 'none', {fromUs: 600 * US_PER_SECOND, untilUs: 720 * US_PER_SECOND}));
    expect(text).toContain(', 2 min of test on');
    expect(text).not.toContain('first call ever');
  });

  test('lost calls are those dropped and those that gave up', async () => {
    const fleet = {count: 1, slots: 1, memoryMib: POSITIVE_INFINITY};
    const crowd = [call('f', 0, 128), call('f', 0.1, 128), call('g', 0.2, 128)];
    const waits = await reportOf(crowd, 'none', {fleet, maxWaitUs: 100_000});
    expect([waits.runs[0]!.dropped, waits.runs[0]!.abandoned]).toEqual([0, 2]);
    const {semantics} = testOptions(eventWorkload(crowd));
    const drops = await reportOf(crowd, 'none', {fleet, semantics: {...semantics, full: 'drop'}});
    expect([drops.runs[0]!.dropped, drops.runs[0]!.abandoned]).toEqual([2, 0]);
    for (const report of [waits, drops]) {
      const [, , , title, row] = replayText(report).split('\n');
      expect(row!.slice(0, title!.indexOf('lost') + 4)).toMatch(/ 2$/);
    }
  });

  test('small shares keep two digits, and what was not measured is a dash', async () => {
    const many = Array.from({length: 201}, (_, k) => call('f', 2 * k, 128));
    expect(replayText(await reportOf(many, 'infinite'))).toMatch(/^infinite +0\.50 % /m);
    expect(replayText(await reportOf(many.slice(0, 41), 'infinite'))).toMatch(/^infinite +2\.4 % /m);
    const nobody = replayText(await reportOf(many, 'infinite', {fromUs: 410 * US_PER_SECOND}));
    expect(nobody).toMatch(/^infinite +- +- +- +- +- +0 /m);
  });
});

test('CSV has every number of a run but its teams, names as JSON has them in the way of CSV', async () => {
  const report = await reportOf([call('f', 0, 512), call('f', 10, 512)], 'fixed:ttl=10m');
  const [header, line, end] = csvTable(replayPrinted.tables(report)[0]!).split('\n');
  const values = Object.fromEntries(header!.split(',').map((name, k) => [name, line!.split(',')[k]]));
  const run = report.runs[0]!;
  expect(values).toMatchObject({
    policy: 'fixed:ttl=10m',
    invocations: '2',
    cold: '1',
    start_delay_ms_p99: '500',
    function_cold_share_p25: '0.5',
    gb_seconds_idle: String(run.gbSeconds.idle),
    cost_usd_total: String(run.costUsd.total),
    fairness_jain: '1',
  });
  expect(header).not.toContain('teams');
  expect(line!.split(',')).toHaveLength(header!.split(',').length);
  expect(end).toBe('');
});
