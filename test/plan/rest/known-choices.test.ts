import {expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {TimePricing} from '../../../src/plan/rest/price-times.ts';
import type {TimedDemand} from '../../../src/plan/rest/timed-units.ts';
import {boundsOf, demandOf, memoryBudget, randomSpec, slotBudget, valuationOf} from '../instances.ts';

test('what is remembered of other prices changes no answer', () => {
  const random = new Random(11);
  for (let trial = 0; trial < 12; trial++) {
    const spec = randomSpec(random, 30, 1 + random.below(3));
    const demand = demandOf(spec);
    const problem: TimedDemand = {
      ...{demand, valuation: valuationOf(spec), bounds: boundsOf(spec)},
      suggestedSeconds: new Float64Array(demand.functions).fill(1800),
      ...{mayExceed: true, fromEmpty: trial % 3 === 0, counted: true, surprises: undefined},
    };
    const constraints = [slotBudget(demand, 10), memoryBudget(demand, spec.memory!, 1000)];
    const remembering = new TimePricing(problem, constraints);
    const {bound: worth, used} = remembering.respond([]);
    const first = constraints.map((_, c) => worth / used[c]!.reduce((sum, use) => sum + use, 1) / 64);
    for (let step = 0; step < 25; step++) {
      // Steps great and small, up and down, and back to no price at all.
      const width = 10 ** -random.below(6);
      const prices = constraints.map((constraint, c) => ({
        constraint,
        price: Float64Array.from(constraint.limit, () => Math.max(0, first[c]! * (1 + width * (random.next() - 0.5)))),
      }));
      if (step % 10 === 9) prices[0]!.price.fill(0);
      const known = remembering.respond(prices);
      const anew = new TimePricing(problem, constraints).respond(prices);
      expect(Math.abs(known.bound - anew.bound)).toBeLessThan(1e-10 * Math.abs(anew.bound));
      known.used.forEach((amounts, c) => {
        amounts.forEach((amount, g) => {
          expect(Math.abs(amount - anew.used[c]![g]!)).toBeLessThan(1e-6 * (1 + anew.used[c]![g]!));
        });
      });
    }
  }
});
