import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../../src/base/units.ts';
import {namedPriceSheet} from '../../../../src/cost/sheets.ts';
import {replayReport} from '../../../../src/replay/report/replay-report.ts';
import {replay} from '../../../../src/replay/run/replay.ts';
import {Cell} from '../../../../src/scheduler/core/cell.ts';
import {semanticsPresets} from '../../../../src/scheduler/core/semantics.ts';
import type {KeepAlive, PoolControl} from '../../../../src/scheduler/parts/keep-alive/keep-alive.ts';
import {heedingScarceStarts} from '../../../../src/scheduler/parts/keep-alive/scarce-starts.ts';
import {placements} from '../../../../src/scheduler/parts/placement/registry.ts';
import {parsePolicy, testOptions} from '../../../helpers/options.ts';
import {contextOf} from '../../../helpers/policies.ts';
import {type EventRow, eventWorkload} from '../../../helpers/workload.ts';

const COLD_US = 100_000;

/** A cell of two functions where one start a second begins; its policy is made of the pool that it is given. */
function cellOf(make: (pool: PoolControl) => KeepAlive): Cell {
  const cell = new Cell({
    memoryMib: new Float64Array(2).fill(128),
    hosts: {count: 1, slots: Number.POSITIVE_INFINITY, memoryMib: Number.POSITIVE_INFINITY},
    placement: placements.parse('first-fit'),
    semantics: semanticsPresets.coldfront,
    coldTime: {drawUs: () => COLD_US, meanUs: () => COLD_US},
    maxWaitUs: Number.POSITIVE_INFINITY,
    startsPerHost: Number.POSITIVE_INFINITY,
    startsPerSecond: 1,
    callsPerSecond: 1,
    seed: 1,
  });
  const context = {
    ...contextOf(2),
    coldUs: new Float64Array(2).fill(COLD_US),
    prices: namedPriceSheet('seed')!,
    pool: cell.control,
  };
  cell.use(heedingScarceStarts(context, ({pool}) => make(pool)));
  return cell;
}

function run(
  cell: Cell,
  calls: readonly (readonly [fn: number, atUs: number])[],
  endUs: number,
  durationUs = [0, 0],
): void {
  cell.run({
    length: calls.length,
    timeUs: Float64Array.from(calls, ([, at]) => at),
    fn: Int32Array.from(calls, ([fn]) => fn),
    durationUs: Float64Array.from(calls, ([fn]) => durationUs[fn]!),
    coldUs: undefined,
  });
  cell.finish(endUs);
}

describe('where starts are limited', () => {
  test('a start ahead of calls begins when none of theirs waits', () => {
    const cell = cellOf((pool) => {
      pool.wakeAt(1, 100_000);
      return {keepAliveUs: () => Number.POSITIVE_INFINITY, onWake: () => expect(pool.prewarm(1, 1)).toBe(1)};
    });
    // Starts begin at 0, 1 s and 2 s: the second call's before the one that was asked for ahead of it.
    run(
      cell,
      [
        [0, 0],
        [0, 50_000],
        [0, 200_000],
        [1, 3_050_000],
      ],
      4e6,
      [5e6, 0],
    );
    expect(cell.tally).toMatchObject({cold: 3, warm: 1, prewarms: 1});
    expect(cell.tally.queueWait.sum).toBe(950_000 + 1_800_000);
    // Begun at 3 s, ready at 3.1 s.
    expect(cell.tally.startDelay.sum).toBe(3 * COLD_US + 950_000 + 1_800_000 + 50_000);
  });

  test('one that is given up before its turn is not started', () => {
    const cell = cellOf((pool) => {
      pool.wakeAt(1, 100_000);
      return {
        keepAliveUs: () => Number.POSITIVE_INFINITY,
        onWake: (fn, nowUs) => {
          if (nowUs === 100_000) {
            expect([pool.prewarm(fn, 2), pool.live(fn)]).toEqual([2, 2]);
            pool.wakeAt(fn, 200_000);
          } else {
            pool.drop(fn, 1);
            expect(pool.live(fn)).toBe(1);
          }
        },
      };
    });
    run(cell, [[0, 0]], 9e6);
    expect(cell.tally.prewarms).toBe(1);
  });

  test('what the policy lets go stays as long as its idle time costs less than calls have waited', () => {
    const cell = cellOf(() => ({keepAliveUs: () => 0, enough: () => 0, onWake: () => {}}));
    // Waits of 0 and 0.05 s, on average 0.025 s: more than a tenth of a start, so starts count for 0.1 s too.
    run(
      cell,
      [
        [0, 0],
        [1, 950_000],
      ],
      1e12,
    );
    // A slot's second costs $0.01 / 86,400, a caller's $20 / 3,600: 48,000 times that; while it starts the slot costs too.
    const keptUs = [0.1 * 0, 0.125 * 48_001 * 1e6];
    expect(cell.account.totals().idleUs[0]).toBe(keptUs[0]);
    expect(cell.account.totals().idleUs[1]).toBeCloseTo(keptUs[1]!, -3);
  });

  test('nothing is started ahead while calls wait for a tenth of a start, by a policy that says what is enough', () => {
    const asked: number[] = [];
    const cell = cellOf((pool) => {
      pool.wakeAt(1, 3e6);
      return {
        keepAliveUs: () => Number.POSITIVE_INFINITY,
        enough: () => 1,
        onWake: () => asked.push(pool.prewarm(1, 1)),
      };
    });
    run(
      cell,
      [
        [0, 0],
        [0, 500_000],
      ],
      9e6,
      [5e6, 0],
    );
    expect(asked).toEqual([0]);
  });

  test('adaptive costs no more than a tenth above the best keep-alive, though all timers go off together', async () => {
    const calls = Array.from({length: 40}, (_, f) =>
      Array.from({length: 72}, (_, k): EventRow => ({function: `f${f}`, at: 5 * k * US_PER_MINUTE, duration: 1000})),
    ).flat();
    const workload = eventWorkload(calls);
    for (const startsPerSecond of [4, 1]) {
      const options = testOptions(workload, {startsPerSecond});
      const policies = ['fixed:ttl=10m', 'fixed:ttl=1h', 'infinite', 'adaptive'].map(parsePolicy);
      const {runs} = replayReport(workload, await replay(workload, policies, options), options, 0);
      const [adaptive, ...kept] = runs.map(({usdPerDay}) => usdPerDay).reverse();
      expect(adaptive).toBeLessThanOrEqual(1.1 * Math.min(...kept));
    }
  });

  test('a policy that starts nothing ahead is left as it is', () => {
    const own: KeepAlive = {keepAliveUs: () => 5};
    expect(heedingScarceStarts(contextOf(1), () => own)).toBe(own);
  });
});

test('the usual wait is that of calls, whole starts a second apart', () => {
  const cell = cellOf(() => ({keepAliveUs: () => Number.POSITIVE_INFINITY}));
  run(
    cell,
    [
      [0, 0],
      [1, 0],
    ],
    2 * US_PER_SECOND,
  );
  expect(cell.control.usualStartWaitUs()).toBe(0.5 * US_PER_SECOND);
});
