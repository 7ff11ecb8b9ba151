import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import {KPA_TICK_S, Kpa, type KpaParams} from '../../../../../src/scheduler/parts/keep-alive/knative/kpa.ts';

interface Recorded {
  readonly name: string;
  readonly params: KpaParams;
  readonly concurrency: readonly number[]; // [second]
  readonly ready: readonly number[]; // [decision]
  readonly stable: readonly number[];
  readonly panic: readonly number[];
  readonly desired: readonly number[];
  readonly excessBurstCapacity: readonly number[];
  readonly valid: readonly boolean[];
}

const recorded = JSON.parse(readFileSync('fixtures/golden/golden_kpa.json', 'utf8')) as Recorded[];

const usual: KpaParams = {
  target: 10,
  utilization: 1,
  stableWindowS: 60,
  panicWindowPercent: 10,
  panicThresholdPercent: 200,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  scaleDownDelayS: 0,
  activationScale: 1,
  targetBurstCapacity: 211,
  algorithm: 'linear',
};

describe("Knative's autoscaler", () => {
  test.each(recorded)('decides as Knative Serving did: $name', (run) => {
    const kpa = new Kpa(run.params);
    run.concurrency.forEach((calls, second) => {
      kpa.record(second, calls);
      if (second % KPA_TICK_S === 0) return;
      const k = (second - 1) / KPA_TICK_S;
      const decision = kpa.decide(second, run.ready[k]!);
      const [desired, excessBurstCapacity] = [run.desired[k], run.excessBurstCapacity[k]];
      expect(run.valid[k] ? {desired, excessBurstCapacity} : undefined, `second ${second}`).toEqual(
        decision && {desired: decision.desired, excessBurstCapacity: decision.excessBurstCapacity},
      );
      expect(decision?.stable).toBeCloseTo(run.stable[k]!, 9);
      expect(decision?.panic).toBeCloseTo(run.panic[k]!, 9);
    });
  });

  test('knows nothing before the first second that is told and after a window without one', () => {
    const kpa = new Kpa(usual);
    expect(kpa.decide(1, 0)).toBeUndefined();
    kpa.record(3, 5);
    expect(kpa.decide(3, 0)).toMatchObject({stable: 5, panic: 5, desired: 1});
    expect(kpa.decide(63, 0)).toBeDefined();
    expect(kpa.decide(64, 0)).toBeUndefined();
  });

  test('wants what is there divided by the target, up', () => {
    const kpa = new Kpa(usual);
    for (let second = 0; second < 60; second++) kpa.record(second, 41);
    expect(kpa.decide(59, 5)!.desired).toBe(5);
    expect(kpa.decide(59, 5)!.excessBurstCapacity).toBe(5 * 10 - 211 - 41);
  });

  test('panics where its short window wants twice what is ready, and takes nothing away for a stable window', () => {
    const kpa = new Kpa(usual);
    const at = (second: number, calls: number, ready: number) => {
      kpa.record(second, calls);
      return kpa.decide(second, ready)!.desired;
    };
    for (let second = 0; second < 54; second++) at(second, 10, 1);
    for (let second = 54; second < 60; second++) kpa.record(second, 100);
    // 6 s of 100 calls: the panic window wants 10 pods, the stable one (54 x 10 + 6 x 100) / 60 / 10 = 1.9.
    expect(kpa.decide(59, 1)!.desired).toBe(10);
    for (let second = 60; second < 119; second++) expect(at(second, 0, 10), `second ${second}`).toBe(10);
    // The last time it was over the threshold is second 59: beyond a stable window after it the panic is over.
    expect(at(119, 0, 10)).toBe(10);
    expect(at(120, 0, 10)).toBe(5);
  });
});
