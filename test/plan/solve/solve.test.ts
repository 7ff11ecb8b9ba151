import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {curveNames} from '../../../src/plan/demand/demand.ts';
import {type PlanProblem, solvePlan} from '../../../src/plan/solve/solve.ts';
import {
  boundsOf,
  bruteForce,
  demandOf,
  memoryBudget,
  moneyBudget,
  randomSpec,
  type Spec,
  slotBudget,
  valuationOf,
} from '../instances.ts';

function problemOf(spec: Spec, constraints: PlanProblem['constraints'] = []): PlanProblem {
  return {demand: demandOf(spec), valuation: valuationOf(spec), bounds: boundsOf(spec), constraints};
}

const curves = curveNames.filter((name) => name !== 'empirical');

describe('the plan against every plan there is', () => {
  test('whole slots on concave curves are placed to the very optimum, and the certificate says so', () => {
    const random = new Random(11);
    for (let trial = 0; trial < 150; trial++) {
      const spec: Spec = {...randomSpec(random, 4), loss: random.below(2) * 1e-7};
      const problem = problemOf(spec, [slotBudget(demandOf(spec), 1 + random.below(8))]);
      const plan = solvePlan(problem);
      expect(plan.primal).toBeCloseTo(bruteForce(problem, 8), 10);
      expect(plan.gap.relative).toBeLessThan(1e-12);
    }
  });

  test.each(curves)('%s: the optimum lies between plan and bound under any mix of budgets', (curve) => {
    const random = new Random(12);
    let shareOfOptimum = 0;
    let compared = 0;
    for (let trial = 0; trial < 200; trial++) {
      const windows = 1 + random.below(2);
      const spec = {...randomSpec(random, windows === 1 ? 4 : 2, windows), curve, rateVariation: random.next() * 5};
      const demand = demandOf(spec);
      const budgets = [
        slotBudget(demand, 1 + random.below(6)),
        memoryBudget(demand, spec.memory!, 128 * (1 + random.below(30))),
        moneyBudget(demand, valuationOf(spec), random.next() * 0.05),
      ].filter(() => random.next() < 0.6);
      const problem = problemOf(spec, budgets);
      const plan = solvePlan(problem);
      for (const {constraint, used} of plan.resources) {
        used.forEach((use, g) => {
          expect(use).toBeLessThanOrEqual(constraint.limit[g]! * (1 + 1e-12));
        });
      }
      // Brute force stops at 7 slots a function; a plan that goes beyond may be better than what it finds.
      const best = bruteForce(problem, 7);
      expect(plan.dualBound).toBeGreaterThanOrEqual(best - 1e-9);
      if (plan.slots.some((n) => n > 7)) continue;
      expect(plan.primal).toBeLessThanOrEqual(best + 1e-9);
      shareOfOptimum += best > 0 ? plan.primal / best : 1;
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
    // Where a curve has runs or two budgets bind, greedy may miss; on average it hardly does.
    expect(shareOfOptimum / compared).toBeGreaterThan(0.99);
  });
});

const anyRate = fc.double({min: -6, max: 1, noNaN: true}).map((exponent) => 10 ** exponent);
const anyHold = fc.double({min: -2, max: 2, noNaN: true}).map((exponent) => 10 ** exponent);
const anySpec = fc.integer({min: 1, max: 12}).chain((functions) =>
  fc.record({
    rates: fc.array(fc.array(anyRate, {minLength: functions, maxLength: functions}), {minLength: 1, maxLength: 3}),
    hold: fc.array(anyHold, {minLength: functions, maxLength: functions}),
    memory: fc.array(fc.integer({min: 1, max: 4096}), {minLength: functions, maxLength: functions}),
    curve: fc.constantFrom(...curves),
    rateVariation: fc.double({min: 0, max: 10, noNaN: true}),
  }),
);

describe('what must hold of every plan', () => {
  test('more slots never hurt, and the price of a slot never rises with their number', () => {
    fc.assert(
      fc.property(anySpec, fc.integer({min: 0, max: 40}), fc.integer({min: 0, max: 40}), (spec, slots, more) => {
        const erlang: Spec = {...spec, curve: 'erlang'};
        const plans = [slots, slots + more].map((n) => solvePlan(problemOf(erlang, [slotBudget(demandOf(erlang), n)])));
        expect(plans[1]!.primal).toBeGreaterThanOrEqual(plans[0]!.primal - 1e-12);
        plans[0]!.resources[0]!.price.forEach((price, g) => {
          expect(plans[1]!.resources[0]!.price[g]).toBeLessThanOrEqual(price);
        });
      }),
      {seed: 1, numRuns: 200},
    );
  });

  test('the bound never falls as a budget of any kind grows, and no plan exceeds it', () => {
    fc.assert(
      fc.property(anySpec, fc.double({min: 0, max: 1, noNaN: true}), (spec, share) => {
        const demand = demandOf(spec);
        const budgets = (scale: number): PlanProblem['constraints'] => [
          memoryBudget(demand, spec.memory, 20_000 * share * scale),
          moneyBudget(demand, valuationOf(spec), 0.1 * share * scale),
        ];
        const small = solvePlan(problemOf(spec, budgets(1)));
        const large = solvePlan(problemOf(spec, budgets(2)));
        for (const plan of [small, large]) expect(plan.primal).toBeLessThanOrEqual(plan.dualBound * (1 + 1e-9) + 1e-12);
        expect(large.dualBound).toBeGreaterThanOrEqual(small.dualBound * (1 - 1e-7));
      }),
      {seed: 2, numRuns: 100},
    );
  });

  test('budgets that do not bind change nothing, whichever comes first', () => {
    fc.assert(
      fc.property(anySpec, fc.double({min: 0, max: 1, noNaN: true}), (spec, share) => {
        const demand = demandOf(spec);
        const tight = memoryBudget(demand, spec.memory, 20_000 * share);
        const loose = [slotBudget(demand, 1e9), moneyBudget(demand, valuationOf(spec), 1e9)];
        const alone = solvePlan(problemOf(spec, [tight]));
        for (const constraints of [
          [tight, ...loose],
          [...loose, tight],
        ]) {
          const among = solvePlan(problemOf(spec, constraints));
          expect(among.slots).toEqual(alone.slots);
          expect([among.primal, among.dualBound]).toEqual([alone.primal, alone.dualBound]);
          expect(among.resources.map(({constraint}) => constraint)).toEqual(constraints);
        }
      }),
      {seed: 4, numRuns: 100},
    );
  });

  test('minimum, maximum and pinned slots are kept to the letter', () => {
    const spec: Spec = {
      rates: [[1e-7, 1, 1, 0]],
      hold: [1, 1, 1, 1],
      atLeast: [2, 0, 3, 1],
      atMost: [9, 1, 3, 1],
    };
    expect(Array.from(solvePlan(problemOf(spec)).slots)).toEqual([2, 1, 3, 1]);
  });

  test('without a budget slots are kept as long as they pay: a call every 6.67 hours at the prices of the seed', () => {
    // Idle time alone is charged, so the break-even is c / (C + c x hold): 3.6 a day and a hair less.
    const perDay = (calls: number): number => calls / 86_400;
    const spec: Spec = {rates: [[perDay(3.59), perDay(3.61), perDay(50)]], hold: [1, 1, 1]};
    expect(Array.from(solvePlan(problemOf(spec)).slots)).toEqual([0, 1, 1]);
  });

  test('forced slots beyond a budget end with exit 4 and name the budget and the window', () => {
    const spec: Spec = {rates: [[1, 1]], hold: [1, 1], atLeast: [3, 2]};
    const problem = problemOf(spec, [slotBudget(demandOf(spec), 4)]);
    expect(() => solvePlan(problem)).toThrow(
      expect.objectContaining({
        exitCode: 4,
        message: 'no plan exists: minimum and pinned slots take 5 of slots in group 0, the budget is 4',
      }),
    );
  });

  test('free slots and free delays are no trap', () => {
    const spec: Spec = {rates: [[1, 2]], hold: [1, 0], gain: 0, loss: 0};
    expect(Array.from(solvePlan(problemOf(spec)).slots)).toEqual([0, 0]);
  });
});
