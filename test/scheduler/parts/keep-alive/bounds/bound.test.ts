import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {US_PER_SECOND} from '../../../../../src/base/units.ts';
import {billOf, noUsage} from '../../../../../src/cost/bill.ts';
import {priceSheets} from '../../../../../src/cost/sheets.ts';
import {coldTimes} from '../../../../../src/fleet/cold-time/registry.ts';
import type {ReplayOptions} from '../../../../../src/replay/options.ts';
import {replayReport} from '../../../../../src/replay/report/replay-report.ts';
import {replay} from '../../../../../src/replay/run/replay.ts';
import {type SemanticsName, semanticsPresets} from '../../../../../src/scheduler/core/semantics.ts';
import type {Workload} from '../../../../../src/workload/workload.ts';
import {parsePolicy, testOptions} from '../../../../helpers/options.ts';
import {type EventRow, eventWorkload, minuteWorkload} from '../../../../helpers/workload.ts';

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

/** Those that start nothing before it is asked for. */
const keepers = ['none', 'infinite', 'fixed:ttl=5s', 'fixed:ttl=2m', 'fixed:ttl=20m', 'hazard', 'ski-rental'];
const rankers = ['lru', 'greedy-dual', 'freq', 'size', 'landlord', 'belady'];
const starters = ['hybrid', 'hybrid:range=10m,unit=function', 'adaptive'];

const semanticsNames = Object.keys(semanticsPresets) as SemanticsName[];
const infinite = Number.POSITIVE_INFINITY;
const fleets = fc.oneof(
  fc.constant({count: 1, slots: infinite, memoryMib: infinite}),
  fc.record({
    count: fc.integer({min: 1, max: 3}),
    slots: fc.integer({min: 1, max: 6}),
    memoryMib: fc.constant(infinite),
  }),
  fc.record({
    count: fc.integer({min: 1, max: 3}),
    slots: fc.constant(infinite),
    memoryMib: fc.constantFrom(100, 300, 900),
  }),
);
const rules = fc
  .tuple(fc.constantFrom(...semanticsNames), fc.boolean(), fc.constantFrom('queue', 'drop') as fc.Arbitrary<'queue'>)
  .map(([name, lateBinding, full]) => ({
    ...semanticsPresets[name],
    ...(name === 'coldfront' ? {lateBinding, full} : {}),
  }));
const replays = fc.record({
  fleet: fleets,
  semantics: rules,
  cold: fc
    .constantFrom(
      'fixed:500ms',
      'fixed:30s',
      'lognormal:median=1.35s,sigma=1.326',
      'lambda:runtime=python3.12,memory=512MiB',
    )
    .map((text) => coldTimes.parse(text)),
  startsPerSecond: fc.constantFrom(infinite, infinite, 2, 0.1),
  startsPerHost: fc.constantFrom(infinite, infinite, 1),
  maxWaitUs: fc.constantFrom(infinite, 1_000_000),
  fromUs: fc.constantFrom(0, 0, 600 * US_PER_SECOND),
});

/** What each costs in that replay, and if it is relaxed. */
async function runsOf(calls: readonly EventRow[], given: Partial<ReplayOptions>, policies: readonly string[]) {
  const workload = eventWorkload([...calls, {function: 'z', at: 41 * 60 * US_PER_SECOND, duration: 1000}]);
  const options = testOptions(workload, given);
  const ledgers = await replay(workload, policies.map(parsePolicy), options);
  return replayReport(workload, ledgers, options, 0).runs;
}

describe('whatever the fleet, its rules, cold times and limits on starts', () => {
  const some = fc.array(call, {minLength: 1, maxLength: 60});

  test('no policy costs less than clairvoyant', async () => {
    const policies = [...keepers, ...rankers, ...starters, 'clairvoyant-keep'];
    await fc.assert(
      fc.asyncProperty(some, replays, async (calls, given) => {
        const [bound, ...rest] = await runsOf(calls, given, ['clairvoyant', ...policies]);
        for (const {policy, costUsd} of rest) {
          expect(costUsd.total, policy).toBeGreaterThanOrEqual(bound!.costUsd.total * (1 - 1e-12));
        }
      }),
      {numRuns: 50},
    );
  });

  test('none that starts nothing early costs less than clairvoyant-keep', async () => {
    await fc.assert(
      fc.asyncProperty(some, replays, async (calls, given) => {
        const [bound, ...rest] = await runsOf(calls, given, ['clairvoyant-keep', ...keepers, ...rankers]);
        for (const {policy, costUsd} of rest) {
          expect(costUsd.total, policy).toBeGreaterThanOrEqual(bound!.costUsd.total * (1 - 1e-12));
        }
      }),
      {numRuns: 50},
    );
  });

  test('bounds are the same with limits on starts and without, and say that they are relaxed', async () => {
    const bounds = ['clairvoyant', 'clairvoyant-keep'];
    await fc.assert(
      fc.asyncProperty(some, async (calls) => {
        const free = await runsOf(calls, {}, bounds);
        expect(free.map(({relaxed}) => relaxed)).toEqual([false, false]);
        for (const limit of [{startsPerSecond: 1}, {startsPerHost: 1}]) {
          const limited = await runsOf(calls, limit, bounds);
          expect(limited).toEqual(free.map((run) => ({...run, relaxed: true})));
        }
      }),
      {numRuns: 20},
    );
  });
});

test('a call that gives up before anything can be ready is no dearer than a lost one', async () => {
  // One slot, starts of 30 s, callers that wait 1 s: the second of two calls at time 0 gives up. Waiting 30 s costs 17 c
  // and giving up 0.28 c, so that a bound in which both wait (33 c) would be beaten.
  const calls = [0, 0].map(() => ({function: 'a', at: 0, duration: 0}));
  const given: Partial<ReplayOptions> = {
    fleet: {count: 1, slots: 1, memoryMib: infinite},
    cold: coldTimes.parse('fixed:30s'),
    maxWaitUs: 1_000_000,
  };
  const [bound, keep, run] = await runsOf(calls, given, ['clairvoyant', 'clairvoyant-keep', 'infinite']);
  expect(run!.abandoned).toBe(1);
  expect(run!.costUsd.total).toBeGreaterThanOrEqual(bound!.costUsd.total);
  expect(run!.costUsd.total).toBeGreaterThanOrEqual(keep!.costUsd.total);
  expect([bound!.relaxed, bound!.costUsd.delay]).toEqual([true, 0]);
  // Nobody gives up where there is a slot for each: both wait, as before.
  const [roomy] = await runsOf(calls, {...given, fleet: {count: 2, slots: 2, memoryMib: infinite}}, ['clairvoyant']);
  expect(roomy!.costUsd.delay).toBeCloseTo((2 * 30 * 20) / 3600, 12);
});

describe('clairvoyant-keep', () => {
  const at = (seconds: number, duration = 0): EventRow => ({function: 'a', at: seconds * US_PER_SECOND, duration});
  /** A caller's waiting for 0.5 s is worth 24,000 s of a warm slot: 20 x 24 / 0.01 seconds for each. */
  const worthS = 24_000;

  test('keeps over a gap that costs less than the waiting, else is cold', async () => {
    for (const [gapS, cold] of [
      [worthS - 1, 1],
      [worthS + 1, 2],
    ]) {
      const workload = eventWorkload([at(0), at(gapS!)]);
      const options = testOptions(workload);
      const [run] = replayReport(
        workload,
        await replay(workload, [parsePolicy('clairvoyant-keep')], options),
        options,
        0,
      ).runs;
      expect(run!.cold).toBe(cold);
      const usd = (0.5 * cold! * 20) / 3600 + ((cold === 1 ? gapS! : 0) * 0.01) / 86400;
      expect(run!.costUsd.total).toBeCloseTo(usd, 12);
    }
  });

  test('pays for the slot while it starts where no gap comes after', async () => {
    const workload = eventWorkload([at(10)]);
    const options = testOptions(workload);
    const [run] = replayReport(
      workload,
      await replay(workload, [parsePolicy('clairvoyant-keep')], options),
      options,
      0,
    ).runs;
    expect(run!.slotSeconds).toEqual({busy: 0, idle: 0, starting: 0.5});
  });

  test('finds nothing to keep before a first instance can be ready', async () => {
    // Starts of 90 s: of calls at 0 s and 30 s neither finds an idle instance, the one at 100 s does.
    const calls = [0, 30, 100].map((s) => ({...at(s), cold: 90e6}));
    const workload = eventWorkload([...calls, {...at(400), function: 'z', cold: 0}]);
    const options = optionsFor(workload, 0.01);
    const ledgers = await replay(workload, [parsePolicy('clairvoyant-keep')], options);
    expect(replayReport(workload, ledgers, options, 0).runs[0]).toMatchObject({cold: 3, warm: 1});
  });

  test('is clairvoyant where a call may wait for what is free first, and says so', async () => {
    const calls = [at(5, 2e6), at(6, 2e6), at(100)];
    for (const given of [
      {semantics: {...semanticsPresets.coldfront, lateBinding: true}},
      {fleet: {count: 1, slots: 1, memoryMib: infinite}},
    ]) {
      const [keep, all] = await runsOf(calls, given, ['clairvoyant-keep', 'clairvoyant']);
      expect(keep!.relaxed).toBe(true);
      expect(keep!.costUsd).toEqual(all!.costUsd);
    }
    const [roomy] = await runsOf(calls, {fleet: {count: 1, slots: 3, memoryMib: infinite}}, ['clairvoyant-keep']);
    expect([roomy!.relaxed, roomy!.cold]).toEqual([false, 3]);
  });
});

test('calls that fit on no host are lost to bounds as well', async () => {
  const calls = [{function: 'a', at: 5e6, duration: 1000}];
  const [run, none] = await runsOf(calls, {fleet: {count: 1, slots: infinite, memoryMib: 1}}, ['clairvoyant', 'none']);
  expect([run!.dropped, run!.costUsd]).toEqual([2, none!.costUsd]);
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
