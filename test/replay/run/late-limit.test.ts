import {describe, expect, test} from 'vitest';
import {QuantileSketch} from '../../../src/base/sketch.ts';
import {US_PER_MS} from '../../../src/base/units.ts';
import {lateCalls, lateLimit} from '../../../src/replay/run/late-limit.ts';
import {replay, replayUnlessLate} from '../../../src/replay/run/replay.ts';
import {parsePolicy, testOptions} from '../../helpers/options.ts';
import {minuteWorkload} from '../../helpers/workload.ts';

// Four minutes of 15,000 calls of a second each want 250 slots, and 200 or 150 are too few.
const workload = minuteWorkload(
  Array.from({length: 4}, (_, minute) => [
    {function: 'f', minute, count: 10_000},
    {function: 'g', minute, count: 5000},
  ]).flat(),
);
const policy = parsePolicy('fixed:ttl=10m');
const optionsOf = (slots: number, more = {}) => ({
  ...testOptions(workload),
  fleet: {count: 2, slots: slots / 2, memoryMib: Number.POSITIVE_INFINITY},
  ...more,
});

describe('a run that is left once too many calls are late', () => {
  test.each([260, 200])('with %d slots is the whole one, or would have had more late ones', async (slots) => {
    for (const cells of [1, 2]) {
      const options = optionsOf(slots, {cells});
      const [ledger] = await replay(workload, [policy], options);
      const counts = ledger!.counts;
      for (const limitMs of [0.001, 600]) {
        const limitUs = limitMs * US_PER_MS;
        const late = lateCalls({counts, startDelay: ledger!.startDelay.toJSON()}, limitUs);
        for (const calls of [late - 1, late]) {
          const found = await replayUnlessLate(workload, policy, options, 1, {limitUs, calls});
          expect(found === undefined, `${late} of ${calls}`).toBe(late > calls);
          if (found) expect([found.counts, found.functions]).toEqual([counts, ledger!.functions]);
        }
      }
    }
  });

  test('is left whatever the number of threads', async () => {
    const options = optionsOf(150, {cells: 2});
    const asked = lateLimit(workload, options, 0.99, 600 * US_PER_MS);
    expect(asked).toEqual({limitUs: 600_000, calls: 600});
    expect(await replayUnlessLate(workload, policy, options, 2, asked)).toBeUndefined();
  });

  test('counts what it counts: a warm-up and what comes before --from is not', async () => {
    const options = optionsOf(200, {fromUs: 3 * 60e6, warmUpUs: 60e6});
    const [ledger] = await replay(workload, [policy], options);
    const late = lateCalls({counts: ledger!.counts, startDelay: ledger!.startDelay.toJSON()}, 400_000);
    expect(late).toBeGreaterThan(100);
    const of = (calls: number) => replayUnlessLate(workload, policy, options, 1, {limitUs: 400_000, calls});
    expect((await of(late))!.counts).toEqual(ledger!.counts);
    expect(await of(late - 1)).toBeUndefined();
  });
});

test('values above another are those of higher buckets, whatever holds them', () => {
  const sketch = new QuantileSketch();
  for (let k = 0; k < 1000; k++) sketch.add(k * 1000);
  expect(sketch.above(0)).toBe(999);
  const above = sketch.above(500_000);
  expect(above).toBeGreaterThan(490);
  expect(above).toBeLessThan(500);
  expect(sketch.above(1e9)).toBe(0);
  expect(QuantileSketch.from(sketch.toJSON()).above(500_000)).toBe(above);
});
