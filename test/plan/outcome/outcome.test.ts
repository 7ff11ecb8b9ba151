import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {UnitOutcome} from '../../../src/plan/outcome/outcome.ts';
import {demandOf} from '../instances.ts';
import {poissonCalls, simulatePool} from '../pool-simulation.ts';

/** Cold share and mean idle instances that the planner expects of one function. */
function expected(rate: number, hold: number, kept: number, keepAlive: number) {
  const unit = new UnitOutcome(demandOf({rates: [[rate]], hold: [hold]}), Float64Array.of(1e6 * keepAlive));
  unit.expect(0, kept, 0);
  return {coldShare: unit.coldPerSecond / rate, idle: unit.keptIdle + unit.spillIdle};
}

describe('the expected outcome against simulated pools with Poisson arrivals', () => {
  test.each([
    {rate: 0.01, hold: 1, kept: 0},
    {rate: 0.1, hold: 1, kept: 0},
    {rate: 0.1, hold: 5, kept: 0},
    {rate: 0.1, hold: 5, kept: 2},
    {rate: 1, hold: 1, kept: 0},
    {rate: 1, hold: 1, kept: 4},
    {rate: 5, hold: 0.2, kept: 0},
    {rate: 2, hold: 4, kept: 12},
    {rate: 0.05, hold: 30, kept: 2},
  ])('rate $rate/s held $hold s with $kept kept: within 10 %, spill-over kept 60 s', ({rate, hold, kept}) => {
    const {coldShare, idle} = expected(rate, hold, kept, 60);
    const random = new Random(17);
    const until = 60_000 / rate;
    for (const shape of ['exponential', 'constant'] as const) {
      const calls = poissonCalls(random, rate, hold, until, shape);
      const pool = simulatePool(calls, kept, 60, until);
      const noise = 3 / Math.sqrt(pool.cold);
      expect(Math.abs(pool.cold / calls.length / coldShare - 1)).toBeLessThan(0.1 + noise);
      expect(Math.abs(pool.idleSeconds / until / idle - 1)).toBeLessThan(0.1);
    }
  });

  test('for the first level it is exact: a rare call is cold if the gap before it is long', () => {
    expect(expected(0.01, 0, 0, 60).coldShare).toBeCloseTo(Math.exp(-0.6), 12);
    expect(expected(0.01, 0, 0, 0).coldShare).toBe(1);
    expect(expected(0.01, 0, 1, 60).coldShare).toBe(0);
  });

  test('a fleet that begins empty has a cold start for each instance that would have lingered', () => {
    const unit = new UnitOutcome(demandOf({rates: [[1]], hold: [0]}), Float64Array.of(60e6));
    unit.expect(0, 0, 3600);
    // Gaps of a minute happen with probability e^-60; the first call of the hour is cold.
    expect(unit.coldPerSecond * 3600).toBeCloseTo(1, 6);
  });

  test('a rate that varies has more cold starts than its mean has, for the same kept slots', () => {
    const cold = [0, 0.3, 3, 600].map((rateVariation) => {
      const demand = demandOf({rates: [[2]], hold: [2], curve: 'negative-binomial', rateVariation});
      const unit = new UnitOutcome(demand, Float64Array.of(60e6));
      unit.expect(0, 12, 0);
      expect(unit.keptIdle).toBeGreaterThan(0);
      expect(unit.coldPerSecond).toBeLessThanOrEqual(2);
      return unit.coldPerSecond;
    });
    expect(cold[1]).toBeGreaterThan(1.5 * cold[0]!);
    expect(cold[2]).toBeGreaterThan(1.5 * cold[0]!);
    expect(cold.every(Number.isFinite)).toBe(true);
  });
});
