import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {chooseTimes} from '../../../src/plan/rest/choose-times.ts';
import type {TimedDemand} from '../../../src/plan/rest/timed-units.ts';
import {leastCost} from '../../../src/plan/solve/certificate.ts';
import {type PlanProblem, planValue, usedBy} from '../../../src/plan/solve/solve.ts';
import {boundsOf, demandOf, slotBudget, valuationOf} from '../instances.ts';

type Problem = PlanProblem & TimedDemand;

/** Half a dozen kinds of functions, hundreds of each, that differ a little or not at all, and slots for some of them. */
function population(seed: number, each: number, differ: number, share: number): Problem {
  const random = new Random(seed);
  const kinds = [1 / 86_400, 1 / 7200, 1 / 600, 1 / 60, 0.2, 1.5];
  const rates = kinds.flatMap((rate) => Array.from({length: each}, () => rate * (1 + differ * random.next())));
  const spec = {rates: [rates], hold: rates.map(() => 2)};
  const demand = demandOf(spec);
  const free = {
    ...{demand, valuation: valuationOf(spec), bounds: boundsOf(spec), constraints: []},
    suggestedSeconds: new Float64Array(demand.functions).fill(1800),
    ...{mayExceed: true, fromEmpty: false, counted: true, surprises: undefined},
  };
  const wanted = chooseTimes(free);
  const everything = slotBudget(demand, Number.MAX_VALUE);
  const used = usedBy({...free, rest: wanted.rest}, everything, wanted.solution.slots)[0]!;
  return {...free, constraints: [slotBudget(demand, share * used)]};
}

describe('a plan for more functions than are looked at one by one', () => {
  test.each([
    [1, 300, 0, 0.3],
    [2, 300, 0, 0.7],
    [3, 250, 0.3, 0.5],
    [4, 400, 0.01, 0.9],
  ])(
    'population %d, %d of each kind, %d apart: its gap is below a ten-thousandth of what the best plan costs',
    (seed, each, differ, share) => {
      const problem = population(seed, each, differ, share);
      const {rest, solution} = chooseTimes(problem);
      const {primal, dualBound, slots, resources} = solution;
      const least = leastCost(problem, dualBound);
      expect((dualBound - primal) / least).toBeLessThan(1e-4);
      // What was added up along the way is what the plan is worth and takes.
      expect(planValue({...problem, rest}, slots) / primal).toBeCloseTo(1, 9);
      const [constraint] = problem.constraints;
      const used = usedBy({...problem, rest}, constraint!, slots)[0]!;
      expect(used).toBeLessThanOrEqual(constraint!.limit[0]! * (1 + 1e-9));
      expect(resources[0]!.used[0]! / used).toBeCloseTo(1, 9);
    },
  );
});
