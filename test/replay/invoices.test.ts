import {describe, expect, test} from 'vitest';
import {US_PER_MS, US_PER_SECOND} from '../../src/base/units.ts';
import {priceSheets} from '../../src/cost/sheets.ts';
import {coldTimes} from '../../src/fleet/cold-time/registry.ts';
import type {FunctionSettings} from '../../src/fleet/settings/columns.ts';
import type {ReplayOptions} from '../../src/replay/options.ts';
import {replayReport} from '../../src/replay/report/replay-report.ts';
import {replay} from '../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../helpers/options.ts';
import {type EventRow, eventWorkload} from '../helpers/workload.ts';

const HOUR = 3600;

/** A call at a second, of some milliseconds, cold for some milliseconds more if it finds nothing warm. */
const call = (second: number, durationMs: number, coldMs: number): EventRow => ({
  ...{function: 'f', at: second * US_PER_SECOND, duration: durationMs * US_PER_MS},
  cold: coldMs * US_PER_MS,
});

/** A setting of every function. */
const settings = (numbers: Record<string, number>, functions = 1): FunctionSettings => ({
  numbers: Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, new Float64Array(functions).fill(value)]),
  ),
  labels: {},
  quotas: [],
});

/** The bill of one function of so much memory, without a price of user time. */
async function invoice(
  calls: readonly EventRow[],
  defaultMemoryMib: number,
  sheet: string,
  policy: string,
  given: Partial<ReplayOptions> = {},
) {
  const workload = eventWorkload([...calls]);
  const options = testOptions(workload, {
    cold: coldTimes.parse('trace'),
    prices: priceSheets[sheet]!.sheet,
    defaultMemoryMib,
    ...given,
  });
  const [run] = replayReport(workload, await replay(workload, [parsePolicy(policy)], options), options, 0).runs;
  const {delay, dropped, total, ...lines} = run!.costUsd;
  expect([delay, dropped]).toEqual([0, 0]);
  return {...lines, total, run: run!};
}

describe('Lambda', () => {
  test('bills start and execution of a call together, up to whole milliseconds, and no idle time', async () => {
    // Cold: ceil(0.4 + 500) = 501 ms, then, an hour later at a keep-alive of ten minutes, again; at 1 GB.
    const calls = [call(0, 0.4, 500), call(HOUR, 0.4, 500), call(HOUR + 60, 0.4, 500)];
    const {warm, execution, requests, total} = await invoice(calls, 1024, 'lambda', 'fixed:ttl=10m');
    expect(execution).toBeCloseTo((0.501 + 0.501 + 0.001) * 1.66667e-5, 15);
    expect(requests).toBeCloseTo(3 * 0.2e-6, 15);
    expect([warm, total]).toEqual([0, execution + requests]);
  });

  test('a call of whole milliseconds is not rounded', async () => {
    const {execution} = await invoice([call(0, 13, 400), call(5, 13, 400)], 2048, 'lambda', 'fixed:ttl=10m');
    expect(execution).toBeCloseTo((0.413 + 0.013) * 2 * 1.66667e-5, 15);
  });

  test('provisioned concurrency is charged for the whole time up to five minutes, execution on it at its own rate', async () => {
    // 62 minutes are charged as 65. Of two calls at once one finds the provisioned instance, the other starts its own.
    const calls = [call(0, 1000, 300), call(0, 1000.5, 300), call(61.5 * 60, 1000, 300)];
    const {warm, execution, run} = await invoice(calls, 1024, 'lambda', 'fixed:ttl=10m', {
      settings: settings({min: 1}),
    });
    expect(run).toMatchObject({cold: 1, warm: 2});
    expect(warm).toBeCloseTo(65 * 60 * 4.1667e-6, 15);
    const [onProvisioned, spilledOver] = [(1 + 1) * 9.7222e-6, 1.301 * 1.66667e-5];
    expect(execution).toBeCloseTo(onProvisioned + spilledOver, 15);
  });
});

describe('Cloud Run', () => {
  test('bills an instance while it has calls, each busy spell up to 100 ms with its start', async () => {
    // Two calls that overlap in one instance: from the start at 0 s (1 s) to 7.25 s, so 7.3 s; one later: 0.1 s.
    const calls = [call(0, 5000, 1000), call(3, 4250, 1000), call(60, 30, 1000)];
    const {warm, execution, requests} = await invoice(calls, 512, 'cloud-run-request', 'fixed:ttl=15m', {
      concurrency: 10,
    });
    expect(execution).toBeCloseTo(7.4 * (2.4e-5 + 0.5 * 2.5e-6), 15);
    expect(requests).toBeCloseTo(3 * 0.4e-6, 15);
    expect(warm).toBe(0);
  });

  test('an idle minimum instance costs the idle price and its memory', async () => {
    const calls = [call(0, 10_000, 1000), call(590, 10_000, 1000)];
    const {warm, execution} = await invoice(calls, 1024, 'cloud-run-request', 'none', {
      settings: settings({min: 1, cpu: 2}),
    });
    expect(warm).toBeCloseTo(580 * (2 * 2.5e-6 + 2.5e-6), 15);
    expect(execution).toBeCloseTo(20 * (2 * 2.4e-5 + 2.5e-6), 15);
  });

  test('billed by instance, its whole life is', async () => {
    const calls = [call(0, 10_000, 1000), call(50, 1000, 1000)];
    const {warm, execution} = await invoice(calls, 1024, 'cloud-run-instance', 'fixed:ttl=30s');
    // Starting 1 s and busy 10 s; idle for 30 s; then again 1 s, 1 s and idle up to the end of the minute at 60 s.
    expect(warm).toBeCloseTo(38 * (1.8e-5 + 2e-6) + 2 * 2e-6, 15);
    expect(execution).toBeCloseTo(11 * 2e-6 + 13 * 1.8e-5, 15);
  });
});

describe('Azure', () => {
  test('Consumption rounds memory up to 128 MB, and a call to 100 ms at least', async () => {
    const calls = [call(0, 20, 700), call(60, 250.2, 700)];
    const {execution, requests} = await invoice(calls, 130, 'azure-consumption', 'fixed:ttl=20m');
    // Starts are not billed.
    expect(execution).toBeCloseTo(0.25 * (0.1 + 0.251) * 1.6e-5, 15);
    expect(requests).toBeCloseTo(2 * 0.2e-6, 15);
  });

  test('Flex Consumption charges a second at least, then steps of 100 ms', async () => {
    const calls = [call(0, 20, 700), call(60, 1234, 700)];
    const {execution} = await invoice(calls, 2048, 'azure-flex', 'fixed:ttl=20m');
    expect(execution).toBeCloseTo(2 * (1 + 1.3) * 2.6e-5, 15);
  });
});

test('what was before the counted part is neither billed nor rounded, and a spell is rounded where it ends', async () => {
  const calls = [call(0, 0.4, 0), call(100, 0.4, 0), call(200, 0.4, 0)];
  const given = {fromUs: 50 * US_PER_SECOND};
  const {execution} = await invoice(calls, 1024, 'lambda', 'fixed:ttl=10m', given);
  expect(execution).toBeCloseTo(2 * 0.001 * 1.66667e-5, 15);
});

test('snapshots are charged for what is restored and kept, where their prices are given', async () => {
  const prices = {...priceSheets.lambda!.sheet, restoreUsdPerGb: 1e-3, snapshotUsdPerGbSecond: 1e-6};
  const calls = [call(0, 1, 0), call(1200, 1, 0), call(1230, 1, 0)];
  const [with_, without] = [
    await invoice(calls, 2048, 'lambda', 'fixed:ttl=10m', {prices}),
    await invoice(calls, 2048, 'lambda', 'fixed:ttl=10m'),
  ];
  // Two cold starts of 2 GB; snapshots of 2 GB for 21 minutes.
  expect(with_.total - without.total).toBeCloseTo(2 * 2e-3 + 21 * 60 * 2e-6, 12);
});
