import {describe, expect, test} from 'vitest';
import {solve as yalps} from 'yalps';
import {Random} from '../../src/base/random.ts';
import {type PlanProblem, solvePlan} from '../../src/plan/solve/solve.ts';
import {
  boundsOf,
  demandOf,
  memoryBudget,
  moneyBudget,
  randomSpec,
  slotBudget,
  valuationOf,
  valuesOf,
} from './instances.ts';

/** Slots a function at most in the oracles' models; instances are kept where this is enough. */
const MOST = 12;

/** One 0-1 variable for each slot of each unit: what it gains and what it takes of each budget. */
function model(problem: PlanProblem) {
  const columns: {name: string; gain: number; uses: [string, number][]}[] = [];
  for (let unit = 0; unit < problem.demand.ratePerSecond.length; unit++) {
    const {value, uses} = valuesOf(problem, unit, MOST);
    for (let k = 1; k <= MOST; k++) {
      const rows = problem.constraints.map((constraint, i): [string, number] => [
        `c${i}g${constraint.groups.of(unit)}`,
        uses[i]![k]! - uses[i]![k - 1]!,
      ]);
      columns.push({name: `u${unit}k${k}`, gain: value[k]! - value[k - 1]!, uses: rows});
    }
  }
  const limits = problem.constraints.flatMap((constraint, i) =>
    Array.from(constraint.limit, (limit, g): [string, number] => [`c${i}g${g}`, limit]),
  );
  return {columns, limits};
}

function byYalps(problem: PlanProblem, integers: boolean): number {
  const {columns, limits} = model(problem);
  const solution = yalps(
    {
      direction: 'maximize',
      objective: 'gain',
      constraints: Object.fromEntries([
        ...limits.map(([row, max]) => [row, {max}]),
        ...columns.map(({name}) => [name, {max: 1}]),
      ]),
      variables: Object.fromEntries(
        columns.map(({name, gain, uses}) => [name, {gain, [name]: 1, ...Object.fromEntries(uses)}]),
      ),
      integers,
    },
    {maxIterations: 1e6, tolerance: 0},
  );
  return solution.result;
}

interface Highs {
  solve(model: string): {ObjectiveValue: number};
}

/** HiGHS is an optional package: where it is missing the other oracle stands alone. */
const highs: Highs | undefined = await import(/* @vite-ignore */ ['highs'][0]!)
  .then((loaded: {default: () => Promise<Highs>}) => loaded.default())
  .catch(() => undefined);

function byHighs(problem: PlanProblem, integers: boolean): number {
  const {columns, limits} = model(problem);
  const term = (factor: number, name: string): string => `${factor < 0 ? '-' : '+'} ${Math.abs(factor)} ${name}`;
  const text = [
    'Maximize',
    ` gain: ${columns.map(({name, gain}) => term(gain, name)).join(' ')}`,
    'Subject To',
    ...limits.map(([row, max]) => {
      const terms = columns.flatMap(({name, uses}) =>
        uses.filter(([in_]) => in_ === row).map(([, use]) => term(use, name)),
      );
      return ` ${row}: ${terms.join(' ')} <= ${max}`;
    }),
    'Bounds',
    ...columns.map(({name}) => ` 0 <= ${name} <= 1`),
    ...(integers ? ['Binary', ` ${columns.map(({name}) => name).join(' ')}`] : []),
    'End',
  ].join('\n');
  return highs!.solve(text).ObjectiveValue;
}

function randomProblem(random: Random): PlanProblem {
  const windows = 1 + random.below(2);
  const spec = randomSpec(random, 2 + random.below(6), windows);
  // Loads up to 3, so that MOST slots are beyond what anyone would keep.
  spec.hold = spec.hold.map((hold, f) => Math.min(hold, 3 / Math.max(...spec.rates.map((row) => row[f]!))));
  const demand = demandOf(spec);
  const valuation = {...valuationOf(spec), lossPerIdleSecond: new Float64Array(demand.functions).fill(1e-5)};
  const kinds = [
    slotBudget(demand, 1 + random.below(10)),
    memoryBudget(demand, spec.memory!, 256 * (1 + random.below(30))),
    moneyBudget(demand, valuation, 0.2 + random.next() * 4),
  ];
  const one = random.below(3);
  const constraints = kinds.filter((_, i) => i === one || random.next() < 0.25);
  return {demand, valuation, bounds: boundsOf(spec), constraints};
}

describe.each([
  {name: 'YALPS', oracle: byYalps, there: true, trials: 150},
  {name: 'HiGHS', oracle: byHighs, there: highs !== undefined, trials: 300},
])('$name on random small instances', ({oracle, there, trials}) => {
  test.skipIf(!there)('the bound is the LP optimum, and the MIP optimum lies between plan and bound', () => {
    const random = new Random(31);
    let exact = 0;
    for (let trial = 0; trial < trials; trial++) {
      const problem = randomProblem(random);
      const plan = solvePlan(problem);
      expect(plan.slots.every((n) => n < MOST)).toBe(true);
      const linear = oracle(problem, false);
      // Concave curves: the Lagrangian bound is as tight as the linear relaxation.
      expect(Math.abs(plan.dualBound - linear)).toBeLessThanOrEqual(1e-6 * Math.max(1, linear));
      const whole = oracle(problem, true);
      expect(whole).toBeGreaterThanOrEqual(plan.primal - 1e-6 * Math.max(1, plan.primal));
      expect(whole).toBeLessThanOrEqual(plan.dualBound + 1e-6 * Math.max(1, plan.dualBound));
      if (whole - plan.primal <= 1e-6 * Math.max(1, whole)) exact++;
    }
    expect(exact / trials).toBeGreaterThan(0.9);
  });
});
