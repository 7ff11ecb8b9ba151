import {describe, expect, test} from 'vitest';
import {gapOf} from '../../../src/plan/solve/certificate.ts';
import {solvePlan} from '../../../src/plan/solve/solve.ts';
import {boundsOf, demandOf, memoryBudget, type Spec, slotBudget, valuationOf} from '../instances.ts';

describe('the gap of a plan', () => {
  test('is what it may miss, and relative what share of the bound that is', () => {
    expect(gapOf(3, 4)).toEqual({absolute: 1, relative: 0.25});
    expect(gapOf(0, 2)).toEqual({absolute: 2, relative: 1});
    // Pinned slots that only cost: the best loses 2 a day, this plan 3.
    expect(gapOf(-3, -2)).toEqual({absolute: 1, relative: 0.5});
  });

  test('is 0 at the bound, where both are 0, and where additions round the bound below the plan', () => {
    expect(gapOf(5, 5)).toEqual({absolute: 0, relative: 0});
    expect(gapOf(0, 0)).toEqual({absolute: 0, relative: 0});
    expect(gapOf(0.3, 0.1 + 0.2 - 1e-16)).toEqual({absolute: 0, relative: 0});
  });
});

describe('a plan and its bound, worked by hand', () => {
  /** Calls of no length, so that a slot avoids all of them: a and b six cold starts a day each, worth 1; slots are free. */
  const spec: Spec = {rates: [[6 / 86_400, 6 / 86_400]], hold: [0, 0], gain: 1, loss: 0, atMost: [1, 1]};
  const problem = {demand: demandOf(spec), valuation: valuationOf(spec), bounds: boundsOf(spec)};

  test('4 MiB hold a slot of 2 for 6 a day; the rest would be worth 2 a MiB: at most 10, a gap of 4 or 40 %', () => {
    const plan = solvePlan({...problem, constraints: [memoryBudget(problem.demand, [2, 3], 4)]});
    expect([...plan.slots]).toEqual([1, 0]);
    expect(plan.primal).toBeCloseTo(6, 12);
    expect(plan.resources[0]!.price[0]).toBeCloseTo(2, 12);
    expect([...plan.resources[0]!.used]).toEqual([2]);
    expect(plan.dualBound).toBeCloseTo(10, 12);
    expect(plan.gap.absolute).toBeCloseTo(4, 12);
    expect(plan.gap.relative).toBeCloseTo(0.4, 12);
  });

  test('5 MiB hold both, and nothing is left to be had', () => {
    const plan = solvePlan({...problem, constraints: [memoryBudget(problem.demand, [2, 3], 5)]});
    expect([...plan.slots]).toEqual([1, 1]);
    expect([plan.primal, plan.dualBound]).toEqual([expect.closeTo(12, 12), expect.closeTo(12, 12)]);
    expect(plan.resources[0]!.price[0]).toBe(0);
  });

  test('one slot for two that want it has the price of the one refused', () => {
    const plan = solvePlan({...problem, constraints: [slotBudget(problem.demand, 1)]});
    expect(plan.primal).toBeCloseTo(6, 12);
    expect(plan.resources[0]!.price[0]).toBeCloseTo(6, 12);
    expect(plan.dualBound).toBeCloseTo(6, 12);
    expect(plan.gap.relative).toBeLessThan(1e-12);
  });
});
