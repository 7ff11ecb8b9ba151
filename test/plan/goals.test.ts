import {describe, expect, test} from 'vitest';
import {Random} from '../../src/base/random.ts';
import type {ColdTimes} from '../../src/fleet/cold-time/expected-cold-times.ts';
import {shareAmongTeams, type Teams} from '../../src/plan/bounds/team-shares.ts';
import type {Valuation} from '../../src/plan/curves/valuation.ts';
import {meetStartDelay} from '../../src/plan/solve/meet-start-delay.ts';
import {type PlanProblem, planValue, solvePlan} from '../../src/plan/solve/solve.ts';
import {helpWorstTeam} from '../../src/plan/solve/worst-team.ts';
import {boundsOf, demandOf, randomSpec, type Spec, slotBudget, valuationOf, valuesOf} from './instances.ts';

function problemOf(spec: Spec, constraints: PlanProblem['constraints'] = []): PlanProblem {
  return {demand: demandOf(spec), valuation: valuationOf(spec), bounds: boundsOf(spec), constraints};
}

/** The same problem valued in cold starts. */
function inColdStarts(problem: PlanProblem): PlanProblem {
  const {functions} = problem.demand;
  const valuation: Valuation = {
    ...problem.valuation,
    gainPerWake: new Float64Array(functions).fill(1),
    lossPerIdleSecond: new Float64Array(functions),
  };
  return {...problem, valuation};
}

function callsPerDay({demand, valuation}: PlanProblem): number {
  return demand.ratePerSecond.reduce(
    (sum, rate, unit) => sum + rate * valuation.secondsPerDay[Math.floor(unit / demand.functions)]!,
    0,
  );
}

const coldTimes = (shares: readonly number[]): ColdTimes => ({
  meanUs: new Float64Array(shares.length).fill(500_000),
  alike: false,
  shareAbove: (f) => shares[f]!,
});

describe('the cheapest plan with 99 % of the calls in time', () => {
  const random = new Random(21);
  const instances = Array.from({length: 40}, () => {
    const spec = {...randomSpec(random, 3), loss: 10 ** -(3 + random.next() * 3)};
    spec.hold = spec.hold.map((hold, f) => Math.min(hold, 2 / spec.rates[0]![f]!));
    return {spec, slowShares: [1, random.next(), 0.5]};
  });

  test.each(instances)('meets the goal, is not beaten by any plan that does, and knows its bound (%#)', (one) => {
    const problem = problemOf(one.spec);
    const cold = coldTimes(one.slowShares);
    const plan = meetStartDelay(problem, {withinUs: 200_000, cold});
    const slowValuation: Valuation = {
      ...problem.valuation,
      gainPerWake: Float64Array.from(one.slowShares),
      lossPerIdleSecond: new Float64Array(3),
    };
    const calls = callsPerDay(problem);
    const slowAll = one.spec.rates[0]!.reduce((sum, rate, f) => sum + rate * 86_400 * one.slowShares[f]!, 0);
    const left = slowAll - planValue({...problem, valuation: slowValuation}, plan.slots);
    expect(left).toBeLessThanOrEqual(0.01 * calls * (1 + 1e-9));

    const most = Math.max(14, ...plan.slots);
    const tables = [0, 1, 2].map((f) => ({
      dollars: valuesOf(problem, f, most).value,
      slow: valuesOf({...problem, valuation: slowValuation}, f, most).value,
    }));
    let best = Number.NEGATIVE_INFINITY;
    for (let a = 0; a <= most; a++) {
      for (let b = 0; b <= most; b++) {
        for (let c = 0; c <= most; c++) {
          const avoided = tables[0]!.slow[a]! + tables[1]!.slow[b]! + tables[2]!.slow[c]!;
          if (slowAll - avoided > 0.01 * calls) continue;
          best = Math.max(best, tables[0]!.dollars[a]! + tables[1]!.dollars[b]! + tables[2]!.dollars[c]!);
        }
      }
    }
    expect(plan.primal).toBeLessThanOrEqual(best + 1e-6);
    expect(plan.dualBound).toBeGreaterThanOrEqual(best - 1e-6 * Math.abs(best));
  });

  test('is the plan in dollars where that meets the goal anyway', () => {
    const problem = problemOf({rates: [[1]], hold: [1]});
    const plan = meetStartDelay(problem, {withinUs: 1, cold: coldTimes([0])});
    expect(plan.slots).toEqual(solvePlan(problem).slots);
    expect(plan.slowPrice).toBe(0);
  });

  test('of equal functions only so many are warmed as the goal needs', () => {
    // 100 functions, 10 calls a day each, far too few to pay at this price of a slot; 99 of them must be warm.
    const spec: Spec = {rates: [new Array(100).fill(10 / 86_400)], hold: new Array(100).fill(1), loss: 1e-3};
    const plan = meetStartDelay(problemOf(spec), {withinUs: 1, cold: coldTimes(new Array(100).fill(1))});
    const warm = plan.slots.reduce((sum, n) => sum + n, 0);
    expect(warm).toBeGreaterThanOrEqual(99);
    expect(warm).toBeLessThanOrEqual(100);
    expect(plan.gap.relative).toBeLessThan(0.02);
  });

  test('out of reach: exit 4, naming the budget that is too small', () => {
    const spec: Spec = {rates: [[1, 1]], hold: [5, 5]};
    const problem = problemOf(spec, [slotBudget(demandOf(spec), 3)]);
    expect(() => meetStartDelay(problem, {withinUs: 1, cold: coldTimes([1, 1])})).toThrow(
      expect.objectContaining({exitCode: 4, message: expect.stringContaining('the budget of slots is too small')}),
    );
  });
});

function teamsOf(of: number[], weights: number[]): Teams {
  return {
    count: weights.length,
    of: Int32Array.from(of),
    names: weights.map((_, i) => `team${i}`),
    weights: Float64Array.from(weights),
  };
}

describe('teams that share a budget', () => {
  test('a team that wants more is never below its share, and what one does not want another uses', () => {
    const random = new Random(4);
    for (let trial = 0; trial < 100; trial++) {
      const spec = randomSpec(random, 9, 1 + random.below(2));
      const teams = teamsOf([0, 0, 0, 1, 1, 1, 2, 2, 2], [1 + random.below(4), 1 + random.below(4), 1]);
      const total = random.below(30);
      const problem = problemOf(spec, [slotBudget(demandOf(spec), total)]);
      const {constraint, wants} = shareAmongTeams(problem, problem.constraints[0]!, teams);
      const plan = solvePlan({...problem, constraints: [constraint]});
      const {used} = plan.resources[0]!;
      const weightSum = teams.weights.reduce((a, b) => a + b);
      for (let g = 0; g < used.length; g++) {
        const share = Math.floor((total * teams.weights[g % 3]!) / weightSum + 1e-9);
        expect(used[g]).toBeGreaterThanOrEqual(Math.min(wants[g]!, share));
        expect(used[g]).toBeLessThanOrEqual(constraint.limit[g]!);
      }
      for (let w = 0; w * 3 < used.length; w++) {
        const [taken, wanted] = [used, wants].map((column) => column[3 * w]! + column[3 * w + 1]! + column[3 * w + 2]!);
        expect(taken).toBe(Math.min(total, wanted!));
      }
    }
  });
});

describe('the worst team', () => {
  /** Highest cold share of any team, for one window. */
  function worst(problem: PlanProblem, teams: Teams, slots: readonly number[]): number {
    const counted = inColdStarts(problem);
    const calls = new Float64Array(teams.count);
    const avoided = new Float64Array(teams.count);
    slots.forEach((n, f) => {
      calls[teams.of[f]!]! += problem.demand.ratePerSecond[f]! * 86_400;
      avoided[teams.of[f]!]! += valuesOf(counted, f, n).value[n]!;
    });
    return Math.max(...calls.map((total, i) => 1 - avoided[i]! / total));
  }

  test('is as well off as in the best of all plans, up to what the bound says', () => {
    const random = new Random(8);
    for (let trial = 0; trial < 60; trial++) {
      const spec = randomSpec(random, 4);
      const teams = teamsOf([0, 0, 1, 1], [1, 1]);
      const total = random.below(9);
      const problem = problemOf(spec, [slotBudget(demandOf(spec), total)]);
      const plan = helpWorstTeam(inColdStarts(problem), teams);
      expect(plan.slots.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(total);
      const own = worst(problem, teams, [...plan.slots]);
      expect(plan.primal).toBeCloseTo(1 - own, 9);
      let best = 1;
      for (let a = 0; a <= total; a++) {
        for (let b = 0; a + b <= total; b++) {
          for (let c = 0; a + b + c <= total; c++) {
            best = Math.min(best, worst(problem, teams, [a, b, c, total - a - b - c]));
          }
        }
      }
      expect(own).toBeLessThanOrEqual(best + 1e-6);
      expect(1 - best).toBeLessThanOrEqual(plan.dualBound + 1e-6);
    }
  });

  test('needs exactly one budget', () => {
    const problem = problemOf({rates: [[1]], hold: [1]});
    expect(() => helpWorstTeam(problem, teamsOf([0], [1]))).toThrow(/needs one budget/);
  });
});
