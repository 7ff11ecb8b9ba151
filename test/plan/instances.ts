import type {Random} from '../../src/base/random.ts';
import type {Constraint} from '../../src/plan/bounds/constraints.ts';
import {groupsByWindow, groupsOverHorizon, type Parts} from '../../src/plan/bounds/constraints.ts';
import {Levels} from '../../src/plan/curves/level-columns.ts';
import {fillLevels} from '../../src/plan/curves/levels.ts';
import type {SlotBounds, Valuation} from '../../src/plan/curves/valuation.ts';
import {type CurveName, curveCodes, type Demand, noMeasuredLevels} from '../../src/plan/demand/demand.ts';
import {noUnseen} from '../../src/plan/demand/unseen.ts';
import type {PlanProblem} from '../../src/plan/solve/solve.ts';

export interface Spec {
  /** Calls a second, a row a window. */
  rates: number[][];
  hold: number[];
  curve?: CurveName;
  rateVariation?: number;
  memory?: number[];
  gain?: number;
  loss?: number;
  atLeast?: number[];
  atMost?: number[];
}

export function demandOf({rates, hold, curve = 'erlang', rateVariation = 0}: Spec): Demand {
  const functions = hold.length;
  const units = functions * rates.length;
  return {
    functions,
    windows: {
      startUs: Float64Array.from(rates, (_, w) => w * 3600e6),
      endUs: Float64Array.from(rates, (_, w) => (w + 1) * 3600e6),
      repeatUs: 0,
    },
    ratePerSecond: Float64Array.from(rates.flat()),
    holdSeconds: Float64Array.from(hold),
    rateVariation: new Float32Array(units).fill(rateVariation),
    curve: new Uint8Array(units).fill(curveCodes[curve]),
    measured: noMeasuredLevels(functions),
    heldShare: new Float64Array(functions).fill(1),
    activeShare: undefined,
    missesPerSecond: new Float64Array(functions),
    unseen: noUnseen,
  };
}

/** Dollars at the seed's prices unless told otherwise. */
export function valuationOf(spec: Spec): Valuation {
  const functions = spec.hold.length;
  return {
    gainPerWake: new Float64Array(functions).fill(spec.gain ?? (0.5 / 3600) * 20),
    lossPerIdleSecond: new Float64Array(functions).fill(spec.loss ?? 0.01 / 86_400),
    secondsPerDay: new Float64Array(spec.rates.length).fill(86_400 / spec.rates.length),
  };
}

export function boundsOf({hold, atLeast, atMost}: Spec): SlotBounds {
  return {
    atLeast: Int32Array.from(hold, (_, f) => atLeast?.[f] ?? 0),
    atMost: Int32Array.from(hold, (_, f) => atMost?.[f] ?? 0x7fffffff),
  };
}

export function slotBudget(demand: Demand, slots: number | number[], parts?: Parts): Constraint {
  const groups = groupsByWindow(demand, parts);
  return {
    name: 'slots',
    usePerSlot: new Float64Array(demand.functions).fill(1),
    usePerIdleSecond: new Float64Array(demand.functions),
    groups,
    limit: Float64Array.from({length: groups.count}, (_, g) => (typeof slots === 'number' ? slots : slots[g]!)),
    describe: (g) => ` in group ${g}`,
    format: String,
  };
}

export function memoryBudget(demand: Demand, memoryMib: number[], budgetMib: number): Constraint {
  const groups = groupsByWindow(demand);
  return {
    ...slotBudget(demand, 0),
    name: 'memory',
    usePerSlot: Float64Array.from(memoryMib),
    limit: new Float64Array(groups.count).fill(budgetMib),
  };
}

/** Dollars a day for idle slots at the loss of the valuation. */
export function moneyBudget(demand: Demand, valuation: Valuation, usdPerDay: number): Constraint {
  const groups = groupsOverHorizon(demand);
  return {
    ...slotBudget(demand, 0),
    name: 'money',
    usePerSlot: new Float64Array(demand.functions),
    usePerIdleSecond: valuation.lossPerIdleSecond,
    groups,
    limit: Float64Array.of(usdPerDay),
  };
}

/** Value of each number of slots of a unit, 0 slots first: the plain sum that the solver must not contradict. */
export function valuesOf({demand, valuation, constraints}: PlanProblem, unit: number, most: number) {
  const levels = new Levels();
  fillLevels(demand, unit, 0, most, levels);
  const f = unit % demand.functions;
  const w = Math.floor(unit / demand.functions);
  const seconds = valuation.secondsPerDay[w]!;
  const value = [0];
  const uses = constraints.map(() => [0]);
  for (let k = 0; k < most; k++) {
    const wakes = k < levels.count ? levels.wakesPerSecond[k]! : 0;
    const idle = k < levels.count ? levels.idleShare[k]! : 1;
    value.push(value[k]! + seconds * (valuation.gainPerWake[f]! * wakes - valuation.lossPerIdleSecond[f]! * idle));
    constraints.forEach((constraint, i) => {
      const use = constraint.usePerSlot[f]! + constraint.usePerIdleSecond[f]! * idle * seconds;
      uses[i]!.push(uses[i]![k]! + use);
    });
  }
  return {value, uses};
}

/** The best plan of all, by trying every one of them: `most` slots a unit at most. */
export function bruteForce(problem: PlanProblem, most: number): number {
  const {demand, bounds, constraints} = problem;
  const units = demand.ratePerSecond.length;
  const tables = Array.from({length: units}, (_, unit) => valuesOf(problem, unit, most));
  let best = Number.NEGATIVE_INFINITY;
  const room = constraints.map((constraint) => Array.from(constraint.limit));
  const visit = (unit: number, value: number): void => {
    if (unit === units) {
      best = Math.max(best, value);
      return;
    }
    const f = unit % demand.functions;
    for (let n = bounds.atLeast[f]!; n <= Math.min(most, bounds.atMost[f]!); n++) {
      const uses = constraints.map((_, i) => tables[unit]!.uses[i]![n]!);
      if (!constraints.every((c, i) => uses[i]! <= room[i]![c.groups.of(unit)]! + 1e-9)) continue;
      constraints.forEach((c, i) => {
        room[i]![c.groups.of(unit)]! -= uses[i]!;
      });
      visit(unit + 1, value + tables[unit]!.value[n]!);
      constraints.forEach((c, i) => {
        room[i]![c.groups.of(unit)]! += uses[i]!;
      });
    }
  };
  visit(0, 0);
  return best;
}

/** A random small instance: rates over six orders of magnitude, as in real traces. */
export function randomSpec(random: Random, functions: number, windows = 1): Spec {
  const rate = (): number => 10 ** (random.next() * 5 - 5);
  return {
    rates: Array.from({length: windows}, () => Array.from({length: functions}, rate)),
    hold: Array.from({length: functions}, () => 10 ** (random.next() * 3 - 2)),
    memory: Array.from({length: functions}, () => 128 * (1 + random.below(8))),
  };
}
