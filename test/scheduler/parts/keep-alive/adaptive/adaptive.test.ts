import {describe, expect, test} from 'vitest';
import {Random} from '../../../../../src/base/random.ts';
import {US_PER_HOUR, US_PER_MINUTE, US_PER_SECOND} from '../../../../../src/base/units.ts';
import {priceSheets} from '../../../../../src/cost/sheets.ts';
import type {ReplayOptions} from '../../../../../src/replay/options.ts';
import {type RunReport, replayReport} from '../../../../../src/replay/report/replay-report.ts';
import {replay} from '../../../../../src/replay/run/replay.ts';
import {semanticsPresets} from '../../../../../src/scheduler/core/semantics.ts';
import {parsePolicy, testOptions} from '../../../../helpers/options.ts';
import {type EventRow, eventWorkload} from '../../../../helpers/workload.ts';

const {POSITIVE_INFINITY} = Number;

/** Adaptive, then the other policies; 500 ms a cold start. */
async function runs(
  rows: EventRow[],
  others: string[],
  changes: Partial<ReplayOptions> = {},
): Promise<readonly RunReport[]> {
  const workload = eventWorkload(rows);
  const options = testOptions(workload, changes);
  const ledgers = await replay(workload, ['adaptive', ...others].map(parsePolicy), options);
  return replayReport(workload, ledgers, options, 0).runs;
}

const at = (seconds: number, duration = 1): EventRow => ({
  function: 'f',
  at: Math.round(seconds * US_PER_SECOND),
  duration: duration * US_PER_SECOND,
});

function hourly(hours: number, burst: number): EventRow[] {
  const random = new Random(3);
  return Array.from({length: hours}, (_, hour) =>
    Array.from({length: burst}, () => at(3600 * hour + 30 + 20 * random.next(), 60)),
  )
    .flat()
    .sort((a, b) => a.at - b.at);
}

describe('adaptive', () => {
  test('a timer has its instance when it is due and not before', async () => {
    const calls = Array.from({length: 72}, (_, hour) => at(3600 * hour + 30 + (hour % 5)));
    const [adaptive, kept] = await runs(calls, ['fixed:ttl=2h'], {fromUs: 24 * US_PER_HOUR});
    expect([adaptive!.cold, adaptive!.startDelayMs.max]).toEqual([0, 0]);
    expect(kept!.cold).toBe(0);
    // Of 60 minutes some ten: bins of an eighth of an octave.
    expect(adaptive!.slotSeconds.idle / kept!.slotSeconds.idle).toBeLessThan(0.25);
  });

  test('a burst of hundreds that comes back every hour is there again, and gone between', async () => {
    const [adaptive, keepAll, hourShort] = await runs(hourly(36, 300), ['infinite', 'fixed:ttl=30m'], {
      fromUs: 24 * US_PER_HOUR,
    });
    expect(adaptive!.cold / adaptive!.invocations).toBeLessThan(0.02);
    expect(adaptive!.slotSeconds.idle).toBeLessThan(0.4 * keepAll!.slotSeconds.idle);
    expect(adaptive!.costUsd.total).toBeLessThan(0.5 * Math.min(keepAll!.costUsd.total, hourShort!.costUsd.total));
  });

  test('the first burst ever is met half-way, others by what it taught', async () => {
    const calls = Array.from({length: 400}, (_, k) => at(k / 4, 1000));
    const [adaptive, keepAll] = await runs(calls, ['infinite']);
    expect(keepAll!.cold).toBe(400);
    expect(adaptive!.cold).toBeLessThan(100);
    expect(adaptive!.firstStarts).toBe(1);
  });

  test('an instance of a function never called again is given up, at last', async () => {
    const calls = [
      at(0),
      ...Array.from({length: 48}, (_, hour): EventRow => ({...at(3600 * (hour + 1)), function: 'g'})),
    ];
    const [adaptive] = await runs(calls, [], {fromUs: 24 * US_PER_HOUR, untilUs: 25 * US_PER_HOUR});
    // One hour of g alone, which is a timer by then.
    expect(adaptive!.slotSeconds.idle).toBeLessThan(3600);
  });

  test('warm time that is free is used', async () => {
    const prices = {...priceSheets.seed!.sheet, warmUsdPerSlotDay: 0};
    const calls = Array.from({length: 30}, (_, k) => at(900 * k * (1 + (k % 3)), 2)).sort((a, b) => a.at - b.at);
    const [adaptive, keepAll] = await runs(calls, ['infinite'], {prices});
    expect(adaptive!.cold).toBeLessThanOrEqual(keepAll!.cold);
  });

  test('waiting that costs nothing is not worth an instance', async () => {
    const prices = {...priceSheets.seed!.sheet, delayUsdPerHour: 0};
    const [adaptive, none] = await runs(hourly(6, 20), ['none'], {prices});
    expect(adaptive!.prewarms).toBe(0);
    expect(adaptive!.costUsd.total).toBeLessThan(1.05 * none!.costUsd.total);
  });

  test('a full fleet, queues and late binding do not confuse it', async () => {
    const random = new Random(5);
    const calls = Array.from({length: 3000}, (): EventRow => {
      const fn = random.below(5);
      return {function: `f${fn}`, at: Math.floor(random.next() * 2 * US_PER_HOUR), duration: random.below(90) * 1e6};
    }).sort((a, b) => a.at - b.at);
    for (const semantics of [semanticsPresets.coldfront, {...semanticsPresets.coldfront, lateBinding: true}]) {
      // The replay checks its own invariants at the end.
      const [adaptive] = await runs(calls, [], {
        fleet: {count: 2, slots: 12, memoryMib: POSITIVE_INFINITY},
        semantics,
        maxWaitUs: US_PER_MINUTE,
      });
      const {invocations, warm, cold, abandoned, stillQueued, dropped} = adaptive!;
      expect(warm + cold + abandoned + stillQueued + dropped).toBe(invocations);
      expect(adaptive!.peakSlots).toBe(24);
    }
  });
});
