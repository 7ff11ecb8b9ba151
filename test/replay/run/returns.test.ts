import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {exponentialUs, poissonUs, workloadOf} from '../../../src/tasks/tradeoff/calls-of.ts';
import {SimulatedCore} from '../../../src/tasks/tradeoff/core.ts';

const SECOND = 1e6;

describe('a policy that counts calls in flight', () => {
  const random = new Random(1);
  const atUs = poissonUs(random, 10, 3600 * SECOND);
  const durationUs = exponentialUs(random, 500_000, atUs.length);
  const workload = workloadOf([{name: 'f', trigger: 'queue', atUs, durationUs}]);
  const fleet = {count: 4, slots: 20, memoryMib: Number.POSITIVE_INFINITY};
  const coldOf = async (more: object) => {
    const settings = {policy: 'adaptive', cold: 'fixed:500ms', placement: 'round-robin', fleet, ...more};
    return (await new SimulatedCore(1, 1).replay(workload, settings)).counts;
  };

  test.each(['keep', 'lose'] as const)(
    'hears of an arrival for each end, also of calls that run again: work=%s',
    async (work) => {
      const calm = await coldOf({});
      const faults = [600, 1200, 1800].map((at) => {
        return {kind: 'hosts', count: 2, atUs: at * SECOND, forUs: 30 * SECOND, work};
      });
      const failed = await coldOf({faults});
      expect(failed.retried).toBeGreaterThan(3);
      // Instances are gone or stand still three times; without the arrivals one level after the other is never kept again.
      expect(failed.cold - calm.cold).toBeLessThan(150);
    },
  );

  test('and of calls in slices', async () => {
    const slices = {everyUs: SECOND, saveUs: 1000, restoreUs: 0, resumeUs: 0, yieldsAlways: true};
    const {cold} = await coldOf({checkpoint: slices});
    expect(cold).toBeLessThan(2 * (await coldOf({})).cold);
  });
});
