/**
 * DESIGN 8: a plan for 500,000 functions shaped on Azure 2019 (METHODS E1.1) with its certificate. Bars: one window
 * <= 2 s with a relative gap <= 1e-6; 24 hourly windows <= 60 s. Each case names its gap, which is proved anew.
 */
import {type Budgets, budgetConstraints} from '../../src/plan/bounds/budgets.ts';
import {valuationOf} from '../../src/plan/bounds/objectives.ts';
import {freeBounds} from '../../src/plan/bounds/slot-limits.ts';
import {type Demand, demandOver} from '../../src/plan/demand/demand.ts';
import {tileWindows} from '../../src/plan/demand/windows.ts';
import {expectOutcome} from '../../src/plan/outcome/outcome.ts';
import {chooseTimes} from '../../src/plan/rest/choose-times.ts';
import {methodsRatesPerDay, stationaryDemand} from '../plan/population.ts';
import {measure} from './measure.ts';

const FUNCTIONS = 500_000;
const HOLD_SECONDS = 3.348;
const SLOT_USD_PER_SECOND = 0.01 / 86_400;
const COLD_USD = (0.5 / 3600) * 20;

const day = stationaryDemand(methodsRatesPerDay(FUNCTIONS), HOLD_SECONDS);
const hours = withDailyRhythm(demandOver(day, tileWindows(0, 86_400e6, 3600e6)));
const memoryMib = Float64Array.from({length: FUNCTIONS}, (_, f) => 96 + 32 * ((f * 7919) % 24));
const prices = {
  warmUsdPerSecond: new Float64Array(FUNCTIONS).fill(SLOT_USD_PER_SECOND),
  coldUsd: new Float64Array(FUNCTIONS).fill(COLD_USD),
};
const bounds = freeBounds(FUNCTIONS);
const suggestedSeconds = new Float64Array(FUNCTIONS).fill(60);

/** Rates 15 % above and below the mean over the day, as in the released trace. */
function withDailyRhythm(demand: Demand): Demand {
  const ratePerSecond = demand.ratePerSecond.map((rate, unit) => {
    const hour = Math.floor(unit / FUNCTIONS);
    return rate * (1 + 0.15 * Math.sin((2 * Math.PI * hour) / 24));
  });
  return {...demand, ratePerSecond};
}

function plan(demand: Demand, budgets: Partial<Budgets>): {slots: number; gap: number} {
  const limits = {slots: Infinity, memoryMib: Infinity, usdPerDay: Infinity, ...budgets};
  const valuation = valuationOf('dollars', demand, prices);
  const constraints = budgetConstraints(demand, limits, undefined, memoryMib, prices.warmUsdPerSecond);
  const {
    rest,
    solution: {slots, gap},
  } = chooseTimes({
    ...{demand, valuation, bounds, constraints, suggestedSeconds},
    mayExceed: true,
    fromEmpty: false,
    surprises: undefined,
    counted: true,
  });
  expectOutcome(demand, slots, {rest, secondsPerDay: valuation.secondsPerDay});
  return {slots: slots.reduce((sum, n) => sum + n, 0), gap: gap.relative};
}

const cases = [
  {name: 'one window, 2.56 M slots', demand: day, budgets: {slots: 2_560_000}},
  {name: 'one window, 400,000 slots', demand: day, budgets: {slots: 400_000}},
  {name: 'one window, 60 TiB', demand: day, budgets: {memoryMib: 60 * 1024 * 1024}},
  {name: 'one window, $2,000 a day', demand: day, budgets: {usdPerDay: 2000}},
  {name: '24 windows, 400,000 slots', demand: hours, budgets: {slots: 400_000}},
];
for (const {name, demand, budgets} of cases) {
  const {slots, gap} = plan(demand, budgets);
  console.log(`${name}: ${slots} slots over all windows, relative gap ${gap.toExponential(1)}`);
}
await measure(
  cases.map(({name, demand, budgets}) => ({
    name,
    unit: 'functions x windows',
    work: demand.ratePerSecond.length,
    run: () => plan(demand, budgets),
  })),
  3,
);
