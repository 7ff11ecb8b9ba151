import {describe, expect, test} from 'vitest';
import {Random} from '../../../src/base/random.ts';
import {GAP_LENGTHS} from '../../../src/demand/gaps/level-gaps.ts';
import {type Constraint, groupsByWindow} from '../../../src/plan/bounds/constraints.ts';
import {expectOutcome} from '../../../src/plan/outcome/outcome.ts';
import {chooseTimes} from '../../../src/plan/rest/choose-times.ts';
import {keepAliveGridUs} from '../../../src/plan/rest/keep-alive-grid.ts';
import {RestInForce} from '../../../src/plan/rest/rest-in-force.ts';
import {SurpriseLaw} from '../../../src/plan/rest/surprises.ts';
import type {TimedDemand} from '../../../src/plan/rest/timed-units.ts';
import {leastCost} from '../../../src/plan/solve/certificate.ts';
import {type PlanProblem, planValue, usedBy} from '../../../src/plan/solve/solve.ts';
import {
  boundsOf,
  demandOf,
  memoryBudget,
  moneyBudget,
  randomSpec,
  type Spec,
  slotBudget,
  valuationOf,
} from '../instances.ts';

type Problem = PlanProblem & TimedDemand;

function problemOf(spec: Spec, constraints: Problem['constraints'] = []): Problem {
  const demand = demandOf(spec);
  return {
    ...{demand, valuation: valuationOf(spec), bounds: boundsOf(spec), constraints},
    suggestedSeconds: new Float64Array(demand.functions).fill(1800),
    ...{mayExceed: true, fromEmpty: false, counted: true, surprises: undefined},
  };
}

const times = [0, ...keepAliveGridUs].map((us) => us / 1e6);

/** The best of all keep-alives and slots, by trying every one of them: `most` slots a function at most. */
function bruteForce(problem: Problem, most: number): number {
  const {functions} = problem.demand;
  const choices = Array.from({length: functions}, (_, f) =>
    times.flatMap((seconds) =>
      Array.from({length: most + 1}, (_, slots) => {
        const alone = new Float64Array(functions);
        alone[f] = seconds;
        const rest = new RestInForce(problem.demand, {keepSeconds: alone, idleFactor: undefined}, problem);
        const own = Int32Array.from({length: functions}, (_, other) => (other === f ? slots : 0));
        const uses = problem.constraints.map((constraint) => usedBy({...problem, rest}, constraint, own)[0]!);
        return {value: planValue({...problem, rest}, own), uses};
      }),
    ),
  );
  // What nobody has is worth what unloading after each call is: nothing, but for rounding.
  let best = Number.NEGATIVE_INFINITY;
  const visit = (f: number, value: number, room: readonly number[]): void => {
    if (room.some((left) => left < -1e-9)) return;
    if (f === functions) {
      best = Math.max(best, value);
      return;
    }
    for (const {value: own, uses} of choices[f]!) {
      visit(
        f + 1,
        value + own,
        room.map((left, i) => left - uses[i]!),
      );
    }
  };
  visit(
    0,
    0,
    problem.constraints.map(({limit}) => limit[0]!),
  );
  return best;
}

describe('keep-alives and slots against every choice there is', () => {
  const random = new Random(41);
  const instances = Array.from({length: 30}, () => {
    const spec = randomSpec(random, 3);
    spec.hold = spec.hold.map((hold, f) => Math.min(hold, 1.5 / spec.rates[0]![f]!));
    const demand = demandOf(spec);
    const kinds = [
      slotBudget(demand, 0.2 + 4 * random.next()),
      memoryBudget(demand, spec.memory!, 64 + 2000 * random.next()),
      moneyBudget(demand, valuationOf(spec), 0.04 * random.next()),
    ];
    return problemOf(spec, [kinds[random.below(3)]!]);
  });

  test.each(instances)('no choice within a budget is better, and the gap is closed (%#)', (problem) => {
    const {solution, rest} = chooseTimes(problem);
    const [constraint] = problem.constraints as [Constraint];
    expect(usedBy({...problem, rest}, constraint, solution.slots)[0]).toBeLessThanOrEqual(
      constraint.limit[0]! * (1 + 1e-9),
    );
    expect(planValue({...problem, rest}, solution.slots)).toBeCloseTo(solution.primal, 9);
    const best = bruteForce(problem, 6);
    expect(solution.primal).toBeGreaterThanOrEqual(best - 1e-9 * Math.abs(best));
    expect(solution.dualBound).toBeGreaterThanOrEqual(best - 1e-9 * Math.abs(best));
    expect(solution.gap.absolute).toBeLessThanOrEqual(1e-6 * leastCost(problem, solution.dualBound));
  });

  test('without a budget the bound is the plan', () => {
    for (let trial = 0; trial < 20; trial++) {
      const {solution} = chooseTimes(problemOf(randomSpec(random, 20, 1 + random.below(3))));
      expect(solution.gap.absolute).toBeLessThan(1e-9 * Math.abs(solution.dualBound));
    }
  });
});

test('a budget of whole slots that is used to the last one is not exceeded, however its parts add up', () => {
  const random = new Random(5);
  for (let trial = 0; trial < 200; trial++) {
    const rare = 2 + random.below(5);
    const limit = 1 + random.below(5);
    const rates = [0.05 + 0.5 * random.next(), ...Array.from({length: rare}, () => (5 + 20 * random.next()) / 86_400)];
    const spec = {rates: [rates], hold: rates.map(() => 1)};
    const law = new SurpriseLaw(
      Float64Array.from({length: GAP_LENGTHS}, () => (random.next() < 0.3 ? 1e-6 * random.next() : 0)),
    );
    const surprises = {kind: new Uint8Array(rates.length), laws: [law]};
    const problem = {...problemOf(spec, [slotBudget(demandOf(spec), limit)]), surprises};
    const {solution} = chooseTimes(problem);
    const keepSeconds = new Float64Array(rates.length);
    const rest = new RestInForce(problem.demand, {keepSeconds, idleFactor: undefined}, problem);
    for (let hot = 0; hot <= limit; hot++) {
      // All slots are given away, and nothing else is kept.
      const slots = Int32Array.from(rates, (_, f) => (f === 0 ? hot : f <= limit - hot ? 1 : 0));
      expect(solution.dualBound).toBeGreaterThanOrEqual(planValue({...problem, rest}, slots) - 1e-9);
    }
  }
});

describe('a constraint more', () => {
  const random = new Random(42);
  const expectedUsd = (problem: Problem, {solution, rest}: ReturnType<typeof chooseTimes>): number => {
    const {secondsPerDay, gainPerWake, lossPerIdleSecond} = problem.valuation;
    const {coldOf, idleOf} = expectOutcome(problem.demand, solution.slots, {rest, secondsPerDay});
    return coldOf.reduce((sum, cold, f) => sum + cold * gainPerWake[f]! + idleOf[f]! * lossPerIdleSecond[f]!, 0);
  };

  test.each([1, 2, 3, 4, 5, 6])('saves no more than the gap, which is closed (%i)', (seed) => {
    const functions = [5, 40, 150, 300, 700, 1000][seed - 1]!;
    const spec = randomSpec(random, functions);
    const demand = demandOf(spec);
    const budget = slotBudget(demand, functions * (0.1 + 0.3 * random.next()));
    const problem = problemOf(spec, [budget]);
    const plan = chooseTimes(problem);
    const least = leastCost(problem, plan.solution.dualBound);
    expect(plan.solution.gap.absolute).toBeLessThanOrEqual(1e-6 * least);
    const usd = expectedUsd(problem, plan);
    const parts = {count: 2, of: Int32Array.from({length: functions}, () => random.below(2))};
    const halves = {...budget, groups: groupsByWindow(demand, parts)};
    const variants: Problem[] = [
      {...problem, constraints: [{...halves, limit: new Float64Array(2).fill(budget.limit[0]! / 2)}]},
      {...problem, bounds: {...problem.bounds, atMost: new Int32Array(functions).fill(1)}},
      {
        ...problem,
        bounds: {...problem.bounds, atLeast: Int32Array.from({length: functions}, (_, f) => (f % 20 ? 0 : 1))},
      },
      {...problem, constraints: [{...budget, limit: Float64Array.of(0.9 * budget.limit[0]!)}]},
      {...problem, constraints: [budget, memoryBudget(demand, spec.memory!, 256 * budget.limit[0]!)]},
    ];
    for (const variant of variants) {
      const saved = usd - expectedUsd(variant, chooseTimes(variant));
      expect(saved).toBeLessThanOrEqual(plan.solution.gap.absolute + 1e-9 * usd);
    }
  });
});

describe('a busy function and four rare ones', () => {
  // 20,000 calls of a second a day, and 12 calls a day each.
  const spec: Spec = {rates: [[20_000, 12, 12, 12, 12].map((calls) => calls / 86_400)], hold: [1, 1, 1, 1, 1]};
  const usd = (problem: Problem): number => {
    const {solution} = chooseTimes(problem);
    return leastCost(problem, solution.primal);
  };
  const within = (slots: number, atLeast: number[] = [0, 0, 0, 0, 0]): Problem =>
    problemOf({...spec, atLeast}, [slotBudget(demandOf(spec), slots)]);

  test('eight instances serve as well as what four slots once took with all that ran beyond them: $0.0971, not $0.1124', () => {
    expect(usd(within(8))).toBeLessThan(0.0971);
  });

  test('of four none is better elsewhere: one for each rare function costs more', () => {
    const plan = chooseTimes(within(4));
    expect(plan.solution.gap.absolute).toBeLessThan(1e-6 * leastCost(within(4), plan.solution.dualBound));
    for (const pinned of [
      [0, 1, 0, 0, 0],
      [0, 1, 1, 0, 0],
      [0, 1, 1, 1, 1],
      [1, 0, 0, 0, 0],
      [4, 0, 0, 0, 0],
    ]) {
      expect(usd(within(4, pinned))).toBeGreaterThanOrEqual(usd(within(4)) - 1e-9);
    }
  });
});
