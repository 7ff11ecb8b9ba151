import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import type {Demand} from '../../../src/plan/demand/demand.ts';
import {expectOutcome, UnitOutcome} from '../../../src/plan/outcome/outcome.ts';
import {GRID_TIMES} from '../../../src/plan/rest/keep-alive-grid.ts';
import {RestInForce} from '../../../src/plan/rest/rest-in-force.ts';
import {demandOf} from '../instances.ts';
import {poissonCalls, simulatePool} from '../pool-simulation.ts';

/** Every function's instances stay so long. */
function kept(demand: Demand, seconds: number, fromEmpty = false): RestInForce {
  return new RestInForce(
    demand,
    {keepSeconds: new Float64Array(demand.functions).fill(seconds), idleFactor: undefined},
    {fromEmpty, surprises: undefined, counted: false},
  );
}

function unitOf(demand: Demand, seconds: number, fromEmpty = false): UnitOutcome {
  return new UnitOutcome(demand, kept(demand, seconds, fromEmpty));
}

/** Cold share and mean idle instances that the planner expects of one function. */
function expected(rate: number, hold: number, slots: number, keepAlive: number) {
  const unit = unitOf(demandOf({rates: [[rate]], hold: [hold]}), keepAlive);
  unit.expect(0, slots);
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
    const unit = unitOf(demandOf({rates: [[1]], hold: [0]}), 60, true);
    unit.expect(0, 0);
    // Gaps of a minute happen with probability e^-60; the first call of the hour is cold.
    expect(unit.coldPerSecond * 3600).toBeCloseTo(1, 6);
  });

  test('more calls than come are not cold, even where an empty fleet and a long gap would each make them so', () => {
    const unit = unitOf(demandOf({rates: [[0.1 / 3600]], hold: [0]}), 3600, true);
    unit.expect(0, 0);
    // e^-0.1 for the gap, and nearly as much again for the first call.
    expect(unit.coldPerSecond).toBe(0.1 / 3600);
  });

  test('with a slot, strokes that come when it is not held are cold besides; without one they are among all calls', () => {
    // One call in ten comes at another time than the one at which the slot is held.
    const missesPerSecond = Float64Array.of(0.001);
    const unit = unitOf({...demandOf({rates: [[0.01]], hold: [0]}), missesPerSecond}, 60);
    unit.expect(0, 1);
    expect(unit.coldPerSecond).toBeCloseTo(0.001, 12);
    unit.expect(0, 0);
    expect(unit.coldPerSecond).toBeCloseTo(0.01 * Math.exp(-0.6), 12);
  });

  test('a rate that varies greatly is twice the rate half of the time, or as its variation says', () => {
    const cold = (rateVariation: number): number => {
      const demand = demandOf({rates: [[0.01]], hold: [0], curve: 'negative-binomial', rateVariation});
      const unit = unitOf(demand, 60);
      unit.expect(0, 0);
      return unit.coldPerSecond;
    };
    // A minute without a call has chance e^-1.2 at twice the rate, e^-2.4 at four times the rate.
    expect(cold(1)).toBeCloseTo(0.01 * Math.exp(-1.2), 12);
    expect(cold(3)).toBeCloseTo(0.01 * Math.exp(-2.4), 12);
    // A rate that varies a little is met in sixteen parts, whose mean is its own.
    expect(cold(0.5)).toBeGreaterThan(0.01 * Math.exp(-0.6 * 1.5));
    expect(cold(0.5)).toBeLessThan(0.01 * Math.exp(-0.6));
  });

  test('levels counted in a trace are scaled to the rate that is planned for', () => {
    const measured = {
      start: Float64Array.of(0, 3),
      ratePerSecond: Float64Array.of(0.5),
      keepAliveSeconds: Float64Array.of(60),
      wakesPerSecond: Float64Array.of(0.1, 0.02, 0.01),
      idleShare: Float64Array.of(0.25, 0.75, 0.9),
      coldPerSecond: Float64Array.of(0.05, 0.01, 0.004),
      spillShare: Float64Array.of(0.2, 0.6, 0.3),
      coldOnGrid: new Float32Array(3 * GRID_TIMES),
      spillOnGrid: new Float32Array(3 * GRID_TIMES),
    };
    const demand = {...demandOf({rates: [[1]], hold: [1], curve: 'empirical'}), measured};
    const unit = unitOf(demand, 60);
    const at = (kept: number) => {
      unit.expect(0, kept);
      return {cold: unit.coldPerSecond, kept: unit.keptIdle, spill: unit.spillIdle};
    };
    // At twice the rate a level is busy twice as long: the first all the time, the second half of it.
    expect(at(1)).toEqual({kept: 0, cold: expect.closeTo(2 * 0.014, 12), spill: expect.closeTo(0.5 + 0.6, 12)});
    expect(at(2)).toEqual({kept: 0.5, cold: expect.closeTo(0.008, 12), spill: expect.closeTo(0.6, 12)});
    // A fourth slot, which no call ever reached, idles all the time.
    expect(at(4)).toEqual({kept: expect.closeTo(0 + 0.5 + 0.8 + 1, 12), cold: 0, spill: 0});
  });

  test('a rate that varies has more cold starts than its mean has, for the same kept slots', () => {
    const cold = [0, 0.3, 3, 600].map((rateVariation) => {
      const demand = demandOf({rates: [[2]], hold: [2], curve: 'negative-binomial', rateVariation});
      const unit = unitOf(demand, 60);
      unit.expect(0, 12);
      expect(unit.keptIdle).toBeGreaterThan(0);
      expect(unit.coldPerSecond).toBeLessThanOrEqual(2);
      return unit.coldPerSecond;
    });
    expect(cold[1]).toBeGreaterThan(1.5 * cold[0]!);
    expect(cold[2]).toBeGreaterThan(1.5 * cold[0]!);
    expect(cold.every(Number.isFinite)).toBe(true);
  });
});

describe('a day of a plan, added up', () => {
  /** Functions of calls without length in two windows of an hour: a is called twice an hour in the first, b in both. */
  const HOUR = 3600;
  const demand = demandOf({
    rates: [
      [2 / HOUR, 4 / HOUR],
      [0, 6 / HOUR],
    ],
    hold: [0, 60],
  });
  const options = (spillSeconds: number, fromEmpty: boolean) => ({
    rest: kept(demand, spillSeconds, fromEmpty),
    secondsPerDay: Float64Array.of(12 * HOUR, 12 * HOUR),
  });

  test('without spill-over every call that finds no kept slot is cold', () => {
    const outcome = expectOutcome(demand, Int32Array.of(1, 0, 0, 0), options(0, false));
    expect([...outcome.callsOf]).toEqual([24, 48 + 72]);
    expect(outcome.callsPerDay).toBe(144);
    // a's one slot catches all of its calls; b has none.
    expect([...outcome.coldOf]).toEqual([0, expect.closeTo(120, 9)]);
    expect(outcome.coldPerDay).toBeCloseTo(120, 9);
    // The slot idles for all of its window, half a day, and nothing else does.
    expect(outcome.keptIdleSeconds).toBeCloseTo(12 * HOUR, 9);
    expect(outcome.spillIdleSeconds).toBe(0);
    expect([...outcome.idleOf]).toEqual([expect.closeTo(12 * HOUR, 9), 0]);
    // What is held: the idle slot and b's calls, a minute each: 4 and 6 minutes of an hour.
    expect([...outcome.heldOf]).toEqual([expect.closeTo(1 + 4 / 60, 12), expect.closeTo(6 / 60, 12)]);
  });

  test('a fleet that begins empty: in the first window alone, the first call is cold even where all would linger', () => {
    const cold = (fromEmpty: boolean, kept = 0) =>
      expectOutcome(demand, Int32Array.of(kept, 1, 0, 1), options(Number.POSITIVE_INFINITY, fromEmpty)).coldOf[0]!;
    expect(cold(false)).toBe(0);
    // An hour of a has a call with chance 1 - e^-2; a day has twelve such hours.
    expect(cold(true)).toBeCloseTo(12 * (1 - Math.exp(-2)), 9);
    expect(cold(true, 1)).toBe(0);
  });
});
