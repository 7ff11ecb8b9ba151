import {type BacktestTask, backtestAtPrices} from '../backtest/backtest.ts';
import {BaselineForecaster} from '../baselines/baseline-forecaster.ts';
import {baselines} from '../baselines/registry.ts';
import {rollingMean} from '../baselines/rolling.ts';
import type {Forecaster} from '../forecaster.ts';
import {SEGMENTS} from '../segments.ts';

/** Hourly prices of a user's delay at which a forecaster has to prove itself, dollars: break-even gaps 400, 20, 2 min. */
export const delayPrices = [20, 1, 0.1] as const;
/** Standard errors by which a baseline has to be cheaper before it takes a segment over: less may be luck. */
const SURE = 3;

/** Dollars a day on the validation minutes, at each of `delayPrices`. */
export interface PriceScore {
  readonly name: string;
  readonly usdPerDay: readonly number[];
}

export interface Championship {
  /** By segment: `model`, or the baseline that is surely cheaper there. */
  readonly champions: string[];
  /** The model with its champions, and the rule it has to beat. */
  readonly model: PriceScore;
  readonly rollingMean: PriceScore;
}

/** What one forecaster's decisions cost at each price. */
interface PricedRun {
  /** Dollars a day by price and segment. */
  readonly usd: readonly (readonly number[])[];
  /** Dollars above an oracle's by price, segment and function: `regret[price][segment * functions + f]`. */
  readonly regret: readonly Float64Array[];
}

/**
 * Chooses for each rate segment between the model and every baseline by dollars at the three delay prices. A baseline
 * takes over where its regret, as a share of the model's and averaged over prices, is surely lower: by `SURE`
 * standard errors of the difference over functions.
 */
export async function chooseChampions(task: BacktestTask, model: Forecaster): Promise<Championship> {
  const ours = await runAtPrices(task, model);
  const champions = Array.from({length: SEGMENTS}, () => 'model');
  const margin = new Float64Array(SEGMENTS);
  const runs = new Map<string, PricedRun>();
  for (const name of baselines.names) {
    const theirs = await runAtPrices(task, new BaselineForecaster(name, [task.windowMinutes], model.quantiles));
    runs.set(name, theirs);
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const saved = sureSaving(ours, theirs, segment, task.series.rows);
      if (saved > margin[segment]!) [champions[segment], margin[segment]] = [name, saved];
    }
  }
  const usdOf = (run: PricedRun, price: number, segment: number) => run.usd[price]![segment]!;
  const usdPerDay = delayPrices.map((_, price) =>
    champions.reduce((sum, name, segment) => sum + usdOf(runs.get(name) ?? ours, price, segment), 0),
  );
  const rolling = runs.get(rollingMean.name)!.usd.map((bySegment) => bySegment.reduce((a, b) => a + b, 0));
  return {
    champions,
    model: {name: 'model', usdPerDay},
    rollingMean: {name: rollingMean.name, usdPerDay: rolling},
  };
}

/** Geometric mean of a over b; 1 where neither costs anything. */
export function geometricMeanRatio(a: readonly number[], b: readonly number[]): number {
  const logs = a.map((x, i) => (x === b[i] ? 0 : Math.log(x / b[i]!)));
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
}

async function runAtPrices(task: BacktestTask, forecaster: Forecaster): Promise<PricedRun> {
  const functions = task.series.rows;
  const regret = delayPrices.map(() => new Float64Array(SEGMENTS * functions));
  const sheets = delayPrices.map((delayUsdPerHour) => ({...task.costs.prices, delayUsdPerHour}));
  const scores = await backtestAtPrices(task, forecaster, sheets, (f, segment, price, usd) => {
    regret[price]![segment * functions + f]! += usd;
  });
  return {usd: scores.map((score) => score.segments.map((segment) => segment.usdPerDay)), regret};
}

/**
 * The share of our regret in a segment that they save beyond doubt, averaged over prices: the mean saving of a
 * function less `SURE` standard errors. At most 0 when they are not surely better.
 */
function sureSaving(ours: PricedRun, theirs: PricedRun, segment: number, functions: number): number {
  let sum = 0;
  let squares = 0;
  for (let f = segment * functions; f < (segment + 1) * functions; f++) {
    let saved = 0;
    for (let price = 0; price < delayPrices.length; price++) {
      const scale = meanOf(ours.regret[price]!, segment, functions);
      if (scale > 0) saved += (ours.regret[price]![f]! - theirs.regret[price]![f]!) / scale / delayPrices.length;
    }
    sum += saved;
    squares += saved * saved;
  }
  const mean = sum / functions;
  return mean - SURE * Math.sqrt(Math.max(0, squares / functions - mean * mean) / functions);
}

function meanOf(regret: Float64Array, segment: number, functions: number): number {
  let sum = 0;
  for (let f = segment * functions; f < (segment + 1) * functions; f++) sum += regret[f]!;
  return sum / functions;
}
