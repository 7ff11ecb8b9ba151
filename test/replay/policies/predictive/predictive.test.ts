import {describe, expect, test} from 'vitest';
import {US_PER_MINUTE, US_PER_SECOND} from '../../../../src/base/units.ts';
import {namedPriceSheet} from '../../../../src/cost/sheets.ts';
import {coldTimes} from '../../../../src/fleet/cold-time/registry.ts';
import type {Ledger} from '../../../../src/replay/ledger.ts';
import type {ReplayOptions} from '../../../../src/replay/options.ts';
import {replay} from '../../../../src/replay/run/replay.ts';
import {semanticsPresets} from '../../../../src/scheduler/core/semantics.ts';
import {SlotTargetsBuilder} from '../../../../src/scheduler/parts/keep-alive/targets/slot-targets.ts';
import {parsePolicy, testOptions} from '../../../helpers/options.ts';
import {eventWorkload} from '../../../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;
const MINUTES = 4;
const COLD_S = 0.5;
/** Decisions of a minute are taken so long before it, seconds. */
const LEAD_S = COLD_S;
/** An instance kept till the end of a minute goes just after it. */
const JUST_AFTER_S = 1e-6;

/**
 * Replays calls of one function, [arrival, duration] in seconds, under targets [from second, slots]. User time costs
 * so much an hour; a break-even gap lasts 20 minutes at $1, 2 at $0.10.
 */
async function run(
  calls: readonly (readonly [number, number])[],
  targets: readonly (readonly [number, number])[],
  delayUsdPerHour: number,
  given: Partial<ReplayOptions> = {},
): Promise<Ledger['counts'] & {idleSeconds: number; startingSeconds: number; delaySeconds: number}> {
  const rows = calls.map(([at, duration]) => ({
    function: 'f',
    at: Math.round(at * US_PER_SECOND),
    duration: duration * US_PER_SECOND,
  }));
  // The span of events ends with the last call's minute.
  const last = {function: 'f', at: MINUTES * US_PER_MINUTE - 1, duration: 1};
  const workload = eventWorkload([...rows, last]);
  const builder = new SlotTargetsBuilder(1);
  for (const [from, slots] of targets) builder.change(from * US_PER_SECOND, slots);
  builder.endRow(0);
  const options = testOptions(workload, {
    cold: coldTimes.parse(`fixed:${COLD_S * US_PER_SECOND}us`),
    untilUs: (MINUTES - 1) * US_PER_MINUTE,
    prices: {...namedPriceSheet('seed')!, delayUsdPerHour},
    ...given,
  });
  const policy = {...parsePolicy('predictive'), prepared: builder.finish()};
  const [ledger] = await replay(workload, [policy], options);
  const sum = (column: Float64Array) => column.reduce((a, b) => a + b, 0) / US_PER_SECOND;
  const {counts, functions, startDelay} = ledger!;
  return {
    ...counts,
    idleSeconds: sum(functions.idleUs),
    startingSeconds: sum(functions.startingUs),
    delaySeconds: startDelay.sum / US_PER_SECOND,
  };
}

describe('predictive', () => {
  test('a call that may well be followed by another keeps its instance till the minute ends', async () => {
    const kept = await run([[10, 1]], [], 0.1);
    expect(kept).toMatchObject({cold: 1, prewarms: 0});
    expect(kept.idleSeconds).toBeCloseTo(60 - LEAD_S - 11.5 + JUST_AFTER_S, 6);
  });

  test('where waiting is worth little the instance goes at once', async () => {
    const dropped = await run([[10, 1]], [], 0.01);
    expect(dropped).toMatchObject({cold: 1, prewarms: 0, expirations: 1, idleSeconds: 0});
  });

  test('where waiting is dear a first call starts an instance for a second one, which goes with the minute', async () => {
    const burst = await run([[10, 1]], [], 1);
    expect(burst).toMatchObject({cold: 1, prewarms: 1, startingSeconds: 1});
    expect(burst.idleSeconds).toBeCloseTo(60 - LEAD_S - 11.5 + (60 - LEAD_S - 10.5) + 2 * JUST_AFTER_S, 6);
    const used = await run(
      [
        [10, 1],
        [10.8, 1],
      ],
      [],
      1,
    );
    expect(used).toMatchObject({cold: 1, warm: 1, delaySeconds: COLD_S});
    // A call that comes while that one is starting waits for the rest of its start.
    const early = await run(
      [
        [10, 1],
        [10.2, 1],
      ],
      [],
      1,
    );
    expect(early.delaySeconds).toBeCloseTo(COLD_S + 0.3, 9);
  });

  test('a wanted minute finds its instance, though the one before it dropped it', async () => {
    const calls = [
      [10, 1],
      [70, 1],
    ] as const;
    const wanted = [[60 - LEAD_S, 1]] as const;
    const served = await run(calls, wanted, 0.01);
    expect(served).toMatchObject({cold: 1, warm: 1, prewarms: 2, delaySeconds: COLD_S});
    // Ready at 60 s, taken at 70; dropped when that call is over; there again for the third minute.
    expect(served.idleSeconds).toBeCloseTo(10 + 60, 6);
  });

  test('an instance kept over the end of a minute stays if the next one wants it', async () => {
    const kept = await run([[50, 1]], [[60 - LEAD_S, 1]], 0.1);
    expect(kept).toMatchObject({cold: 1, prewarms: 0, expirations: 0});
    expect(kept.idleSeconds).toBeCloseTo(180 - 51.5, 6);
  });

  test('what a minute no longer wants goes as it begins', async () => {
    const ready = await run(
      [[5, 1]],
      [
        [0, 2],
        [120 - LEAD_S, 1],
      ],
      1,
    );
    expect(ready).toMatchObject({warm: 1, prewarms: 2});
    expect(ready.idleSeconds).toBeCloseTo(120 - LEAD_S - COLD_S + (180 - COLD_S) - 1, 6);
  });

  test('calls that a full fleet drops do not count as running for ever', async () => {
    const crowd = Array.from({length: 40}, (_, k) => [1 + k / 100, 5] as const);
    const fleet = {count: 1, slots: 2, memoryMib: POSITIVE_INFINITY};
    const semantics = {...semanticsPresets.coldfront, full: 'drop' as const};
    const outcome = await run([...crowd, [70, 1], [90, 1]], [], 0.1, {fleet, semantics});
    expect(outcome.dropped).toBe(38);
    // The call at 70 is level 1 again: its instance is kept like that of any first call, and serves the one at 90.
    expect(outcome).toMatchObject({cold: 3, warm: 1});
  });
});
