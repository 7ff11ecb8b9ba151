import {describe, expect, test} from 'vitest';
import {US_PER_SECOND} from '../../../../../src/base/units.ts';
import {coldTimes} from '../../../../../src/fleet/cold-time/registry.ts';
import type {ReplayOptions} from '../../../../../src/replay/options.ts';
import {replayReport} from '../../../../../src/replay/report/replay-report.ts';
import {replay} from '../../../../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../../../../helpers/options.ts';
import {type EventRow, eventWorkload} from '../../../../helpers/workload.ts';

/** A trace begins with its first call; times are of the trace. */
const call = (second: number, durationS: number, name = 'a'): EventRow => ({
  function: name,
  at: second * US_PER_SECOND,
  duration: durationS * US_PER_SECOND,
});

async function runOf(calls: readonly EventRow[], policy: string, given: Partial<ReplayOptions> = {}) {
  const workload = eventWorkload([...calls]);
  const options = testOptions(workload, {cold: coldTimes.parse('fixed:1s'), ...given});
  return replayReport(workload, await replay(workload, [parsePolicy(policy)], options), options, 0).runs[0]!;
}

describe('the policy knative', () => {
  test('orders a pod for the first call at once; calls wait for it and start none of their own', async () => {
    const run = await runOf([call(0, 5), call(0.5, 5), call(100, 0)], 'knative', {concurrency: 10});
    // Ready at 1 s: the calls wait for 1 s and 0.5 s. Idle since 6 s, the last of the window's calls leaves it at 66 s.
    expect(run.startDelayMs.max).toBe(1000);
    expect(run).toMatchObject({cold: 0, prewarms: 2, warm: 3});
  });

  test('keeps the last pod for its grace once the stable window is empty, then goes to zero', async () => {
    const calls = [call(0, 1), call(200, 0)];
    // In flight from 0 s to 2 s (the start included). The window of 60 s holds second 1 until the decision at 62 s of
    // second 61 finds it empty; 30 s later, at 92 s, the pod goes: idle from 2 s to 92 s. The second pod is ready at 201 s
    // and idle up to the end of the trace, 240 s.
    const run = await runOf(calls, 'knative', {concurrency: 10});
    expect(run.slotSeconds.idle).toBeCloseTo(90 + 39, 6);
    const short = await runOf(calls, 'knative:window=10s,grace=0s', {concurrency: 10});
    // Gone at 12 s and at 212 s.
    expect(short.slotSeconds.idle).toBeCloseTo(10 + 11, 6);
  });

  test('scales by calls in flight, those that wait at the activator included', async () => {
    // 40 calls of 30 s at once and places for 10: a pod is ordered at once, the first decision (2 s) sees 40 calls in
    // flight on average, wants ceil(40 / (10 x 0.7)) = 6 and orders five more, ready at 3 s.
    const calls = [...Array.from({length: 40}, () => call(0, 30)), call(60, 0)];
    const run = await runOf(calls, 'knative', {concurrency: 10});
    expect(run.prewarms).toBe(6);
    expect(run.startDelayMs.max).toBe(3000);
    expect(run.startDelayMs.mean).toBeCloseTo((10 * 1000 + 30 * 3000) / 41, 6);
    expect(run.peakSlots).toBe(6);
  });

  test('its target is its own where one is given', async () => {
    const calls = [...Array.from({length: 40}, () => call(0, 30)), call(60, 0)];
    // ceil(40 / 5) = 8.
    expect((await runOf(calls, 'knative:target=5,utilization=1', {concurrency: 10})).peakSlots).toBe(8);
  });

  test('a pod without room is ordered again; who gives up meanwhile is wanted no more', async () => {
    const fleet = {count: 1, slots: 1, memoryMib: Number.POSITIVE_INFINITY};
    const calls = [call(0, 9.5, 'a'), call(1, 1, 'b'), call(40, 0, 'a')];
    const waited = await runOf(calls, 'knative:window=6s,grace=0s', {fleet});
    // a: ready at 1 s, over at 10.5 s, its window empty at 18 s; b's pod is ordered at the decision of 18 s or 20 s.
    expect(waited.startDelayMs.max).toBeGreaterThan(17_000);
    expect(waited.abandoned).toBe(0);
    const left = await runOf(calls, 'knative:window=6s,grace=0s', {fleet, maxWaitUs: 5 * US_PER_SECOND});
    expect(left.abandoned).toBe(1);
    expect(left.prewarms).toBe(2);
  });
});
