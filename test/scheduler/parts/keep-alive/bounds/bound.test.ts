import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {US_PER_SECOND} from '../../../../../src/base/units.ts';
import {billOf, noUsage} from '../../../../../src/cost/bill.ts';
import {priceSheets} from '../../../../../src/cost/prices.ts';
import {coldTimes} from '../../../../../src/fleet/cold-time/registry.ts';
import type {ReplayOptions} from '../../../../../src/replay/options.ts';
import {replayReport} from '../../../../../src/replay/report/replay-report.ts';
import {replay} from '../../../../../src/replay/run/replay.ts';
import type {Workload} from '../../../../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../../../../helpers/options.ts';
import {eventWorkload, minuteWorkload} from '../../../../helpers/workload.ts';

const others = [
  ...['none', 'infinite', 'fixed:ttl=5s', 'fixed:ttl=2m', 'fixed:ttl=20m', 'hybrid', 'hybrid:range=10m,unit=function'],
  ...['hazard', 'ski-rental', 'ski-rental:random=yes', 'adaptive', 'clairvoyant-keep'],
];

/** Without `coldUs` every call has its own cold time. */
function optionsFor(workload: Workload, delayUsdPerHour: number, coldUs?: number): ReplayOptions {
  return testOptions(workload, {
    cold: coldUs === undefined ? coldTimes.parse('trace') : coldTimes.parse(`fixed:${coldUs}us`),
    prices: {...priceSheets.seed!.sheet, delayUsdPerHour},
  });
}

async function dollars(workload: Workload, policies: readonly string[], options: ReplayOptions): Promise<number[]> {
  const ledgers = await replay(workload, policies.map(parsePolicy), options);
  return replayReport(workload, ledgers, options, 0).runs.map((run) => run.costUsd.total);
}

async function expectBound(workload: Workload, delayUsdPerHour: number, coldUs?: number): Promise<void> {
  const options = optionsFor(workload, delayUsdPerHour, coldUs);
  const [bound, ...rest] = await dollars(workload, ['clairvoyant', ...others], options);
  rest.forEach((usd, k) => {
    expect(usd, `${others[k]} at $${delayUsdPerHour}/h, cold ${coldUs ?? 'of the trace'} us`).toBeGreaterThanOrEqual(
      bound! * (1 - 1e-12),
    );
  });
}

const call = fc.record({
  function: fc.constantFrom('a', 'b', 'c'),
  at: fc.integer({min: 0, max: 40 * 60}).map((s) => s * US_PER_SECOND),
  duration: fc.constantFrom(0, 1000, 700_000, 30_000_000, 400_000_000),
});
const price = fc.constantFrom(0.01, 0.1, 1, 20);
const cold = fc.constantFrom(0, 500_000, 7_000_000);

describe('no policy costs less than clairvoyant', () => {
  test('on single calls, bursts, overlaps and calls of no duration', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, {minLength: 1, maxLength: 60}), price, cold, (calls, usd, coldUs) =>
        expectBound(eventWorkload(calls), usd, coldUs),
      ),
      {numRuns: 150},
    );
  });

  test('where every call has a cold time of its own, lucky ones too', async () => {
    const ownCold = fc
      .tuple(call, fc.constantFrom(0, 1, 20_000, 500_000, 90_000_000))
      .map(([one, us]) => ({...one, cold: us}));
    await fc.assert(
      fc.asyncProperty(fc.array(ownCold, {minLength: 1, maxLength: 60}), price, (calls, usd) =>
        expectBound(eventWorkload(calls), usd),
      ),
      {numRuns: 150},
    );
  });

  test('on counts a minute, the calls drawn', async () => {
    const row = fc.record({
      function: fc.constantFrom('a', 'b', 'c', 'd'),
      minute: fc.integer({min: 0, max: 300}),
      count: fc.constantFrom(1, 1, 2, 30),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, {minLength: 1, maxLength: 60}), price, cold, (rows, usd, coldUs) =>
        expectBound(minuteWorkload(rows, [0, 301]), usd, coldUs),
      ),
      {numRuns: 60},
    );
  });
});

test('one function called every 10 min for no time costs one start a call: 0.5 s of a warm slot', async () => {
  const calls = Array.from({length: 6}, (_, k) => ({
    function: 'a',
    at: (600 * k + 30) * US_PER_SECOND,
    duration: 0,
  }));
  const workload = eventWorkload(calls);
  const options = optionsFor(workload, 20, 500_000);
  const {total} = billOf({...noUsage, startingSlotUs: 6 * 500_000}, options.prices);
  expect((await dollars(workload, ['clairvoyant'], options))[0]).toBeCloseTo(total, 15);
});
